import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import {
  apply,
  get,
  idOf,
  newToken,
  outcomeOf,
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
const DNS_FAILS = { 'dns reload': { answer: 'Error (1)\n\n' } };

describe('an undoing after which a service does not reload', () => {
  let box: StandIn;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn({ workers: 3 });
    token = newToken();
    await apply(box, { seconds: 60, token });
  });
  afterEach(() => box?.stop());

  const end = (verb: string) => post(box, verb, { owner: 'home', token });
  /** Lets the pause before the next try be over, without touching the time to confirm of others. */
  const later = () => write(box, 'clock.json', { steady: 15 });

  test('is answered with what is back and what is not, and reloaded again until it succeeds', async () => {
    write(box, 'control.json', DNS_FAILS);
    const answer = await end('rollback');
    expect(answer).toMatchObject({ result: 'failed', message: expect.stringContaining('config.xml is back') });
    expect(answer.message).toContain('dns');
    expect(read(box, 'conf/config.xml')).not.toContain('home-1');
    expect(records(box)).toHaveLength(1);
    write(box, 'control.json', {});
    services(box, true);
    later();
    await until('it is reloaded', () => records(box).length === 0);
    expect(services(box)).toEqual(['dns reload']);
    expect(outcomeOf(box, idOf(token))).toBe('rolled_back');
  });

  test('is not tried again at once, but after a pause', async () => {
    write(box, 'control.json', { 'dhcpd restart': { answer: '' } });
    await end('rollback');
    const count = () => read(box, 'log/syslog.log').split('not everything was reloaded').length - 1;
    expect(count()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(count()).toBe(1);
    later();
    await until('it is tried again', () => count() === 2);
  });

  test('leaves no firewall without DHCP once DHCP can run again', async () => {
    write(box, 'dhcpd.broken', 'dead');
    expect(await end('rollback')).toMatchObject({ result: 'failed', message: expect.stringContaining('dhcpd') });
    expect((await get(box)).dhcpd_health).toMatchObject({ expected: true, running: false });
    rmSync(join(box.folder, 'dhcpd.broken'));
    later();
    await until('it is reloaded', () => records(box).length === 0);
    expect((await get(box)).dhcpd_health).toMatchObject({ running: true });
  });

  test('can neither be confirmed any more, nor keeps its owner or another from working, nor undoes what they do', async () => {
    write(box, 'control.json', DNS_FAILS);
    await end('rollback');
    expect(await end('confirm')).toEqual({ result: 'already', outcome: 'rolled_back' });
    expect(await apply(box)).toMatchObject({ result: 'applied' });
    const yard = { owner: 'yard', reservations: [reservation('yard', 50)] };
    expect(await apply(box, yard)).toMatchObject({ result: 'applied' });
    write(box, 'control.json', {});
    later();
    await until('it is reloaded', () => records(box).length === 0);
    expect(read(box, 'conf/config.xml')).toContain('home-1');
    expect(read(box, 'conf/config.xml')).toContain('yard-50');
  });
});
