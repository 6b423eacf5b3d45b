import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { apply, get, newToken, post, read, records, services, skipReason, write } from './support.js';

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

  test('is left alone when the setting does not ask for it', async () => {
    write(box, 'conf/config.xml', read(box, 'conf/config.xml').replace('<ha_push>1<', '<ha_push>0<'));
    await apply(box, { seconds: 60, token });
    expect(await confirm()).toEqual({ result: 'confirmed', peer: null });
    expect(services(box).filter((one) => one.startsWith('system ha'))).toEqual([]);
  });
});
