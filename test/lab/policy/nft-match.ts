import type { Endpoint, PacketMatch, PortPart, RuleAlias, RuleSet } from '../../../src/model/rules.js';
import { interfacesNamed, mergeRanges, nftRange, partRanges, type Range } from './nft-addresses.js';

/** ICMP types that a match asks for besides; empty means every type. */
export interface IcmpTypes {
  readonly icmpTypes: readonly number[];
}

/** The name of the nft set that holds an alias. */
export function setName(alias: string): string {
  return `alias_${alias}`;
}

/** Whether a rule or redirect holds on an interface. */
export function isOnInterface(match: PacketMatch, id: string, ruleSet: RuleSet): boolean {
  if (match.interfaces.length === 0) return true;
  const holds = match.interfaces.map((name) => interfacesNamed(name, ruleSet).some((one) => one.id === id));
  return match.interfacesNot ? holds.some((one) => !one) : holds.some((one) => one);
}

/**
 * What a match asks for, as conditions of nft in an IPv4 table; the match fits where any of them fits. None where it fits no
 * IPv4 packet at all. An empty condition fits every packet.
 */
export function conditions(match: PacketMatch & Partial<IcmpTypes>, ruleSet: RuleSet): string[] {
  if (match.family === 'inet6') return [];
  const protocols = protocolConditions(match, ruleSet);
  const sources = endConditions(match.source, 'saddr', ruleSet);
  const destinations = endConditions(match.destination, 'daddr', ruleSet);
  return protocols.flatMap((protocol) =>
    sources.flatMap((source) =>
      destinations.map((destination) => [source, destination, protocol].filter((one) => one !== '').join(' ')),
    ),
  );
}

function endConditions(end: Endpoint, field: 'saddr' | 'daddr', ruleSet: RuleSet): string[] {
  return end.parts.flatMap((part) => {
    const sign = end.not ? '!= ' : '';
    if (part.kind === 'alias') return [`ip ${field} ${sign}@${setName(part.name)}`];
    const ranges = partRanges(part, ruleSet);
    if (ranges === undefined) return end.not ? [] : [''];
    if (ranges.length === 0) return end.not ? [''] : [];
    return [`ip ${field} ${sign}{ ${ranges.map(nftRange).join(', ')} }`];
  });
}

/** Numbers of protocols (IANA) that have no ports and whose names rules use. */
const NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmp6: 58,
  'ipv6-icmp': 58,
  carp: 112,
  pfsync: 240,
};

function protocolConditions(match: PacketMatch & Partial<IcmpTypes>, { aliases }: RuleSet): string[] {
  const { sourcePorts, destinationPorts, icmpTypes = [] } = match;
  const asksPorts = sourcePorts.length + destinationPorts.length > 0;
  if (match.protocols.length === 0 && icmpTypes.length > 0)
    throw new Error('the lab knows no ICMP types without a protocol');
  if (match.protocols.length === 0 && !asksPorts) return [''];
  const names = match.protocols.length === 0 ? ['tcp', 'udp'] : match.protocols;
  return names.flatMap((name) => {
    if (name === 'tcp' || name === 'udp') {
      const sides = [
        portCondition(name, 'sport', sourcePorts, aliases),
        portCondition(name, 'dport', destinationPorts, aliases),
      ];
      return sides.includes(undefined)
        ? []
        : [[`meta l4proto ${name}`, ...sides].filter((one) => one !== '').join(' ')];
    }
    if (asksPorts) return [];
    const number = NUMBERS[name] ?? Number(name);
    if (!Number.isInteger(number)) throw new Error(`the lab does not know the protocol ${name}`);
    return [number === 1 && icmpTypes.length > 0 ? `icmp type { ${icmpTypes.join(', ')} }` : `meta l4proto ${number}`];
  });
}

/** Undefined: asks for ports of which there are none, so that nothing fits. */
function portCondition(
  protocol: 'tcp' | 'udp',
  field: 'sport' | 'dport',
  parts: readonly PortPart[],
  aliases: readonly RuleAlias[],
): string | undefined {
  if (parts.length === 0) return '';
  const ranges = mergeRanges(portRanges(parts, aliases));
  if (ranges.length === 0) return undefined;
  return `${protocol} ${field} { ${ranges.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(', ')} }`;
}

/** The ports that parts name, those of nested aliases included. */
export function portRanges(
  parts: readonly PortPart[],
  aliases: readonly RuleAlias[],
  seen: readonly string[] = [],
): Range[] {
  return parts.flatMap((part) => {
    if (part.kind === 'ports') return [{ from: part.from, to: part.to }];
    const alias = aliases.find((one) => one.name === part.name);
    if (alias?.kind !== 'ports') throw new Error(`${part.name} is no alias of ports`);
    const inner = alias.entries.flatMap((entry): PortPart[] => {
      const [from = '', to = from] = entry.split(':');
      if (/^\d+$/.test(from) && /^\d+$/.test(to)) return [{ kind: 'ports', from: Number(from), to: Number(to) }];
      return seen.includes(entry) ? [] : [{ kind: 'alias', name: entry }];
    });
    return portRanges(inner, aliases, [...seen, part.name]);
  });
}
