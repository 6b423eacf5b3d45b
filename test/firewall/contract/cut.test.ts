import { beforeEach, describe, expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check.js';
import { EMPTY_LEDGER, type Ledger } from '../../../src/model/ledger.js';
import { type ApplyOutcome, applyOnce } from '../../../src/service/apply.js';
import { type Planned, type PlannerDeps, type PlanRequest, planOnce } from '../../../src/service/planner.js';
import { namesOf, plainState, type SimPfState } from '../../../src/sim/opnsense/pf/states.js';
import { inventory } from '../../plan/build.js';
import { configText, sampleInstances } from '../../plan/policy/scene.js';
import { skipReason } from '../../plugin/engine/support.js';
import { apiRig, fileRig, type PfRig, phpRig, pluginRig, type Rig } from './rigs.js';

const SHOP = `
groups: { web: ["tag:web"] }
tagOwners: { web: [project:default], db: [project:default] }
policy:
  - { from: web, to: "tag:db", allow: [tcp/5432] }
  - { from: web, to: edge/proxy, allow: [udp/53] }
publish:
  - { name: site, port: tcp/443, to: edge/proxy, port_to: 8443 }
`;
const WITHOUT_STATEMENT = SHOP.replace('  - { from: web, to: "tag:db", allow: [tcp/5432] }\n', '');
const WITHOUT_PUBLISH = SHOP.replace(/publish:[\s\S]*/, '');
const INSTANCES = sampleInstances();
const quiet = (): void => {};
const noPhp = await skipReason();

/** A slash32 in front of a firewall, with what it remembers. */
function slash32(rig: Rig) {
  let ledger: Ledger = EMPTY_LEDGER;
  let instances = INSTANCES;
  const deps = (policy: string): PlannerDeps => {
    const check = checkConfig(configText({ policy }), 'slash32.yaml', '/');
    if (!check.ok) throw new Error(check.problems.map((one) => one.message).join('\n'));
    return {
      settings: { ...check.config.plan, limits: { share: 1, shareFrom: 3, total: 500 }, retainSeconds: 0 },
      source: { read: async () => inventory(instances) },
      target: rig.target,
      ledgers: {
        load: async () => ({ ledger, missing: false }),
        save: async (next) => {
          ledger = next;
        },
      },
      at: { host: 'incus1', stateFile: '/var/lib/slash32/state.json' },
      now: () => new Date(),
      signal: new AbortController().signal,
      progress: quiet,
    };
  };
  const request = { adopt: 'none' as const, only: { segments: [], instances: [] } };
  return {
    plan: (policy: string): Promise<Planned> => planOnce(deps(policy), request),
    apply: (policy: string, more: Partial<PlanRequest> = {}): Promise<ApplyOutcome> =>
      applyOnce(deps(policy), {
        ...request,
        ...more,
        overrides: { force: true, acceptLockoutRisk: true },
        checksum: undefined,
        approve: async () => true,
        finishLedger: (kept) => kept,
      }),
    remove: (name: string) => {
      instances = instances.filter((one) => one.name !== name);
    },
    forget: () => {
      const { accepted: _gone, ...rest } = ledger;
      ledger = rest;
    },
  };
}

const id = (number: number): string => namesOf(number).id;
const both = (...numbers: number[]): string[] => numbers.flatMap((one) => [id(one), id(one + 1)]).sort();

interface Scene {
  readonly pf: PfRig;
  readonly states: readonly SimPfState[];
  readonly us: ReturnType<typeof slash32>;
}

/** Connections 10 (web1 → db), 20 (web2 → db), 30 (web1 → proxy, udp), 40 (the internet → proxy by the publish), 50 (LAN → web1). */
async function scene(rig: Rig): Promise<Scene> {
  const us = slash32(rig);
  await us.apply(SHOP);
  const { plan, input } = await us.plan(SHOP);
  const all = plan.segments.flatMap((segment) => segment.assignments);
  const [web1, web2, db, proxy] = ['web1', 'web2', 'db', 'proxy'].map(
    (name) => all.find((one) => one.nic.includes(`/${name}/`))?.address,
  );
  if (web1 === undefined || web2 === undefined || db === undefined || proxy === undefined) throw new Error('no scene');
  const flow = (number: number, protocol: string, from: string, to: string, port: number): SimPfState[] =>
    (['in', 'out'] as const).map((direction, at) =>
      plainState(number + at, direction, protocol, { address: from, port: 50_000 }, { address: to, port }),
    );
  const wan = input.observed.policy?.ruleSet.interfaces.find((one) => one.id === 'wan')?.addresses[0] ?? '';
  const [entry, exit] = flow(40, 'tcp', '8.8.8.8', proxy, 8443);
  if (entry === undefined || exit === undefined) throw new Error('no publish');
  const states = [
    ...flow(10, 'tcp', web1, db, 5432),
    ...flow(20, 'tcp', web2, db, 5432),
    ...flow(30, 'udp', web1, proxy, 53),
    { ...entry, wire: { ...entry.wire, to: { address: wan, port: 443 } } },
    exit,
    ...flow(50, 'tcp', '192.168.1.10', web1, 22),
  ];
  if (rig.pf === undefined) throw new Error('no pf');
  rig.pf.setStates(states);
  return { pf: rig.pf, states, us };
}

function notesOf(outcome: ApplyOutcome): readonly string[] {
  return outcome.kind === 'applied' ? outcome.result.notes : [outcome.kind];
}

describe.each([
  ['api', apiRig, undefined],
  ['plugin', pluginRig, undefined],
  ['plugin (PHP)', phpRig, noPhp],
] as const)('closing on the %s target', (_name, start, reason) => {
  beforeEach(({ skip }) => skip(reason !== undefined, reason));

  it('a statement ends its connections, and plan and apply say so', async () => {
    const { pf, us } = await scene(await start());
    const { plan } = await us.plan(WITHOUT_STATEMENT);
    expect(plan.connections).toMatchObject({ outcome: 'ends', count: 2, perhaps: 0, unread: 0 });
    expect(plan.connections?.first[0]).toMatchObject({
      fromName: 'default/web1',
      toName: 'default/db',
      protocol: 'tcp',
    });
    expect(notesOf(await us.apply(WITHOUT_STATEMENT))).toContain('Ended 2 open connections of what was closed.');
    expect(pf.states()).toEqual(both(30, 40, 50));
  });

  it('a publish ends what came in by it', async () => {
    const { pf, us } = await scene(await start());
    await us.apply(WITHOUT_PUBLISH);
    expect(pf.states()).toEqual(both(10, 20, 30, 50));
  });

  it('an instance that is gone loses its connections, and its neighbour none', async () => {
    const { pf, us } = await scene(await start());
    us.remove('web2');
    await us.apply(SHOP);
    // an instance is missing first, and then gone
    await us.apply(SHOP);
    expect(pf.states()).toEqual(both(10, 30, 40, 50));
  });
});

describe.each([
  ['api', apiRig],
  ['plugin', pluginRig],
] as const)('on the %s target', (_name, start) => {
  it('nothing ends nothing, and the firewall is not asked', async () => {
    const { pf, us } = await scene(await start());
    pf.lose();
    const more = SHOP.replace('[tcp/5432]', '[tcp/5432, tcp/5433]');
    expect((await us.plan(more)).plan.connections).toBeUndefined();
    expect(notesOf(await us.apply(more))).toEqual([]);
    expect(pf.states()).toHaveLength(10);
  });

  it('goes on where the states cannot be listed, and says that it is not known', async () => {
    const { pf, us } = await scene(await start());
    pf.lose();
    expect((await us.plan(WITHOUT_STATEMENT)).plan.connections).toMatchObject({ outcome: 'unknown' });
    const [note] = notesOf(await us.apply(WITHOUT_STATEMENT));
    expect(note).toMatch(/^Whether the open connections of what was closed have ended is not known/);
    expect(pf.states()).toHaveLength(10);
  });

  it('ends none with cut: never', async () => {
    const { pf, us } = await scene(await start());
    const never = `${WITHOUT_STATEMENT}\ncut: never`;
    expect((await us.plan(never)).plan.connections).toMatchObject({ outcome: 'stays' });
    expect(notesOf(await us.apply(never))[0]).toMatch(/^Open connections of what was closed go on: .*cut: never/);
    expect(pf.states()).toHaveLength(10);
  });

  it('on a firewall that an older version set up, ends none before a yes, which is remembered', async () => {
    const { pf, states, us } = await scene(await start());
    us.forget();
    const { plan } = await us.plan(WITHOUT_STATEMENT);
    expect(plan.connections).toMatchObject({ outcome: 'stays' });
    expect(plan.warnings.filter((one) => one.code === 'new-rule')).toHaveLength(1);
    await us.apply(WITHOUT_STATEMENT);
    expect(pf.states()).toHaveLength(10);
    await us.apply(SHOP, { acceptNew: true });
    pf.setStates(states);
    await us.apply(WITHOUT_STATEMENT);
    expect(pf.states()).toEqual(both(30, 40, 50));
  });

  it('hears a yes also where there is nothing to apply, and a yes for one segment is none', async () => {
    const { pf, us } = await scene(await start());
    us.forget();
    await us.apply(SHOP, { acceptNew: true, only: { segments: ['edge'], instances: [] } });
    expect((await us.plan(WITHOUT_STATEMENT)).plan.connections).toMatchObject({ outcome: 'stays' });
    expect(notesOf(await us.apply(SHOP, { acceptNew: true }))).toEqual(['nothing']);
    await us.apply(WITHOUT_STATEMENT);
    expect(pf.states()).toEqual(both(30, 40, 50));
  });
});

describe('closing on the file target', () => {
  it('ends nothing, which plan and apply say', async () => {
    const us = slash32(await fileRig());
    await us.apply(SHOP);
    expect((await us.plan(WITHOUT_STATEMENT)).plan.connections).toMatchObject({
      outcome: 'stays',
      reason: expect.stringContaining('a file ends none'),
    });
    expect(notesOf(await us.apply(WITHOUT_STATEMENT))[0]).toContain('a file ends none');
  });
});
