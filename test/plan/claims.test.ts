import { describe, expect, it } from 'vitest';
import type { FirewallInterface, Observed } from '../../src/model/firewall.js';
import type { Instance } from '../../src/model/instance.js';
import { EMPTY_LEDGER, type Ledger } from '../../src/model/ledger.js';
import type { SegmentState } from '../../src/model/segment.js';
import type { Plan, PlanInput } from '../../src/plan/types.js';
import {
  actions,
  applied,
  buildPlan,
  entry,
  firewallInterface,
  forced,
  input,
  instance,
  inventory,
  observed,
  SERVERS,
  settings,
  state,
} from './build.js';

const STRANGER = '00:11:22:33:44:55';

function seen(address: string, mac = STRANGER): Partial<Observed> {
  return { neighbours: [{ interface: 'opt3', address, mac, permanent: false }] };
}

function scene(instances: readonly Instance[], part: Partial<Observed> = {}, rest: Partial<PlanInput> = {}): PlanInput {
  return input({ inventory: inventory(instances), observed: observed(part), ...rest });
}

function leftOut(plan: Plan): string[] {
  return plan.segments.flatMap((one) => one.leftOut.map((left) => `${left.code} ${left.nic}`));
}

function quarantined(nic: string, address: string): Ledger {
  return { ...EMPTY_LEDGER, quarantine: [{ interface: 'opt3', address, nic, until: '2026-12-01T00:00:00Z' }] };
}

describe('the router that DHCP names to clients', () => {
  const wide = settings({ segments: [{ ...SERVERS, pool: [] }] });
  const router = { segments: [state('opt3', { router: '10.2.0.20' })] };

  it('is given to nobody, asking for it or not', () => {
    const alone = settings({ segments: [{ ...SERVERS, pool: [{ from: '10.2.0.20', to: '10.2.0.21' }] }] });
    const asked = scene([instance('evil', { pinnedAddress: '10.2.0.20' })], router, { settings: wide });

    expect(leftOut(buildPlan(asked))).toEqual(['pin-taken default/evil/eth0']);
    expect(actions(buildPlan(scene([instance('web')], router, { settings: alone })))).toEqual([
      'create default/web/eth0 10.2.0.21',
    ]);
  });

  it('keeps its own reservation when it is an instance itself', () => {
    const vm = instance('router', { pinnedAddress: '10.2.0.20' });
    const before = applied(scene([vm]), buildPlan(scene([vm])));
    const [servers] = before.observed.segments;
    const named = { ...before.observed, segments: servers ? [{ ...servers, router: '10.2.0.20' }] : [] };

    const plan = buildPlan({ ...before, observed: named });

    expect([...actions(plan), ...leftOut(plan)]).toEqual([]);
  });
});

describe('an address that somebody else is seen with', () => {
  const asking = instance('web', { pinnedAddress: '10.2.0.20' }, { mac: '10:66:6a:00:00:01' });

  it.each([
    ['the ARP table', seen('10.2.0.20')],
    ['a lease', { leases: [{ interface: 'opt3', address: '10.2.0.20', mac: STRANGER, hostname: '' }] }],
  ])('is not given to an instance that asks for it, by %s', (_, part) => {
    const plan = buildPlan(scene([asking], part));

    expect(leftOut(plan)).toEqual(['pin-taken default/web/eth0']);
    expect(plan.segments[0]?.leftOut[0]?.message).toContain(`held by ${STRANGER}`);
  });

  it('is given when it is the NIC itself that is seen there, or on another interface', () => {
    const there = { neighbours: [{ interface: 'opt2', address: '10.2.0.20', mac: STRANGER, permanent: false }] };

    expect(actions(buildPlan(scene([asking], seen('10.2.0.20', '10:66:6a:00:00:01'))))).toHaveLength(1);
    expect(actions(buildPlan(scene([asking], there)))).toHaveLength(1);
  });

  it('stays with the instance that has it already', () => {
    const before = applied(scene([asking]), buildPlan(scene([asking])));

    expect(leftOut(buildPlan({ ...before, observed: { ...before.observed, ...seen('10.2.0.20') } }))).toEqual([]);
  });
});

describe('the address that an instance had before', () => {
  const back = { ledger: quarantined('default/web/eth0', '10.2.0.77') };

  it.each<[string, Partial<Observed>, Partial<PlanInput>]>([
    ['under protect', {}, { settings: settings({ protect: ['10.2.0.77'] }) }],
    ['in the dynamic range', { segments: [state('opt3', { range: { from: '10.2.0.70', to: '10.2.0.79' } })] }, {}],
    ['in use by somebody else', seen('10.2.0.77'), {}],
    ['the router of clients', { segments: [state('opt3', { router: '10.2.0.77' })] }, {}],
  ])('is not handed back when it is %s by now', (_, part, rest) => {
    const plan = buildPlan(scene([instance('web')], part, { ...back, ...rest }));

    expect(actions(plan)).toEqual([expect.stringMatching(/^create default\/web\/eth0/)]);
    expect(actions(plan)).not.toEqual(['create default/web/eth0 10.2.0.77']);
  });
});

describe('an entry whose address is in quarantine, as after an apply that was cut short', () => {
  const own = entry({
    mac: '10:66:6a:00:00:01',
    address: '10.2.0.77',
    hostname: 'web',
    description: 'web [slash32:home:default/web/eth0:aaaaaaaa]',
  });
  const web = (name = 'web', mac = own.mac): Instance =>
    instance(name, { uuid: 'aaaaaaaa-0000-4000-8000-000000000000' }, { mac });
  const here = (description = own.description): Partial<Observed> => ({
    segments: [state('opt3', { reservations: [{ ...own, description }] })],
  });

  it.each<[string, Instance, string, string, string[]]>([
    ['stays', web(), own.description, 'default/web/eth0', []],
    ['gets its new MAC', web('web', '10:66:6a:00:00:09'), own.description, 'default/web/eth0', ['update']],
    ['gets its new name', web('site'), own.description, 'default/web/eth0', ['update']],
    [
      'is restored',
      web(),
      own.description.replace(']', ':retired=2026-11-23T070000Z]'),
      'default/web/eth0',
      ['restore'],
    ],
    ['stays, whoever had the address before', web(), own.description, 'default/other/eth0', []],
  ])('%s', (_, one, description, nic, expected) => {
    const plan = buildPlan(scene([one], here(description), { ledger: quarantined(nic, '10.2.0.77') }));

    expect(leftOut(plan)).toEqual([]);
    expect(actions(plan)).toEqual(expected.map((action) => `${action} default/${one.name}/eth0 10.2.0.77`));
  });
});

describe('instances that ask for each other’s addresses', () => {
  const pins = ['10.2.0.50', '10.2.0.51', '10.2.0.52'];
  const asking = (shift: number): Instance[] =>
    pins.map((_, at) =>
      instance(
        `g${at}`,
        { pinnedAddress: pins[(at + shift) % pins.length], uuid: `0000aaa${at}-0000-4000-8000-000000000000` },
        { mac: `10:66:6a:00:00:0${at}` },
      ),
    );
  const turned = (quarantineSeconds: number): PlanInput => {
    const start = scene(asking(0), {}, { settings: settings({ quarantineSeconds }) });
    return { ...applied(start, buildPlan(start)), inventory: inventory(asking(1)) };
  };

  it('change places where addresses need no quarantine, also while they are seen there', () => {
    const before = turned(0);
    const neighbours = pins.map((address, at) => ({
      interface: 'opt3',
      address,
      mac: `10:66:6a:00:00:0${at}`,
      permanent: false,
    }));

    const plan = buildPlan(forced({ ...before, observed: { ...before.observed, neighbours } }));

    expect(actions(plan)).toEqual([
      'update default/g0/eth0 10.2.0.51',
      'update default/g1/eth0 10.2.0.52',
      'update default/g2/eth0 10.2.0.50',
    ]);
    expect(actions(buildPlan(applied(before, plan)))).toEqual([]);
  });

  it('are told the way out where addresses need one', () => {
    const plan = buildPlan(turned(604_800));

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut).toHaveLength(3);
    for (const left of plan.segments[0]?.leftOut ?? []) expect(left.message).toContain('set `quarantine: 0`');
  });
});

describe('a project with a name that JavaScript knows', () => {
  it.each(['constructor', '__proto__', 'toString'])('is a project like any other: %s', (project) => {
    const plan = buildPlan(scene([instance('a', { project, pinnedAddress: '10.2.0.251' })]));

    expect(leftOut(plan)).toEqual([`pin-outside ${project}/a/eth0`]);
  });
});

describe('a large pool without a free address', () => {
  const big: FirewallInterface = firewallInterface('opt3', '10.2.0.1', { prefix: 16 });
  const all = Array.from({ length: 2000 }, (_, at) => instance(`n${at}`));

  it.each<[string, Partial<SegmentState>, Partial<Observed>]>([
    ['the dynamic range has it all', { range: { from: '10.2.0.2', to: '10.2.255.254' } }, {}],
    [
      'strangers are seen with all of it',
      { range: undefined },
      {
        neighbours: Array.from({ length: 65_533 }, (_, at) => ({
          interface: 'opt3',
          address: `10.2.${(at + 2) >> 8}.${(at + 2) & 255}`,
          mac: STRANGER,
          permanent: false,
        })),
      },
    ],
  ])('is searched once, whoever asks: %s', (_, part, rest) => {
    const segments = [{ ...SERVERS, pool: [] }];
    const full = scene(
      all,
      { interfaces: [big], segments: [state('opt3', part)], ...rest },
      { settings: settings({ segments }) },
    );

    expect(buildPlan(full).summary.leftOut).toBe(2000);
  });

  it('still has the address that the NIC itself is seen with', () => {
    const segments = [{ ...SERVERS, pool: [{ from: '10.2.0.10', to: '10.2.0.11' }] }];
    const neighbours = [
      { interface: 'opt3', address: '10.2.0.10', mac: STRANGER, permanent: false },
      { interface: 'opt3', address: '10.2.0.11', mac: '10:66:6a:00:00:01', permanent: false },
    ];
    const web = instance('web', {}, { mac: '10:66:6a:00:00:01' });

    expect(actions(buildPlan(scene([web], { neighbours }, { settings: settings({ segments }) })))).toEqual([
      'create default/web/eth0 10.2.0.11',
    ]);
  });
});
