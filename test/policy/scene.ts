import type { Instance } from '../../src/model/instance.js';
import { NO_POLICY, type Policy, type PolicyTest, type PortSpec, type Selector } from '../../src/model/policy.js';
import { readPortSpec } from '../../src/policy/language/ports.js';
import { readPolicy } from '../../src/policy/language/read.js';
import { readSelector } from '../../src/policy/language/selectors.js';
import { NO_LAYER2 } from '../../src/policy/layer2/types.js';
import type { Member, PolicyScene } from '../../src/policy/resolve/types.js';

export const PLACE = { file: 'policy.yaml', line: 1, column: 1 };

/** A policy from its parsed keys; throws where something is wrong with it. */
export function policyOf(value: Readonly<Record<string, unknown>>, segments: readonly string[] = ['a', 'b']): Policy {
  const { policy, mistakes } = readPolicy([{ value, locate: () => PLACE }], { segments, suggest: () => undefined });
  const [first] = mistakes;
  if (first !== undefined) throw new Error(first.message);
  return policy;
}

/** A selector as it would stand in a policy. */
export function selector(text: string): Selector {
  const read = readSelector(text);
  if (!read.ok) throw new Error(read.message);
  return { ...read.value, text, place: PLACE };
}

/** A port as it would stand in a policy. */
export function port(text: string): PortSpec {
  const read = readPortSpec(text);
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

/** A test of a policy. */
export function policyTest(from: string, to: string, what: Readonly<Record<'accept' | 'deny', string[]>>): PolicyTest {
  return {
    name: undefined,
    from: [selector(from)],
    to: [selector(to)],
    accept: what.accept.map(port),
    deny: what.deny.map(port),
    place: PLACE,
  };
}

/** An instance with tags. */
export function instance(name: string, tags: readonly string[] = [], project = 'default'): Instance {
  return {
    project,
    name,
    uuid: '11111111-0000-4000-8000-000000000000',
    tags,
    nics: [],
    ignored: false,
  } as unknown as Instance;
}

/** A NIC of an instance with its address, on the segment that is called like the interface. */
export function member(name: string, address: string, segment: string, project = 'default'): Member {
  const id = `${project}/${name}`;
  return { instance: id, project, nic: `${id}/eth0`, segment, interface: segment, address };
}

/** Two hosts on a and one on b, each on an isolated port, unless `over` says otherwise. */
export function scene(over: Partial<PolicyScene> = {}): PolicyScene {
  const members = over.members ?? [
    member('web', '10.0.1.10', 'a'),
    member('api', '10.0.1.11', 'a'),
    member('db', '10.0.2.9', 'b'),
  ];
  const ports = members.map(({ nic, instance: of, segment }) => ({
    nic,
    instance: of,
    segment,
    isolated: true,
    host: undefined,
  }));
  return {
    owner: 'home',
    policy: NO_POLICY,
    segments: [],
    interfaces: [],
    varyingNetworks: [],
    instances: [instance('web', ['web']), instance('api', ['web']), instance('db', ['db'])],
    kept: new Map(),
    layer2: { ...NO_LAYER2, ports },
    leftAlone: new Map(),
    ...over,
    members,
  };
}
