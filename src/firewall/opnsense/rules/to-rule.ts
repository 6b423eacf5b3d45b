import type { Endpoint, PacketMatch, Redirect, Rule } from '../../../model/rules.js';
import type { EndpointDraft, RedirectDraft, RuleDraft } from './draft.js';
import { canStandOn, icmpTypes, type Names } from './names.js';
import { classOf } from './order.js';
import { resolveNet, resolvePort } from './resolve.js';

/** A rule or redirect, and sentences about what of it OPNsense leaves out. */
export interface Read<Of> {
  readonly value: Of;
  readonly notes: readonly string[];
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
  return {
    value: {
      ...read.match,
      id: draft.id,
      origin: draft.origin,
      class: classOf(draft.priority),
      enabled: draft.enabled && usable && !wholly,
      quick: draft.quick,
      action: draft.action,
      direction: draft.direction,
      protocols: protocolsOf(draft),
      icmpTypes: types?.four ?? [],
      icmp6Types: types?.six ?? [],
      log: draft.log,
      stateful: draft.stateType !== 'none',
      newConnections: fitsSyn(draft.tcpFlags),
      description: draft.description,
      unknowns: draft.unknowns,
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
  return {
    value: {
      ...read.match,
      protocols: protocolsOf(draft),
      id: draft.id,
      origin: draft.origin,
      enabled: draft.enabled && usable,
      sequence: draft.sequence,
      action: draft.exempt ? 'exempt' : 'redirect',
      targets: target.parts,
      targetPort:
        samePort || port === undefined ? undefined : port.kind === 'ports' ? port.from : firstPort(port.name, names),
      passes: !draft.exempt && draft.association === 'pass',
      description: draft.description,
      unknowns: draft.unknowns,
    },
    notes: draft.enabled ? [...read.dropped, ...target.missing].map((what) => noteOf(draft, what, !usable)) : [],
  };
}

interface MatchRead {
  readonly match: PacketMatch;
  /** Clauses that leave the whole entry out. */
  readonly missing: readonly string[];
  /** All clauses, those that leave out a part included. */
  readonly dropped: readonly string[];
}

function toMatch(draft: RuleDraft | RedirectDraft, names: Names, automatic: boolean, linkLocal: boolean): MatchRead {
  const standing = draft.interfaces.filter((name) => canStandOn(names, name));
  const gone = draft.interfaces
    .filter((name) => !canStandOn(names, name))
    .map((name) => `the interface ${name} is not there or not enabled`);
  const ends = [draft.source, draft.destination].map((end) =>
    readEnd(end, draft.protocol, names, automatic, linkLocal),
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

function protocolsOf(draft: RuleDraft | RedirectDraft): string[] {
  const protocol = draft.protocol.toLowerCase();
  if (protocol === '' || protocol === 'any') return [];
  if (protocol === 'tcp/udp') return ['tcp', 'udp'];
  if (protocol === 'ipv6-icmp') return ['icmp6'];
  if (protocol !== 'icmp') return [protocol];
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

function noteOf(draft: RuleDraft | RedirectDraft, what: string, wholly: boolean): string {
  const name = draft.description === '' ? draft.id : JSON.stringify(draft.description);
  return `The firewall leaves ${wholly ? 'the rule' : 'a part of the rule'} ${name} out: ${what}.`;
}
