import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import {
  apply,
  get,
  idOf,
  newToken,
  outcomeOf,
  pause,
  php,
  post,
  read,
  records,
  reservation,
  revision,
  scripts,
  services,
  skipReason,
  until,
  write,
} from './support.js';

const reason = await skipReason();

describe('a change that waits to be confirmed', () => {
  let box: StandIn;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
    token = newToken();
  });
  afterEach(() => box?.stop());

  const end = (verb: string, owner = 'home', its = token) => post(box, verb, { owner, token: its });

  test('is kept for good when its owner confirms, and its record is gone', async () => {
    const answer = await apply(box, { seconds: 60, token });
    expect(answer).toMatchObject({ result: 'applied', id: idOf(token), confirm: { seconds: 60 } });
    expect((await get(box)).pending).toMatchObject([
      { owner: 'home', id: idOf(token), seconds_left: expect.any(Number) },
    ]);
    expect(await end('confirm')).toEqual({ result: 'confirmed', peer: null });
    expect(records(box)).toEqual([]);
    expect(read(box, 'conf/config.xml')).toContain('home-1');
    expect((await get(box)).pending).toEqual([]);
    await until('the watch process leaves when nothing waits', () => scripts(box, 'watch.php').length === 0);
  });

  test('lies on the disk for root only', async () => {
    await apply(box, { seconds: 60, token });
    const mode = (name: string) => statSync(join(box.folder, 'conf/slash32', name)).mode & 0o777;
    expect(mode('')).toBe(0o700);
    for (const name of [
      `${idOf(token)}.json`,
      `${idOf(token)}.before.xml`,
      `${idOf(token)}.after.xml`,
      'history.jsonl',
    ]) {
      expect([name, mode(name)]).toEqual([name, 0o600]);
    }
  });

  test('is rolled back on demand, and its services are reloaded', async () => {
    const before = read(box, 'conf/config.xml');
    await apply(box, { seconds: 60, token });
    services(box, true);
    const answer = await end('rollback');
    expect(answer).toEqual({ result: 'rolled_back', left: [], revision: revision(box) });
    expect(withoutRevision(read(box, 'conf/config.xml'))).toBe(withoutRevision(before));
    expect(services(box)).toEqual(['dns reload', 'dhcpd restart', 'interface neighbor configure']);
    expect(records(box)).toEqual([]);
  });

  test('is rolled back by the firewall when nobody confirms, with the web server dead', async () => {
    const before = read(box, 'conf/config.xml');
    await apply(box, { seconds: 2, token });
    await box.killServer();
    await until('it is rolled back', () => records(box).length === 0);
    expect(outcomeOf(box, idOf(token))).toBe('expired');
    expect(withoutRevision(read(box, 'conf/config.xml'))).toBe(withoutRevision(before));
    await box.startServer();
    expect(await end('confirm')).toEqual({ result: 'expired', left: [] });
    expect(await end('rollback')).toEqual({ result: 'expired', left: [] });
  });

  test('survives the end of the watch process: the next call rolls back', async () => {
    await apply(box, { seconds: 2, token });
    for (const pid of scripts(box, 'watch.php')) process.kill(pid, 'SIGKILL');
    write(box, 'clock.json', { steady: 3 });
    expect(records(box)).toHaveLength(1);
    expect((await get(box)).pending).toEqual([]);
    expect(outcomeOf(box, idOf(token))).toBe('expired');
  });

  test('gets a new watch process from any call when the old one was killed', async () => {
    await apply(box, { seconds: 60, token });
    for (const pid of scripts(box, 'watch.php')) process.kill(pid, 'SIGKILL');
    await until('it is dead', () => scripts(box, 'watch.php').length === 0);
    await get(box);
    expect(scripts(box, 'watch.php')).toHaveLength(1);
  });

  test('is neither rolled back early nor kept for ever when the wall clock jumps', async () => {
    await apply(box, { seconds: 3, token });
    write(box, 'clock.json', { wall: 86_400 });
    await pause(1200);
    expect((await get(box)).pending).toHaveLength(1);
    write(box, 'clock.json', { wall: -86_400 });
    await until('it is rolled back', () => records(box).length === 0);
    expect(outcomeOf(box, idOf(token))).toBe('expired');
  });

  test('names what others changed meanwhile, and leaves it', async () => {
    await apply(box, { seconds: 60, token, reservations: [reservation('home', 1), reservation('home', 2)] });
    await php(box, join(import.meta.dirname, '../standin/other-rename.php'), 'home-1', 'renamed');
    const answer = await end('rollback');
    expect(answer).toMatchObject({ result: 'rolled_back', left: [{}] });
    const config = read(box, 'conf/config.xml');
    expect(config).toContain('<hostname>renamed</hostname>');
    expect(config).not.toContain('home-2');
  });

  test('answers clearly to a second confirm, a rollback after it, another owner and an unknown token', async () => {
    await apply(box, { seconds: 60, token });
    expect(await end('confirm', 'other')).toMatchObject({ result: 'refused', code: 'owner' });
    expect(await end('rollback', 'other')).toMatchObject({ result: 'refused', code: 'owner' });
    expect(await end('confirm', 'home', newToken())).toEqual({ result: 'unknown' });
    expect(await end('confirm')).toMatchObject({ result: 'confirmed' });
    expect(await end('confirm')).toEqual({ result: 'already', outcome: 'confirmed' });
    expect(await end('rollback')).toEqual({ result: 'already', outcome: 'confirmed' });
    expect(await end('rollback', 'other')).toMatchObject({ result: 'refused', code: 'owner' });
    expect(await post(box, 'confirm', { owner: 'home' })).toMatchObject({ result: 'refused', code: 'invalid' });
  });

  test('makes other applies of its owner wait, and those of other owners not', async () => {
    await apply(box, { seconds: 60, token });
    expect(await apply(box, { seconds: 60, reservations: [reservation('home', 2)] })).toMatchObject({
      result: 'pending',
      pending: { id: idOf(token) },
    });
    const second = newToken();
    const other = await apply(box, {
      owner: 'yard',
      seconds: 60,
      token: second,
      reservations: [reservation('yard', 50)],
    });
    expect(other).toMatchObject({ result: 'applied' });
    expect((await get(box)).pending).toHaveLength(2);
    expect(await end('rollback')).toMatchObject({ result: 'rolled_back', left: [] });
    expect(await end('confirm', 'yard', second)).toMatchObject({ result: 'confirmed' });
    const config = read(box, 'conf/config.xml');
    expect(config).toContain('yard-50');
    expect(config).not.toContain('home-1');
  });
});

function withoutRevision(config: string): string {
  return config
    .replace(/\s*<owner_users>[^<]*<\/owner_users>|\s*<owners>[\s\S]*<\/owners>/g, '')
    .replace(/<revision>[\s\S]*/, '');
}
