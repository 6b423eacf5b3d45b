import fc from 'fast-check';
import type { Instance } from '../../../src/model/instance.js';
import { withTagFlaps } from '../../../src/plan/flapping.js';
import { nextLedger, withWaiting } from '../../../src/plan/ledger.js';
import { planChanges, policyChanges } from '../../../src/plan/plan.js';
import type { Plan, PlanInput } from '../../../src/plan/types.js';
import { standingReasons } from '../../../src/plan/verdict.js';
import { projectObserved } from '../../../src/policy/project.js';
import { buildPlan, instance, inventory, nic, projected } from '../build.js';
import { policyInput } from '../policy/scene.js';

/** The project of the tenant who may do anything to his own instances. */
export const EVIL = 'evil';

/** A policy that names tags which the tenant may claim, and instances of his in its tests. */
export const POLICY = `
groups: { store: ["tag:db"], his: [project:evil] }
tagOwners: { web: [project:default, project:evil], db: [project:default, project:evil], odd: [project:evil] }
policy:
  - { from: "tag:web", to: "tag:db", allow: [tcp/5432] }
  - { from: his, to: "tag:odd", allow: [tcp/22] }
  - { from: evil/e0, to: default/db, allow: [tcp/443] }
publish:
  - { name: site, on: wan, port: tcp/443, to: evil/e1, port_to: 443 }
tests:
  - { from: evil/e0, to: default/db, accept: [tcp/443] }
  - { from: evil/e2, to: "tag:db", accept: [tcp/5432] }
  - { from: default/web1, to: evil/e3, deny: [tcp/5432] }
  - { from: shop/s0, to: project:evil, deny: [tcp/22] }
`;

/** What stands at the start: honest instances of three projects, and thirty of the tenant. */
export function honest(): Instance[] {
  return [
    instance('web1', { tags: ['web'] }),
    instance('db', { tags: ['db'] }),
    ...['s0', 's1', 's2', 's3'].map((name) => instance(name, { project: 'shop' })),
    ...['o0', 'o1'].map((name) => instance(name, { project: 'ops' }, { network: 'lab' })),
  ];
}

export function tenants(): Instance[] {
  return Array.from({ length: 30 }, (_, at) =>
    instance(`e${at}`, { project: EVIL, tags: at === 2 ? ['web'] : at === 0 ? ['odd'] : [] }),
  );
}

/** What the tenant does to his own instances; `others` are those of everybody else. */
export type Move = (mine: readonly Instance[], others: readonly Instance[]) => Instance[];

const count = fc.integer({ min: 1, max: 30 });

/** Everything that was seen to stop a service, and what is like it. */
export const MOVES: fc.Arbitrary<readonly [string, Move]> = fc.oneof(
  count.map((many) => [`deletes ${many}`, (mine: readonly Instance[]) => mine.slice(many)] as const),
  count.map((many) => [`deletes the last ${many}`, (mine: readonly Instance[]) => mine.slice(0, -many)] as const),
  count.map(
    (many) =>
      [
        `launches ${many}`,
        (mine: readonly Instance[]) => [
          ...mine,
          ...Array.from({ length: many }, (_, at) => instance(`n${mine.length}-${at}`, { project: EVIL })),
        ],
      ] as const,
  ),
  fc
    .integer({ min: 20, max: 240 })
    .map(
      (last) =>
        [
          `pins all from .${last}`,
          (mine: readonly Instance[]) =>
            mine.map((one, at) => ({ ...one, pinnedAddress: `10.2.0.${20 + ((last + at) % 220)}` })),
        ] as const,
    ),
  fc
    .constantFrom('web', 'db', 'odd')
    .map(
      (tag) =>
        [
          `claims ${tag} with every instance`,
          (mine: readonly Instance[]) => mine.map((one) => ({ ...one, tags: [tag] })),
        ] as const,
    ),
  fc.constant([
    'takes every tag off',
    (mine: readonly Instance[]) => mine.map((one) => ({ ...one, tags: [] })),
  ] as const),
  fc.constant([
    'takes the MACs of others',
    (mine: readonly Instance[], others: readonly Instance[]) =>
      mine.map((one, at) => ({
        ...one,
        nics: one.nics.map((it) => ({ ...it, mac: others[at % others.length]?.nics[0]?.mac })),
      })),
  ] as const),
  fc.constant([
    'takes the names of others',
    (mine: readonly Instance[], others: readonly Instance[]) =>
      mine.map((one, at) => ({ ...one, name: others[at]?.name ?? one.name })),
  ] as const),
  fc.constant([
    'takes the uuids and MACs of others',
    (mine: readonly Instance[], others: readonly Instance[]) =>
      mine.map((one, at) => {
        const victim = others[at % others.length];
        return { ...one, uuid: victim?.uuid, nics: one.nics.map((it) => ({ ...it, mac: victim?.nics[0]?.mac })) };
      }),
  ] as const),
  fc.constant([
    'renames all',
    (mine: readonly Instance[]) => mine.map((one) => ({ ...one, name: `move-of-1${one.name}` })),
  ] as const),
  fc.constant([
    'plugs in 158 NICs',
    (mine: readonly Instance[]) => {
      const [one, ...rest] = mine;
      if (one === undefined) return [];
      const nics = Array.from({ length: 158 }, (_, at) =>
        nic({ name: `eth${at}`, mac: `10:66:6a:ee:00:${at.toString(16).padStart(2, '0')}` }),
      );
      return [...rest, { ...one, nics }];
    },
  ] as const),
  fc.constant([
    'moves all to the other segment',
    (mine: readonly Instance[]) =>
      mine.map((one) => ({
        ...one,
        nics: one.nics.map((it) => ({ ...it, network: it.network === 'lab' ? 'servers' : 'lab' })),
      })),
  ] as const),
  fc.constant([
    'takes all isolation off and spans two segments',
    (mine: readonly Instance[]) =>
      mine.map((one, at) =>
        at > 2
          ? one
          : {
              ...one,
              nics: [
                ...one.nics.map((it) => ({ ...it, isolated: false })),
                nic({ name: 'eth9', network: 'lab', mac: `10:66:6a:ef:00:0${at}` }),
              ],
            },
      ),
  ] as const),
  fc.constant([
    'wants to be left alone',
    (mine: readonly Instance[]) => mine.map((one) => ({ ...one, ignored: true })),
  ] as const),
);

/** A world in which a service goes on, one plan after the other. */
export interface World {
  input: PlanInput;
  others: Instance[];
  mine: Instance[];
}

export function world(): World {
  const [others, mine] = [honest(), tenants()];
  const parts = { policy: POLICY, edge: 'default: inherit', servers: 'default: deny', lab: 'default: deny' };
  const start = policyInput({ ...parts, instances: [...others, ...mine] });
  return { input: start, others, mine };
}

/** One run of the service, as it goes by itself: what is not unsafe as a whole is applied. */
export function run(scene: World, part: Partial<PlanInput> = {}, seconds = 60): Plan {
  const { input } = scene;
  const now = new Date(input.now.getTime() + seconds * 1000);
  const next: PlanInput = { ...input, now, inventory: inventory([...scene.others, ...scene.mine]), ...part };
  const plan = buildPlan(next);
  const overrides = next.overrides ?? { force: false, acceptLockoutRisk: false };
  scene.input = standingReasons(plan, overrides).length > 0 ? next : after(next, plan);
  return plan;
}

function after(before: PlanInput, plan: Plan): PlanInput {
  const { policy } = before.observed;
  const observed = projected(before.observed, planChanges(plan));
  const { overrides: _said, approvedParts: _yes, ...rest } = before;
  return {
    ...rest,
    ledger: withWaiting(
      withTagFlaps(
        nextLedger(before.ledger, planChanges(plan), before.now, before.settings.quarantineSeconds),
        plan,
        before.now,
      ),
      plan,
      before.only,
    ),
    observed: policy === undefined ? observed : { ...observed, policy: projectObserved(policy, policyChanges(plan)) },
  };
}

/** What the tenant does to one of his instances within a second, whichever second it is. */
export type Fidget = (mine: readonly Instance[], second: number) => Instance[];

function withFirst(mine: readonly Instance[], part: (one: Instance) => Partial<Instance>): Instance[] {
  return mine.map((one, at) => (at === 0 ? { ...one, ...part(one) } : one));
}

/** Whatever makes a run of its own each second. */
export const FIDGETS: Readonly<Record<string, Fidget>> = {
  'tags and untags': (mine, second) => withFirst(mine, () => ({ tags: second % 2 === 0 ? ['db'] : [] })),
  'goes from tag to tag': (mine, second) =>
    withFirst(mine, () => ({ tags: [['db'], ['web'], ['odd']][second % 3] ?? [] })),
  'tags one after the other': (mine, second) =>
    mine.map((one, at) => (at === second % mine.length ? { ...one, tags: one.tags.length > 0 ? [] : ['db'] } : one)),
  'has another MAC': (mine, second) =>
    withFirst(mine, (one) => ({
      nics: one.nics.map((it) => ({ ...it, mac: `10:66:6a:e5:00:${(second % 100).toString().padStart(2, '0')}` })),
    })),
  'walks its pin': (mine, second) => withFirst(mine, () => ({ pinnedAddress: `10.2.0.${20 + (second % 200)}` })),
  'is renamed': (mine, second) => withFirst(mine, () => ({ name: `r${second}` })),
  'comes and goes under new names': (mine, second) => [...mine.slice(0, 30), instance(`n${second}`, { project: EVIL })],
  'grows without an end': (mine, second) => [...mine, instance(`g${second}`, { project: EVIL })],
};
