import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  apply,
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
} from '../engine/support.js';
import { addAliasByHand, ha, lead, type Pair, pay, shared, startPair } from './nodes.js';

const reason = await skipReason();
const EXPIRES = 3;

/** Where the process on the first node dies, in which call, and whether the change stands there afterwards. */
const STEPS: readonly (readonly [string, 'apply' | 'kept' | 'confirm' | 'rollback' | 'expiry', boolean])[] = [
  ['apply saved', 'apply', false],
  ['apply reloaded', 'apply', false],
  ['apply settled', 'kept', true],
  ['confirm settled', 'confirm', true],
  ['undo saved', 'rollback', false],
  ['undo reloaded', 'rollback', false],
  ['undo saved', 'expiry', false],
];

describe('a failover', () => {
  let pair: Pair;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    token = newToken();
    pair = await startPair();
  });
  afterEach(() => pair?.stop());

  test.each(STEPS)('when the process dies at "%s" (%s) has nothing sent afterwards', async (step, call, stands) => {
    const seconds = { apply: 60, kept: 0, confirm: 60, rollback: 60, expiry: EXPIRES }[call];
    if (call === 'apply' || call === 'kept') write(pair.first, 'steps.json', { [step]: 'kill' });
    await apply(pair.first, { seconds, token });
    if (call === 'apply' || call === 'kept') lead(pair, 'second');
    else {
      write(pair.first, 'steps.json', { [step]: 'kill' });
      lead(pair, 'second');
      if (call !== 'expiry') await post(pair.first, call, { owner: 'home', token });
    }
    addAliasByHand(pair.second, 'by_hand');
    const before = shared(pair.second);
    await until('it has died', () => read(pair.first, 'steps.json') === '{}');
    // as cron does every minute
    await pay(pair.first);
    await until('it is settled', () => records(pair.first).length === 0);
    await pay(pair.first);
    expect(services(pair.first)).not.toContain('system ha exec exec_sync');
    expect(shared(pair.second)).toBe(before);
    expect(read(pair.first, 'conf/config.xml').includes('home-1')).toBe(stands);
    const owed = stands ? [{ owner: 'home', what: 'kept', code: 'backup' }] : [];
    expect((await ha(pair.first)).debts).toMatchObject(owed);
  });

  test('is not what a change of another owner that waits is confirmed by, and the answer names it', async () => {
    await apply(pair.first, { seconds: 60, token });
    const other = newToken();
    const yard = { owner: 'yard', reservations: [reservation('yard', 50)] };
    await apply(pair.first, { ...yard, seconds: 60, token: other });
    const answer = await post(pair.first, 'confirm', { owner: 'yard', token: other });
    const along = expect.stringContaining(`change ${idOf(token)} of home, which nobody has confirmed`);
    expect(answer).toMatchObject({ result: 'confirmed', peer: { pushed: true, notes: [along] } });
    expect((await ha(pair.second)).unwatched).toMatchObject([{ id: idOf(token), owner: 'home' }]);
    await post(pair.first, 'rollback', { owner: 'home', token });
    await until('it is paid', () => records(pair.first, 'due').length === 0);
    expect(read(pair.second, 'conf/config.xml')).not.toContain('home-1');
    expect((await ha(pair.second)).unwatched).toEqual([]);
  });
});
