import { checkConfig } from '../../../src/config/check.js';
import { readConfig } from '../../../src/firewall/opnsense/config/read.js';
import { readSegments } from '../../../src/firewall/opnsense/isc/read.js';
import { readObservedPolicy } from '../../../src/firewall/opnsense/policy/read.js';
import { parseConfigXml } from '../../../src/firewall/opnsense/xml/parse.js';
import type { Instance } from '../../../src/model/instance.js';
import { planChanges, policyChanges } from '../../../src/plan/plan.js';
import type { Plan, PlanInput } from '../../../src/plan/types.js';
import { projectObserved } from '../../../src/policy/project.js';
import { buildSampleConfig } from '../../../src/sim/opnsense/sample-config.js';
import { buildPlan, forced, input, instance, inventory, observed, projected } from '../build.js';

/** Segments of every scene: `edge` on opt1 (10.1.0.0/24), `servers` on opt2 (10.2.0.0/24), `lab` on opt3 (10.3.0.0/24). */
export interface SceneParts {
  /** YAML with the policy's keys. */
  readonly policy?: string;
  readonly instances?: readonly Instance[];
  /** Keys of single segments, as YAML flow: `default: deny`. */
  readonly edge?: string;
  readonly servers?: string;
  readonly lab?: string;
  /** Changes the text of config.xml. */
  readonly config?: (xml: string) => string;
  readonly files?: Readonly<Record<string, string>>;
  readonly protect?: string;
}

/** The instances that scenes have by default: a proxy, two web servers with a tag, a database, a client in the lab. */
export function sampleInstances(): Instance[] {
  return [
    instance('proxy', { project: 'edge' }, { network: 'edge' }),
    instance('web1', { tags: ['web'] }),
    instance('web2', { tags: ['web'] }),
    instance('db', { tags: ['db'] }),
    instance('client', { project: 'lab' }, { network: 'lab' }),
  ];
}

/** The text of a configuration with a policy. */
export function configText(parts: SceneParts): string {
  const manage = 'manage: [reservations, rules]';
  return [
    'owner: home',
    'incus: { file: instances.json }',
    'opnsense: { transport: file, path: config.xml }',
    'segments:',
    `  edge: { interface: opt1, ${manage}, ${parts.edge ?? 'default: deny'} }`,
    `  servers: { interface: opt2, ${manage}, ${parts.servers ?? 'default: deny'} }`,
    `  lab: { interface: opt3, ${manage}, ${parts.lab ?? 'default: deny'} }`,
    ...(parts.protect === undefined ? [] : [`protect: ${parts.protect}`]),
    parts.policy ?? '',
  ].join('\n');
}

/** What is planned from, with the configuration read as the program reads it and the rules read from a config.xml. */
export function policyInput(parts: SceneParts): PlanInput {
  const check = checkConfig(configText(parts), 'slash32.yaml', '/etc', (path) => {
    const text = parts.files?.[path.replace('/etc/', '')];
    if (text === undefined) throw new RangeError(path);
    return text;
  });
  if (!check.ok) throw new Error(check.problems.map((one) => `${one.line}: ${one.message} ${one.hint}`).join('\n'));
  const xml = (parts.config ?? ((text) => text))(buildSampleConfig({ users: [] }));
  const root = parseConfigXml(xml);
  const { interfaces } = readConfig(root);
  return input({
    settings: check.config.plan,
    inventory: inventory(parts.instances ?? sampleInstances()),
    observed: observed({ interfaces, segments: readSegments(root), policy: readObservedPolicy(root) }),
  });
}

/** The input as it is once the plan was applied. */
export function policyApplied(before: PlanInput, plan: Plan): PlanInput {
  const { policy } = before.observed;
  const after = projected(before.observed, planChanges(plan));
  return {
    ...before,
    observed: policy === undefined ? after : { ...after, policy: projectObserved(policy, policyChanges(plan)) },
  };
}

/** The plan of a scene once its reservations and policy were applied, changed by `then`. */
export function planAfter(parts: SceneParts, then: (input: PlanInput) => PlanInput): Plan {
  const before = policyInput(parts);
  return buildPlan(then(policyApplied(before, buildPlan(forced(before)))));
}

/** Each change of a policy as `create rule …`, sorted, for short expectations. */
export function policyActions(plan: Plan): string[] {
  return policyChanges(plan)
    .map((change) => {
      const entry = change.after ?? change.before?.entry;
      const name =
        entry !== undefined && 'name' in entry ? entry.name : (entry?.description.replace(/ \[.*/, '') ?? '');
      return `${change.action} ${change.kind} ${name}`;
    })
    .sort();
}
