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
    expect(await get(box)).toMatchObject({
      pending: [],
      applies: [{ outcome: 'rolled_back', reason: expect.stringContaining('dns') }],
    });
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

describe('an undoing that goes back to what somebody else broke meanwhile', () => {
  const GOOD = '<ipaddr>192.168.1.9</ipaddr>';
  const BAD = '<ipaddr>192.168.1.999</ipaddr>';
  const THEIRS = `<staticmap><mac>02:00:00:00:00:77</mac>${BAD}<hostname>theirs</hostname></staticmap>`;
  let box: StandIn;
  let token: string;
  let pid: unknown;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn({ workers: 3 });
    token = newToken();
    await apply(box, { seconds: 60, token });
    ({ pid } = (await get(box)).dhcpd_health as { pid: unknown });
    expect(pid).toBeGreaterThan(1);
    services(box, true);
  });
  afterEach(() => box?.stop());

  const edit = (from: string, to: string): void => {
    const text = read(box, 'conf/config.xml');
    expect(text).toContain(from);
    write(box, 'conf/config.xml', text.replace(from, to));
  };
  const WORDS = [
    expect.stringContaining('dhcpd was not restarted'),
    expect.stringContaining('dhcpd/lan, reservation 1 (02:00:00:00:00:77, 192.168.1.999, "theirs")'),
    expect.stringContaining('has to mend it'),
    expect.stringContaining('dhcpd goes on'),
  ];

  test.each([
    ['asked for', 'rolled_back', () => post(box, 'rollback', { owner: 'home', token })],
    [
      'of its own',
      'expired',
      async () => {
        write(box, 'clock.json', { steady: 61 });
        await until('it is back', () => !read(box, 'conf/config.xml').includes('home-1'));
        await until('it is told', () => outcomeOf(box, idOf(token)) === 'expired');
        return undefined;
      },
    ],
  ])('puts config.xml back, leaves dhcpd running and says who must mend what, %s', async (_name, outcome, end) => {
    edit('</lan>\n    <opt1>\n      <enable>', `${THEIRS}</lan>\n    <opt1>\n      <enable>`);
    const answer = await end();

    expect(read(box, 'conf/config.xml')).not.toContain('home-1');
    for (const words of WORDS) {
      if (answer !== undefined) expect(answer).toMatchObject({ result: 'failed', message: words });
      expect((await get(box)).applies).toMatchObject([{ outcome, reason: words }]);
    }
    expect(services(box)).toEqual(['dns reload', 'interface neighbor configure']);
    expect((await get(box)).dhcpd_health).toMatchObject({ running: true, pid });
  });

  test('restarts dhcpd as soon as that is mended, with the neighbours after it', async () => {
    edit('</lan>\n    <opt1>\n      <enable>', `${THEIRS}</lan>\n    <opt1>\n      <enable>`);
    await post(box, 'rollback', { owner: 'home', token });
    services(box, true);
    write(box, 'clock.json', { steady: 15 });
    await until('it is tried again', () => services(box).length === 1);
    expect(records(box)).toHaveLength(1);

    edit(BAD, GOOD);
    services(box, true);
    write(box, 'clock.json', { steady: 45 });
    await until('it is reloaded', () => records(box).length === 0);
    expect(services(box)).toEqual(['dhcpd restart', 'interface neighbor configure']);
    expect(outcomeOf(box, idOf(token))).toBe('rolled_back');
  });
});
