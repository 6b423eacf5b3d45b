import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHookRouter } from '../../src/http/hooks/router.js';
import { problemOf } from '../../src/http/problem.js';
import type { Trigger } from '../../src/service/types/trigger.js';
import { until } from '../support/until.js';
import { slash32, temporaryFolder, writeConfig } from './harness.js';

const SECRET = 'the-secret-of-the-path-0123';
const KEY = 'the key of the generic hook';

function recording(name: string): string {
  return fileURLToPath(new URL(`../fixtures/incus/recordings/${name}`, import.meta.url));
}

function event(action: string, name: string, timestamp = '2026-11-23T12:00:00Z'): string {
  return JSON.stringify({ type: 'lifecycle', timestamp, metadata: { action, name, project: 'default' } });
}

/** A folder with a configuration, its secrets and a recording. */
async function folder(lines: readonly string[] = [], service = ''): Promise<string> {
  const cwd = await temporaryFolder();
  const hooks = '{ incus: [hook.secret], generic: [generic.key] }';
  await writeConfig(cwd, { extra: `service: { socket: s.sock, listen: none, hooks: ${hooks}${service} }` });
  await writeFile(join(cwd, 'hook.secret'), `${SECRET}\n`, { mode: 0o600 });
  await writeFile(join(cwd, 'generic.key'), `${KEY}\n`, { mode: 0o600 });
  await writeFile(join(cwd, 'lines.jsonl'), lines.map((line) => `${line}\n`).join(''));
  return cwd;
}

/** The webhooks of a service, on its unix socket. */
async function listen(cwd: string, secrets = { incus: SECRET, generic: KEY }): Promise<Trigger[]> {
  const triggers: Trigger[] = [];
  const app = express();
  const hooks = createHookRouter({
    trigger: (trigger) => void triggers.push(trigger),
    incusSecrets: [secrets.incus],
    genericKeys: [secrets.generic],
    windowSeconds: 300,
    now: () => new Date(),
    onResult: () => undefined,
  });
  app.use('/hooks', hooks);
  app.use(((error, _request, response, _next) => {
    const problem = problemOf(error, 'x');
    response.status(problem.status).json(problem);
  }) satisfies express.ErrorRequestHandler);
  const server = createServer(app).listen(join(cwd, 's.sock'));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((done) => server.once('listening', done));
  return triggers;
}

describe('slash32 receive --dry-run', () => {
  it('says what each post of a real recording would do, and needs neither a service nor a configuration', async () => {
    const cwd = await temporaryFolder();
    const { code, out, err } = await slash32(['receive', recording('webhook-default-config.jsonl'), '--dry-run'], {
      cwd,
    });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('look again: instance-created default/h1 (at once)');
    expect(out).toContain('passed over: a double');
    expect(out).toContain('passed over: log or operation, no change');
    expect(out).toContain('passed over: nothing that the firewall has to know');
    expect(out).toMatch(/^112 events, 3 of them news, 6 doubles\.$/m);
  });

  it('takes the events of a stream, and counts them for a script', async () => {
    const cwd = await temporaryFolder();
    const argv = ['receive', recording('events-lifecycle.jsonl'), '--dry-run', '--json'];
    const { code, out } = await slash32(argv, { cwd });
    const counts = JSON.parse(out);
    expect(code).toBe(0);
    expect(counts).toMatchObject({ format: 'slash32.receive/1', lines: 167, unreadable: 0, sent: 0 });
    expect(counts.news).toBeGreaterThan(50);
    expect(counts.news + counts.double + counts.passed).toBe(167);
  });

  it('names the lines that are no event, and exits with 4', async () => {
    const cwd = await folder([event('instance-created', 'a'), '{"type":"lifecy', '\u001b[31m']);
    const { code, out } = await slash32(['receive', 'lines.jsonl', '--dry-run'], { cwd });
    expect(code).toBe(4);
    expect(out).toContain('    2  this is no event of Incus');
    expect(out).toContain('3 events, 1 of them news, 2 unreadable.');
    expect(out).not.toContain('\u001b');
  });

  it('says the reasons of generic webhooks', async () => {
    const cwd = await folder(['{"reason":"deployed","urgent":true}', '{}']);
    const { out } = await slash32(['receive', 'lines.jsonl', '--dry-run', '--as', 'generic'], { cwd });
    expect(out).toContain('look again: deployed (at once)');
    expect(out).toContain('look again: generic webhook\n2 messages, 2 of them news.');
  });
});

describe('slash32 receive', () => {
  it('plays a recording to the webhook of the service over its unix socket', async () => {
    const cwd = await folder();
    const triggers = await listen(cwd);
    const { code, out, err } = await slash32(['receive', recording('webhook-default-config.jsonl')], { cwd });
    expect([code, err]).toEqual([0, '']);
    expect(triggers.map(({ reason }) => reason)).toEqual([
      'instance-created default/h1',
      'instance-started default/h1',
      'instance-deleted default/h1',
    ]);
    expect(out).toContain('112 events, 3 of them news, 6 doubles, 112 sent.');
    expect(out).not.toContain('passed over');
  });

  it('signs the bodies of the generic webhook anew, and says what the service had already', async () => {
    const cwd = await folder([
      '{"reason":"deployed"}',
      JSON.stringify({ at: '2026-01-01', body: '{"reason":"again"}' }),
    ]);
    const triggers = await listen(cwd);
    const play = () => slash32(['receive', 'lines.jsonl', '--as', 'generic'], { cwd, now });
    const now = new Date();
    expect((await play()).out).toContain('2 messages, 2 of them news, 2 sent.');
    expect(triggers.map(({ reason }) => reason)).toEqual(['deployed', 'again']);
    expect((await play()).out).toContain('0 sent, 2 refused as a repetition.');
    expect(triggers).toHaveLength(2);
  });

  it('keeps the pace of the recording when told to, and is interrupted in the middle of a pause', async () => {
    const lines = [event('instance-created', 'a'), event('instance-deleted', 'a', '2026-11-23T15:00:00Z')];
    const cwd = await folder(lines);
    const triggers = await listen(cwd);
    const stop = new AbortController();
    const running = slash32(['receive', 'lines.jsonl', '--speed', '1'], { cwd, signal: stop.signal });
    await until('the first is there', () => triggers.length > 0);
    await new Promise((done) => setTimeout(done, 50));
    stop.abort();
    const { code, err } = await running;
    expect([code, err]).toEqual([130, expect.stringContaining('S32_INTERRUPTED')]);
    expect(triggers).toHaveLength(1);

    expect((await slash32(['receive', 'lines.jsonl', '--speed', '1000000'], { cwd })).code).toBe(0);
    expect(triggers.map(({ reason }) => reason)).toEqual(['instance-created default/a', 'instance-deleted default/a']);
  });

  it.each<[string, readonly string[], { incus: string; generic: string } | undefined, string, string]>([
    ['nobody answers', [], undefined, 'S32_SERVICE_AWAY', 'unix:'],
    [
      'the service has another secret',
      [],
      { incus: 'another-secret-0123', generic: KEY },
      'S32_SERVICE_ANSWER',
      'HTTP 404',
    ],
    [
      'the service has another key',
      ['--as', 'generic'],
      { incus: SECRET, generic: 'another key' },
      'S32_SERVICE_ANSWER',
      'The signature is not right',
    ],
    ['the address is none', ['--url', 'nowhere'], undefined, 'S32_USAGE', 'nowhere is no address'],
    ['the pace is none', ['--speed', '0'], undefined, 'error', 'above 0'],
  ])('says what to do when %s, and never a secret', async (_name, options, secrets, code, message) => {
    const cwd = await folder([event('instance-created', 'a')]);
    if (secrets !== undefined) await listen(cwd, secrets);
    const ran = await slash32(['receive', 'lines.jsonl', ...options], { cwd });
    expect(ran.code).not.toBe(0);
    expect(ran.err).toContain(code);
    expect(ran.err).toContain(message);
    expect(ran.out + ran.err).not.toContain(SECRET);
    expect(ran.out + ran.err).not.toContain(KEY);
  });

  it.each([
    ['is empty', 'empty.jsonl', 'The recording is empty'],
    ['is not there', 'missing.jsonl', 'cannot be read'],
  ])('refuses a recording that %s', async (_name, file, message) => {
    const cwd = await folder();
    await writeFile(join(cwd, 'empty.jsonl'), '\n\n');
    const { code, err } = await slash32(['receive', file, '--dry-run'], { cwd });
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
  });

  it('names the key of the configuration where there is no secret, or no socket', async () => {
    const cwd = await temporaryFolder();
    await writeConfig(cwd);
    await writeFile(join(cwd, 'lines.jsonl'), event('instance-created', 'a'));
    const { err } = await slash32(['receive', 'lines.jsonl'], { cwd });
    expect(err).toContain('service.hooks.incus');
    expect(err).toContain('--dry-run');
    const deaf = await folder([event('instance-created', 'a')]);
    await writeConfig(deaf, { extra: 'service: { socket: none, hooks: { incus: [hook.secret] } }' });
    expect((await slash32(['receive', 'lines.jsonl'], { cwd: deaf })).err).toContain('--url');
  });
});
