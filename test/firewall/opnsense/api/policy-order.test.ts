import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkConfig } from '../../../../src/config/check.js';
import { readObservedPolicy } from '../../../../src/firewall/opnsense/policy/read.js';
import { parseConfigXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { Observed } from '../../../../src/model/firewall.js';
import type { Instance } from '../../../../src/model/instance.js';
import type { RuleSet } from '../../../../src/model/rules.js';
import { planChanges, policyChanges } from '../../../../src/plan/plan.js';
import type { Plan } from '../../../../src/plan/types.js';
import { evaluate } from '../../../../src/policy/evaluate/evaluate.js';
import { prepare } from '../../../../src/policy/evaluate/prepare.js';
import { createRedactor } from '../../../../src/secrets/redactor.js';
import { type SimOpnsense, startSimOpnsense } from '../../../../src/sim/opnsense/start.js';
import { buildPlan, input, instance, inventory } from '../../../plan/build.js';
import { configText, policyActions } from '../../../plan/policy/scene.js';
import { observe, targetFor, temporaryFolder } from './rig.js';

/** What an owner wants at one time. */
interface Wish {
  readonly lines: readonly { readonly from: string; readonly to: string; readonly allow: string }[];
  /** Which of the five instances carry the tag. */
  readonly tagged: readonly boolean[];
  readonly fallback: 'inherit' | 'deny';
  readonly published: readonly string[];
}

const NAMES = ['w1', 'w2', 'd1', 'd2', 'x'];
const ENDS = ['tag:web', 'default/d1', 'group', 'segment:servers', '10.2.0.0/24'];
const PORTS = ['tcp/22', 'tcp/5432', 'udp/53', 'any', 'icmp'];

const wish: fc.Arbitrary<Wish> = fc.record({
  lines: fc.array(
    fc.record({
      from: fc.constantFrom(...ENDS),
      to: fc.constantFrom(...ENDS, 'internet', 'firewall'),
      allow: fc.constantFrom(...PORTS),
    }),
    { maxLength: 4 },
  ),
  tagged: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  fallback: fc.constantFrom('inherit', 'deny'),
  published: fc.uniqueArray(fc.constantFrom('w1', 'd1'), { maxLength: 2 }),
});

const SAME = new Map<string, Instance>(NAMES.map((name) => [name, instance(name)]));

/** The same lines with other ports: rules that change in place, while their aliases get other members. */
function otherPorts(lines: Wish['lines']): Wish['lines'] {
  return lines.map((line) => ({ ...line, allow: line.allow === 'tcp/22' ? 'tcp/5432' : 'tcp/22' }));
}

function instancesOf({ tagged }: Wish): Instance[] {
  return NAMES.flatMap((name, at) => {
    const one = SAME.get(name);
    return one === undefined ? [] : [{ ...one, tags: tagged[at] === true ? ['web'] : [] }];
  });
}

function planOf(observed: Observed, one: Wish): Plan {
  const text = [
    'groups: { group: ["tag:web", default/d2] }',
    'tagOwners: { web: [project:default] }',
    'policy:',
    ...one.lines.map(({ from, to, allow }) => `  - { from: "${from}", to: "${to}", allow: ["${allow}"] }`),
    ...(one.published.length === 0
      ? []
      : [
          'publish:',
          ...one.published.map(
            (name, at) => `  - { name: ${name}, port: tcp/${8000 + at}, to: default/${name}, port_to: 22 }`,
          ),
        ]),
  ].join('\n');
  const base = `default: ${one.fallback}`;
  const check = checkConfig(
    configText({
      policy: one.lines.length === 0 ? text.replace('policy:', 'policy: []') : text,
      edge: base,
      servers: base,
      lab: base,
    }),
    'x',
    '/',
  );
  if (!check.ok) throw new Error(check.problems.map((problem) => problem.message).join('\n'));
  const settings = { ...check.config.plan, limits: { share: 1, shareFrom: 3, total: 500 } };
  return buildPlan(input({ settings, observed, inventory: inventory(instancesOf(one)) }));
}

/** What passes of a grid: every pair of instances, a stranger, the internet, the firewall; ports that policies name, and one that none does. */
function passing(ruleSet: RuleSet, hosts: readonly string[]): Set<string> {
  const prepared = prepare(ruleSet);
  const found = new Set<string>();
  const ends = [...hosts.map((address) => ({ address })), { internet: 'inet' as const }, { address: '10.2.0.1' }];
  for (const from of ends.slice(0, -1))
    for (const to of ends)
      for (const [protocol, port] of [
        ['tcp', 22],
        ['tcp', 5432],
        ['tcp', 9],
        ['udp', 53],
        ['icmp', undefined],
      ] as const) {
        if (from === to || ('internet' in from && 'internet' in to)) continue;
        if (evaluate(prepared, { from, to, protocol, port }).verdict === 'pass')
          found.add(JSON.stringify([from, to, protocol, port]));
      }
  return found;
}

/** What was found before: most of the same states come again at each point where an apply is broken off. */
const KNOWN = new Map<string, ReadonlySet<string>>();

/** What passes by the rules of a config.xml, whatever else stands there. */
function passingBy(text: string, hosts: readonly string[]): ReadonlySet<string> {
  const { ruleSet } = readObservedPolicy(parseConfigXml(text));
  const key = JSON.stringify([hosts, ruleSet]).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '');
  const found = KNOWN.get(key) ?? passing(ruleSet, hosts);
  KNOWN.set(key, found);
  return found;
}

/** Two policies that differ in every kind of entry and in both directions. */
const ONE: Wish = {
  lines: [
    { from: 'tag:web', to: 'default/d1', allow: 'tcp/22' },
    { from: 'group', to: 'internet', allow: 'any' },
  ],
  tagged: [true, true, false, false, false],
  fallback: 'inherit',
  published: ['w1'],
};
const OTHER: Wish = {
  lines: [
    { from: 'tag:web', to: 'default/d1', allow: 'tcp/5432' },
    { from: 'segment:servers', to: 'firewall', allow: 'icmp' },
  ],
  tagged: [true, false, false, false, true],
  fallback: 'deny',
  published: ['d1'],
};

async function start(): Promise<SimOpnsense> {
  const sim = await startSimOpnsense({ folder: temporaryFolder() });
  onTestFinished(() => sim.close());
  return sim;
}

async function apply(sim: SimOpnsense, one: Wish): Promise<Plan> {
  const target = targetFor(sim, createRedactor());
  const observed = await observe(target);
  const plan = planOf(observed, one);
  if (policyChanges(plan).length + planChanges(plan).length > 0)
    await target.apply({
      base: observed,
      changes: planChanges(plan),
      policy: policyChanges(plan),
      message: 'test',
      progress: () => undefined,
      signal: new AbortController().signal,
    });
  return plan;
}

/** What the service does first after an apply that was cut short. */
async function settle(sim: SimOpnsense): Promise<void> {
  const target = targetFor(sim, createRedactor());
  await observe(target);
  await target.settle(new AbortController().signal, () => undefined);
}

/** Looks at the configuration after every save from now on, and at what pf holds after each time that it is loaded. */
function watchSaves(sim: SimOpnsense, look: (text: string) => void): () => void {
  let isOn = true;
  sim.onReload(() => {
    if (isOn) look(sim.inForceText());
  });
  const again = (): void => {
    sim.onSaves(1, () => {
      if (!isOn) return;
      look(sim.configText());
      again();
    });
  };
  again();
  return () => {
    isOn = false;
  };
}

const addressesOf = (plan: Plan): string[] => [
  ...plan.segments.flatMap((one) => one.assignments.flatMap((at) => at.address ?? [])),
  '10.2.0.77',
];

describe('a policy that is written call by call', () => {
  it('lets nothing pass at any moment that passes neither before nor after', async () => {
    await fc.assert(
      fc.asyncProperty(wish, wish, fc.boolean(), async (one, random, isSameLines) => {
        const other = isSameLines ? { ...random, lines: otherPorts(one.lines) } : random;
        const sim = await start();
        const first = await apply(sim, one);
        const hosts = addressesOf(first);
        const before = passingBy(sim.configText(), hosts);
        const between: ReadonlySet<string>[] = [];
        const stop = watchSaves(sim, (text) => void between.push(passingBy(text, hosts)));
        await apply(sim, other);
        stop();
        const after = passingBy(sim.configText(), hosts);
        for (const seen of between)
          for (const flow of seen)
            if (!before.has(flow)) expect([...after], `opened for a while: ${flow}`).toContain(flow);
        expect(passingBy(sim.inForceText(), hosts), 'saved, but not in force').toEqual(after);
        expect(policyActions(await apply(sim, other))).toEqual([]);
        await sim.close();
      }),
      { numRuns: Number(process.env.SLASH32_FUZZ ?? 25) },
    );
  });

  it.each([
    ['is not done', { kind: 500, done: false }, /^S32_OPNSENSE_/],
    ['is done and its answer lost', { kind: 'reset', done: true }, /^S32_OPNSENSE_/],
  ] as const)(
    'can be broken off at every call, which %s: the error says what was done, nothing is opened, and what follows ends where it should',
    async (_what, fault, code) => {
      const whole = await start();
      await apply(whole, ONE);
      whole.clearLog();
      await apply(whole, OTHER);
      const writes = whole.log.filter(
        (call) => call.method === 'POST' && call.path.startsWith('/api/firewall/'),
      ).length;
      expect(writes).toBeGreaterThan(8);
      for (let at = 0; at < writes; at += 1) {
        const sim = await start();
        const hosts = addressesOf(await apply(sim, ONE));
        const before = passingBy(sim.configText(), hosts);
        const between: ReadonlySet<string>[] = [];
        const stop = watchSaves(sim, (text) => void between.push(passingBy(text, hosts)));
        const text = sim.configText();
        sim.failNext({ ...fault, path: '/api/firewall/', skip: at });
        const error = await apply(sim, OTHER).then(
          () => undefined,
          (failure: unknown) => failure,
        );
        expect(error, `call ${at}`).toMatchObject({
          code: expect.stringMatching(code),
          written: 'unknown',
          effect: expect.stringMatching(
            at === 0
              ? /^It stopped at: .*, which may be done or not\. .*the next apply goes on from here\.$/
              : /^Done: .* It stopped at: .*the next apply goes on from here\.$/,
          ),
        });
        if (at === 0 && !fault.done) expect(sim.configText()).toBe(text);
        await settle(sim);
        expect(passingBy(sim.inForceText(), hosts), `call ${at}`).toEqual(passingBy(sim.configText(), hosts));
        await apply(sim, OTHER);
        stop();
        const after = passingBy(sim.configText(), hosts);
        for (const seen of between)
          for (const flow of seen) if (!before.has(flow)) expect([...after], `call ${at}`).toContain(flow);
        expect(policyActions(await apply(sim, OTHER))).toEqual([]);
        expect(after).toEqual(passingBy(whole.configText(), hosts));
        expect(passingBy(sim.inForceText(), hosts), `call ${at}`).toEqual(after);
        await sim.close();
      }
    },
  );
});
