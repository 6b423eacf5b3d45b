import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import {
  apply,
  get,
  idOf,
  newToken,
  post,
  read,
  records,
  reservation,
  services,
  skipReason,
  until,
  write,
} from './support.js';

const reason = await skipReason();
const PUSH = ['system ha exec exec_sync', 'system ha exec reload_templates', 'system ha exec restart dhcpd'];
const DOWN = JSON.stringify({ status: 'error', message: 'fetch error. remote host down? (10.0.0.3)' });

describe('the peer of a pair', () => {
  let box: StandIn;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
    token = newToken();
    const config = read(box, 'conf/config.xml')
      .replace('<ha_push>0<', '<ha_push>1<')
      .replace('<theme>', '<hasync><synchronizetoip>https://10.0.0.3:8443</synchronizetoip></hasync><theme>');
    write(box, 'conf/config.xml', config);
  });
  afterEach(() => box?.stop());

  const confirm = () => post(box, 'confirm', { owner: 'home', token });

  test('is named in the state', async () => {
    expect((await get(box)).peer).toBe('10.0.0.3');
  });

  test('gets the change after it was confirmed, and not before', async () => {
    await apply(box, { seconds: 60, token });
    expect(services(box, true).filter((one) => one.startsWith('system ha'))).toEqual([]);
    expect(await confirm()).toEqual({ result: 'confirmed', peer: { pushed: true, message: '' } });
    expect(services(box)).toEqual(PUSH);
  });

  test.each([
    ['is down', 'system ha exec restart dhcpd', DOWN],
    ['cannot be synchronised', 'system ha exec exec_sync', ''],
  ])('that %s is reported, and the change is kept here', async (_name, command, answer) => {
    await apply(box, { seconds: 60, token });
    write(box, 'control.json', { [command]: { answer } });
    const confirmed = await confirm();
    expect(confirmed).toMatchObject({ result: 'confirmed', peer: { pushed: false } });
    expect(JSON.stringify(confirmed.peer)).toContain('kept on this firewall');
    expect(records(box)).toEqual([]);
    expect((await get(box)).applies).toMatchObject([{ outcome: 'confirmed', peer: { pushed: false } }]);
    expect(read(box, 'log/syslog.log')).toContain('the peer did not take it');
  });

  test('gets a change that needs no confirmation at once; its failure is a note', async () => {
    write(box, 'control.json', { 'system ha exec': { answer: DOWN } });
    const answer = await apply(box);
    expect(answer).toMatchObject({ result: 'applied' });
    expect(answer.notes).toEqual([expect.stringContaining('remote host down')]);
  });

  test.each(['rollback', 'expiry'])(
    'that got an unconfirmed change along with another gets what is here again after its %s',
    async (how) => {
      await apply(box, { seconds: how === 'expiry' ? 3 : 60, token });
      const yard = { owner: 'yard', reservations: [reservation('yard', 50)] };
      const answer = await apply(box, yard);
      expect(answer.notes).toEqual([
        expect.stringContaining(`change ${idOf(token)} of home, which nobody has confirmed`),
      ]);
      services(box, true);
      if (how === 'rollback') expect(await post(box, 'rollback', { owner: 'home', token })).toMatchObject({ left: [] });
      await until('it is undone', () => records(box).length === 0);
      const pushes = () => services(box).filter((one) => one.startsWith('system ha'));
      await until('it is pushed', () => pushes().length === PUSH.length);
      await until('it is noted', () => read(box, 'conf/slash32/history.jsonl').includes('pushed again'));
      expect(pushes()).toEqual(PUSH);
      expect(services(box).indexOf('dhcpd restart')).toBeLessThan(services(box).indexOf('system ha exec exec_sync'));
      expect(records(box, 'due')).toEqual([]);
    },
  );

  test('that did not get it gets nothing after it was undone', async () => {
    await apply(box, { seconds: 60, token });
    services(box, true);
    await post(box, 'rollback', { owner: 'home', token });
    expect(services(box).filter((one) => one.startsWith('system ha'))).toEqual([]);
  });

  test('is left alone when the setting does not ask for it', async () => {
    write(box, 'conf/config.xml', read(box, 'conf/config.xml').replace('<ha_push>1<', '<ha_push>0<'));
    await apply(box, { seconds: 60, token });
    expect(await confirm()).toEqual({ result: 'confirmed', peer: null });
    expect(services(box).filter((one) => one.startsWith('system ha'))).toEqual([]);
  });
});
