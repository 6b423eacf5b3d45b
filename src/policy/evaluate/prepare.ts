import type { Family } from '../../model/ip.js';
import type { PacketMatch, Redirect, Rule, RuleSet, SourceTranslation } from '../../model/rules.js';
import { type EndpointTest, endpointTest, type HiddenAddress, type Operand } from './endpoint.js';
import { anyPortFits, hasPort, type PortSpans, portSpans } from './ports.js';
import { canonicalProtocol, hasPorts } from './protocol.js';
import { type Routing, readEnd, routing } from './route.js';
import type { FlowEnd } from './types.js';
import { interfacesOf, readWorld, type World } from './world.js';

/** What of a packet does not depend on its addresses. */
export interface PacketKind {
  readonly family: Family;
  /** Canonical, see protocol.ts. */
  readonly protocol: string;
  readonly port: number | undefined;
  /** Undefined: the sender may take any. */
  readonly sourcePort: number | undefined;
  readonly icmpType: number;
}

/** A rule or redirect that fits a kind of packet on an interface, as far as its addresses fit too. */
export interface Candidate<Of extends PacketMatch> {
  readonly of: Of;
  readonly source: EndpointTest;
  readonly destination: EndpointTest;
  readonly anySource: boolean;
  /** Why it is not sure that it fits, even where the addresses do. */
  readonly reasons: readonly string[];
}

/** A rule set made ready for many questions. It holds caches and no state that an answer depends on. */
export interface PreparedRuleSet {
  readonly ruleSet: RuleSet;
  readonly world: World;
  readonly ways: Routing;
  /** The operand of a flow's end; the same object for the same end, as long as it is remembered. */
  readonly end: (end: FlowEnd) => Operand;
  /** The same object for the same kind, as long as it is remembered. */
  readonly kind: (kind: PacketKind) => PacketKind;
  /** Rules that can fit a packet from `source`, in order; of all sources when it is undefined. */
  readonly rules: (
    stage: 'in' | 'out',
    interfaceId: string,
    kind: PacketKind,
    source?: Operand,
  ) => readonly Candidate<Rule>[];
  /** Redirects that can fit on the way in, in order. */
  readonly redirects: (interfaceId: string, kind: PacketKind) => readonly Candidate<Redirect>[];
  /** Source NAT that can fit a packet from `source` on its way out, in order. */
  readonly translations: (
    interfaceId: string,
    kind: PacketKind,
    source: Operand,
  ) => readonly Candidate<SourceTranslation>[];
  /** The operand of an address that is not known; the same object for the same interface and family. */
  readonly hidden: (family: Family, interfaceId: string | undefined) => HiddenAddress;
  /** Why nothing can be said at all: the firewall does not load these rules. A clause for people. */
  readonly refusal: string | undefined;
}

interface Ready<Of extends PacketMatch> {
  readonly of: Of;
  readonly source: EndpointTest;
  readonly destination: EndpointTest;
  readonly anySource: boolean;
  /** Interfaces that it holds on; undefined holds on all of them. */
  readonly standsOn: ReadonlySet<string> | undefined;
  readonly protocols: ReadonlySet<string>;
  readonly sourcePorts: PortSpans;
  readonly destinationPorts: PortSpans;
}

/** Makes a rule set ready: once for each rule set, then {@link evaluate} as often as wanted. */
export function prepare(ruleSet: RuleSet): PreparedRuleSet {
  const world = readWorld(ruleSet);
  const rules = ruleSet.rules
    .filter((rule) => rule.enabled && rule.class !== 'invalid')
    .map((rule) => ready(rule, world));
  const redirects = ruleSet.redirects.filter((redirect) => redirect.enabled).map((redirect) => ready(redirect, world));
  const ends = new Map<string, Operand>();
  const kinds = new Map<string, PacketKind>();
  const byRule = {
    in: new Map<string, Map<PacketKind, Sourced<Rule>>>(),
    out: new Map<string, Map<PacketKind, Sourced<Rule>>>(),
  };
  const byRedirect = new Map<string, Map<PacketKind, readonly Candidate<Redirect>[]>>();
  const translations = (ruleSet.translations ?? [])
    .filter((translation) => translation.enabled)
    .map((translation) => ready(translation, world));
  const byTranslation = new Map<string, Map<PacketKind, Sourced<SourceTranslation>>>();
  const hidden = new Map<string, HiddenAddress>();
  const translationsOf = (interfaceId: string, kind: PacketKind): Sourced<SourceTranslation> => {
    const byKind = remembered(byTranslation, interfaceId, newMap<PacketKind, Sourced<SourceTranslation>>);
    return remembered(byKind, kind, () => ({
      all: candidates(translations.filter(meets(interfaceId, kind)), kind),
      from: new Map(),
    }));
  };
  const stages = { in: stageOf(rules, 'in'), out: stageOf(rules, 'out') };
  const listOf = (stage: 'in' | 'out', interfaceId: string, kind: PacketKind): Sourced<Rule> => {
    const byKind = remembered(byRule[stage], interfaceId, newMap<PacketKind, Sourced<Rule>>);
    return remembered(byKind, kind, () => ({
      all: candidates(stages[stage](interfaceId, kind), kind).filter(fitsRule(kind)),
      from: new Map(),
    }));
  };
  return {
    ruleSet,
    world,
    ways: routing(world, ruleSet.routes),
    end: (end) => remembered(ends, 'address' in end ? end.address : end.internet, () => readEnd(end)),
    kind: (kind) => remembered(kinds, kindKey(kind), () => kind),
    rules: (stage, interfaceId, kind, source) => {
      const list = listOf(stage, interfaceId, kind);
      return source === undefined ? list.all : fromSource(list, source);
    },
    redirects: (interfaceId, kind) => {
      const byKind = remembered(byRedirect, interfaceId, newMap<PacketKind, readonly Candidate<Redirect>[]>);
      return remembered(byKind, kind, () => candidates(redirects.filter(meets(interfaceId, kind)), kind));
    },
    translations: (interfaceId, kind, source) => {
      if (translations.length === 0) return [];
      const list = translationsOf(interfaceId, kind);
      return list.all.length === 0 ? list.all : fromSource(list, source);
    },
    hidden: (family, interfaceId) =>
      remembered(hidden, `${family} ${interfaceId ?? ''}`, () => ({ kind: 'hidden', family, interface: interfaceId })),
    refusal: refusalOf(ruleSet),
  };
}

function refusalOf({ refused = [] }: RuleSet): string | undefined {
  const [first] = refused;
  if (first === undefined) return undefined;
  const more = refused.length === 1 ? '' : ` (and ${refused.length - 1} more)`;
  return `the firewall loads none of these rules, because it refuses one of them: ${first.where}: ${first.why}${more}`;
}

function fromSource<Of extends PacketMatch>({ all, from }: Sourced<Of>, source: Operand): readonly Candidate<Of>[] {
  return remembered(from, source, () => all.filter((one) => one.source(source).fits !== 'no'));
}

function newMap<Key, Value>(): Map<Key, Value> {
  return new Map();
}

/** Entries for one kind of packet on one interface, and those of them that can fit a source. */
interface Sourced<Of extends PacketMatch> {
  readonly all: readonly Candidate<Of>[];
  readonly from: Map<Operand, readonly Candidate<Of>[]>;
}

/** Whether a name list of a rule or redirect stands for the interface. */
export function isOn(match: PacketMatch, interfaceId: string, world: World): boolean {
  if (match.interfaces.length === 0) return true;
  const hits = match.interfaces.map((name) => interfacesOf(world, name).some((one) => one.id === interfaceId));
  return match.interfacesNot ? hits.includes(false) : hits.includes(true);
}

function ready<Of extends PacketMatch>(of: Of, world: World): Ready<Of> {
  return {
    of,
    source: endpointTest(of.source, world),
    destination: endpointTest(of.destination, world),
    anySource: !of.source.not && of.source.parts.some((part) => part.kind === 'any'),
    standsOn:
      of.interfaces.length === 0
        ? undefined
        : new Set([...world.interfaces.keys()].filter((id) => isOn(of, id, world))),
    protocols: new Set(of.protocols.map((protocol) => canonicalProtocol(protocol))),
    sourcePorts: portSpans(of.sourcePorts, world.aliases),
    destinationPorts: portSpans(of.destinationPorts, world.aliases),
  };
}

/** Rules of one stage that look at packets of a family and protocol on an interface; each list is made once, whatever the ports. */
function stageOf(
  rules: readonly Ready<Rule>[],
  stage: 'in' | 'out',
): (interfaceId: string, kind: PacketKind) => readonly Ready<Rule>[] {
  const here = rules.filter((rule) => looksAt(rule.of, stage));
  const known = new Map<string, readonly Ready<Rule>[]>();
  return (interfaceId, kind) =>
    remembered(known, `${kind.family} ${kind.protocol} ${interfaceId}`, () => here.filter(meets(interfaceId, kind)));
}

/** Whether a rule looks at packets of a family and protocol on an interface. */
function meets(interfaceId: string, { family, protocol }: PacketKind): (rule: Ready<PacketMatch>) => boolean {
  return ({ of, protocols, standsOn }) =>
    (of.family === 'inet46' || of.family === family) &&
    (protocols.size === 0 || protocols.has(protocol)) &&
    standsOn?.has(interfaceId) !== false;
}

/** The candidates that rules are for a kind of packet, as far as they look at its family and protocol. */
function candidates<Of extends PacketMatch & { readonly unknowns: readonly string[] }>(
  rules: readonly Ready<Of>[],
  kind: PacketKind,
): Candidate<Of>[] {
  const found: Candidate<Of>[] = [];
  const withPorts = hasPorts(kind.protocol);
  for (const { of, source, destination, anySource, sourcePorts, destinationPorts } of rules) {
    let reasons = of.unknowns;
    if (withPorts) {
      if (kind.port === undefined || !hasPort(destinationPorts, kind.port)) continue;
      const fits = sourcePortFits(sourcePorts, kind.sourcePort);
      if (fits === 'no') continue;
      if (fits === 'maybe') reasons = [...reasons, 'it asks for a source port, which the sender may choose'];
    } else if (sourcePorts !== undefined || destinationPorts !== undefined) continue;
    found.push({ of, source, destination, anySource, reasons });
  }
  return found;
}

function sourcePortFits(spans: PortSpans, port: number | undefined): 'yes' | 'no' | 'maybe' {
  if (port === undefined) return anyPortFits(spans);
  return hasPort(spans, port) ? 'yes' : 'no';
}

function looksAt(rule: Rule, stage: 'in' | 'out'): boolean {
  return rule.direction === 'any' || rule.direction === stage;
}

function fitsRule(kind: PacketKind): (candidate: Candidate<Rule>) => boolean {
  return ({ of }) => {
    if (kind.protocol === 'tcp') return of.newConnections;
    const types = kind.protocol === 'icmp' ? of.icmpTypes : kind.protocol === 'icmp6' ? of.icmp6Types : [];
    return types.length === 0 || types.includes(kind.icmpType);
  };
}

function kindKey(kind: PacketKind): string {
  return `${kind.family} ${kind.protocol} ${kind.port ?? ''} ${kind.sourcePort ?? ''} ${kind.icmpType}`;
}

const MOST_REMEMBERED = 20_000;

/** The value of a cache, which is emptied when it gets large: it only saves work. */
export function remembered<Key, Value>(cache: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (cache.size >= MOST_REMEMBERED) cache.clear();
  cache.set(key, made);
  return made;
}
