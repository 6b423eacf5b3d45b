import type {
  Endpoint,
  EndpointPart,
  Redirect,
  Rule,
  RuleInterface,
  RuleSet,
  SourceTranslation,
} from '../../../src/model/rules.js';

/** An endpoint of one part. */
export function end(part: EndpointPart, not = false): Endpoint {
  return { parts: [part], not };
}

export const ANY = end({ kind: 'any' });

/** A quick pass rule in on every interface, of both families, any to any, unless `over` says otherwise. */
export function rule(id: string, over: Partial<Rule> = {}): Rule {
  return {
    id,
    origin: 'foreign',
    class: 'interface',
    enabled: true,
    quick: true,
    action: 'pass',
    direction: 'in',
    interfaces: [],
    interfacesNot: false,
    family: 'inet46',
    protocols: [],
    source: ANY,
    destination: ANY,
    sourcePorts: [],
    destinationPorts: [],
    icmpTypes: [],
    icmp6Types: [],
    log: false,
    stateful: true,
    newConnections: true,
    description: id,
    unknowns: [],
    ...over,
  };
}

/** A redirect of everything on every interface to 10.0.2.9, unless `over` says otherwise. */
export function redirect(id: string, over: Partial<Redirect> = {}): Redirect {
  return {
    id,
    origin: 'foreign',
    enabled: true,
    action: 'redirect',
    interfaces: [],
    interfacesNot: false,
    family: 'inet',
    protocols: [],
    source: ANY,
    destination: ANY,
    sourcePorts: [],
    destinationPorts: [],
    targets: [{ kind: 'addresses', span: '10.0.2.9' }],
    targetPort: undefined,
    passes: false,
    description: id,
    unknowns: [],
    ...over,
  };
}

/** A source NAT of everything on wan to its own address, unless `over` says otherwise. */
export function translation(id: string, over: Partial<SourceTranslation> = {}): SourceTranslation {
  return {
    id,
    origin: 'foreign',
    enabled: true,
    action: 'translate',
    interfaces: ['wan'],
    interfacesNot: false,
    family: 'inet',
    protocols: [],
    source: ANY,
    destination: ANY,
    sourcePorts: [],
    destinationPorts: [],
    targets: [{ kind: 'interface-address', interface: 'wan' }],
    keepsHost: false,
    keepsPort: false,
    description: id,
    unknowns: [],
    ...over,
  };
}

/** An interface with one network and the address in it that ends with 1. */
export function place(id: string, networks: readonly string[], over: Partial<RuleInterface> = {}): RuleInterface {
  const addresses = networks.map((network) => network.replace(/\.0\/\d+$/, '.1').replace(/::\/\d+$/, '::1'));
  return {
    id,
    description: id,
    addresses,
    networks,
    unknownFamilies: [],
    internet: false,
    ...over,
  };
}

/** Three segments a, b, c (c with IPv6 too) and wan, two groups, and the rules that every OPNsense has. */
export function ruleSet(over: Partial<RuleSet> = {}): RuleSet {
  return {
    interfaces: [
      place('a', ['10.0.1.0/24']),
      place('b', ['10.0.2.0/24']),
      place('c', ['10.0.3.0/24', 'fd00:3::/64']),
      place('wan', ['203.0.113.0/24'], { internet: true }),
    ],
    groups: [
      { id: 'ab', members: ['a', 'b'] },
      { id: 'bc', members: ['b', 'c'] },
    ],
    routes: [],
    aliases: [],
    redirects: [],
    rules: [],
    fallback: 'pass',
    notes: [],
    ...over,
  };
}

/** Default deny in and pass out, neither quick, as OPNsense has them first. */
export const BASE: readonly Rule[] = [
  rule('deny', { action: 'block', quick: false, class: 'automatic', origin: 'automatic' }),
  rule('out', { direction: 'out', quick: false, class: 'automatic', origin: 'automatic' }),
];
