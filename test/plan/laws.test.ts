import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressNumber } from '../../src/model/address.js';
import type { Instance } from '../../src/model/instance.js';
import { MANAGE_STEPS } from '../../src/model/segment.js';
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
  name: fc.constantFrom('web', 'db', 'cache', 'a', 'bad_name', 'x'.repeat(63)),
  uuid: fc.option(fc.uuid({ version: 4 }), { nil: undefined, freq: 5 }),
  type: fc.constantFrom('container', 'virtual-machine'),
  status: fc.constantFrom('running', 'stopped'),
  ignored: fc.boolean(),
  pinnedAddress: fc.option(address, { nil: undefined, freq: 4 }),
  nics: fc.uniqueArray(nicOf, { selector: (nic) => nic.name, maxLength: 2 }),
});
const instances = fc.uniqueArray(instanceOf, { selector: (one) => `${one.project}/${one.name}`, maxLength: 12 });
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
    quarantineSeconds: fc.constantFrom(0, 604_800),
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
              one.description.includes('[slash32:home:') && one.mac !== '' && one.description.split('/').length > 2,
          );
          const addresses = mine.map((one) => one.address);
          const names = mine.map((one) => one.hostname.toLowerCase());
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

        const names = new Set(later.flatMap((one) => one.nics.map((nic) => `${one.project}/${one.name}/${nic.name}`)));
        for (const segment of plan.segments)
          for (const change of segment.changes)
            if (change.kind === 'reservation' && (change.action === 'delete' || change.action === 'retire'))
              expect(
                [...names].some(
                  (name) =>
                    change.reason.includes('now') || change.reason.includes('another entry') || name === change.nic,
                ),
              ).toBe(true);
      }),
    );
  });
});
