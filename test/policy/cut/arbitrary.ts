import fc from 'fast-check';
import type {
  Endpoint,
  EndpointPart,
  PortPart,
  Redirect,
  Rule,
  RuleAlias,
  RuleSet,
  SourceTranslation,
} from '../../../src/model/rules.js';
import type { Flow } from '../../../src/policy/evaluate/types.js';
import { BASE, redirect, rule, ruleSet, translation } from '../evaluate/builders.js';

const HOSTS = ['10.0.1.10', '10.0.1.11', '10.0.2.9', '10.0.2.20', '10.0.3.30', '203.0.113.1', '8.8.8.8', '10.0.1.1'];
const HOSTS6 = ['fd00:3::30', '2a00::7'];
const SPANS = [...HOSTS, ...HOSTS6, '10.0.1.0/24', '10.0.2.0/24', '10.0.1.10-10.0.2.9', '10.0.0.0/16', 'fd00:3::/64'];
const NAMES = ['n1', 'n2', 'n3'];
const PORTS = [0, 1, 22, 53, 80, 443, 8005, 65_535];

const part: fc.Arbitrary<EndpointPart> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<EndpointPart>({ kind: 'any' }) },
  fc.constantFrom(...SPANS).map((span): EndpointPart => ({ kind: 'addresses', span })),
  { weight: 4, arbitrary: fc.constantFrom(...NAMES).map((name): EndpointPart => ({ kind: 'alias', name })) },
  fc.constantFrom('a', 'b', 'bc').map((id): EndpointPart => ({ kind: 'interface-network', interface: id })),
  fc.constantFrom('a', 'wan').map((id): EndpointPart => ({ kind: 'interface-address', interface: id })),
  fc.constant<EndpointPart>({ kind: 'self' }),
);
const ending: fc.Arbitrary<Endpoint> = fc.record({
  parts: fc.array(part, { minLength: 1, maxLength: 2 }),
  not: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
});
const port: fc.Arbitrary<PortPart> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
    .map(([a, b]): PortPart => ({ kind: 'ports', from: Math.min(a, b), to: Math.max(a, b) })),
  fc.constant<PortPart>({ kind: 'alias', name: 'p1' }),
);
const match = {
  interfaces: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.array(fc.constantFrom('a', 'a', 'b', 'c', 'wan', 'ab'), { minLength: 1, maxLength: 2 }),
  ),
  protocols: fc.constantFrom([], [], [], ['tcp'], ['tcp', 'udp'], ['icmp'], ['esp']),
  source: ending,
  destination: ending,
  sourcePorts: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, fc.array(port, { maxLength: 1 })),
  destinationPorts: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(port, { maxLength: 2 })),
  unknowns: fc.oneof({ weight: 12, arbitrary: fc.constant([]) }, fc.constant(['a schedule'])),
  enabled: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
};
const anyRule: fc.Arbitrary<Partial<Rule>> = fc.record({
  ...match,
  family: fc.constantFrom('inet' as const, 'inet46' as const, 'inet6' as const),
  quick: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  action: fc.constantFrom(...(['pass', 'pass', 'pass', 'block', 'reject'] as const)),
  direction: fc.oneof(
    { weight: 5, arbitrary: fc.constant('in' as const) },
    fc.constantFrom('out' as const, 'any' as const),
  ),
  icmpTypes: fc.constantFrom([], [], [8], [13]),
});
/** One that lets much pass, so that there is something to close. */
const wide: fc.Arbitrary<Partial<Rule>> = fc.record({
  protocols: fc.constantFrom([], [], ['tcp'], ['tcp', 'udp']),
  source: fc.constantFrom('n1', 'n2', undefined).map(named),
  destination: fc.constantFrom('n1', undefined, undefined).map(named),
  destinationPorts: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(port, { minLength: 1, maxLength: 2 })),
});

function named(alias: string | undefined): Endpoint {
  return { parts: [alias === undefined ? { kind: 'any' } : { kind: 'alias', name: alias }], not: false };
}

const anyRedirect: fc.Arbitrary<Partial<Redirect>> = fc.record({
  ...match,
  destination: fc.oneof(
    ending,
    fc.constant<Endpoint>({ parts: [{ kind: 'addresses', span: '203.0.113.1' }], not: false }),
  ),
  protocols: fc.constantFrom(['tcp'], ['udp'], []),
  destinationPorts: fc.array(port, { maxLength: 1 }),
  action: fc.oneof({ weight: 4, arbitrary: fc.constant('redirect' as const) }, fc.constant('exempt' as const)),
  passes: fc.boolean(),
  targets: fc.constantFrom('10.0.2.9', '10.0.1.10').map((span): EndpointPart[] => [{ kind: 'addresses', span }]),
  targetPort: fc.constantFrom(undefined, 80, 8005),
});
const mapping = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ targets: fc.constant<EndpointPart[]>([{ kind: 'interface-address', interface: 'wan' }]) }),
  },
  fc.record({ targets: fc.constant<EndpointPart[]>([{ kind: 'addresses', span: '10.0.2.20' }]) }),
  fc.constant({
    keepsHost: true,
    source: { parts: [{ kind: 'addresses' as const, span: '10.0.1.8/30' }], not: false },
    targets: [{ kind: 'addresses' as const, span: '10.0.3.28/30' }],
  }),
);
const anyTranslation: fc.Arbitrary<Partial<SourceTranslation>> = fc
  .record({
    source: ending,
    destination: ending,
    interfaces: fc.constantFrom(['wan'], ['b'], []),
    protocols: fc.constantFrom([], ['tcp']),
    keepsPort: fc.boolean(),
    action: fc.oneof({ weight: 4, arbitrary: fc.constant('translate' as const) }, fc.constant('exempt' as const)),
  })
  .chain((over) => mapping.map((more) => ({ ...over, ...more })));
const entries = fc.array(fc.oneof(fc.constantFrom(...SPANS), fc.constantFrom('!10.0.1.10', '!10.0.2.0/24', 'n3')), {
  minLength: 1,
  maxLength: 5,
});
const portEntries = fc.array(fc.constantFrom('22', '80', '443', '8000:8010'), { maxLength: 2 });

/** The aliases, rules and redirects of one rule set, by their place. */
interface Parts {
  readonly names: readonly (readonly string[])[];
  readonly ports: readonly string[];
  readonly rules: readonly Partial<Rule>[];
  readonly redirects: readonly Partial<Redirect>[];
  readonly translations: readonly Partial<SourceTranslation>[];
}

const parts: fc.Arbitrary<Parts> = fc.record({
  names: fc.tuple(entries, entries, entries),
  ports: portEntries,
  rules: fc.tuple(wide, fc.array(anyRule, { maxLength: 5 })).map(([first, others]) => [first, ...others]),
  redirects: fc.array(anyRedirect, { maxLength: 2 }),
  translations: fc.array(anyTranslation, { maxLength: 2 }),
});

function build({ names, ports, rules, redirects, translations }: Parts): RuleSet {
  const aliases: RuleAlias[] = names.map((list, at) => ({
    name: `n${at + 1}`,
    kind: 'addresses',
    entries: list,
    unknown: undefined,
  }));
  const base = ruleSet();
  return {
    ...base,
    aliases: [...aliases, { name: 'p1', kind: 'ports', entries: ports, unknown: undefined }],
    rules: [...BASE, ...rules.map((over, at) => rule(`r${at}`, over))],
    redirects: redirects.map((over, at) => redirect(`d${at}`, over)),
    translations: translations.map((over, at) => translation(`t${at}`, over)),
    fallback: 'block',
  };
}

/** Two rule sets, mostly with something in common: an alias that changes, a rule that goes, comes or moves. */
export const change: fc.Arbitrary<readonly [RuleSet, RuleSet]> = fc
  .tuple(parts, parts, fc.constantFrom('alias', 'gone', 'new', 'moved', 'ports', 'redirects', 'all'))
  .map(([one, other, what]) => {
    const after = {
      alias: { ...one, names: [other.names[0] ?? [], ...one.names.slice(1)] },
      gone: { ...one, rules: one.rules.map((over, at) => (at < 2 ? { ...over, enabled: false } : over)) },
      new: { ...one, rules: [...other.rules.slice(0, 1), ...one.rules] },
      moved: one,
      ports: { ...one, ports: other.ports },
      redirects: { ...one, redirects: other.redirects },
      all: other,
    }[what];
    const built = build(after);
    const rules = what === 'moved' ? [...built.rules].reverse() : built.rules;
    return [build(one), { ...built, rules }] as const;
  });

/** A packet between two addresses of one family. */
export const packet: fc.Arbitrary<Flow & { readonly from: { address: string }; readonly to: { address: string } }> = fc
  .oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...HOSTS, '10.0.1.77'), fc.constantFrom(...HOSTS, '1.1.1.1')) },
    fc.tuple(fc.constantFrom(...HOSTS6), fc.constantFrom(...HOSTS6, 'fd00:3::31')),
  )
  .chain(([from, to]) =>
    fc.record({
      from: fc.constant({ address: from }),
      to: fc.constant({ address: to }),
      protocol: fc.constantFrom('tcp', 'tcp', 'udp', 'icmp', 'esp', 'gre', '132'),
      port: fc.oneof(fc.constantFrom(...PORTS), fc.integer({ min: 0, max: 65_535 })),
      sourcePort: fc.constantFrom(22, 443, 50_000),
      icmpType: fc.constantFrom(8, 13, 17),
    }),
  );
