import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressNumber } from '../../src/model/address.js';
import type { Instance } from '../../src/model/instance.js';
import { MANAGE_STEPS } from '../../src/model/segment.js';
import { planChanges } from '../../src/plan/plan.js';
import type { PlanInput } from '../../src/plan/types.js';
import {
  actions,
  applied,
  buildPlan,
  EDGE,
  entry,
  input,
  inventory,
  NOW,
  observed,
  SERVERS,
  settings,
  state,
} from './build.js';

const mac = fc.integer({ min: 1, max: 40 }).map((n) => `10:66:6a:00:00:${n.toString(16).padStart(2, '0')}`);
const address = fc.integer({ min: 1, max: 254 }).map((n) => `10.2.0.${n}`);
const days = fc.integer({ min: 0, max: 9 });
const quarantine = fc.constantFrom(0, 604_800);
/** Few enough that copies of one instance carry the same one. */
const uuid = fc.integer({ min: 1, max: 6 }).map((n) => `0000000${n}-0000-4000-8000-000000000000`);
const nicOf = fc.record({
  name: fc.constantFrom('eth0', 'eth1'),
  network: fc.constantFrom('servers', 'edge', 'other'),
  mac: fc.option(mac, { nil: undefined }),
  isolated: fc.boolean(),
  pinnedAddress: fc.option(fc.oneof(address, fc.constantFrom('nonsense', '10.1.0.44', '10.99.0.1')), {
    nil: undefined,
    freq: 4,
  }),
});
const instanceOf: fc.Arbitrary<Instance> = fc.record({
  project: fc.constantFrom('default', 'shop', 'lab_1'),
  name: fc.constantFrom('web', 'db', 'cache', 'a', 'bad_name', '___', 'x'.repeat(63)),
  uuid: fc.option(fc.oneof(fc.uuid({ version: 4 }), uuid), { nil: undefined, freq: 5 }),
  type: fc.constantFrom('container', 'virtual-machine'),
  status: fc.constantFrom('running', 'stopped'),
  ignored: fc.boolean(),
  tags: fc.constant([]),
  pinnedAddress: fc.option(address, { nil: undefined, freq: 4 }),
  nics: fc.uniqueArray(nicOf, { selector: (nic) => nic.name, maxLength: 2 }),
});
const instances = fc.uniqueArray(instanceOf, { selector: (one) => `${one.project}/${one.name}`, maxLength: 12 });
/** Few names, uuids, MACs and addresses, so that instances get in each other's way. */
const crowd = fc.uniqueArray(
  fc
    .record({
      project: fc.constantFrom('default', 'shop'),
      name: fc.constantFrom('web', 'db', 'cache'),
      uuid,
      ignored: fc.integer({ min: 0, max: 6 }).map((n) => n === 0),
      tags: fc.constant([]),
      network: fc.constantFrom('servers', 'servers', 'edge'),
      mac: fc.integer({ min: 1, max: 6 }).map((n) => `10:66:6a:00:00:0${n}`),
      pinnedAddress: fc.option(
        fc.integer({ min: 20, max: 24 }).map((n) => `10.2.0.${n}`),
        { nil: undefined },
      ),
    })
    .map(
      ({ network, mac, ...one }): Instance => ({
        ...one,
        type: 'container',
        status: 'running',
        nics: [{ name: 'eth0', network, mac, isolated: true, pinnedAddress: undefined }],
      }),
    ),
  { selector: (one) => `${one.project}/${one.name}`, maxLength: 6 },
);
const foreign = fc.array(
  fc.record({
    mac,
    address: fc.oneof(address, fc.constant('')),
    hostname: fc.constantFrom('web', 'db', 'printer', 'under_score', ''),
    description: fc.constantFrom('', 'printer', 'x [slash32:other:default/web/eth0:0000000a]', '[slash32:home:bad]'),
  }),
  { maxLength: 8 },
);
const manage = fc
  .subarray(MANAGE_STEPS.filter((step) => step !== 'reservations' && step !== 'rules'))
  .map((steps) => ['reservations', ...steps] as const);

const scene: fc.Arbitrary<PlanInput> = fc
  .record({
    instances,
    foreign,
    manage,
    retainSeconds: fc.constantFrom(0, 86_400),
    quarantineSeconds: quarantine,
    adopt: fc.constantFrom('none', 'all') as fc.Arbitrary<'none' | 'all'>,
    range: fc.constantFrom(
      undefined,
      { from: '10.2.0.100', to: '10.2.0.199' },
      { from: '10.2.0.254', to: '10.2.0.254' },
    ),
  })
  .map(({ instances, foreign, manage, retainSeconds, quarantineSeconds, adopt, range }) =>
    input({
      adopt,
      settings: settings({ retainSeconds, quarantineSeconds, segments: [{ ...SERVERS, manage: [...manage] }, EDGE] }),
      inventory: inventory(instances),
      observed: observed({
        segments: [
          state('opt3', { range, reservations: foreign.map((one, position) => entry(one, position)) }),
          state('opt2'),
        ],
      }),
    }),
  );

describe('laws of planning', () => {
  it('plans nothing right after a plan was applied, whatever the scene', () => {
    fc.assert(
      fc.property(scene, (before) => {
        const plan = buildPlan(before);
        const again = buildPlan(applied(before, plan));

        expect(actions(again)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('stays in step through a second inventory: apply, change, apply, and then nothing is left to do', () => {
    fc.assert(
      fc.property(scene, instances, fc.integer({ min: 0, max: 10 }), (before, later, days) => {
        const first = applied(before, buildPlan(before));
        const second = { ...first, inventory: inventory(later), now: new Date(NOW.getTime() + days * 86_400_000) };

        const third = applied(second, buildPlan(second));

        expect(actions(buildPlan(third))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('never changes a foreign entry without adoption, and never another owner with adopt all', () => {
    fc.assert(
      fc.property(scene, (before) => {
        const after = applied(before, buildPlan(before));
        const kept = before.observed.segments[0]?.reservations.filter(
          (one) => before.adopt === 'none' || one.description.includes('slash32:other'),
        );

        for (const one of kept ?? [])
          expect(after.observed.segments[0]?.reservations.map(({ position, ...rest }) => rest)).toContainEqual(
            (({ position, ...rest }) => rest)(one),
          );
      }),
    );
  });

  it('gives no address twice, none that is reserved, and no hostname twice', () => {
    fc.assert(
      fc.property(scene, (before) => {
        const after = applied({ ...before, adopt: 'none' }, buildPlan({ ...before, adopt: 'none' }));
        for (const segment of after.observed.segments) {
          const mine = segment.reservations.filter(
            (one) =>
              one.description.includes('[slash32:home:') &&
              one.mac !== undefined &&
              one.description.split('/').length > 2,
          );
          const addresses = mine.flatMap((one) => one.address ?? []);
          const names = mine.flatMap((one) => one.hostname?.toLowerCase() ?? []);
          expect(new Set(addresses).size).toBe(addresses.length);
          expect(new Set(names).size).toBe(names.length);
          for (const one of addresses) {
            expect([1, 0, 255]).not.toContain(addressNumber(one) & 255);
            expect(segment.reservations.filter((other) => other.address === one)).toHaveLength(1);
          }
        }
      }),
    );
  });

  it('gives no address twice either when only some instances are planned', () => {
    fc.assert(
      fc.property(
        scene,
        instances,
        fc.subarray(['default/web', 'shop/db', 'default/a', 'lab_1/cache']),
        (start, later, names) => {
          fc.pre(names.length > 0);
          const before = applied({ ...start, adopt: 'none' }, buildPlan({ ...start, adopt: 'none' }));
          const filtered = { ...before, inventory: inventory(later), only: { segments: [], instances: names } };

          const after = applied(filtered, buildPlan(filtered));

          for (const segment of after.observed.segments) {
            const mine = segment.reservations.filter((one) => /\[slash32:home:[^\]]+\//.test(one.description));
            expect(new Set(mine.map((one) => one.address)).size).toBe(mine.length);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('computes the same plan whatever the order in which the source lists instances', () => {
    fc.assert(
      fc.property(scene, fc.infiniteStream(fc.nat()), (before, keys) => {
        const shuffled = before.inventory.instances
          .map((one) => ({ one, key: keys.next().value }))
          .sort((left, right) => left.key - right.key)
          .map(({ one }) => one);

        const plan = buildPlan({ ...before, inventory: { ...before.inventory, instances: shuffled } });

        expect(plan.checksum).toBe(buildPlan(before).checksum);
      }),
    );
  });

  it('deletes and retires nothing of a project that was not seen completely', () => {
    fc.assert(
      fc.property(scene, instances, (before, later) => {
        const first = applied(before, buildPlan(before));
        const blind = inventory(later, {
          allProjects: false,
          projects: [{ name: 'shop', complete: false, reason: 'a member is offline' }],
        });

        const plan = buildPlan({ ...first, inventory: blind, now: new Date(NOW.getTime() + 30 * 86_400_000) });

        const lost = planChanges(plan).filter((one) => one.kind === 'reservation' && /delete|retire/.test(one.action));
        expect(lost).toEqual([]);
      }),
    );
  });

  it('never changes an entry of a project that was not seen completely for an instance of another project', () => {
    fc.assert(
      fc.property(crowd, crowd, fc.boolean(), (all, others, listed) => {
        const before = input({ inventory: inventory(all) });
        const first = applied(before, buildPlan(before));
        const impostors = others.filter((one) => one.project !== 'shop');
        const blind = inventory(impostors, {
          allProjects: false,
          projects: ['default', 'lab_1', ...(listed ? ['shop'] : [])].map((name) => ({
            name,
            complete: name !== 'shop',
            reason: undefined,
          })),
        });
        const shops = (one: PlanInput) =>
          one.observed.segments.flatMap(({ reservations }) =>
            reservations
              .filter((it) => it.description.includes('[slash32:home:shop/'))
              .map(({ position, ...it }) => it),
          );
        const second = { ...first, inventory: blind, now: new Date(NOW.getTime() + 30 * 86_400_000) };

        expect(shops(applied(second, buildPlan(second)))).toEqual(shops(first));
      }),
      { numRuns: 400 },
    );
  });

  it('brings no MAC, address or hostname into a second entry of ours, with a filter or without', () => {
    fc.assert(
      fc.property(crowd, crowd, fc.boolean(), days, quarantine, (all, later, filtered, days, quarantineSeconds) => {
        const start = input({ inventory: inventory(all), settings: settings({ quarantineSeconds }) });
        const before = applied(start, buildPlan(start));
        const names = filtered ? ['default/web', 'shop/db'] : [];
        const second = {
          ...before,
          inventory: inventory(later),
          only: { segments: [], instances: names },
          now: new Date(NOW.getTime() + days * 86_400_000),
        };

        const after = applied(second, buildPlan(second));

        for (const segment of after.observed.segments) {
          const mine = segment.reservations;
          for (const field of ['mac', 'address', 'hostname'] as const)
            expect(new Set(mine.map((one) => one[field]?.toLowerCase())).size).toBe(mine.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('has nothing left to do after a second inventory of instances that get in each other’s way', () => {
    fc.assert(
      fc.property(crowd, crowd, quarantine, (all, later, quarantineSeconds) => {
        const start = input({ inventory: inventory(all), settings: settings({ quarantineSeconds }) });
        const second = { ...applied(start, buildPlan(start)), inventory: inventory(later) };

        expect(actions(buildPlan(applied(second, buildPlan(second))))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
