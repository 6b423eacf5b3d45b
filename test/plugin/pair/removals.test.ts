import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apply, get, read, records, reservation, skipReason, until, write } from '../engine/support.js';
import { type Pair, shared, startPair } from './nodes.js';

const reason = await skipReason();
const MANAGED = { deny_unknown: true, static_arp: true, mask: '255.255.255.255' };
const REDIRECT = {
  descr: 'web [slash32:home:publish:1]',
  interface: 'opt1',
  protocol: 'tcp',
  destination_net: 'opt1ip',
  destination_port: '8443',
  target: '10.10.1.3',
  local_port: 443,
  sequence: 1,
};

describe('a removal reaches the peer', () => {
  let pair: Pair;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    pair = await startPair();
  });
  afterEach(() => pair?.stop());

  async function both(more: Record<string, unknown>) {
    const answer = await apply(pair.first, { more });
    expect(answer).toEqual(expect.objectContaining({ result: 'applied', notes: [] }));
    await until('it is pushed', () => records(pair.first, 'due').length === 0);
    expect(shared(pair.second)).toBe(shared(pair.first));
  }

  test('of the last reservation', async () => {
    await both({ segments: [{ interface: 'opt2', reservations: [reservation('home', 1, 'opt2')] }] });
    await both({ segments: [{ interface: 'opt2', reservations: [] }] });
    expect(read(pair.second, 'var/dhcpd/etc/dhcpd.conf')).not.toContain('home-1');
  });

  test('of deny unknown, static ARP and the mask of a segment that is released', async () => {
    await both({ segments: [{ interface: 'opt1', settings: MANAGED, reservations: [reservation('home', 1)] }] });
    expect(read(pair.second, 'staticarp')).toContain('em2');
    const gone = { deny_unknown: null, static_arp: null, mask: null };
    await both({ segments: [{ interface: 'opt1', settings: gone, reservations: [] }] });
    expect(read(pair.second, 'staticarp')).not.toContain('em2');
    expect(read(pair.second, 'var/dhcpd/etc/dhcpd.conf')).not.toContain('deny unknown-clients');
  });

  test('of the last alias, rule and destination NAT', async () => {
    await both({ redirects: [REDIRECT] });
    expect(read(pair.second, 'conf/config.xml')).toContain('slash32:home:publish');
    await both({ redirects: [] });
    expect(read(pair.second, 'conf/config.xml')).not.toContain('slash32:home:publish');
    // without it OPNsense's models go on with what they had in their cache
    expect(read(pair.second, 'conf/config.xml')).toMatch(/<Filter[^>]* persisted_at=/);
  });

  test('of everything that an interface had', async () => {
    await both({ segments: [{ interface: 'opt2', settings: { enabled: null, range: null } }] });
    expect(/<dhcpd>[\s\S]*<\/dhcpd>/.exec(read(pair.second, 'conf/config.xml'))?.[0]).not.toContain('opt2');
  });

  test('of DHCP as a whole ends the daemon there as here', async () => {
    for (const node of [pair.first, pair.second]) {
      const text = read(node, 'conf/config.xml').replace(/<dhcpd>\s*<lan>[\s\S]*?<\/lan>/, '<dhcpd>');
      write(node, 'conf/config.xml', text);
    }
    expect((await get(pair.second)).dhcpd_health).toMatchObject({ running: true });
    await both({ segments: [{ interface: 'opt1', settings: { static_arp: true } }] });
    expect(read(pair.second, 'staticarp')).toContain('em2');
    const off = { enabled: null, static_arp: null };
    await both({ segments: ['opt1', 'opt2'].map((id) => ({ interface: id, settings: off })) });
    // OPNsense itself leaves a device as it is where no DHCP is left
    expect(read(pair.second, 'staticarp')).not.toContain('em2');
    for (const node of [pair.first, pair.second])
      expect((await get(node)).dhcpd_health).toMatchObject({ expected: false, running: false });
  });
});
