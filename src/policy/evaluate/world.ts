import { type Family, type Ip, type IpSpan, networkOf, parseSpan, wholeFamily } from '../../model/ip.js';
import type { RuleAlias, RuleInterface, RuleSet } from '../../model/rules.js';
import { NOT_PUBLIC } from '../../model/special-networks.js';
import { type AliasSet, aliasSet } from './aliases.js';
import { type SpanList, spanList, subtract } from './spans.js';

/** What a rule set says about the world around its rules, in a form that can be asked quickly. */
export interface World {
  readonly interfaces: ReadonlyMap<string, RuleInterface>;
  /** Members of each interface group. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of groups that have members that are no interface here: why their networks are not all known. */
  readonly unseenMembers: ReadonlyMap<string, string>;
  readonly aliases: ReadonlyMap<string, RuleAlias>;
  /** Addresses of the firewall itself. */
  readonly own: Readonly<Record<Family, SpanList>>;
  /** Networks that stand on its interfaces. */
  readonly networks: Readonly<Record<Family, SpanList>>;
  /** Public addresses that stand on no interface. */
  readonly internet: Readonly<Record<Family, SpanList>>;
  readonly aliasSetOf: (name: string) => AliasSet;
}

/** Public space to begin with: all of IPv4, the global unicast block of IPv6. */
const PUBLIC: Readonly<Record<Family, IpSpan>> = {
  inet: wholeFamily('inet'),
  inet6: networkOf({ family: 'inet6', value: 0x2000n << 112n }, 3),
};

/** The world of a rule set; what it holds of aliases is worked out when it is first asked for. */
export function readWorld(ruleSet: RuleSet): World {
  const aliases = new Map(ruleSet.aliases.map((alias) => [alias.name, alias]));
  const sets = new Map<string, AliasSet>();
  const own = ruleSet.interfaces.flatMap((one) => spansOf(one.addresses));
  const networks = ruleSet.interfaces.flatMap((one) => spansOf(one.networks));
  const internet = (family: Family) =>
    subtract(
      spanList(family, [PUBLIC[family]]),
      spanList(family, [...spansOf(NOT_PUBLIC[family]), ...networks, ...own]),
    );
  return {
    interfaces: new Map(ruleSet.interfaces.map((one) => [one.id, one])),
    groups: new Map(ruleSet.groups.map((group) => [group.id, new Set(group.members)])),
    unseenMembers: new Map(
      ruleSet.groups.flatMap(({ id, unseen }) => (unseen === undefined ? [] : [[id, unseen] as const])),
    ),
    aliases,
    own: { inet: spanList('inet', own), inet6: spanList('inet6', own) },
    networks: { inet: spanList('inet', networks), inet6: spanList('inet6', networks) },
    internet: { inet: internet('inet'), inet6: internet('inet6') },
    aliasSetOf: (name) => {
      const known = sets.get(name) ?? aliasSet(name, aliases);
      sets.set(name, known);
      return known;
    },
  };
}

/** The spans of texts; a text that is no address, network or span is left out. */
export function spansOf(texts: readonly string[]): IpSpan[] {
  return texts.flatMap((text) => parseSpan(text) ?? []);
}

/** The interfaces that a name stands for: itself, or the members of an interface group. */
export function interfacesOf(world: World, name: string): RuleInterface[] {
  const ids = world.groups.get(name) ?? new Set([name]);
  return [...ids].flatMap((id) => world.interfaces.get(id) ?? []);
}

/** Whether packets to `ip` go over a router: those to link-local addresses, multicast and broadcast do not. */
export function isRouted(ip: Ip): boolean {
  return !LOCAL_ONLY.some((span) => span.family === ip.family && ip.value >= span.first && ip.value <= span.last);
}

const LOCAL_ONLY = spansOf(['127.0.0.0/8', '224.0.0.0/4', '255.255.255.255', '::1', 'fe80::/10', 'ff00::/8']);
