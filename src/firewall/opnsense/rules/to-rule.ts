import type { Endpoint, EndpointPart, PacketMatch, Redirect, Rule, SourceTranslation } from '../../../model/rules.js';
import type { EndpointDraft, RedirectDraft, RuleDraft, TranslationDraft } from './draft.js';
import { canStandOn, icmpTypes, type Names } from './names.js';
import { classOf } from './order.js';
import { refusalsOfRedirect, refusalsOfRule, refusalsOfTranslation } from './refused.js';
import { type Resolved, resolveNet, resolvePort } from './resolve.js';
import { isSet } from './values.js';

/** A rule or redirect, and sentences about what of it OPNsense leaves out. */
export interface Read<Of> {
  readonly value: Of;
  readonly notes: readonly string[];
  /** Why pf refuses it, and with it every other rule, as clauses for people. */
  readonly refused: readonly string[];
}

const PORT_PROTOCOLS = ['tcp', 'udp', 'tcp/udp'];

/**
 * Resolves the names of a draft. A rule that OPNsense writes as a comment (interface gone, name that nothing has, port that is
 * none) comes out disabled, with a note; where only a part of a list is so, only that part is gone.
 */
export function toRule(draft: RuleDraft, names: Names): Read<Rule> {
  const linkLocal = draft.family === 'inet6' || draft.family === 'inet46';
  const read = toMatch(draft, names, draft.origin === 'automatic', linkLocal);
  const types = icmpOf(draft);
  const usable = read.missing.length === 0 && types !== undefined;
  const wholly = classOf(draft.priority) === 'invalid';
  const enabled = draft.enabled && usable && !wholly;
  return {
    refused: enabled ? refusalsOfRule(draft) : [],
    value: {
      ...read.match,
      id: draft.id,
      origin: draft.origin,
      class: classOf(draft.priority),
      enabled,
      quick: draft.quick,
      action: draft.action,
      direction: draft.direction,
      protocols: protocolsOf(draft, true),
      icmpTypes: types?.four ?? [],
      icmp6Types: types?.six ?? [],
      log: draft.log,
      stateful: draft.stateType !== 'none',
      newConnections: fitsSyn(draft.tcpFlags),
      description: draft.description,
      unknowns: draft.unknowns,
      ...(draft.sentTo === undefined ? {} : { sentTo: draft.sentTo }),
      ...(draft.answersTo === undefined ? {} : { answersTo: draft.answersTo }),
      ...(draft.handedTo === undefined ? {} : { handedTo: draft.handedTo }),
    },
    notes: draft.enabled ? read.dropped.map((what) => noteOf(draft, what, !usable || wholly)) : [],
  };
}

/** Resolves the names of a redirect's draft, like {@link toRule}. */
export function toRedirect(draft: RedirectDraft, names: Names): Read<Redirect> {
  const read = toMatch(draft, names, draft.origin === 'automatic', false);
  const target = draft.exempt
    ? { parts: [], missing: [] }
    : resolveNet(draft.target === '' ? '-' : draft.target, names, false);
  const usable = read.missing.length === 0 && target.missing.length === 0;
  const samePort = draft.targetPort === draft.destination.port;
  const port = resolvePort(draft.targetPort, names).parts[0];
  const enabled = draft.enabled && usable;
  return {
    refused: enabled ? refusalsOfRedirect(draft) : [],
    value: {
      ...read.match,
      protocols: protocolsOf(draft, false),
      id: draft.id,
      origin: draft.origin,
      enabled,
      sequence: draft.sequence,
      action: draft.exempt ? 'exempt' : 'redirect',
      targets: target.parts,
      targetPort:
        samePort || port === undefined ? undefined : port.kind === 'ports' ? port.from : firstPort(port.name, names),
      passes: !draft.exempt && isSet(draft.association) && draft.association !== 'rule',
      ...(draft.keepsHost === true ? { keepsHost: true } : {}),
      description: draft.description,
      unknowns: draft.unknowns,
    },
    notes: draft.enabled ? [...read.dropped, ...target.missing].map((what) => noteOf(draft, what, !usable)) : [],
  };
}

/** Resolves the names of a source NAT's draft, like {@link toRule}. */
export function toTranslation(draft: TranslationDraft, names: Names): Read<SourceTranslation> {
  const read = toMatch(draft, names, draft.origin === 'automatic', false);
  const target = draft.exempt ? { parts: [], missing: [] } : translationTarget(draft, names);
  const enabled = draft.enabled && read.missing.length === 0;
  return {
    refused: enabled ? [...target.missing, ...refusalsOfTranslation(draft)] : [],
    value: {
      ...read.match,
      protocols: protocolsOf(draft, false),
      id: draft.id,
      origin: draft.origin,
      enabled,
      action: draft.exempt ? 'exempt' : 'translate',
      targets: target.parts,
      keepsHost: draft.keepsHost,
      keepsPort: draft.keepsPort,
      description: draft.description,
      unknowns: draft.unknowns,
    },
    notes: draft.enabled ? read.dropped.map((what) => noteOf(draft, what, !enabled)) : [],
  };
}

/** SNatRule.php, parseNatRules: an alias, `lanip`, addresses; what is none of these stands in pf's line as it is. */
function translationTarget(draft: TranslationDraft, names: Names): Resolved<EndpointPart> {
  const [id = ''] = draft.interfaces;
  if (draft.target === '') return { parts: [{ kind: 'interface-address', interface: id }], missing: [] };
  return resolveNet(draft.target, names, false);
}

interface MatchRead {
  readonly match: PacketMatch;
  /** Clauses that leave the whole entry out. */
  readonly missing: readonly string[];
  /** All clauses, those that leave out a part included. */
  readonly dropped: readonly string[];
}

function toMatch(
  draft: RuleDraft | RedirectDraft | TranslationDraft,
  names: Names,
  automatic: boolean,
  linkLocal: boolean,
): MatchRead {
  const standing = draft.interfaces.filter((name) => canStandOn(names, name));
  const gone = draft.interfaces
    .filter((name) => !canStandOn(names, name))
    .map((name) => `the interface ${name} is not there or not enabled`);
  const ends = [draft.source, draft.destination].map((end) =>
    readEnd(end, 'keepsPort' in draft ? 'tcp' : draft.protocol, names, automatic, linkLocal),
  );
  const [source, destination] = ends;
  const empty = { parts: [], not: false };
  const missing = [
    ...(draft.interfaces.length > 0 && standing.length === 0 ? gone : []),
    ...ends.flatMap((end) => end.missing),
  ];
  return {
    match: {
      interfaces: standing,
      interfacesNot: 'interfacesNot' in draft && draft.interfacesNot,
      family: draft.family === '' ? 'inet46' : draft.family,
      protocols: [],
      source: source?.endpoint ?? empty,
      destination: destination?.endpoint ?? empty,
      sourcePorts: source?.ports ?? [],
      destinationPorts: destination?.ports ?? [],
    },
    missing,
    dropped: [...gone, ...ends.flatMap((end) => end.dropped)],
  };
}

function readEnd(end: EndpointDraft, protocol: string, names: Names, automatic: boolean, linkLocal: boolean) {
  const net = resolveNet(end.net, names, automatic);
  const port = PORT_PROTOCOLS.includes(protocol.toLowerCase())
    ? resolvePort(end.port, names)
    : { parts: [], missing: [] };
  const isAny = net.parts.some((part) => part.kind === 'any');
  const byNetwork = net.parts.some((part) => part.kind === 'interface-network');
  // pf leaves link-local addresses out of an interface's network, so OPNsense names them beside it
  const local: Endpoint['parts'] = linkLocal && byNetwork && !end.not ? [{ kind: 'addresses', span: 'fe80::/10' }] : [];
  return {
    endpoint: { parts: [...net.parts, ...local], not: end.not && !isAny },
    ports: port.parts,
    missing: [...(net.parts.length === 0 ? net.missing : []), ...port.missing],
    dropped: [...net.missing, ...port.missing],
  };
}

/** In filter rules OPNsense writes the ICMP of the family; in NAT it writes what stands there, which fits no packet of IPv6. */
function protocolsOf(draft: Pick<RuleDraft, 'protocol' | 'family'>, byFamily: boolean): string[] {
  const protocol = draft.protocol.toLowerCase();
  if (protocol === '' || protocol === 'any') return [];
  if (protocol === 'tcp/udp') return ['tcp', 'udp'];
  if (protocol === 'ipv6-icmp') return ['icmp6'];
  if (protocol !== 'icmp' || !byFamily) return [protocol];
  if (draft.family === 'inet6') return ['icmp6'];
  return draft.family === 'inet46' ? ['icmp', 'icmp6'] : ['icmp'];
}

/** Undefined when a type is neither a name nor a number that pf knows. */
function icmpOf(draft: RuleDraft): { readonly four: readonly number[]; readonly six: readonly number[] } | undefined {
  const isIcmp = ['icmp', 'ipv6-icmp'].includes(draft.protocol.toLowerCase());
  const four = isIcmp ? icmpTypes(draft.icmpTypes, 4) : [];
  const six = isIcmp ? icmpTypes(draft.icmp6Types, 6) : [];
  const known = (types: readonly (number | undefined)[]) => types.filter((type) => type !== undefined);
  if (known(four).length !== four.length || known(six).length !== six.length) return undefined;
  return { four: known(four), six: known(six) };
}

/** Whether TCP flags (`S/SA`: of S and A, only S is set) fit the first packet of a connection, which has S alone. */
function fitsSyn(flags: string): boolean {
  if (flags === '' || flags === 'any') return true;
  const [set = '', mask = ''] = flags.split('/');
  const wanted = new Set(set);
  return mask.includes('S') ? wanted.size === 1 && wanted.has('S') : wanted.size === 0;
}

function firstPort(alias: string, names: Names): number | undefined {
  const [entry = ''] = names.aliases.get(alias)?.entries ?? [];
  return portNumberOf(entry);
}

function portNumberOf(entry: string): number | undefined {
  const from = /^\d+/.exec(entry)?.[0];
  return from === undefined ? undefined : Number(from);
}

function noteOf(draft: Pick<RuleDraft, 'id' | 'description'>, what: string, wholly: boolean): string {
  const name = draft.description === '' ? draft.id : JSON.stringify(draft.description);
  return `The firewall leaves ${wholly ? 'the rule' : 'a part of the rule'} ${name} out: ${what}.`;
}
