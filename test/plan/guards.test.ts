import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inRange } from '../../src/model/address.js';
import type { Instance } from '../../src/model/instance.js';
import { parseDescription } from '../../src/model/marker.js';
import type { PlanInput } from '../../src/plan/types.js';
import {
  actions,
  applied,
  buildPlan,
  entry,
  firewallInterface,
  input,
  instance,
  inventory,
  observed,
  settings,
  state,
} from './build.js';

const FOREIGN_MAC = '10:66:6a:00:00:01';
const OTHER_OWNERS_MAC = '10:66:6a:00:00:02';
const FIREWALL_MAC = '10:66:6a:00:00:03';
const PROTECTED = '10.2.0.24';
const VIRTUAL = '10.2.0.22';
const RANGE = { from: '10.2.0.26', to: '10.2.0.27' };

/** A firewall on which everything that a tenant could ask for is somebody's: MACs, addresses and names. */
function house(instances: readonly Instance[]): PlanInput {
  const reservations = [
    entry({ mac: FOREIGN_MAC, address: '10.2.0.20', hostname: 'Printer', description: 'by hand' }, 0),
    entry(
      { mac: OTHER_OWNERS_MAC, address: '10.2.0.21', hostname: 'db', description: 'db [slash32:other:p/db/eth0:]' },
      1,
    ),
    entry({ hostname: 'cache' }, 2),
  ];
  return input({
    settings: settings({ protect: [PROTECTED] }),
    inventory: inventory(instances),
    observed: observed({
      interfaces: [
        firewallInterface('opt3', '10.2.0.1', {
          mac: FIREWALL_MAC,
          virtualIps: [{ address: VIRTUAL, mode: 'alias' }],
        }),
        firewallInterface('opt2', '10.1.0.1'),
      ],
      segments: [state('opt3', { reservations, range: RANGE, router: '10.2.0.23' }), state('opt2')],
    }),
  });
}

/** What a create with these values would be refused for. */
function objections(after: PlanInput): string[] {
  const [servers] = after.observed.segments.filter((one) => one.interface === 'opt3');
  const ours = servers?.reservations.filter((one) => parseDescription(one.description).marker?.owner === 'home') ?? [];
  return ours.flatMap(({ mac = '', address = '', hostname = '' }) => [
    ...([FOREIGN_MAC, OTHER_OWNERS_MAC, FIREWALL_MAC, '', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'].includes(mac)
      ? [`the MAC ${mac}`]
      : []),
    ...(['10.2.0.20', '10.2.0.21', VIRTUAL, '10.2.0.23', PROTECTED, '10.2.0.1', '10.2.0.0', '10.2.0.255', ''].includes(
      address,
    ) || inRange(address, RANGE)
      ? [`the address ${address}`]
      : []),
    ...(['printer', 'db', 'cache', ''].includes(hostname.toLowerCase()) || /[^a-z0-9-]/i.test(hostname)
      ? [`the hostname ${hostname}`]
      : []),
  ]);
}

/** What a tenant may make of his instances, any time: names, MACs, uuids, pins, segments, all of them taken from few. */
const tenant = fc.uniqueArray(
  fc
    .record({
      project: fc.constantFrom('default', 'shop'),
      name: fc.constantFrom('web', 'db', 'printer', 'Cache', 'bad_name', '___', 'api'),
      uuid: fc.integer({ min: 1, max: 4 }).map((n) => `0000000${n}-0000-4000-8000-000000000000`),
      network: fc.constantFrom('servers', 'servers', 'servers', 'edge'),
      mac: fc.oneof(
        fc.integer({ min: 1, max: 8 }).map((n) => `10:66:6a:00:00:0${n}`),
        fc.constantFrom('10-66-6A-00-00-01', 'ff:ff:ff:ff:ff:ff', 'nonsense', undefined),
      ),
      pin: fc.option(
        fc.integer({ min: 18, max: 32 }).map((n) => `10.2.0.${n}`),
        { nil: undefined },
      ),
    })
    .map(
      ({ network, mac, pin, ...one }): Instance => ({
        ...one,
        type: 'container',
        status: 'running',
        ignored: false,
        tags: [],
        pinnedAddress: undefined,
        nics: [{ name: 'eth0', network, mac, isolated: true, pinnedAddress: pin }],
      }),
    ),
  { selector: (one) => `${one.project}/${one.name}`, minLength: 1, maxLength: 4 },
);

describe('whatever a tenant makes of his instances, one after the other', () => {
  it('no reservation of ours ends with a MAC, an address or a name that a create would have been refused', () => {
    fc.assert(
      fc.property(fc.array(tenant, { minLength: 2, maxLength: 5 }), (steps) => {
        let now = house([]);
        for (const [at, instances] of steps.entries()) {
          const before = { ...now, inventory: inventory(instances), now: new Date(now.now.getTime() + at * 1000) };
          const resting = new Map(before.ledger.quarantine.map((one) => [one.address, one.nic]));
          const plan = buildPlan(before);
          for (const { changes } of plan.segments)
            for (const change of changes) {
              if (change.kind !== 'reservation' || change.after === undefined) continue;
              if (change.before?.address === change.after.address) continue;
              expect([undefined, change.nic]).toContain(resting.get(change.after.address));
            }
          now = applied(before, plan);
          expect(objections(now)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a NIC that has a reservation of ours', () => {
  const web = instance('web', { uuid: 'aaaaaaaa-0000-4000-8000-000000000000' }, { mac: '10:66:6a:00:00:07' });
  const first = house([web]);
  const standing = applied(first, buildPlan(first));
  const change = (part: Partial<Instance>, mac = '10:66:6a:00:00:07'): PlanInput => ({
    ...standing,
    inventory: inventory([{ ...web, ...part, nics: web.nics.map((nic) => ({ ...nic, mac })) }]),
  });
  const addressOf = (plan: ReturnType<typeof buildPlan>): string[] =>
    actions(plan).filter((one) => !one.startsWith('create'));

  it.each([
    ['a foreign reservation', FOREIGN_MAC, 'duplicate-mac', /does not own \(10\.2\.0\.20\), so its own stays as it is/],
    ['another slash32 owner', OTHER_OWNERS_MAC, 'other-owner', /slash32 owner "other"/],
  ])('gets no new MAC that is the one of %s', (_name, mac, code, words) => {
    const plan = buildPlan(change({}, mac));

    expect(addressOf(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'default/web/eth0', code }]);
    expect(plan.segments[0]?.leftOut[0]?.message).toMatch(words);
  });

  it('gets no MAC of the firewall: it is left alone', () => {
    expect(actions(buildPlan(change({}, FIREWALL_MAC)))).toEqual([]);
  });

  it('gets no foreign MAC by being renamed, by a rebuild under its name, nor when it comes back', () => {
    const renamed = change({ name: 'api' }, FOREIGN_MAC);
    const rebuilt = change({ uuid: 'bbbbbbbb-0000-4000-8000-000000000000' }, FOREIGN_MAC);
    const gone = { ...standing, inventory: inventory([]) };
    const retired = applied(gone, buildPlan(gone));
    for (const scene of [renamed, rebuilt, { ...retired, inventory: change({}, FOREIGN_MAC).inventory }])
      expect(objections(applied(scene, buildPlan(scene)))).toEqual([]);
  });

  it('still gets a new MAC and a new name that nobody has', () => {
    expect(addressOf(buildPlan(change({ name: 'api' }, '10:66:6a:00:00:08')))).toHaveLength(1);
  });

  it('is warned of a foreign reservation that came with its MAC later, and stays', () => {
    const [servers, edge] = standing.observed.segments;
    if (servers === undefined || edge === undefined) throw new Error('no segments');
    const twin = entry({ mac: '10:66:6a:00:00:07', address: '10.2.0.90' }, servers.reservations.length);
    const seen = { ...servers, reservations: [...servers.reservations, twin] };
    const plan = buildPlan({ ...standing, observed: { ...standing.observed, segments: [seen, edge] } });

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut).toEqual([]);
    expect(plan.segments[0]?.warnings.map((one) => one.code)).toContain('foreign-duplicate');
  });
});
