import type { Rule, RuleAlias } from '../../model/rules.js';
import { portSpans } from '../evaluate/ports.js';

/** Packets that no rule of some tells apart. */
export interface PacketRange {
  readonly protocol: string;
  /** Both ends included; undefined for protocols without ports. */
  readonly ports: readonly [from: number, to: number] | undefined;
  readonly icmpType: number | undefined;
}

/** What of a rule or redirect decides which packets it tells apart. */
export type Matching = Pick<Rule, 'protocols' | 'destinationPorts'> & { readonly icmpTypes?: readonly number[] };

const LAST_PORT = 65_535;
/** Stands for every protocol that no rule names. */
const OTHER = 'gre';

/** Cuts all packets into ranges that each rule either fits as a whole or not at all. */
export function packetRanges(rules: readonly Matching[], aliases: ReadonlyMap<string, RuleAlias>): PacketRange[] {
  const named = new Set(rules.flatMap((rule) => rule.protocols));
  const others = [...named].filter((one) => !['tcp', 'udp', 'icmp', 'icmp6'].includes(one));
  const types = new Set(rules.flatMap((rule) => rule.icmpTypes ?? []));
  return [
    ...portRanges('tcp', rules, aliases),
    ...portRanges('udp', rules, aliases),
    ...[...types.add(8)].sort((a, b) => a - b).map((icmpType) => ({ protocol: 'icmp', ports: undefined, icmpType })),
    ...[...new Set([...others, OTHER])].sort().map((protocol) => ({ protocol, ports: undefined, icmpType: undefined })),
  ];
}

function portRanges(
  protocol: 'tcp' | 'udp',
  rules: readonly Matching[],
  aliases: ReadonlyMap<string, RuleAlias>,
): PacketRange[] {
  const starts = new Set([1]);
  for (const rule of rules) {
    if (rule.protocols.length > 0 && !rule.protocols.includes(protocol)) continue;
    for (const [from, to] of portSpans(rule.destinationPorts, aliases) ?? []) {
      starts.add(Math.max(1, from));
      if (to < LAST_PORT) starts.add(to + 1);
    }
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, at) => ({
    protocol,
    ports: [from, (sorted[at + 1] ?? LAST_PORT + 1) - 1] as const,
    icmpType: undefined,
  }));
}

/** The ranges of one list of packets in the words of a policy, neighbours put together; `all` is the list that they are out of. */
export function servicesOf(ranges: readonly PacketRange[], all: readonly PacketRange[]): string[] {
  if (ranges.length === 0) return [];
  if (ranges.length === all.length) return ['any'];
  return [
    ...portsOf('tcp', ranges),
    ...portsOf('udp', ranges),
    ...icmpOf(ranges, all),
    ...ranges.filter((one) => !['tcp', 'udp', 'icmp'].includes(one.protocol)).map((one) => one.protocol),
  ];
}

function portsOf(protocol: 'tcp' | 'udp', ranges: readonly PacketRange[]): string[] {
  const merged: [number, number][] = [];
  for (const { protocol: name, ports } of ranges) {
    if (name !== protocol || ports === undefined) continue;
    const last = merged.at(-1);
    if (last !== undefined && ports[0] === last[1] + 1) last[1] = ports[1];
    else merged.push([ports[0], ports[1]]);
  }
  return merged.map(([from, to]) => {
    if (from === 1 && to === LAST_PORT) return protocol;
    return from === to ? `${protocol}/${from}` : `${protocol}/${from}-${to}`;
  });
}

function icmpOf(ranges: readonly PacketRange[], all: readonly PacketRange[]): string[] {
  const types = ranges.flatMap((one) => (one.protocol === 'icmp' ? [one.icmpType ?? 8] : []));
  const named = all.filter((one) => one.protocol === 'icmp').length;
  if (types.length === 0) return [];
  return types.length === named ? ['icmp'] : types.map((type) => `icmp/${type}`);
}
