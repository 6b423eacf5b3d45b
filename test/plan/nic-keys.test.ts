import { describe, expect, it } from 'vitest';
import type { Instance, Inventory, Nic } from '../../src/model/instance.js';
import type { PlanInput } from '../../src/plan/types.js';
import {
  applied,
  buildPlan,
  entry,
  forced,
  input,
  instance,
  inventory,
  nic,
  observed,
  settings,
  state,
} from './build.js';

const FILTERS = { mac: true, ipv4: false, ipv6: false, ipv4Address: undefined };
const OLD = { reaches: false, by: 'Incus 6.0.4', remedy: 'update Incus to 7.0.2, or 7.4 and later' };
const NEW = { reaches: true, by: 'Incus 7.0.2', remedy: 'update Incus to 7.0.2, or 7.4 and later' };

/** The plan of one NIC on the segment, with codes of what is said and left out. */
function planned(part: Partial<Nic>, more: Partial<Inventory> = {}, whole: Partial<Instance> = {}) {
  const plan = buildPlan(input({ inventory: inventory([instance('web', whole, part)], more) }));
  const [segment] = plan.segments;
  return {
    created: segment?.changes.flatMap((one) => (one.kind === 'reservation' ? [one.after?.address] : [])),
    leftOut: segment?.leftOut.map((one) => [one.nic, one.code, one.message]) ?? [],
    said: segment?.warnings.filter((one) => one.code !== 'dhcp-off').map((one) => [one.code, one.message]) ?? [],
    codes: segment?.warnings.map((one) => one.code) ?? [],
  };
}

describe('security.ipv4_filtering', () => {
  const pinned = { pinnedAddress: '10.2.0.20', filters: { ...FILTERS, ipv4: true, ipv4Address: '10.2.0.20' } };

  it.each<[string, Partial<Nic>, Partial<Inventory>, RegExp]>([
    [
      'without an address on the NIC',
      { filters: { ...FILTERS, ipv4: true } },
      { filteredDhcp: NEW },
      /without an ipv4\.address drops all its IPv4 and ARP/,
    ],
    ['of an Incus that drops what it asks', pinned, { filteredDhcp: OLD }, /^Incus 6\.0\.4 drops what it asks/],
    [
      'for another address than the one it asks for',
      { ...pinned, pinnedAddress: '10.2.0.21' },
      { filteredDhcp: NEW },
      /asks for 10\.2\.0\.21, and its security\.ipv4_filtering lets nothing pass but 10\.2\.0\.20/,
    ],
  ])('%s is an error on that NIC, and the others go on', (_, part, more, message) => {
    const plan = buildPlan(input({ inventory: inventory([instance('web', {}, part), instance('db')], more) }));
    expect(plan.segments[0]?.leftOut).toEqual([
      { segment: 'servers', nic: 'default/web/eth0', code: 'ipv4-filtering', message: expect.stringMatching(message) },
    ]);
    expect(plan.summary.create).toBe(1);
    expect(plan.unsafe).toEqual([]);
  });

  it('that works is said and welcome', () => {
    const { created, leftOut, said } = planned(pinned, { filteredDhcp: NEW });
    expect([created, leftOut]).toEqual([['10.2.0.20'], []]);
    expect(said).toEqual([
      ['ipv4-filtering', expect.stringMatching(/default\/web\/eth0 10\.2\.0\.20.*keeps them from taking/)],
    ]);
    expect(said[0]?.[1]).not.toContain('not known');
  });

  it('of an Incus whose version is not seen is said to be not known', () => {
    const { created, said } = planned(pinned);
    expect(created).toEqual(['10.2.0.20']);
    expect(said).toEqual([
      ['ipv4-filtering', expect.stringContaining('Whether they still reach DHCP is not known here')],
    ]);
  });

  it('keeps the reservation that such a NIC has', () => {
    const web = instance(
      'web',
      { uuid: '0000aaaa-0000-4000-8000-000000000000' },
      { mac: '10:66:6a:00:00:01', filters: { ...FILTERS, ipv4: true } },
    );
    const own = entry({
      mac: '10:66:6a:00:00:01',
      address: '10.2.0.20',
      hostname: 'web',
      description: 'web [slash32:home:default/web/eth0:0000aaaa]',
    });
    const plan = buildPlan(
      input({
        inventory: inventory([web]),
        observed: observed({ segments: [state('opt3', { reservations: [own] }), state('opt2')] }),
      }),
    );
    expect(plan.segments[0]).toMatchObject({ changes: [], unchanged: 1, leftOut: [{ code: 'ipv4-filtering' }] });
  });

  it('that lets nothing pass but another address than a foreign reservation gives is said', () => {
    const foreign = entry({ mac: '10:66:6a:00:00:01', address: '10.2.0.99', hostname: 'web' });
    const web = instance('web', {}, { ...pinned, mac: '10:66:6a:00:00:01' });
    const plan = buildPlan(
      input({
        inventory: inventory([web], { filteredDhcp: NEW }),
        observed: observed({ segments: [state('opt3', { reservations: [foreign] }), state('opt2')] }),
      }),
    );
    expect(plan.segments[0]?.warnings).toContainEqual({
      code: 'ipv4-filtering',
      message: expect.stringContaining(
        'default/web/eth0 has 10.2.0.99 by a foreign reservation, and can use 10.2.0.20 only',
      ),
    });
  });
});

describe('other keys of a NIC', () => {
  it('security.ipv6_filtering is said to need br_netfilter', () => {
    const { created, said } = planned({ filters: { ...FILTERS, ipv6: true } });
    expect(created).toHaveLength(1);
    expect(said).toEqual([['ipv6-filtering', expect.stringContaining('net.bridge.bridge-nf-call-ip6tables=1')]]);
  });

  it.each<[string, Partial<Nic>, string[]]>([
    ['missing is said', { filters: { ...FILTERS, mac: false } }, ['mac-filtering']],
    ['set is not', { filters: FILTERS }, []],
    ['that the source does not tell is not', {}, []],
  ])('security.mac_filtering %s', (_, part, codes) => {
    expect(planned(part).codes).toEqual(codes);
  });

  it('security.mac_filtering missing is said of an instance that asks to be left alone, too', () => {
    expect(planned({ filters: { ...FILTERS, mac: false } }, {}, { ignored: true }).codes).toContain('mac-filtering');
  });
});

describe('a NIC on VLANs of the bridge', () => {
  it.each<[string, Nic['vlans'], string]>([
    ['of its own', { untagged: '30', tagged: [] }, 'VLAN 30'],
    ['of its own and tagged', { untagged: '30', tagged: ['40', '50-59'] }, 'VLANs 30, 40, 50-59'],
    ['tagged only', { untagged: 'none', tagged: ['40'] }, 'VLAN 40'],
    ['nowhere', { untagged: 'none', tagged: [] }, 'no VLAN'],
  ])('%s does not stand on the untagged segment, and that is said', (_, vlans, words) => {
    const { created, leftOut, said } = planned({ vlans });
    expect([created, leftOut]).toEqual([[], []]);
    const hint = vlans?.untagged === '30' ? ' A segment of that bridge with their vlan would have them.' : '';
    expect(said).toContainEqual([
      'vlan',
      `1 NIC on servers does not stand on its untagged segment (default/web/eth0 ${words}), so no reservation here is for them.${hint}`,
    ]);
  });

  it('that only names tagged ones is left out, since the bridge decides about the rest', () => {
    const { created, leftOut } = planned({ vlans: { untagged: undefined, tagged: ['30'] } });
    expect(created).toEqual([]);
    expect(leftOut).toEqual([
      ['default/web/eth0', 'vlan', expect.stringContaining('joins VLAN 30 of servers by vlan.tagged')],
    ]);
  });

  it('that says that it stands on the untagged segment does, and is said to join the others', () => {
    const { created, said } = planned({ vlans: { untagged: '1', tagged: ['30'] } });
    expect(created).toHaveLength(1);
    expect(said).toEqual([['vlan', expect.stringContaining('(default/web/eth0 VLAN 30): they can carry packets')]]);
  });
});

describe('ports that are not isolated', () => {
  const open = { isolated: false };

  it.each<[string, Partial<Instance>]>([
    ['of an instance that is planned', {}],
    ['of one that asks to be left alone', { ignored: true }],
    ['of one that the configuration excludes', { name: 'left' }],
  ])('%s are said', (_, part) => {
    const plan = buildPlan(
      input({ settings: settings({ exclude: ['default/left'] }), inventory: inventory([instance('web', part, open)]) }),
    );
    expect(plan.segments[0]?.warnings).toContainEqual({
      code: 'not-isolated',
      message: expect.stringMatching(
        /^1 NIC can reach neighbours past the firewall.*One such port opens the whole segment/,
      ),
    });
  });

  it('are told from those of which it is not known, which are said too', () => {
    const unsure = instance('web', {}, { isolated: undefined });
    const plan = buildPlan(input({ inventory: inventory([unsure, instance('db')]) }));
    const said = plan.segments[0]?.warnings.filter(({ code }) => /^(not-isolated|isolation-unknown)$/.test(code));
    expect(said).toEqual([
      {
        code: 'isolation-unknown',
        message: expect.stringMatching(/^Whether the ports of 1 NIC are isolated is not known.*default\/web\/eth0/),
      },
    ]);
  });

  it('of a project that nobody asked for are said', () => {
    const others = [instance('far', { project: 'else' }, open)];
    const plan = buildPlan(input({ inventory: inventory([instance('web')], { others, allProjects: false }) }));
    expect(plan.segments[0]?.warnings.find((one) => one.code === 'not-isolated')?.message).toContain('else/far/eth0');
    expect(plan.summary.create).toBe(1);
  });
});

describe('a reservation whose NIC is gone', () => {
  const UUID = '0000aaaa-0000-4000-8000-000000000000';
  const own = entry({
    mac: '10:66:6a:00:00:01',
    address: '10.2.0.20',
    hostname: 'web',
    description: 'web [slash32:home:default/web/eth0:0000aaaa]',
  });
  const web = (part: Partial<Instance>): Instance => instance('web', { uuid: UUID, ...part });
  const eth0 = (part: Partial<Nic>): Nic => nic({ mac: '10:66:6a:00:00:01', ...part });

  it.each<[string, Instance[], string]>([
    ['with its instance', [], 'its instance is gone'],
    [
      'with its instance, whose name another one has elsewhere',
      [instance('web', { nics: [eth0({ network: 'attic' })] })],
      'its instance is gone',
    ],
    [
      'to a network that is no segment',
      [web({ nics: [eth0({ network: 'attic' })] })],
      'its NIC eth0 stands on attic now, which is no segment',
    ],
    ['and its instance is there', [web({ nics: [] })], 'its instance has no NIC eth0 on a bridge any more'],
    [
      'for one beside the bridge',
      [web({ nics: [], sideNics: [{ name: 'eth0', kind: 'macvlan', network: 'servers' }] })],
      'its NIC eth0 is of the kind macvlan now',
    ],
    [
      'with a rename',
      [instance('shop', { uuid: UUID, nics: [eth0({ network: 'attic' })] })],
      'its NIC eth0 stands on attic now, which is no segment',
    ],
  ])('goes %s, and the plan says where', (_, instances, why) => {
    const base = input({
      inventory: inventory(instances),
      observed: observed({ segments: [state('opt3', { reservations: [own] }), state('opt2')] }),
    });
    expect(buildPlan(forced(base)).segments[0]?.changes).toMatchObject([
      { action: 'retire', reason: expect.stringMatching(new RegExp(`^${why}; the reservation stays until`)) },
    ]);
    const at = settings({ retainSeconds: 0 });
    expect(buildPlan(forced({ ...base, settings: at })).segments[0]?.changes).toMatchObject([
      { action: 'delete', reason: why },
    ]);
  });
});

describe('a reservation that an older version gave to a NIC on a VLAN', () => {
  const UUID = '0000aaaa-0000-4000-8000-000000000000';
  const own = entry({
    mac: '10:66:6a:00:00:01',
    address: '10.2.0.20',
    hostname: 'web',
    description: 'web [slash32:home:default/web/eth0:0000aaaa]',
  });
  const standing = (part: Partial<PlanInput> = {}): PlanInput =>
    input({
      inventory: inventory([
        instance('web', { uuid: UUID }, { mac: '10:66:6a:00:00:01', vlans: { untagged: '30', tagged: [] } }),
      ]),
      observed: observed({ segments: [state('opt3', { reservations: [own] }), state('opt2')] }),
      settings: settings({ retainSeconds: 0 }),
      ...part,
    });

  it('stays until somebody says yes, and is shown', () => {
    const plan = buildPlan(standing());
    expect([plan.segments[0]?.changes, plan.unsafe]).toEqual([[], []]);
    expect(plan.segments[0]?.warnings).toContainEqual({
      code: 'new-rule',
      message: expect.stringMatching(
        /^1 reservation of NICs on a VLAN of servers stay \(default\/web\/eth0\).*--accept-new --segment servers$/,
      ),
    });
  });

  it('goes with that yes, and the next one is not asked about', () => {
    const asked = standing({ acceptNew: true });
    const plan = buildPlan(asked);
    expect(plan.segments[0]?.changes).toMatchObject([
      {
        action: 'delete',
        rule: 'vlan-nics',
        reason: 'its NIC eth0 stands on VLAN 30 of servers now, not on the untagged segment',
      },
    ]);
    const { ledger } = applied(asked, plan);
    expect(ledger.accepted).toMatchObject([{ interface: 'opt3', rule: 'vlan-nics' }]);
    expect(buildPlan(standing({ ledger })).segments[0]?.changes).toMatchObject([{ action: 'delete' }]);
  });
});

describe('an empty protect', () => {
  const closing = (manage: 'static_arp' | 'deny_unknown', protect: readonly string[]) => {
    const base = settings({ protect });
    const segments = base.segments.map((one) =>
      one.name === 'edge' ? { ...one, manage: [...one.manage, manage] } : one,
    );
    return buildPlan(input({ settings: { ...base, segments } })).warnings.filter(
      (one) => one.code === 'nobody-protected',
    );
  };

  it.each(['static_arp', 'deny_unknown'] as const)('is named while %s is asked for', (manage) => {
    expect(closing(manage, [])).toMatchObject([
      { message: expect.stringMatching(/^protect is empty, .*asked for on edge:/) },
    ]);
    expect(closing(manage, ['10.9.0.1'])).toEqual([]);
  });

  it('is not named where nothing closes', () => {
    expect(buildPlan(input()).warnings).toEqual([]);
  });
});
