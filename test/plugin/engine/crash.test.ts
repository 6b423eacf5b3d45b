import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import {
  apply,
  applyBody,
  call,
  get,
  idOf,
  newToken,
  outcomeOf,
  pause,
  post,
  read,
  records,
  reservation,
  scripts,
  services,
  skipReason,
  until,
  write,
} from './support.js';

const reason = await skipReason();

/** Each place at which the applying process can die, and whether config.xml had been saved by then. */
const APPLY_STEPS: readonly (readonly [string, boolean])[] = [
  ['apply collected', false],
  ['apply recorded', false],
  ['apply saved', true],
  ['apply noted', true],
  ['reload dns', true],
  ['reload dhcpd', true],
  ['reload neighbours', true],
  ['apply reloaded', true],
  ['apply healthy', true],
];

const UNDO_STEPS = ['undo recorded', 'undo saved', 'reload dns', 'reload dhcpd', 'reload neighbours', 'undo reloaded'];

describe('a process that dies', () => {
  let box: StandIn;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn({ workers: 3 });
    token = newToken();
    await get(box);
  });
  afterEach(() => box?.stop());

  test.each(APPLY_STEPS)('at "%s" of an apply leaves what was before, put back by the watch process', async (step) => {
    const before = essence(box);
    write(box, 'steps.json', { [step]: 'kill' });
    const answer = await apply(box, { seconds: 60, token });
    expect(answer).toMatchObject({ result: 'failed', message: expect.stringContaining('configd gave no answer') });
    await until('it is put back', () => records(box).length === 0);
    expect(essence(box)).toBe(before);
    expect(hosts(box)).not.toContain('home-1');
    const again = await apply(box, { seconds: 0 });
    expect(again).toMatchObject({ result: 'applied' });
    if (step !== 'apply collected') {
      expect(outcomeOf(box, idOf(token))).toBe('restored');
      expect(await post(box, 'confirm', { owner: 'home', token })).toEqual({ result: 'already', outcome: 'restored' });
    }
  });

  test.each(APPLY_STEPS)('at "%s" of an apply without a confirm time is put right by the next call', async (step) => {
    const before = essence(box);
    write(box, 'steps.json', { [step]: 'kill' });
    expect(await apply(box)).toMatchObject({ result: 'failed' });
    const state = await get(box);
    expect(state.pending).toEqual([]);
    expect(essence(box)).toBe(before);
    expect(hosts(box)).not.toContain('home-1');
    expect(records(box)).toEqual([]);
  });

  test('is put right before the next apply looks at anything', async () => {
    write(box, 'steps.json', { 'apply reloaded': 'kill' });
    await apply(box);
    expect(read(box, 'conf/config.xml')).toContain('home-1');
    const next = await apply(box, { owner: 'yard', reservations: [reservation('yard', 50)] });
    expect(next).toMatchObject({ result: 'conflict' });
    expect(read(box, 'conf/config.xml')).not.toContain('home-1');
  });

  test('after everything was done loses only the answer: the change waits, and can be confirmed by its token', async () => {
    write(box, 'steps.json', { 'apply finished': 'kill' });
    expect(await apply(box, { seconds: 60, token })).toMatchObject({ result: 'failed' });
    expect((await get(box)).pending).toMatchObject([{ id: idOf(token) }]);
    expect(await post(box, 'confirm', { owner: 'home', token })).toMatchObject({ result: 'confirmed' });
    expect(read(box, 'conf/config.xml')).toContain('home-1');
  });

  test.each(UNDO_STEPS)('at "%s" of a rollback is followed by another that ends it', async (step) => {
    const before = essence(box);
    await apply(box, { seconds: 60, token });
    write(box, 'steps.json', { [step]: 'kill' });
    services(box, true);
    expect(await post(box, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'failed' });
    await until('it is put back', () => records(box).length === 0);
    expect(essence(box)).toBe(before);
    expect(hosts(box)).not.toContain('home-1');
    expect(outcomeOf(box, idOf(token))).toBe('rolled_back');
    const touched = services(box);
    for (const service of ['dns reload', 'dhcpd restart', 'interface neighbor configure']) {
      expect(touched).toContain(service);
    }
  });

  test.each(UNDO_STEPS)('at "%s" of an expiry is followed by another that ends it', async (step) => {
    const before = essence(box);
    await apply(box, { seconds: 600, token });
    write(box, 'steps.json', { [step]: 'kill' });
    write(box, 'clock.json', { steady: 601 });
    await until('the watch process dies', () => scripts(box, 'watch.php').length === 0);
    expect((await get(box)).pending).toEqual([]);
    await until('it is put back', () => records(box).length === 0);
    expect(essence(box)).toBe(before);
    expect(outcomeOf(box, idOf(token))).toBe('expired');
  });

  test('with the web server does not stop an apply that is under way', async () => {
    write(box, 'control.json', { 'dns reload': { sleep: 1.5 } });
    const lost = apply(box, { seconds: 60, token }).catch(() => undefined);
    await until('it is saved', () => read(box, 'conf/config.xml').includes('home-1'));
    await box.killServer();
    await lost;
    await until('it waits', () => outcomeOf(box, idOf(token)) === 'pending');
    await box.startServer();
    expect(await post(box, 'confirm', { owner: 'home', token })).toMatchObject({ result: 'confirmed' });
  });

  test('because it hung for longer than any service takes is ended by the watch process, and its change undone', async () => {
    const before = essence(box);
    write(box, 'steps.json', { 'apply reloaded': 300 });
    const hung = apply(box, { seconds: 2, token });
    await until('it is saved', () => read(box, 'conf/config.xml').includes('home-1'));
    await pause(1000);
    expect(records(box)).toHaveLength(1);
    write(box, 'clock.json', { steady: 2000 });
    expect(await hung).toMatchObject({ result: 'failed' });
    await until('it is put back', () => records(box).length === 0);
    expect(essence(box)).toBe(before);
  });

  test.each([0, 60])(
    'is not what becomes of an apply (%i s to confirm) that is slow, while another waits',
    async (seconds) => {
      await apply(box, { seconds: 600, token });
      write(box, 'steps.json', { 'apply reloaded': 3 });
      const slow = apply(box, { owner: 'yard', seconds, reservations: [reservation('yard', 50)] });
      await until('it is saved', () => read(box, 'conf/config.xml').includes('yard-50'));
      write(box, 'clock.json', { steady: 200 });
      expect(await slow).toMatchObject({ result: 'applied' });
    },
  );

  test('that holds up an expired change of another owner is ended a minute later', async () => {
    await apply(box, { seconds: 2, token });
    write(box, 'steps.json', { 'apply reloaded': 300 });
    const slow = apply(box, { owner: 'yard', reservations: [reservation('yard', 50)] });
    await until('it is saved', () => read(box, 'conf/config.xml').includes('yard-50'));
    write(box, 'clock.json', { steady: 100 });
    expect(await slow).toMatchObject({ result: 'failed' });
    await until('both are put back', () => records(box).length === 0);
    expect(read(box, 'log/syslog.log')).toContain('should have been confirmed more than a minute ago');
  });

  test('while another apply waits for it lets that one go on', async () => {
    write(box, 'steps.json', { 'apply healthy': 'kill' });
    const body = JSON.stringify(applyBody(box, { seconds: 60, token }));
    const first = call(box, 'POST', 'apply', { body });
    await until('it is under way', () => records(box).length > 0);
    const second = await apply(box, { owner: 'yard', reservations: [reservation('yard', 50)] });
    expect((await first).body.result).toBe('failed');
    expect(['applied', 'conflict']).toContain(second.result);
    await until('it is put back', () => records(box).length === 0);
    expect(read(box, 'conf/config.xml')).not.toContain('home-1');
  });

  /** config.xml without what every save changes. */
  function essence(from: StandIn): string {
    return read(from, 'conf/config.xml')
      .replace(/\s*<owner_users>[^<]*<\/owner_users>|\s*<owners>[\s\S]*<\/owners>/g, '')
      .replace(/<revision>[\s\S]*/, '');
  }

  function hosts(from: StandIn): string {
    return read(from, 'var/dhcpd/etc/dhcpd.conf');
  }
});
