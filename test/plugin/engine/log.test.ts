import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { apply, newToken, post, read, reservation, skipReason } from './support.js';

const reason = await skipReason();

describe('the log of the firewall', () => {
  let box: StandIn;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
  });
  afterEach(() => box?.stop());

  const refusals = () =>
    read(box, 'log/syslog.log')
      .split('\n')
      .filter((line) => line.includes('Refused'));

  test('names code, owner, user, address and the first error of an apply that was refused', async () => {
    await apply(box, { interface: 'lan' });
    expect(refusals()).toEqual([
      expect.stringMatching(/slash32 warning: Refused \(scope\): apply of home by slash32@127\.0\.0\.1\. .*lan/),
    ]);
  });

  test('names a confirm that was refused, and never its token', async () => {
    const token = newToken();
    await apply(box, { seconds: 60, token });
    await post(box, 'confirm', { owner: 'other', token });
    expect(refusals()).toEqual([expect.stringContaining('Refused (owner): confirm of other by slash32@127.0.0.1.')]);
    expect(read(box, 'log/syslog.log')).not.toContain(token);
  });

  test('gets one short line, whatever the caller wrote', async () => {
    const hostname = `a\nJan 1 fw sshd: root logged in\u0000${'x'.repeat(5000)}`;
    await apply(box, { reservations: [{ ...reservation('home', 1), hostname }] });
    await post(box, 'apply', { owner: ['x'] });
    expect(refusals()).toHaveLength(2);
    for (const line of refusals()) expect(Buffer.byteLength(line)).toBeLessThan(500);
    expect(
      read(box, 'log/syslog.log')
        .split('\n')
        .filter((line) => line.startsWith('Jan')),
    ).toEqual([]);
  });

  test('has nothing to say about an apply that was not refused', async () => {
    await apply(box);
    expect(refusals()).toEqual([]);
  });
});
