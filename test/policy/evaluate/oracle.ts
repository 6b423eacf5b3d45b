import { BlockList, isIPv6 } from 'node:net';
import type {
  Endpoint,
  EndpointPart,
  PacketMatch,
  PortPart,
  Redirect,
  Rule,
  RuleAlias,
  RuleSet,
} from '../../../src/model/rules.js';
import type { Flow } from '../../../src/policy/evaluate/types.js';

/**
 * A naive reading of pf, written apart from the evaluator: it looks at each rule for each packet, asks Node's own BlockList
 * whether a network holds an address, and follows both branches of everything that is not known. It knows flows between addresses.
 */
export interface Outcome {
  /** What may happen, each with the rule that would decide (`-` for none), as `pass r1`, `block r2`, … */
  readonly all: ReadonlySet<string>;
}

interface Packet {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number | undefined;
  readonly sourcePort: number | undefined;
  readonly icmpType: number;
}

type Answer = true | false | 'either';

/** All that may happen to a flow between two addresses that comes in on `flow.fromInterface`. */
export function oracle(set: RuleSet, flow: Flow): Outcome {
  if (!('address' in flow.from) || !('address' in flow.to) || flow.fromInterface === undefined)
    throw new Error('not for the oracle');
  const six = isIPv6(flow.from.address);
  const packet: Packet = {
    from: flow.from.address,
    to: flow.to.address,
    protocol: flow.protocol === 'icmp' && six ? 'icmp6' : flow.protocol,
    port: flow.port,
    sourcePort: flow.sourcePort,
    icmpType: flow.icmpType ?? (six ? 128 : 8),
  };
  const ingress = flow.fromInterface;
  const all = new Set<string>();
  if (packet.protocol === 'udp' && packet.port === 0 && set.rules.length > 0) return { all: new Set(['block -']) };
  for (const { packet: moved, free } of translate(set, ingress, packet, 0)) {
    for (const first of free ? ['pass -'] : filter(set, 'in', ingress, moved, 0, '-')) {
      const own = set.interfaces.some((one) => one.addresses.includes(moved.to));
      const away = detourOf(set, first);
      if (!first.startsWith('pass') || (own && away === undefined)) all.add(first);
      else if (own) all.add('lost');
      else for (const end of goOut(set, away ?? wayTo(set, moved.to), moved, first)) all.add(end);
    }
  }
  return { all };
}

/** The interface that a rule sends what it passes out of. */
function detourOf(set: RuleSet, outcome: string): string | undefined {
  const id = outcome.split(' ')[1];
  return set.rules.find((one) => one.id === id)?.sentTo?.ways[0]?.interface;
}

/** What the rules of an interface make of a packet that leaves there; what does not arrive is lost. */
function goOut(set: RuleSet, egress: string, packet: Packet, before: string): string[] {
  return rewrite(set, egress, packet, 0).flatMap((moved) =>
    filter(set, 'out', egress, moved, 0, '-').map((second) => {
      if (!second.startsWith('pass')) return second;
      const last = detourOf(set, second) ?? (egress === wayTo(set, packet.to) ? undefined : egress);
      const away = last ?? detourOf(set, before);
      const direct = set.interfaces.some((one) =>
        one.networks.some((network) => prefixHolding(network, packet.to) !== undefined),
      );
      return away === undefined || (away === 'wan' && !direct) ? before : 'lost';
    }),
  );
}

/** Source NAT, first match; a random port for the one that it was. */
function rewrite(set: RuleSet, egress: string, packet: Packet, at: number): Packet[] {
  const nat = (set.translations ?? [])[at];
  if (nat === undefined) return [packet];
  const answer = nat.enabled ? fits(set, nat, egress, packet) : false;
  const later = answer === true ? [] : rewrite(set, egress, packet, at + 1);
  if (answer === false) return later;
  const to = nat.targets.flatMap((part) => (part.kind === 'addresses' ? [part.span] : []));
  const moved = nat.action === 'exempt' ? [packet] : to.map((from) => ({ ...packet, from, sourcePort: undefined }));
  return [...moved, ...later];
}

function wayTo(set: RuleSet, address: string): string {
  const direct = set.interfaces.find((one) =>
    one.networks.some((network) => prefixHolding(network, address) !== undefined),
  );
  return direct?.id ?? set.interfaces.find((one) => one.internet)?.id ?? '';
}

function translate(set: RuleSet, on: string, packet: Packet, at: number): { packet: Packet; free: boolean }[] {
  const redirect = set.redirects[at];
  if (redirect === undefined) return [{ packet, free: false }];
  const answer = redirect.enabled ? fits(set, redirect, on, packet) : false;
  const later = answer === true ? [] : translate(set, on, packet, at + 1);
  return answer === false ? later : [...moved(redirect, packet), ...later];
}

function moved(redirect: Redirect, packet: Packet): { packet: Packet; free: boolean }[] {
  if (redirect.action === 'exempt') return [{ packet, free: false }];
  return redirect.targets.map((target) => {
    const to = target.kind === 'addresses' ? target.span : '';
    // OPNsense writes `port 400:410 -> port 8400:8410`, and pf keeps the offset
    const [span] = redirect.destinationPorts;
    const start = span?.kind === 'ports' ? span.from : packet.port;
    const port =
      packet.port === undefined || redirect.targetPort === undefined
        ? packet.port
        : redirect.targetPort + packet.port - (start ?? 0);
    return { packet: { ...packet, to, port }, free: redirect.passes && (to !== packet.to || port !== packet.port) };
  });
}

/** Rules from `at` on, with the last non-quick match so far. */
function filter(set: RuleSet, stage: 'in' | 'out', on: string, packet: Packet, at: number, last: string): string[] {
  const rule = set.rules[at];
  if (rule === undefined) return [last === '-' ? `${set.fallback} -` : last];
  const answer = ruleFits(set, rule, stage, on, packet);
  const mine = `${rule.action} ${rule.id}`;
  const without = answer === true ? [] : filter(set, stage, on, packet, at + 1, last);
  if (answer === false) return without;
  return [...(rule.quick ? [mine] : filter(set, stage, on, packet, at + 1, mine)), ...without];
}

function ruleFits(set: RuleSet, rule: Rule, stage: 'in' | 'out', on: string, packet: Packet): Answer {
  if (!rule.enabled || rule.class === 'invalid') return false;
  if (rule.direction !== 'any' && rule.direction !== stage) return false;
  if (packet.protocol === 'tcp' && !rule.newConnections) return false;
  const types = { icmp: rule.icmpTypes, icmp6: rule.icmp6Types }[packet.protocol] ?? [];
  if (types.length > 0 && !types.includes(packet.icmpType)) return false;
  return fits(set, rule, on, packet);
}

function fits(
  set: RuleSet,
  match: PacketMatch & { readonly unknowns: readonly string[] },
  on: string,
  packet: Packet,
): Answer {
  const six = isIPv6(packet.from);
  if (match.family === 'inet' && six) return false;
  if (match.family === 'inet6' && !six) return false;
  if (match.protocols.length > 0 && !match.protocols.includes(packet.protocol)) return false;
  if (!standsOn(set, match, on)) return false;
  return every([
    endFits(set, match.source, packet.from),
    endFits(set, match.destination, packet.to),
    portFits(set, match.destinationPorts, packet, packet.port),
    sourcePortFits(set, match.sourcePorts, packet),
    match.unknowns.length > 0 ? 'either' : true,
  ]);
}

function standsOn(set: RuleSet, match: PacketMatch, on: string): boolean {
  if (match.interfaces.length === 0) return true;
  const members = (name: string) => set.groups.find((group) => group.id === name)?.members ?? [name];
  // every name is a pf line of its own: `on em0`, or `on ! em0`
  return match.interfaces.some((name) => members(name).includes(on) !== match.interfacesNot);
}

function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes('either') ? 'either' : true;
}

function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes('either') ? 'either' : false;
}

function endFits(set: RuleSet, end: Endpoint, address: string): Answer {
  return some(
    end.parts.map((part) => {
      const answer = partHolds(set, part, address);
      if (answer === 'either' || !end.not) return answer;
      return !answer;
    }),
  );
}

function partHolds(set: RuleSet, part: EndpointPart, address: string): Answer {
  if (part.kind === 'any') return true;
  if (part.kind === 'unknown') return 'either';
  if (part.kind === 'addresses') return prefixHolding(part.span, address) !== undefined;
  if (part.kind === 'alias') return tableHolds(set, part.name, address);
  if (part.kind === 'self') return set.interfaces.some((one) => one.addresses.includes(address));
  const ids = set.groups.find((group) => group.id === part.interface)?.members ?? [part.interface];
  const places = set.interfaces.filter((one) => ids.includes(one.id));
  if (part.kind === 'interface-address') return places.some((one) => one.addresses.includes(address));
  return places.some((one) => one.networks.some((network) => prefixHolding(network, address) !== undefined));
}

/** A pf table: of all entries that hold the address, the longest prefix says yes or no. */
function tableHolds(set: RuleSet, name: string, address: string): Answer {
  const { entries, open } = flatten(set, name, []);
  let longest = -1;
  let signs: boolean[] = [];
  for (const entry of entries) {
    const positive = !entry.startsWith('!');
    const prefix = prefixHolding(positive ? entry : entry.slice(1), address);
    if (prefix === undefined || prefix < longest) continue;
    signs = prefix === longest ? [...signs, positive] : [positive];
    longest = prefix;
  }
  if (signs.includes(true)) return signs.includes(false) ? 'either' : true;
  return open ? 'either' : false;
}

function flatten(set: RuleSet, name: string, above: readonly string[]): { entries: string[]; open: boolean } {
  const alias = set.aliases.find((one) => one.name === name);
  if (alias === undefined || above.includes(name)) return { entries: [], open: false };
  const isAlias = (entry: string) => set.aliases.some((one) => one.name === entry);
  // an alias that lists its own name means a host of that name, whose address nobody knows here
  const itself = alias.entries.includes(name);
  const inner = alias.entries
    .filter((entry) => isAlias(entry) && entry !== name)
    .map((entry) => flatten(set, entry, [...above, name]));
  return {
    entries: [...alias.entries.filter((entry) => !isAlias(entry)), ...inner.flatMap((one) => one.entries)],
    open: itself || alias.unknown !== undefined || inner.some((one) => one.open),
  };
}

/** How long the prefix is by which `text` (address, network or span) holds the address; undefined when it does not. */
function prefixHolding(text: string, address: string): number | undefined {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const [base = '', bits] = text.split('/');
  const [first = '', last] = base.split('-');
  if (isIPv6(first) !== isIPv6(address)) return undefined;
  const whole = family === 'ipv6' ? 128 : 32;
  const list = new BlockList();
  if (last !== undefined) {
    list.addRange(first, last, family);
    return list.check(address, family) ? widestInside(list, address) : undefined;
  }
  list.addSubnet(first, bits === undefined ? whole : Number(bits), family);
  return list.check(address, family) ? Number(bits ?? whole) : undefined;
}

/** The shortest prefix around an IPv4 address that lies wholly in the list (all addresses tried one by one). */
function widestInside(list: BlockList, address: string): number {
  const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  for (let prefix = 24; prefix < 32; prefix += 1) {
    const size = 2 ** (32 - prefix);
    const start = number - (number % size);
    const inside = Array.from({ length: size }, (_, at) => start + at).every((one) =>
      list.check([24, 16, 8, 0].map((shift) => Math.floor(one / 2 ** shift) % 256).join('.'), 'ipv4'),
    );
    if (inside) return prefix;
  }
  return 32;
}

function portFits(set: RuleSet, parts: readonly PortPart[], packet: Packet, port: number | undefined): boolean {
  if (parts.length === 0) return true;
  if (!['tcp', 'udp'].includes(packet.protocol) || port === undefined) return false;
  return parts.some((part) =>
    part.kind === 'alias' ? portAliasHas(set, part.name, port, []) : port >= part.from && port <= part.to,
  );
}

/** When the sender may choose, all ports at which the answer could change are tried. */
function sourcePortFits(set: RuleSet, parts: readonly PortPart[], packet: Packet): Answer {
  if (parts.length === 0 || packet.sourcePort !== undefined) return portFits(set, parts, packet, packet.sourcePort);
  const numbers = [
    ...parts.flatMap((part) => (part.kind === 'alias' ? [] : [part.from, part.to])),
    ...set.aliases.flatMap((alias: RuleAlias) => alias.entries.flatMap((entry) => entry.split(':').map(Number))),
  ].filter((port) => Number.isInteger(port));
  const tried = [1, 65535, ...numbers.flatMap((port) => [port - 1, port, port + 1])].filter(
    (port) => port >= 1 && port <= 65535,
  );
  const answers = tried.map((port) => portFits(set, parts, packet, port));
  if (!answers.includes(true)) return false;
  return answers.includes(false) ? 'either' : true;
}

function portAliasHas(set: RuleSet, name: string, port: number, above: readonly string[]): boolean {
  const alias = set.aliases.find((one) => one.name === name && one.kind === 'ports');
  if (alias === undefined || above.includes(name)) return false;
  return alias.entries.some((entry) => {
    const [from, to] = entry.split(':').map(Number);
    if (from === undefined || Number.isNaN(from)) return portAliasHas(set, entry, port, [...above, name]);
    return port >= from && port <= (to ?? from);
  });
}
