import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSimUser } from '../../../src/sim/opnsense/users.js';
import { type StandIn, startStandIn } from '../standin/start.js';
import {
  apply,
  applyBody,
  argumentsOf,
  call,
  get,
  newToken,
  post,
  read,
  reservation,
  revision,
  saves,
  scripts,
  skipReason,
  until,
  write,
} from './support.js';

const reason = await skipReason();
const USERS = [
  createSimUser('slash32', ['page-services-slash32-api']),
  createSimUser('admin', ['page-all']),
  createSimUser('reader', ['page-all', 'user-config-readonly']),
  createSimUser('nobody', ['page-status-dhcpleases']),
  createSimUser('gui', ['page-services-slash32']),
];

describe('the API over HTTP', () => {
  let box: StandIn;

  beforeAll(async () => {
    if (reason !== undefined) return;
    const sessions = JSON.stringify({ abc: { user: 'admin', csrf: 'right' }, def: { user: 'nobody', csrf: 'right' } });
    box = await startStandIn({ users: USERS, workers: 3, files: { 'sessions.json': sessions } });
    await get(box);
  });
  afterAll(() => box?.stop());
  beforeEach(({ skip }) => skip(reason !== undefined, reason));

  test.each([
    ['a user with the one privilege', 0, 200],
    ['a user with page-all', 1, 200],
    ['a user without the privilege', 3, 403],
    ['a user of the GUI page only', 4, 403],
  ])('lets %s read: %#', async (_name, user, status) => {
    expect((await call(box, 'GET', 'get', { user })).status).toBe(status);
  });

  test('sends away who has no key, and refuses a wrong one', async () => {
    expect((await call(box, 'GET', 'get', { user: 99 })).status).toBe(302);
    const wrong = { Authorization: `Basic ${Buffer.from(`${USERS[0]?.key}:wrong`).toString('base64')}` };
    expect((await call(box, 'GET', 'get', { user: 99, headers: wrong })).status).toBe(401);
  });

  test.each(['apply', 'confirm', 'rollback'])('answers a GET on %s with failed, and does nothing', async (verb) => {
    expect((await call(box, 'GET', verb)).body).toEqual({ result: 'failed' });
    const before = revision(box);
    const reply = await call(box, 'GET', verb, { body: JSON.stringify(applyBody(box)) });
    expect(reply.body).toEqual({ result: 'failed' });
    expect(revision(box)).toBe(before);
  });

  test.each(['apply', 'confirm', 'rollback'])('refuses %s to a read-only user with 500', async (verb) => {
    const reply = await call(box, 'POST', verb, { user: 2, body: JSON.stringify(applyBody(box)) });
    expect(reply.status).toBe(500);
    expect(reply.body.errorMessage).toContain('user-config-readonly');
  });

  test.each([
    ['no JSON', '{bad'],
    ['a number', '5'],
    ['a text', '"x"'],
  ])('answers %s with failed or refused, never with a change', async (_name, body) => {
    const before = revision(box);
    const reply = await call(box, 'POST', 'apply', { body });
    expect(['failed', 'refused', undefined]).toContain(reply.body.result);
    expect(revision(box)).toBe(before);
  });

  test('does not take a form for JSON', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await call(box, 'POST', 'apply', { body: 'owner=home', headers })).body).toEqual({ result: 'failed' });
  });

  test('wants the CSRF token of a browser session on a POST', async () => {
    const body = JSON.stringify({ owner: 'home', token: newToken() });
    const send = (headers: Record<string, string>) =>
      call(box, 'POST', 'confirm', { user: 99, body, headers: { Cookie: 'PHPSESSID=abc', ...headers } });
    expect((await send({})).status).toBe(403);
    expect((await send({ 'X-CSRFToken': 'wrong' })).status).toBe(403);
    expect((await send({ 'X-CSRFToken': 'right' })).body).toEqual({ result: 'unknown' });
    const other = await call(box, 'GET', 'get', { user: 99, headers: { Cookie: 'PHPSESSID=def' } });
    expect(other.status).toBe(403);
  });

  test('refuses 50 MB before reading it', async () => {
    const reply = await call(box, 'POST', 'apply', { body: `{"owner":"${'x'.repeat(50 * 1024 * 1024)}"}` });
    expect(reply.body).toMatchObject({ result: 'refused', code: 'invalid' });
    expect(JSON.stringify(reply.body.errors)).toContain('16 MB');
  });

  test('takes 10,000 reservations and more than 1 MB of JSON in one apply', async () => {
    const many = Array.from({ length: 10_000 }, (_none, n) => reservation('many', n, 'opt2'));
    const body = applyBody(box, { owner: 'many', interface: 'opt2', reservations: many });
    expect(JSON.stringify(body).length).toBeGreaterThan(1024 * 1024);
    const before = saves(box);
    const answer = await post(box, 'apply', body);
    expect(answer).toMatchObject({ result: 'applied', changed: { reservations: { created: 10_000 } } });
    expect(saves(box)).toBe(before + 1);
    const empty = await apply(box, { owner: 'many', interface: 'opt2', reservations: [] });
    expect(empty).toMatchObject({ result: 'applied' });
  });

  test('shows a token nowhere: not in answers, logs, arguments, the history or the pending record', async () => {
    const token = newToken();
    write(box, 'control.json', { 'dns reload': { sleep: 1 } });
    const running = apply(box, { seconds: 60, token });
    await until('the script runs', () => scripts(box, 'slash32.php').length > 0);
    const seen = scripts(box, 'slash32.php').flatMap(argumentsOf);
    const answer = await running;
    write(box, 'control.json', {});
    expect(answer).toMatchObject({ result: 'applied' });
    const state = await get(box);
    const files = ['log/syslog.log', 'log/script.log', 'log/services.log', 'conf/slash32/history.jsonl'];
    const kept = readdirSync(join(box.folder, 'conf/slash32')).map((name) => read(box, `conf/slash32/${name}`));
    const everything = [answer, state, seen, files.map((name) => read(box, name)), kept, read(box, 'conf/config.xml')];
    expect(JSON.stringify(everything)).not.toContain(token);
    expect(await post(box, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back' });
    expect(read(box, 'log/syslog.log')).not.toContain(token);
  });

  test('leaves no request behind in /tmp', () => {
    expect(readdirSync(join(box.folder, 'tmp'))).toEqual([]);
  });

  test('says what it means when configd does not answer', async () => {
    write(box, 'control.json', { 'slash32 apply': { answer: '' } });
    const before = revision(box);
    const answer = await apply(box);
    write(box, 'control.json', {});
    expect(answer).toMatchObject({ result: 'failed', message: expect.stringContaining('configd gave no answer') });
    expect(revision(box)).toBe(before);
    expect(readdirSync(join(box.folder, 'tmp'))).toEqual([]);
  });
});
