import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/model/instance.js';
import { buildRelease } from '../../src/plan/release.js';
import type { PlanInput } from '../../src/plan/types.js';
import { planExitCode } from '../../src/plan/verdict.js';
import {
  actions,
  applied,
  buildPlan,
  EDGE,
  entry,
  FULL,
  input,
  instance,
  inventory,
  observed,
  SERVERS,
  settings,
  state,
} from './build.js';

const NONE = { force: false, acceptLockoutRisk: false };

function many(number: number): Instance[] {
  return Array.from({ length: number }, (_, index) => instance(`i${index}`));
}

function holding(instances: readonly Instance[], part: Partial<PlanInput> = {}): PlanInput {
  const start = input({ settings: settings({ retainSeconds: 0 }), inventory: inventory(instances), ...part });
  return applied(start, buildPlan(start));
}

function codesWhen(before: PlanInput, instances: readonly Instance[]): string[] {
  return buildPlan({ ...before, inventory: inventory(instances) }).unsafe.map((reason) => reason.code);
}

describe('a plan is unsafe', () => {
  it.each([
    [10, 3, [], 'not when exactly 30 % go'],
    [10, 4, ['deletes', 'source-shrank'], 'when 40 % go'],
    [3, 2, [], 'never for two entries, whatever their share'],
    [200, 25, [], 'not for 25 of 200'],
    [200, 26, ['deletes', 'source-shrank'], 'for more than 25 in all'],
  ])('of %i entries, %i deleted: %j, %s', (total, gone, expected) => {
    const instances = many(total);
    const before = holding(instances);

    expect(codesWhen(before, instances.slice(gone))).toEqual(expected);
  });

  it('already when many instances vanish, although their reservations are only retired at first', () => {
    const instances = many(10);
    const before = holding(instances, { settings: settings() });

    expect(codesWhen(before, instances.slice(4))).toEqual(['source-shrank']);
  });

  it('when a segment is moved to other addresses wholesale', () => {
    const instances = many(4);
    const before = holding(instances);
    const pins = instances.map((one, index) => ({ ...one, pinnedAddress: `10.2.0.${100 + index}` }));

    expect(codesWhen(before, pins)).toEqual(['deletes']);
  });

  it('when the source shows nothing at all', () => {
    expect(codesWhen(holding(many(1)), [])).toEqual(['source-empty']);
  });

  it('never for a view that is not complete, of which nothing is deleted anyway', () => {
    const instances = many(10);
    const before = holding(instances);
    const view = inventory(instances.slice(5), {
      projects: [{ name: 'default', complete: false, reason: 'restricted' }],
    });

    const plan = buildPlan({ ...before, inventory: view });

    expect(plan.unsafe).toEqual([]);
    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.warnings.map((one) => one.code)).toContain('kept');
  });

  it('never for a view without the project, whether it says that it is complete or not', () => {
    const before = holding(many(10));
    const shop = (complete: boolean) =>
      inventory([instance('x', { project: 'shop' })], {
        projects: [{ name: 'shop', complete, reason: complete ? undefined : 'restricted' }],
        allProjects: false,
      });

    expect(buildPlan({ ...before, inventory: shop(false) }).unsafe).toEqual([]);
    expect(buildPlan({ ...before, inventory: shop(true) }).unsafe).toEqual([]);
  });

  it('by the entries of ours that are there, however many others a filter leaves out', () => {
    const gone = many(4);
    const before = holding(gone);
    const names = gone.map((one) => `default/${one.name}`);
    const renamed = many(20).map((one) => ({ ...one, name: `new-${one.name}` }));

    const plan = buildPlan({
      ...before,
      inventory: inventory(renamed),
      only: { segments: [], instances: names },
    });

    expect(plan.waiting[0]?.changes.map((change) => 'action' in change && change.action)).toEqual(
      gone.map(() => 'delete'),
    );
    expect(plan.summary).toMatchObject({ delete: 0, create: 0, unchanged: 4 });
    expect(plan.unsafe.map((reason) => reason.code)).toEqual(['deletes']);
  });

  it('says the numbers and which flag lifts it', () => {
    const instances = many(10);
    const [reason] = buildPlan({ ...holding(instances), inventory: inventory(instances.slice(4)) }).unsafe;

    expect(reason?.message).toBe(
      'servers: 4 of 10 owned reservations of project default would be deleted or get another address (40 %, limit 30 %).',
    );
    expect(reason?.overriddenBy).toBe('--force');
  });
});

describe('the exit code of a plan', () => {
  const fault = () => [{ interface: 'lan', object: 'range', message: 'is empty' }];
  const instances = many(10);
  const before = holding(instances);

  it.each([
    ['0 when nothing is to be done', before, NONE, 0],
    ['2 when there are changes', { ...before, inventory: inventory([...instances, instance('new')]) }, NONE, 2],
    ['3 when it is unsafe', { ...before, inventory: inventory([]) }, NONE, 3],
    [
      '2 when it is unsafe but forced',
      { ...before, inventory: inventory([]) },
      { force: true, acceptLockoutRisk: false },
      2,
    ],
    [
      '4 when only something was left out',
      { ...before, inventory: inventory([...instances, instance('___')]) },
      NONE,
      4,
    ],
    ['0 when DHCP would not survive a restart, but none is due', { ...before, check: fault }, NONE, 0],
    [
      '1 when DHCP would not survive',
      { ...before, check: fault, inventory: inventory([...instances, instance('new')]) },
      NONE,
      1,
    ],
    [
      '2 when an earlier apply was cut short',
      { ...before, ledger: { ...before.ledger, unfinishedSince: '2026-11-23T07:00:00Z' } },
      NONE,
      2,
    ],
  ])('is %s', (_, scene, overrides, expected) => {
    expect(planExitCode(buildPlan(scene as PlanInput), overrides)).toBe(expected);
  });
});

describe('the checksum', () => {
  const instances = many(5);
  const scene = input({ inventory: inventory(instances) });
  const sum = (one: PlanInput): string => buildPlan(one).checksum;

  it('leaves out the revision, the time and the place of an entry in its list', () => {
    const gone = { ...holding(instances, { settings: settings() }), inventory: inventory(instances.slice(1)) };
    const shifted = gone.observed.segments.map((one) => ({
      ...one,
      reservations: [
        entry({ mac: '00:00:00:00:00:01', address: '10.2.0.251' }),
        ...one.reservations.map((it) => ({ ...it, position: it.position + 1 })),
      ],
    }));

    expect(sum({ ...gone, now: new Date(gone.now.getTime() + 60_000) })).toBe(sum(gone));
    expect(sum({ ...gone, observed: { ...gone.observed, revision: 'other', segments: shifted } })).toBe(sum(gone));
  });

  it.each<[string, (one: PlanInput) => PlanInput]>([
    ['one more instance', (one) => ({ ...one, inventory: inventory([...instances, instance('more')]) })],
    ['another owner', (one) => ({ ...one, settings: settings({ owner: 'work' }) })],
    [
      'another address',
      (one) => ({
        ...one,
        inventory: inventory(instances.map((it, n) => (n ? it : { ...it, pinnedAddress: '10.2.0.99' }))),
      }),
    ],
    [
      'one more setting',
      (one) => ({ ...one, settings: settings({ segments: [{ ...SERVERS, manage: ['reservations', 'mask'] }, EDGE] }) }),
    ],
  ])('differs with %s', (_, change) => {
    expect(sum(change(scene))).not.toBe(sum(scene));
  });
});

describe('a release', () => {
  const segments = [{ ...SERVERS, manage: FULL }];
  const wide = { from: '10.2.0.100', to: '10.2.0.199' };
  const web = instance('web');
  const adoptable = instance('old');
  const foreign = [
    entry({ mac: adoptable.nics[0]?.mac ?? '', address: '10.2.0.201', hostname: 'old', description: 'by hand' }),
    entry({ mac: '00:00:00:00:00:99', address: '10.2.0.202', hostname: 'printer', description: 'printer' }, 1),
  ];
  const start = input({
    settings: settings({ segments }),
    inventory: inventory([web, adoptable]),
    observed: observed({ segments: [state('opt3', { range: wide, reservations: foreign })] }),
    adopt: 'all',
  });
  const managed = applied(start, buildPlan(start));

  it('that keeps leaves every entry and setting, without our marker', () => {
    const after = applied(managed, buildRelease(managed, segments, 'keep')).observed.segments[0];

    expect(after?.reservations.map((one) => one.description)).toEqual(['by hand', 'printer', 'web']);
    expect(after).toMatchObject({ staticArp: 'on', denyUnknown: true });
  });

  it('that removes takes ours away, hands adopted ones back, and puts every setting back', () => {
    const after = applied(managed, buildRelease(managed, segments, 'remove')).observed.segments[0];

    expect(after?.reservations.map((one) => one.description)).toEqual(['by hand', 'printer']);
    expect(after).toMatchObject({
      range: wide,
      staticArp: 'off',
      denyUnknown: false,
      mask: undefined,
      macAllow: undefined,
    });
  });

  it('is not held up by the number of entries it deletes', () => {
    const instances = many(30);
    const before = holding(instances);

    expect(buildRelease(before, [SERVERS], 'remove').unsafe).toEqual([]);
  });
});
