import { describe, expect, it } from 'vitest';
import type { Observed } from '../../src/model/firewall.js';
import type { Instance } from '../../src/model/instance.js';
import type { ManageStep, SegmentState } from '../../src/model/segment.js';
import type { PlanInput } from '../../src/plan/types.js';
import {
  actions,
  applied,
  buildPlan,
  EDGE,
  entry,
  FULL,
  firewallInterface,
  input,
  instance,
  inventory,
  nic,
  observed,
  SERVERS,
  settings,
  state,
} from './build.js';

function managing(
  manage: readonly ManageStep[],
  part: Partial<SegmentState> = {},
  seen: Partial<Observed> = {},
): PlanInput {
  return input({
    settings: settings({ segments: [{ ...SERVERS, manage }] }),
    inventory: inventory([instance('web')]),
    observed: observed({
      segments: [state('opt3', { range: { from: '10.2.0.100', to: '10.2.0.199' }, ...part })],
      ...seen,
    }),
  });
}

function settingsOf(scene: PlanInput) {
  return actions(buildPlan(scene)).filter((one) => one.endsWith(' opt3'));
}

function stateAfter(scene: PlanInput): SegmentState | undefined {
  return applied(scene, buildPlan(scene)).observed.segments[0];
}

describe('what a segment manages', () => {
  it.each<[string, readonly ManageStep[], string[]]>([
    ['reservations', ['reservations'], []],
    ['mask', ['reservations', 'mask'], ['mask opt3']],
    ['deny_unknown', ['reservations', 'deny_unknown'], ['range opt3', 'deny_unknown opt3', 'mac_allow opt3']],
    ['static_arp', ['reservations', 'static_arp'], ['static_arp opt3']],
    ['everything', FULL, ['mask opt3', 'range opt3', 'deny_unknown opt3', 'mac_allow opt3', 'static_arp opt3']],
  ])('%s touches just its settings', (_, manage, expected) => {
    expect(settingsOf(managing(manage))).toEqual(expected);
  });

  it('brings a fresh interface to the full state of the design', () => {
    expect(stateAfter(managing(FULL, { enabled: false, range: undefined }))).toMatchObject({
      enabled: true,
      range: { from: '10.2.0.254', to: '10.2.0.254' },
      mask: '255.255.255.255',
      denyUnknown: true,
      macAllow: '02:00:00:00:00:00',
      staticArp: 'on',
    });
  });

  it('mends an option 1 of a type that no client understands', () => {
    expect(stateAfter(managing(['reservations', 'mask'], { mask: 'invalid' }))?.mask).toBe('255.255.255.255');
  });

  it('mends static ARP that was written so that the interface goes dark', () => {
    expect(stateAfter(managing(['reservations', 'static_arp'], { staticArp: 'dark' }))?.staticArp).toBe('on');
  });

  it('says that reservations wait while DHCP is off and deny_unknown is not managed', () => {
    const plan = buildPlan(managing(['reservations'], { enabled: false }));

    expect(plan.segments[0]?.warnings.map((one) => one.code)).toContain('dhcp-off');
    expect(settingsOf(managing(['reservations'], { enabled: false }))).toEqual([]);
  });

  it('refuses the closed range where a reservation already stands', () => {
    const taken = { reservations: [entry({ mac: '00:00:00:00:00:99', address: '10.2.0.254' })] };

    expect(buildPlan(managing(FULL, taken)).segments[0]?.error?.code).toBe('range-address');
  });

  it.each([
    ['its address', '10.2.0.1'],
    ['a virtual one', '10.2.0.5'],
  ])("refuses the closed range on the firewall's own address: %s", (_what, rangeAddress) => {
    const virtualIps = [{ address: '10.2.0.5', mode: 'alias' as const }];
    const plan = buildPlan(
      input({
        settings: settings({ segments: [{ ...SERVERS, manage: FULL, rangeAddress }] }),
        observed: observed({ interfaces: [firewallInterface('opt3', '10.2.0.1', { virtualIps })] }),
      }),
    );

    expect(plan.segments[0]?.error).toMatchObject({
      code: 'range-address',
      message: expect.stringContaining(rangeAddress),
    });
    expect(plan.segments[0]?.changes).toEqual([]);
  });
});

describe('going back', () => {
  const before = {
    range: { from: '10.2.0.100', to: '10.2.0.199' },
    denyUnknown: false,
    macAllow: '00:16:3e',
    mask: '255.255.255.128',
  };

  it('restores each setting that slash32 changed once its step leaves manage', () => {
    const start = managing(FULL, before);
    const full = applied(start, buildPlan(start));
    const narrowed = { ...full, settings: settings({ segments: [SERVERS] }) };

    const back = applied(narrowed, buildPlan(narrowed));

    expect(back.observed.segments[0]).toMatchObject({ ...before, staticArp: 'off', enabled: true });
    expect(back.ledger.originals).toEqual([]);
  });

  it('touches nothing that slash32 never changed', () => {
    expect(
      settingsOf(managing(['reservations'], { staticArp: 'on', denyUnknown: true, mask: '255.255.255.255' })),
    ).toEqual([]);
  });

  it('remembers the first value, whatever happened in between', () => {
    const start = managing(['reservations', 'mask'], { mask: undefined });
    const managed = applied(start, buildPlan(start));
    const drifted = { ...managed, observed: observed({ segments: [state('opt3', { mask: '255.0.0.0' })] }) };
    const again = applied(drifted, buildPlan(drifted));
    const narrowed = { ...again, settings: settings({ segments: [SERVERS] }) };

    expect(stateAfter(narrowed)?.mask).toBeUndefined();
  });
});

describe('a CARP address', () => {
  const carp = (...addresses: string[]) => ({
    interfaces: [
      firewallInterface('opt3', '10.2.0.2', {
        virtualIps: addresses.map((address) => ({ address, mode: 'carp' as const })),
      }),
    ],
  });

  it('becomes the router that clients are told, once a setting is managed', () => {
    expect(stateAfter(managing(['reservations', 'mask'], {}, carp('10.2.0.1')))?.router).toBe('10.2.0.1');
  });

  it('is only pointed out while reservations alone are managed', () => {
    const plan = buildPlan(managing(['reservations'], {}, carp('10.2.0.1')));

    expect(plan.segments[0]?.warnings.map((one) => one.code)).toContain('carp-router');
    expect(plan.segments[0]?.changes.every((one) => one.kind === 'reservation')).toBe(true);
  });

  it.each([
    ['another router is set by hand', { router: '10.2.0.9' }, ['10.2.0.1']],
    ['no router is announced', { router: 'none' }, ['10.2.0.1']],
    ['there are several and none is chosen', {}, ['10.2.0.1', '10.2.0.3']],
  ])('leaves the segment alone when %s', (_, part, addresses) => {
    expect(buildPlan(managing(FULL, part, carp(...addresses))).segments[0]?.error?.code).toBe('carp-router');
  });

  it('that is taken away takes the router with it that was set for it', () => {
    const start = managing(['reservations', 'mask'], {}, carp('10.2.0.1'));
    const set = applied(start, buildPlan(start));

    const without = { ...set, observed: { ...set.observed, interfaces: [firewallInterface('opt3', '10.2.0.1')] } };

    expect(stateAfter(without)?.router).toBeUndefined();
  });

  it('may be chosen by the segment', () => {
    const scene = managing(FULL, { router: '10.2.0.9' }, carp('10.2.0.1', '10.2.0.3'));
    const segments = [{ ...SERVERS, manage: FULL, router: '10.2.0.3' }];

    expect(stateAfter({ ...scene, settings: settings({ segments }) })?.router).toBe('10.2.0.3');
  });
});

describe('what a step would cut off', () => {
  const lease = { interface: 'opt3', address: '10.2.0.120', mac: '00:00:00:00:00:55', hostname: 'laptop' };
  const codes = (scene: PlanInput): string[] => buildPlan(scene).segments[0]?.warnings.map((one) => one.code) ?? [];
  const message = (scene: PlanInput, code: string): string | undefined =>
    buildPlan(scene).segments[0]?.warnings.find((one) => one.code === code)?.message;

  it('names the dynamic leases in use and the range that goes', () => {
    const scene = managing(['reservations', 'deny_unknown'], {}, { leases: [lease] });

    expect(codes(scene)).toEqual(expect.arrayContaining(['range-vanishes', 'leases-cut-off']));
    expect(message(scene, 'leases-cut-off')).toContain('10.2.0.120 laptop');
  });

  it('does not name leases of clients that have a reservation or stand elsewhere', () => {
    const reserved = { reservations: [entry({ mac: lease.mac, address: '10.2.0.9' })] };

    expect(codes(managing(['reservations', 'deny_unknown'], reserved, { leases: [lease] }))).not.toContain(
      'leases-cut-off',
    );
    expect(
      codes(managing(['reservations', 'deny_unknown'], {}, { leases: [{ ...lease, interface: 'lan' }] })),
    ).not.toContain('leases-cut-off');
  });

  it('says so where leases cannot be seen', () => {
    expect(codes(managing(['reservations', 'deny_unknown'], {}, { leases: undefined }))).toContain('leases-unseen');
  });

  it('names the list of allowed MACs that is replaced', () => {
    expect(
      message(managing(['reservations', 'deny_unknown'], { macAllow: '00:16:3e' }), 'mac-list-vanishes'),
    ).toContain('00:16:3e');
  });

  it('says how long clients with another mask take to change over, and what dhcpcd does', () => {
    const text = message(managing(['reservations', 'mask'], { leaseSeconds: 7200 }), 'mask-changeover');

    expect(text).toContain('60 minutes');
    expect(text).toContain('dhcpcd');
  });

  it('says that it is not known when clients change over where DHCP was off until now', () => {
    const text = message(managing(['reservations', 'mask'], { enabled: false }), 'mask-changeover');

    expect(text).toContain('is not known');
    expect(text).not.toContain('minutes');
  });

  it('names the neighbours of the ARP table without a reservation, but not the firewall itself', () => {
    const neighbours = [
      { interface: 'opt3', address: '10.2.0.1', mac: '00:00:00:00:00:01', permanent: true },
      { interface: 'opt3', address: '10.2.0.50', mac: '00:00:00:00:00:50', permanent: false },
      { interface: 'lan', address: '192.168.1.2', mac: '00:00:00:00:00:51', permanent: false },
    ];
    const text = message(managing(['reservations', 'static_arp'], {}, { neighbours }), 'neighbours-cut-off');

    expect(text).toContain('1 neighbour of');
    expect(text).toContain('10.2.0.50 00:00:00:00:00:50');
  });

  it('names a neighbour whose reservation has another MAC', () => {
    const neighbours = [{ interface: 'opt3', address: '10.2.0.50', mac: '00:00:00:00:00:50', permanent: false }];
    const reservations = [entry({ mac: '00:00:00:00:00:99', address: '10.2.0.50' })];

    expect(codes(managing(['reservations', 'static_arp'], { reservations }, { neighbours }))).toContain(
      'neighbours-cut-off',
    );
  });

  it('names NICs that can pass the firewall by', () => {
    const scene = managing(FULL);

    expect(codes({ ...scene, inventory: inventory([instance('web', {}, { isolated: false })]) })).toContain(
      'not-isolated',
    );
  });
});

describe('the lock-out guard', () => {
  const protect = ['10.2.0.60'];
  const scene = (
    manage: readonly ManageStep[],
    part: Partial<SegmentState> = {},
    seen: Partial<Observed> = {},
  ): PlanInput => {
    const base = managing(manage, part, seen);
    return { ...base, settings: { ...base.settings, protect } };
  };
  const reasons = (one: PlanInput) => buildPlan(one).unsafe.map((reason) => [reason.code, reason.overriddenBy]);

  it.each<[string, readonly ManageStep[]]>([
    ['static ARP', ['reservations', 'static_arp']],
    ['deny unknown', ['reservations', 'deny_unknown']],
  ])('refuses %s while a protected address on the segment has no reservation', (_, manage) => {
    expect(reasons(scene(manage))).toEqual([['lockout', undefined]]);
  });

  it('is content once the address has a reservation, foreign or ours', () => {
    const reservations = [entry({ mac: '00:00:00:00:00:60', address: '10.2.0.60' })];

    expect(reasons(scene(FULL, { reservations }))).toEqual([]);
  });

  it.each([['static_arp'], ['deny_unknown']] as const)('is not content with one without a MAC, for %s', (step) => {
    const reservations = [entry({ address: '10.2.0.60' })];

    expect(reasons(scene(['reservations', step], { reservations }))).toEqual([['lockout', undefined]]);
  });

  it('is not content with a reservation for another MAC than the one that answers there', () => {
    const reservations = [entry({ mac: '00:00:00:00:00:60', address: '10.2.0.60' })];
    const neighbours = [{ interface: 'opt3', address: '10.2.0.60', mac: '00:00:00:00:00:61', permanent: false }];

    expect(reasons(scene(FULL, { reservations }, { neighbours }))).toEqual([['lockout', undefined]]);
  });

  it.each([
    ['slash32 itself', { ownAddress: '10.2.0.60' }],
    ['the HA peer', { peerAddress: '10.2.0.60' }],
  ])('protects %s without being told', (_, seen) => {
    expect(buildPlan(managing(FULL, {}, seen)).unsafe.map((reason) => reason.code)).toEqual(['lockout']);
  });

  it('does not mind addresses on other networks, nor steps that cut nobody off', () => {
    expect(reasons(scene(['reservations', 'mask']))).toEqual([]);
    const elsewhere = managing(FULL);
    expect(reasons({ ...elsewhere, settings: { ...elsewhere.settings, protect: ['10.9.0.1'] } })).toEqual([]);
  });

  it('does not go by a static entry of the ARP table, which an earlier reservation has left there', () => {
    const part = {
      staticArp: 'on' as const,
      reservations: [entry({ mac: '00:00:00:00:00:60', address: '10.2.0.60' })],
    };
    const neighbours = [{ interface: 'opt3', address: '10.2.0.60', mac: '00:00:00:00:00:61', permanent: true }];

    expect(reasons(scene(['reservations', 'deny_unknown'], part, { neighbours }))).toEqual([]);
  });

  describe('of a protected instance on a closed segment', () => {
    const OLD = '10:66:6a:00:00:60';
    const closed: Partial<SegmentState> = { staticArp: 'on', denyUnknown: true, range: undefined };
    const admin = (mac: string, part: Partial<Instance> = {}): Instance =>
      instance('admin', { uuid: '0000aaaa-0000-4000-8000-000000000000', ...part }, { mac });
    const covering = (mac = OLD) =>
      entry({
        mac,
        address: '10.2.0.60',
        hostname: 'admin',
        description: 'admin [slash32:home:default/admin/eth0:0000aaaa]',
      });
    const held = (instances: readonly Instance[], part: Partial<Observed> = {}, mac = OLD): PlanInput => {
      const base = scene(['reservations'], { ...closed, reservations: [covering(mac)] }, part);
      return { ...base, settings: { ...base.settings, retainSeconds: 0 }, inventory: inventory(instances) };
    };
    const seen = (mac: string, permanent: boolean): Partial<Observed> => ({
      neighbours: [{ interface: 'opt3', address: '10.2.0.60', mac, permanent }],
    });

    it.each<[string, Instance[]]>([
      ['is gone', [instance('web')]],
      ['moved to another segment', [instance('web'), admin(OLD, { nics: [nic({ network: 'edge', mac: OLD })] })]],
      ['asks for another address', [instance('web'), admin(OLD, { pinnedAddress: '10.2.0.70' })]],
    ])('keeps its reservation when it %s, and the rest goes on', (_, instances) => {
      const before = held(instances);
      const plan = buildPlan({ ...before, settings: { ...before.settings, segments: [SERVERS, EDGE] } });

      expect(plan.unsafe).toEqual([]);
      expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'default/admin/eth0', code: 'protected' }]);
      expect(actions(plan)).toContainEqual(expect.stringMatching(/^create default\/web\/eth0/));
      expect(actions(plan)).not.toContainEqual(expect.stringContaining('10.2.0.60'));
      expect(stateAfter(before)?.reservations).toContainEqual(expect.objectContaining({ address: '10.2.0.60' }));
    });

    it('keeps its hostname with it, so that a namesake of another project gets another one', () => {
      const plan = buildPlan(held([instance('admin', { project: 'shop' })]));

      expect(plan.segments[0]?.assignments).toMatchObject([{ nic: 'shop/admin/eth0', hostname: 'admin-shop' }]);
    });

    it.each<[string, Partial<Observed>]>([
      ['the static entry of the old one', seen(OLD, true)],
      ['the old one, which is still in the ARP table', seen(OLD, false)],
      ['nothing', {}],
    ])('lets it have its new MAC while the firewall shows %s', (_, part) => {
      const plan = buildPlan(held([admin('10:66:6a:00:00:61')], part));

      expect(plan.unsafe).toEqual([]);
      expect(actions(plan)).toEqual(['update default/admin/eth0 10.2.0.60']);
    });

    it('refuses to close the segment while another machine answers there, whatever MAC the instance gets', () => {
      const base = held([admin('10:66:6a:00:00:61')], seen('00:00:00:00:00:99', false));
      const opened = { ...closed, staticArp: 'off', denyUnknown: false, reservations: [covering()] } as const;
      const open = { ...base.observed, segments: [state('opt3', opened)] };
      const segments = [{ ...SERVERS, manage: FULL }];

      const plan = buildPlan({ ...base, observed: open, settings: { ...base.settings, segments } });

      expect(plan.unsafe.map((reason) => reason.code)).toEqual(['lockout']);
    });
  });

  it('wants the risk accepted where the ARP table cannot be seen', () => {
    expect(reasons(managing(FULL, {}, { neighbours: undefined }))).toEqual([['arp-unseen', '--accept-lockout-risk']]);
  });
});
