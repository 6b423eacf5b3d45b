import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import {
  type Answer,
  apply,
  applyBody,
  get,
  newToken,
  ownedIn,
  php,
  post,
  read,
  records,
  reservation,
  revision,
  saves,
  services,
  skipReason,
  until,
  write,
} from './support.js';

const reason = await skipReason();

describe('one apply', () => {
  let box: StandIn;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
  });
  afterEach(() => box?.stop());

  test('is saved once, with who and why, and reloads each service once and in the right order', async () => {
    services(box, true);
    const before = revision(box);
    const answer = await apply(box);
    expect(answer).toMatchObject({
      result: 'applied',
      confirm: null,
      revision_before: before,
      revision: revision(box),
    });
    expect(saves(box)).toBe(1);
    const config = read(box, 'conf/config.xml');
    expect(config).toContain('<username>slash32@127.0.0.1</username>');
    expect(config).toContain('<description>slash32 sync by home: a test</description>');
    expect(services(box)).toEqual(['dns reload', 'dhcpd restart', 'interface neighbor configure']);
    expect(answer.reloaded).toEqual(['dns', 'dhcpd', 'neighbours']);
  });

  test('that says what is already there saves nothing and touches nothing', async () => {
    await apply(box);
    services(box, true);
    const state = await get(box);
    const owned = ownedIn(String(state.dhcpd), 'opt1', 'home');
    const answer = await apply(box, { reservations: owned });
    expect(answer).toEqual({ result: 'nothing', revision: revision(box) });
    expect(saves(box)).toBe(1);
    expect(services(box)).toEqual([]);
  });

  test('records who the owner is and from where it was last seen', async () => {
    await apply(box);
    const state = await get(box);
    expect(state.owners).toEqual([
      { owner: 'home', fingerprint: applyBody(box).fingerprint, host: 'incus1', seen: expect.any(Number) },
    ]);
  });

  test('tells in the history what changed', async () => {
    const answer = await apply(box);
    const state = await get(box);
    expect(state.applies).toEqual([
      expect.objectContaining({
        id: answer.id,
        owner: 'home',
        user: 'slash32@127.0.0.1',
        host: 'incus1',
        outcome: 'kept',
        summary: expect.stringContaining('1 reservation created'),
      }),
    ]);
  });

  const refusals: [string, (box: StandIn) => Promise<Answer>, Record<string, unknown>][] = [
    [
      'on a revision that is gone conflicts and carries the new one',
      (box) => apply(box, { revision: '0'.repeat(64) }),
      { result: 'conflict' },
    ],
    [
      'for an interface out of scope is refused',
      (box) => apply(box, { interface: 'lan' }),
      { result: 'refused', code: 'scope' },
    ],
    [
      'that only checks saves nothing',
      (box) => apply(box, { dryRun: true, seconds: 60 }),
      { result: 'checked', would_reload: ['dns', 'dhcpd', 'neighbours'] },
    ],
    ['without an owner is refused', (box) => post(box, 'apply', { hello: 1 }), { result: 'refused', code: 'invalid' }],
    [
      'that dhcpd would not start with is refused in words of dhcpd',
      (box) => {
        write(box, 'usr/local/etc/dhcpd.opnsense.d/bad.conf', 'option nonsense 1;\n');
        return apply(box);
      },
      { result: 'refused', code: 'dhcpd' },
    ],
    [
      'without a process that would roll it back is refused',
      (box) => {
        write(box, 'control.json', { 'slash32 watch': { answer: '' } });
        return apply(box, { seconds: 60 });
      },
      { result: 'refused', code: 'watchdog' },
    ],
  ];

  test.each(refusals)('%s, byte for byte, and no service is touched', async (_name, send, expected) => {
    const before = read(box, 'conf/config.xml');
    services(box, true);
    const answer = await send(box);
    expect(answer).toMatchObject(expected);
    if (answer.result === 'conflict') expect(answer.revision).toBe(revision(box));
    expect(read(box, 'conf/config.xml')).toBe(before);
    expect(saves(box)).toBe(0);
    expect(services(box)).toEqual([]);
    expect(records(box)).toEqual([]);
  });

  test('of another configuration under the same owner id needs take_over', async () => {
    await apply(box);
    const other = { fingerprint: 'f'.repeat(64), reservations: [reservation('home', 2)] };
    expect(await apply(box, other)).toMatchObject({ result: 'refused', code: 'owner' });
    expect(await apply(box, { ...other, takeOver: true })).toMatchObject({ result: 'applied' });
    expect((await get(box)).owners).toMatchObject([{ owner: 'home', fingerprint: 'f'.repeat(64) }]);
  });

  test('with take_over and nothing else to change makes the owner this one, in one save that reloads nothing', async () => {
    await apply(box);
    services(box, true);
    const same = { fingerprint: 'f'.repeat(64), reservations: ownedIn(String((await get(box)).dhcpd), 'opt1', 'home') };
    const before = revision(box);
    expect(await apply(box, { ...same, takeOver: true, dryRun: true })).toEqual({
      result: 'nothing',
      revision: before,
    });
    expect(revision(box)).toBe(before);
    expect(await apply(box, { ...same, takeOver: true })).toEqual({ result: 'nothing', revision: revision(box) });
    expect(revision(box)).not.toBe(before);
    expect((await get(box)).owners).toMatchObject([{ owner: 'home', fingerprint: 'f'.repeat(64) }]);
    expect(await apply(box, { reservations: [] })).toMatchObject({ result: 'refused', code: 'owner' });
    expect([saves(box), services(box)]).toEqual([2, []]);
  });

  test('cannot use a token twice', async () => {
    const token = newToken();
    await apply(box, { token, seconds: 60 });
    await post(box, 'confirm', { owner: 'home', token });
    const again = await apply(box, { token, seconds: 60, reservations: [reservation('home', 2)] });
    expect(again).toMatchObject({ result: 'refused', code: 'invalid' });
    expect(records(box)).toEqual([]);
  });

  test.each(['dead', 'old', 'empty'])(
    'after which DHCP is not healthy (%s) is undone at once and says why',
    async (broken) => {
      await apply(box, { owner: 'other', interface: 'opt2', reservations: [reservation('other', 1, 'opt2')] });
      const before = read(box, 'conf/config.xml').replace(
        /\s*<owner_users>[^<]*<\/owner_users>|<owner [\s\S]*<\/owners>|<revision>[\s\S]*/g,
        '',
      );
      // file times count in whole seconds: what was written in this one would pass for new
      utimesSync(join(box.folder, 'var/dhcpd/etc/dhcpd.conf'), 1_700_000_000, 1_700_000_000);
      write(box, 'dhcpd.broken', broken);
      const answer = await apply(box, { seconds: 60 });
      expect(answer, JSON.stringify(answer)).toMatchObject({ result: 'restored', left: [], revision: revision(box) });
      expect(String(answer.reason)).toMatch(/dhcpd/);
      const after = read(box, 'conf/config.xml').replace(
        /\s*<owner_users>[^<]*<\/owner_users>|<owner [\s\S]*<\/owners>|<revision>[\s\S]*/g,
        '',
      );
      expect(after).toBe(before);
      expect(records(box), 'DHCP has yet to come up, so the record is kept').toHaveLength(1);

      rmSync(join(box.folder, 'dhcpd.broken'));
      write(box, 'clock.json', { steady: 100 });
      await until('DHCP is up again', () => records(box).length === 0);
      expect((await get(box)).applies).toMatchObject([{ outcome: 'restored' }, {}]);
      expect((await get(box)).dhcpd_health).toMatchObject({ running: true });
    },
  );

  test('that breaks DHCP once leaves a running DHCP with what was before', async () => {
    write(box, 'dhcpd.broken', 'once');
    expect(await apply(box)).toMatchObject({ result: 'restored' });
    expect((await get(box)).dhcpd_health).toMatchObject({ expected: true, running: true });
    expect(read(box, 'var/dhcpd/etc/dhcpd.conf')).not.toContain('home-1');
  });

  test('notes a service that did not reload, and is not undone for it', async () => {
    write(box, 'control.json', { 'dns reload': { answer: 'Error (1)\n\n' } });
    const answer = await apply(box);
    expect(answer).toMatchObject({ result: 'applied' });
    expect(answer.notes).toEqual([expect.stringContaining('dns reload')]);
  });

  test('waits for somebody who holds the lock of config.xml, and then sees a conflict', async () => {
    const body = applyBody(box);
    const saving = php(box, `${import.meta.dirname}/../standin/other-save.php`, 'slow', '1.5');
    await until('the other holds the lock', () => read(box, 'other-save.holds') !== '');
    const answer = await post(box, 'apply', body);
    await saving;
    expect(answer).toEqual({ result: 'conflict', revision: revision(box) });
    expect(read(box, 'conf/config.xml')).toContain('<entry>slow</entry>');
  });
});
