import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  apply,
  get,
  newToken,
  php,
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
const SYNC = join(import.meta.dirname, 'synchronise.php');
const PUSH = 'system ha exec exec_sync';
describe('a node that became backup', () => {
  let pair: Pair;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    token = newToken();
    pair = await startPair();
    await apply(pair.first, { owner: 'yard', reservations: [reservation('yard', 50)] });
    await until('the first push is done', () => records(pair.first, 'due').length === 0);
    services(pair.first, true);
  });
  afterEach(() => pair?.stop());

  const pushes = () => services(pair.first).filter((one) => one === PUSH);

  test('keeps a confirmed change, sends nothing, and names what it owes', async () => {
    await apply(pair.first, { seconds: 60, token });
    lead(pair, 'second');
    addAliasByHand(pair.second, 'by_hand');
    const answer = await post(pair.first, 'confirm', { owner: 'home', token });
    expect(answer).toMatchObject({ result: 'confirmed', peer: { pushed: false, code: 'backup' } });
    expect(JSON.stringify(answer.peer)).toMatch(/it lacks the reservation of 10\.10\.1\.3/);
    await pay(pair.first);
    expect(pushes()).toEqual([]);
    expect(read(pair.second, 'conf/config.xml')).toContain('by_hand');
    expect(await ha(pair.first)).toMatchObject({
      role: 'backup',
      debts: [{ owner: 'home', what: 'kept', code: 'backup' }],
    });
  });

  test.each(['rollback', 'expiry', 'boot'])('sends nothing after a %s', async (how) => {
    await apply(pair.first, { seconds: how === 'expiry' ? 3 : 60, token });
    lead(pair, 'second');
    const before = shared(pair.second);
    if (how === 'rollback') await post(pair.first, 'rollback', { owner: 'home', token });
    if (how === 'boot') {
      await pair.first.killServer();
      write(pair.first, 'var/run/slash32.boot', '');
      await pair.first.startServer();
      await post(pair.first, 'rollback', { owner: 'home', token });
    }
    await until('it is undone', () => records(pair.first).length === 0);
    await pay(pair.first);
    expect(pushes()).toEqual([]);
    expect(shared(pair.second)).toBe(before);
    // it was read there that the other one has the same
    expect((await ha(pair.first)).debts).toEqual([]);
  });

  test('is not written, on no interface, unless a person means it', async () => {
    lead(pair, 'second');
    const refused = await apply(pair.first, { interface: 'opt2', reservations: [reservation('home', 1, 'opt2')] });
    expect(refused).toMatchObject({ result: 'refused', code: 'backup_node' });
    const more = { on_backup: true };
    expect(await apply(pair.first, { more })).toMatchObject({ result: 'applied' });
  });

  test('does not overwrite what was saved on the other one while that was master', async () => {
    lead(pair, 'second');
    addAliasByHand(pair.second, 'by_hand');
    const yard = { owner: 'yard', reservations: [{ ...reservation('yard', 50), at: 0 }, reservation('yard', 51)] };
    expect(await apply(pair.second, yard)).toMatchObject({ result: 'applied' });
    lead(pair, 'first');
    const answer = await apply(pair.first, { seconds: 60, token });
    expect(answer).toMatchObject({ result: 'applied' });
    const confirmed = await post(pair.first, 'confirm', { owner: 'home', token });
    expect(confirmed).toMatchObject({ peer: { pushed: false, code: 'changed-there' } });
    expect(JSON.stringify(confirmed.peer)).toMatch(/slash32 sync by yard|root@10\.0\.0\.9/);
    await pay(pair.first);
    expect(pushes()).toEqual([]);
    expect(read(pair.second, 'conf/config.xml')).toContain('by_hand');
    expect(read(pair.second, 'conf/config.xml')).toContain('n51 [');
    expect((await ha(pair.second)).debts).toMatchObject([{ owner: 'yard', code: 'no-peer' }]);
  });

  test('is told to be paid once the other one has the same', async () => {
    lead(pair, 'second');
    const yard = { owner: 'yard', reservations: [{ ...reservation('yard', 50), at: 0 }, reservation('yard', 51)] };
    await apply(pair.second, yard);
    expect((await ha(pair.second)).debts).toMatchObject([{ owner: 'yard', code: 'no-peer' }]);
    lead(pair, 'first');
    await apply(pair.first, yard);
    await pay(pair.first);
    expect((await ha(pair.second)).debts).toEqual([]);
  });

  test('owes nothing any more once the master was given the same', async () => {
    await apply(pair.first, { seconds: 60, token });
    lead(pair, 'second');
    await post(pair.first, 'confirm', { owner: 'home', token });
    await apply(pair.second);
    await pay(pair.first);
    expect((await ha(pair.first)).debts).toEqual([]);
    expect(pushes()).toEqual([]);
  });

  test('pays when it is master again', async () => {
    await apply(pair.first, { seconds: 60, token });
    lead(pair, 'second');
    await post(pair.first, 'confirm', { owner: 'home', token });
    lead(pair, 'first');
    await pay(pair.first);
    expect((await ha(pair.first)).debts).toEqual([]);
    expect(shared(pair.second)).toBe(shared(pair.first));
  });

  test('pushes nothing while both call themselves master', async () => {
    lead(pair, 'both');
    const answer = await apply(pair.first);
    expect(answer.notes).toEqual([expect.stringContaining('Both firewalls call themselves master')]);
    expect(pushes()).toEqual([]);
  });
});

describe('what waits when somebody synchronises by hand', () => {
  let pair: Pair;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    token = newToken();
    pair = await startPair();
  });
  afterEach(() => pair?.stop());

  const synchronise = () => php(pair.first, SYNC);

  test('is live on the other node without a watch, and its state says so', async () => {
    await apply(pair.first, { seconds: 60, token });
    await synchronise();
    expect((await ha(pair.second)).unwatched).toMatchObject([{ owner: 'home' }]);
    lead(pair, 'second');
    expect(await post(pair.second, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'failed' });
    expect(await post(pair.second, 'confirm', { owner: 'home', token })).toMatchObject({ result: 'confirmed' });
    expect((await ha(pair.second)).unwatched).toEqual([]);
  });

  test.each(['rollback', 'expiry'])('is taken away there after its %s', async (how) => {
    await apply(pair.first, { seconds: how === 'expiry' ? 5 : 60, token });
    await synchronise();
    expect(read(pair.second, 'conf/config.xml')).toContain('home-1');
    if (how === 'rollback') await post(pair.first, 'rollback', { owner: 'home', token });
    await until('it is undone', () => records(pair.first).length === 0);
    await until('it is paid', () => records(pair.first, 'due').length === 0);
    expect(read(pair.second, 'conf/config.xml')).not.toContain('home-1');
    expect(read(pair.second, 'var/dhcpd/etc/dhcpd.conf')).not.toContain('home-1');
    expect(shared(pair.second)).toBe(shared(pair.first));
    expect((await ha(pair.second)).unwatched).toEqual([]);
  });

  test('is told in the history of a node that does not push by itself', async () => {
    const config = read(pair.first, 'conf/config.xml');
    write(pair.first, 'conf/config.xml', config.replace('<ha_push>1<', '<ha_push>0<'));
    await apply(pair.first, { seconds: 60, token });
    await synchronise();
    await post(pair.first, 'rollback', { owner: 'home', token });
    await until('it is told', () => records(pair.first, 'due').length === 0);
    const [entry] = (await get(pair.first)).applies as { notes: string[] }[];
    expect(entry?.notes.join(' ')).toMatch(/does not have what stands here.*Synchronize/);
  });
});
