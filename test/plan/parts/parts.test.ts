import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../src/model/instance.js';
import { withWaiting } from '../../../src/plan/ledger.js';
import { fewest } from '../../../src/plan/parts/attribute.js';
import type { PlanInput } from '../../../src/plan/types.js';
import { planExitCode } from '../../../src/plan/verdict.js';
import {
  actions,
  applied,
  buildPlan,
  FULL,
  forced,
  input,
  instance,
  inventory,
  observed,
  SERVERS,
  settings,
  state,
} from '../build.js';
import { policyApplied, policyInput, sampleInstances } from '../policy/scene.js';

const NONE = { force: false, acceptLockoutRisk: false };

function of(project: string, number: number): Instance[] {
  return Array.from({ length: number }, (_, at) => instance(`${project}${at}`, { project }));
}

function standing(instances: readonly Instance[], part: Partial<PlanInput> = {}): PlanInput {
  const start = input({ settings: settings({ retainSeconds: 0 }), inventory: inventory(instances), ...part });
  return applied(start, buildPlan(start));
}

describe('a part that waits', () => {
  const [shop, ops] = [of('shop', 10), of('ops', 10)];
  const before = standing([...shop, ...ops]);
  const fresh = instance('fresh', { project: 'ops' });
  const after = { ...before, inventory: inventory([...ops, fresh]) };
  const plan = buildPlan(after);

  it('holds the deletions of one project, and nothing else of the plan', () => {
    expect(actions(plan)).toEqual([expect.stringMatching(/^create ops\/fresh\/eth0/)]);
    expect(plan.waiting).toMatchObject([
      { key: 'reservations servers shop', project: 'shop', segment: 'servers', approvable: true },
    ]);
    expect(plan.waiting[0]?.changes).toHaveLength(10);
    expect(plan.waiting[0]?.reasons.map((one) => one.code)).toEqual(['deletes', 'source-shrank']);
    expect(planExitCode(plan, NONE)).toBe(2);
  });

  it('keeps what it is about: the address, the name and the MAC of each entry are nobody else’s', () => {
    const [victim] = shop;
    const taker = instance('shop0', { project: 'ops' }, { mac: victim?.nics[0]?.mac });
    const quick = { ...after, settings: settings({ retainSeconds: 0, quarantineSeconds: 0 }) };
    const held = applied(quick, buildPlan({ ...quick, inventory: inventory([...ops, taker]) }));
    const values = held.observed.segments.flatMap((one) => one.reservations);
    for (const field of ['mac', 'address', 'hostname'] as const)
      expect(new Set(values.map((one) => one[field])).size).toBe(values.length);
    expect(values.filter((one) => one.description.includes(':shop/'))).toHaveLength(10);
  });

  it('has an id that says yes to exactly what it does, however the rest of the plan changes', () => {
    const [part] = plan.waiting;
    const more = { ...after, inventory: inventory([...ops, fresh, instance('more', { project: 'ops' })]) };
    expect(buildPlan(more).waiting[0]?.id).toBe(part?.id);
    const yes = buildPlan({ ...more, approvedParts: [part?.id ?? ''] });
    expect(yes.waiting).toEqual([]);
    expect(yes.approved).toEqual([part?.id]);
    expect(yes.unsafe).toEqual([]);
    expect(yes.summary).toMatchObject({ delete: 10, create: 2 });
    const fewer = { ...after, inventory: inventory([...ops, ...shop.slice(0, 1)]) };
    expect(buildPlan({ ...fewer, approvedParts: [part?.id ?? ''] })).toMatchObject({
      approved: [],
      waiting: [{ key: 'reservations servers shop' }],
    });
  });

  it('stands since the first plan that held it, however it grows, until nothing of it waits', () => {
    const later = (from: PlanInput, minutes: number) => ({
      ...from,
      now: new Date(from.now.getTime() + minutes * 60_000),
    });
    const ledger = withWaiting(after.ledger, plan, after.only);
    const grown = buildPlan({ ...later(after, 5), ledger, inventory: inventory(ops.slice(1)) });
    expect(grown.waiting[0]?.since).toBe('2026-11-23T08:00:00Z');
    expect(withWaiting(ledger, buildPlan({ ...later(before, 9), ledger }), after.only)).not.toHaveProperty('waiting');
    const narrowed = { segments: ['edge'], instances: [] };
    expect(withWaiting(ledger, buildPlan({ ...after, only: narrowed }), narrowed).waiting).toEqual(ledger.waiting);
  });

  it('is no part of what a person forces', () => {
    const all = buildPlan(forced(after));
    expect(all.waiting).toEqual([]);
    expect(all.summary).toMatchObject({ delete: 10, create: 1 });
  });

  it('is in the checksum of the plan: another split of the same changes is another plan', () => {
    const loose = buildPlan({
      ...after,
      settings: { ...after.settings, limits: { share: 1, shareFrom: 1, total: 99 } },
    });
    expect(loose.waiting).toEqual([]);
    expect(loose.checksum).not.toBe(plan.checksum);
    expect(buildPlan(forced(after)).checksum).toBe(loose.checksum);
  });

  it('makes the exit code 3 where nothing else is to be done, and 2 where it is said yes to', () => {
    const only = { ...before, inventory: inventory(ops) };
    expect(planExitCode(buildPlan(only), NONE)).toBe(3);
    expect(planExitCode(buildPlan({ ...only, approvedParts: [buildPlan(only).waiting[0]?.id ?? ''] }), NONE)).toBe(2);
  });
});

describe('the limits count', () => {
  it('each project by itself: nobody is nearer to them for what another one does', () => {
    const [shop, ops] = [of('shop', 10), of('ops', 10)];
    const before = standing([...shop, ...ops]);
    const plan = buildPlan({ ...before, inventory: inventory([...ops.slice(2), ...shop.slice(9)]) });
    expect(actions(plan)).toEqual(
      ['delete ops/ops0/eth0', 'delete ops/ops1/eth0'].map((one) => expect.stringContaining(one)),
    );
    expect(plan.waiting.map((part) => part.project)).toEqual(['shop']);
  });

  it('all together where a little goes from many: no one project decides that', () => {
    const projects = ['a', 'b', 'c', 'd', 'e'].map((name) => of(name, 2));
    const before = standing(projects.flat());
    const gone = (number: number) =>
      buildPlan({
        ...before,
        inventory: inventory([instance('z', { project: 'z' }), ...projects.slice(number).flat()]),
      });
    expect(gone(1).waiting).toEqual([]);
    expect(gone(5).waiting.map((part) => part.project)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(actions(gone(5))).toEqual([expect.stringMatching(/^create z/)]);
  });
});

describe('a step that would cut somebody off', () => {
  const segments = [{ ...SERVERS, manage: FULL }];
  const blind = observed({ segments: [state('opt3')], neighbours: undefined });

  it('waits by itself, and the reservations and the other steps go on', () => {
    const plan = buildPlan(
      input({ settings: settings({ segments }), inventory: inventory([instance('web')]), observed: blind }),
    );
    expect(plan.waiting).toMatchObject([{ key: 'static_arp servers', segment: 'servers', approvable: true }]);
    expect(actions(plan)).toEqual([
      'mask opt3',
      'range opt3',
      'deny_unknown opt3',
      'mac_allow opt3',
      expect.stringMatching(/^create default\/web\/eth0/),
    ]);
  });

  it('is lifted by nobody where it would lock somebody out', () => {
    const given = input({
      settings: settings({ segments, protect: ['10.2.0.77'] }),
      inventory: inventory([instance('web')]),
      observed: observed({ segments: [state('opt3')] }),
    });
    const plan = buildPlan(forced(given));
    expect(plan.waiting).toMatchObject([{ key: 'deny_unknown+static_arp servers', approvable: false }]);
    expect(actions(plan)).toEqual(['mask opt3', expect.stringMatching(/^create default\/web\/eth0/)]);
    const id = plan.waiting[0]?.id ?? '';
    const yes = buildPlan({ ...forced(given), approvedParts: [id] });
    expect(yes.approved).toEqual([]);
    expect(actions(yes)).toEqual(actions(plan));
  });
});

describe('a policy test that would fail', () => {
  const policy = `
tagOwners: { db: ["project:*"], web: ["project:*"] }
policy:
  - { from: "tag:web", to: "tag:db", allow: [tcp/5432] }
tests:
  - { from: lab/client, to: default/db, accept: [tcp/5432] }
`;
  const instances = sampleInstances().map((one) => (one.name === 'client' ? { ...one, tags: ['web'] } : one));
  const first = policyInput({ policy, instances, servers: 'default: deny' });
  const before = policyApplied(first, buildPlan(forced(first)));

  it('holds only who makes it fail: his membership stays, and those of others go on', () => {
    const untagged = instances.map((one) => (one.name === 'client' ? { ...one, tags: [] } : one));
    const more = instance('web3', { tags: ['web'] });
    const plan = buildPlan({ ...before, inventory: inventory([...untagged, more]) });
    expect(plan.waiting).toMatchObject([{ key: 'policy lab', project: 'lab', changes: [] }]);
    expect(plan.waiting[0]?.policy.map((change) => change.key)).toContain('alias/tag/web');
    const address = plan.segments.flatMap((one) => one.assignments).find((one) => one.nic.includes('web3'))?.address;
    const stays = plan.segments.flatMap((one) => one.assignments).find((one) => one.nic.includes('client'))?.address;
    const alias = plan.policy?.changes.find((change) => change.key === 'alias/tag/web');
    expect(alias?.kind === 'alias' && alias.after?.content).toEqual(expect.arrayContaining([address, stays]));
    const yes = buildPlan({
      ...before,
      inventory: inventory([...untagged, more]),
      approvedParts: [plan.waiting[0]?.id ?? ''],
    });
    expect(yes.waiting).toEqual([]);
    const done = yes.policy?.changes.find((change) => change.key === 'alias/tag/web');
    expect(done?.kind === 'alias' && done.after?.content).not.toContain(stays);
  });

  it('by the policy itself holds the policy, and no reservation', () => {
    const wrong = { ...before.settings, policy: { ...before.settings.policy, statements: [] } };
    const plan = buildPlan({ ...before, settings: wrong, inventory: inventory([...instances, instance('new')]) });
    expect(plan.waiting).toMatchObject([{ key: 'policy', project: undefined, segment: undefined }]);
    expect(plan.policy?.changes).toEqual([]);
    expect(plan.summary).toMatchObject({ create: 1, policy: 0, waiting: 1 });
  });
});

describe('the fewest that are enough', () => {
  it.each<[string[]]>([[['a']], [['h']], [['b', 'g']], [['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']]])(
    'are %j',
    (needed) => {
      const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      expect(fewest(all, (some) => needed.every((one) => some.includes(one)))).toEqual(needed);
    },
  );
});
