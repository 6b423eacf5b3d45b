import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processesOf, type StandIn, startStandIn } from '../standin/start.js';
import {
  apply,
  get,
  idOf,
  newToken,
  outcomeOf,
  php,
  post,
  read,
  records,
  reservation,
  services,
  skipReason,
  write,
} from './support.js';

const reason = await skipReason();
const SOURCE = process.env.SLASH32_SOURCE ?? join(import.meta.dirname, '../../../plugin/net/slash32/src');
const SCRIPT = join(SOURCE, 'etc/rc.syshook.d/early/12-slash32');
const HOOK = join(import.meta.dirname, '../standin/early-hook.php');

describe('a restart of the firewall', () => {
  let box: StandIn;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
    token = newToken();
    await get(box);
  });
  afterEach(() => box?.stop());

  /** Everything ends at once; the steady clock starts again; /var/run is empty; then the boot's own order. */
  async function restart(): Promise<void> {
    await box.killServer();
    for (const pid of processesOf(box.folder)) process.kill(pid, 'SIGKILL');
    write(box, 'clock.json', { steady: -1e9 });
    execFileSync('find', [join(box.folder, 'var/run'), '-type', 'f', '-delete']);
    services(box, true);
    script();
    await php(box, HOOK);
  }

  function script(): void {
    execFileSync('dash', [SCRIPT, box.folder]);
  }

  test('undoes an unconfirmed change byte for byte, without PHP, and keeps mode and owner of config.xml', async () => {
    const before = read(box, 'conf/config.xml');
    const mode = statSync(join(box.folder, 'conf/config.xml')).mode;
    await apply(box, { seconds: 600, token });
    await box.killServer();
    script();
    expect(read(box, 'conf/config.xml')).toBe(before);
    expect(statSync(join(box.folder, 'conf/config.xml')).mode).toBe(mode);
    await php(box, HOOK);
    expect(read(box, 'conf/config.xml')).toBe(before);
    expect(records(box)).toEqual([]);
    expect(outcomeOf(box, idOf(token))).toBe('rebooted');
  });

  test('touches no service, they start later', async () => {
    await apply(box, { seconds: 600, token });
    await restart();
    expect(services(box)).toEqual([]);
  });

  test('tells a later confirm what became of the change', async () => {
    await apply(box, { seconds: 600, token });
    await restart();
    await box.startServer();
    expect(await post(box, 'confirm', { owner: 'home', token })).toEqual({ result: 'already', outcome: 'rebooted' });
  });

  test('leaves a setting of an unconfirmed change that another owner asked for meanwhile', async () => {
    const segments = [{ interface: 'opt1', settings: { mask: '255.255.255.255', deny_unknown: true } }];
    await apply(box, { seconds: 600, token, more: { segments } });
    const theirs = [{ interface: 'opt1', settings: { mask: '255.255.255.255' } }];
    expect(await apply(box, { owner: 'yard', more: { segments: theirs } })).toMatchObject({ result: 'nothing' });
    await restart();
    expect(read(box, 'conf/config.xml')).toContain('255.255.255.255');
    expect(read(box, 'conf/config.xml')).not.toContain('denyunknown');
    expect(outcomeOf(box, idOf(token))).toBe('rebooted');
  });

  test.each([
    ['before', (first: string, second: string) => first < second],
    ['after', (first: string, second: string) => first > second],
  ])('undoes two unconfirmed changes of two owners, the first of which sorts %s the second', async (_name, isSo) => {
    const before = read(box, 'conf/config.xml');
    let second = newToken();
    while (!isSo(idOf(token), idOf(second))) second = newToken();
    await apply(box, { seconds: 600, token });
    await apply(box, { owner: 'yard', seconds: 600, token: second, reservations: [reservation('yard', 50)] });
    await box.killServer();
    script();
    expect(read(box, 'conf/config.xml')).toBe(before);
    await restart();
    expect(read(box, 'conf/config.xml')).toBe(before);
    expect([outcomeOf(box, idOf(token)), outcomeOf(box, idOf(second))]).toEqual(['rebooted', 'rebooted']);
  });

  test('undoes node by node where somebody saved something else meanwhile', async () => {
    await apply(box, { seconds: 600, token });
    await php(box, join(import.meta.dirname, '../standin/other-save.php'), 'kept');
    await restart();
    const config = read(box, 'conf/config.xml');
    expect(config).toContain('<entry>kept</entry>');
    expect(config).not.toContain('home-1');
    expect(outcomeOf(box, idOf(token))).toBe('rebooted');
  });

  test('keeps a confirmed change', async () => {
    await apply(box, { seconds: 600, token });
    await post(box, 'confirm', { owner: 'home', token });
    const before = read(box, 'conf/config.xml');
    await restart();
    expect(read(box, 'conf/config.xml')).toBe(before);
    expect(outcomeOf(box, idOf(token))).toBe('confirmed');
  });

  test.each([60, 0])(
    'keeps a change (%i s to confirm) whose end was decided but not written down yet',
    async (seconds) => {
      write(box, 'steps.json', { [seconds > 0 ? 'confirm settled' : 'apply settled']: 'kill' });
      await apply(box, { seconds, token });
      if (seconds > 0) await post(box, 'confirm', { owner: 'home', token });
      const id = (records(box, 'done')[0] ?? '').slice(0, 16);
      const before = read(box, 'conf/config.xml');
      expect(before).toContain('home-1');
      await restart();
      expect(read(box, 'conf/config.xml')).toBe(before);
      expect(outcomeOf(box, id)).toBe(seconds > 0 ? 'confirmed' : 'kept');
      expect(readdirSync(join(box.folder, 'conf/slash32'))).toEqual(['history.jsonl']);
    },
  );

  test('undoes the others when one change cannot be undone', async () => {
    const second = newToken();
    await apply(box, { seconds: 600, token });
    await apply(box, { owner: 'yard', seconds: 600, token: second, reservations: [reservation('yard', 50)] });
    const file = `conf/slash32/${idOf(second)}.json`;
    write(box, file, { ...JSON.parse(read(box, file)), at: 2e9, changes: ['nothing that can be undone'] });
    await php(box, join(import.meta.dirname, '../standin/other-save.php'), 'kept');
    await restart();
    expect(outcomeOf(box, idOf(token))).toBe('rebooted');
    expect(read(box, 'conf/config.xml')).not.toContain('home-1');
    expect(read(box, 'log/syslog.log')).toContain(`Change ${idOf(second)}`);
  });

  test.each(['apply recorded', 'apply saved', 'apply noted', 'apply reloaded'])(
    'puts right what a power cut left at "%s"',
    async (step) => {
      const before = essence();
      write(box, 'steps.json', { [step]: 'kill' });
      write(box, 'control.json', { 'slash32 watch': { answer: '' } });
      await apply(box);
      await restart();
      expect(essence()).toBe(before);
      expect(records(box)).toEqual([]);
    },
  );

  test('is not a restart when only the hook runs: a change that waits goes on waiting', async () => {
    await apply(box, { seconds: 600, token });
    await php(box, HOOK);
    expect((await get(box)).pending).toMatchObject([{ id: idOf(token) }]);
    expect(existsSync(join(box.folder, 'var/run/slash32.boot'))).toBe(false);
  });

  test('of a firewall on which nothing waits changes nothing', async () => {
    const before = read(box, 'conf/config.xml');
    await restart();
    expect(read(box, 'conf/config.xml')).toBe(before);
  });

  test('runs its early script with any POSIX shell', () => {
    for (const shell of ['sh', 'dash']) execFileSync(shell, ['-n', SCRIPT]);
    expect(statSync(SCRIPT).mode & 0o111).toBe(0o111);
  });

  function essence(): string {
    return read(box, 'conf/config.xml')
      .replace(/\s*<owner_users>[^<]*<\/owner_users>|\s*<owners>[\s\S]*<\/owners>/g, '')
      .replace(/<revision>[\s\S]*/, '');
  }
});
