import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  apply,
  get,
  idOf,
  newToken,
  post,
  read,
  records,
  services,
  skipReason,
  until,
  write,
} from '../engine/support.js';
import { ha, type Pair, type PairOptions, pay, shared, startPair } from './nodes.js';

const reason = await skipReason();
const RULE = {
  descr: 'web [slash32:home:rule:1]',
  interface: 'opt1',
  action: 'pass',
  protocol: 'TCP',
  source_net: 'any',
  destination_net: '10.10.1.3',
  destination_port: '443',
  sequence: 1000,
};

describe('a push to the peer', () => {
  let pair: Pair;
  let token: string;

  beforeEach(({ skip }) => {
    skip(reason !== undefined, reason);
    token = newToken();
  });
  afterEach(() => pair?.stop());

  async function confirmed(options: PairOptions = {}, prepare: () => void = () => {}) {
    pair = await startPair(options);
    prepare();
    expect(await apply(pair.first, { seconds: 60, token })).toMatchObject({ result: 'applied' });
    return post(pair.first, 'confirm', { owner: 'home', token });
  }

  test('that arrived is told as such once the other node was read', async () => {
    expect(await confirmed()).toMatchObject({ result: 'confirmed', peer: { pushed: true, code: 'done' } });
    expect(shared(pair.second)).toBe(shared(pair.first));
    expect(read(pair.second, 'var/dhcpd/etc/dhcpd.conf')).toContain('home-1');
    expect(await ha(pair.first)).toMatchObject({ role: 'master', missing: [], debts: [], unwatched: [] });
    expect(await ha(pair.second)).toMatchObject({ role: 'backup', debts: [], unwatched: [] });
    expect((await get(pair.first)).applies).toMatchObject([{ outcome: 'confirmed', peer: { pushed: true } }]);
  });

  test.each<[string, string, PairOptions, RegExp]>([
    ['a wrong password', 'login', { password: 'wrong' }, /refused the login/],
    ['a user without the privilege', 'login', { withoutPrivilege: true }, /does not let that user synchronise/],
    ['no peer in the settings', 'no-peer', { hasPeer: false }, /names no peer/],
    ['no items in the settings', 'items', { items: '' }, /chooses nothing/],
    ['a peer that nobody ever synchronised', 'changed-there', { isNew: true }, /never synchronised/],
    ['only some items', 'items', { items: 'dhcpd' }, /slash32 is not chosen/],
  ])('with %s is no success', async (_name, code, options, words) => {
    const answer = await confirmed(options);
    expect(answer).toMatchObject({ result: 'confirmed', peer: { pushed: false, code } });
    expect((answer.peer as { message: string }).message).toMatch(words);
    expect((await ha(pair.first)).debts).toMatchObject([{ id: idOf(token), owner: 'home', what: 'kept', code }]);
    expect((await get(pair.first)).applies).toMatchObject([{ peer: { pushed: false, code } }]);
  });

  test('to a peer that is not there is no success, and is made up for later', async () => {
    pair = await startPair();
    await apply(pair.first, { seconds: 60, token });
    await pair.second.killServer();
    const answer = await post(pair.first, 'confirm', { owner: 'home', token });
    expect(answer).toMatchObject({ peer: { pushed: false, code: 'unreachable' } });
    await pair.second.startServer();
    await pay(pair.first);
    expect(records(pair.first, 'due')).toEqual([]);
    expect(shared(pair.second)).toBe(shared(pair.first));
    expect((await get(pair.first)).applies).toMatchObject([{ peer: { pushed: true, code: 'done' } }]);
  });

  test('to a peer without the plugin says that nobody read what arrived', async () => {
    const answer = await confirmed({}, () => write(pair.second, 'no-plugin', ''));
    expect(answer).toMatchObject({ peer: { pushed: false, code: 'no-plugin' } });
    expect((answer.peer as { message: string }).message).toMatch(/dhcpd has been restarted/);
  });

  test('to a peer without ISC DHCP says that it hands out nothing', async () => {
    const answer = await confirmed({}, () =>
      rmSync(join(pair.second.folder, 'usr/local/etc/inc/plugins.inc.d/dhcpd.inc')),
    );
    expect(answer).toMatchObject({ peer: { pushed: false, code: 'no-dhcpd' } });
  });

  test('to a peer whose dhcpd dies of it says so', async () => {
    const answer = await confirmed({}, () => write(pair.second, 'dhcpd.broken', 'dead'));
    expect(answer).toMatchObject({ peer: { pushed: false, code: 'dhcpd' } });
  });

  test('to a peer with an entry that its dhcpd refuses leaves that dhcpd running', async () => {
    const answer = await confirmed({}, () => {
      const map = '<staticmap><mac>10:66:6a:00:00:zz</mac><ipaddr>192.168.1.9</ipaddr></staticmap>';
      const text = read(pair.second, 'conf/config.xml').replace(
        '<dhcpd>',
        `<dhcpd><opt3><enable>1</enable>${map}</opt3>`,
      );
      write(pair.second, 'conf/config.xml', text);
    });
    expect(answer).toMatchObject({ peer: { pushed: false, code: 'dhcpd' } });
    expect(services(pair.second)).not.toContain('dhcpd restart');
  });

  test('that is slow does not hold the confirmation up', async () => {
    pair = await startPair();
    await apply(pair.first, { seconds: 60, token });
    write(pair.second, 'control.json', { 'slash32 peer': { sleep: 8 } });
    const answer = await post(pair.first, 'confirm', { owner: 'home', token });
    expect(answer).toMatchObject({ result: 'confirmed', peer: { pushed: false, code: 'open', open: true } });
    write(pair.second, 'control.json', {});
    await until('the peer has taken it', () => records(pair.first, 'due').length === 0);
    expect((await get(pair.first)).applies).toMatchObject([{ peer: { pushed: true, code: 'done' } }]);
  });

  test('with the two items that DHCP alone needs names those that a policy needs', async () => {
    pair = await startPair({ items: 'slash32,dhcpd' });
    const answer = await apply(pair.first, { more: { rules: [RULE] } });
    expect(answer.notes).toEqual([expect.stringMatching(/got only a part: rules, categories are not chosen/)]);
    expect((await ha(pair.first)).missing).toEqual(['rules', 'categories']);
  });

  test('takes everything along that slash32 writes', async () => {
    pair = await startPair();
    const answer = await apply(pair.first, { more: { rules: [RULE] } });
    expect(answer).toMatchObject({ result: 'applied', notes: [] });
    expect(shared(pair.second)).toBe(shared(pair.first));
    expect(read(pair.second, 'conf/config.xml')).toContain('web [slash32:home:rule:1]');
  });
});
