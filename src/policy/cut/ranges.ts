import type { Family } from '../../model/ip.js';
import type { PacketMatch, PortPart, Redirect, Rule, RuleAlias } from '../../model/rules.js';
import { portSpans } from '../evaluate/ports.js';
import { canonicalProtocol, hasPorts } from '../evaluate/protocol.js';

/** Packets that no rule of some tells apart; a connection's state names its source port, so that this is one as well. */
export interface NumberRange {
  readonly protocol: string;
  /** Those that `*` does not stand for. */
  readonly except: readonly string[];
  /** One that `*` stands for. */
  readonly sample: string;
  readonly numbers: readonly [from: number, to: number];
  readonly sourcePorts: readonly [from: number, to: number] | undefined;
}

/** What port aliases hold: of several rule sets, since they may differ. */
type Aliases = readonly ReadonlyMap<string, RuleAlias>[];

const LAST_PORT = 65_535;
const LAST_TYPE = 255;

/** Cuts all packets of a family into ranges that each rule, redirect and source NAT either fits as a whole or not at all. */
export function numberRanges(
  family: Family,
  rules: readonly Rule[],
  redirects: readonly Redirect[],
  translations: readonly PacketMatch[],
  aliases: Aliases,
): NumberRange[] {
  const all = [...rules, ...redirects, ...translations];
  const icmp = family === 'inet' ? 'icmp' : 'icmp6';
  const named = [...new Set(all.flatMap((one) => one.protocols.map(canonicalProtocol)))];
  const others = named.filter((one) => !hasPorts(one) && one !== 'icmp' && one !== 'icmp6').sort();
  const types = rules.flatMap((rule) => (family === 'inet' ? rule.icmpTypes : rule.icmp6Types));
  const except = ['tcp', 'udp', 'icmp', 'icmp6', ...others];
  const plain = { except: [], sourcePorts: undefined } as const;
  return [
    ...(['tcp', 'udp'] as const).flatMap((protocol) => portRanges(protocol, rules, redirects, translations, aliases)),
    ...pieces([[0, LAST_TYPE], ...types.map((type) => [type, type] as const)], LAST_TYPE).map((numbers) => ({
      ...plain,
      protocol: icmp,
      sample: icmp,
      numbers,
    })),
    ...others.map((protocol) => ({ ...plain, protocol, sample: protocol, numbers: [0, 0] as const })),
    { protocol: '*', except, sample: unnamed(named), numbers: [0, 0], sourcePorts: undefined },
  ];
}

/** Numbers that IANA keeps for experiments; a rule set that names all of them has no packets that it does not name here. */
function unnamed(named: readonly string[]): string {
  return ['253', '254', '252', '251', '250'].find((one) => !named.includes(one)) ?? '249';
}

function portRanges(
  protocol: 'tcp' | 'udp',
  rules: readonly Rule[],
  redirects: readonly Redirect[],
  translations: readonly PacketMatch[],
  aliases: Aliases,
): NumberRange[] {
  const fits = ({ protocols }: PacketMatch): boolean =>
    protocols.length === 0 || protocols.some((one) => canonicalProtocol(one) === protocol);
  const matching = [...rules, ...redirects, ...translations].filter(fits);
  const inside = rules.filter(fits).flatMap((rule) => spansOf(rule.destinationPorts, aliases));
  const outside = redirects.filter(fits).flatMap((one) => shifted(one, inside, aliases));
  const spans = matching.flatMap((one) => spansOf(one.destinationPorts, aliases));
  const sources = matching.flatMap((one) => spansOf(one.sourcePorts, aliases));
  const asked = matching.some((one) => one.sourcePorts.length > 0);
  // a port that a redirect leads to from all others is where it changes nothing
  const goals = redirects.flatMap(({ targetPort: port }): Span[] => (port === undefined ? [] : [[port, port]]));
  // pf drops UDP to port 0 whatever its rules say
  const numbers = pieces([[0, LAST_PORT], [0, 0], ...spans, ...outside, ...goals], LAST_PORT);
  const sourcePorts = asked ? pieces([[0, LAST_PORT], ...sources], LAST_PORT) : [undefined];
  return numbers.flatMap((one) =>
    sourcePorts.map((source) => ({ protocol, except: [], sample: protocol, numbers: one, sourcePorts: source })),
  );
}

type Span = readonly [from: number, to: number];

/** The spans of ports; none where every port is meant, since that cuts nothing. */
function spansOf(parts: readonly PortPart[], aliases: Aliases): Span[] {
  return aliases.flatMap((one) => portSpans(parts, one) ?? []);
}

/** Ports of rules as they are before a redirect moves them. */
function shifted(redirect: Redirect, inside: readonly Span[], aliases: Aliases): [number, number][] {
  const { targetPort } = redirect;
  if (targetPort === undefined) return [];
  return spansOf(redirect.destinationPorts, aliases).flatMap(([first, last]) =>
    inside.flatMap(([from, to]): [number, number][] => {
      const moved: [number, number] = [from + first - targetPort, to + first - targetPort];
      return moved[0] > last || moved[1] < first ? [] : [[Math.max(first, moved[0]), Math.min(last, moved[1])]];
    }),
  );
}

/** The pieces into which the bounds of these spans cut the numbers from 0 to `last`. */
function pieces(spans: readonly Span[], last: number): Span[] {
  const starts = new Set([0]);
  for (const [from, to] of spans) {
    if (from > 0 && from <= last) starts.add(from);
    if (to >= 0 && to < last) starts.add(to + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, at) => [from, (sorted[at + 1] ?? last + 1) - 1] as const);
}
