import { type Family, familyBits, type IpSpan, type IpValue, networkOf, parseSpan, stepIp } from '../../model/ip.js';
import type { RuleAlias } from '../../model/rules.js';
import { type SpanList, spanList } from './spans.js';

/** The addresses of an alias: surely in it, perhaps in it (with the reason), surely not (the rest). */
export interface AliasSet {
  readonly yes: Readonly<Record<Family, SpanList>>;
  readonly maybe: Readonly<Record<Family, SpanList>>;
  /** Set when anything that is not in `yes` could be in the alias; a clause for people. */
  readonly open: string | undefined;
  /** The same, where a public address could be: networks on the firewall's own interfaces are not the internet. */
  readonly openAfar: string | undefined;
}

/** A part of a network table with its sign; `prefix` says how specific it is. */
interface TableEntry {
  readonly span: IpSpan;
  readonly prefix: number;
  readonly positive: boolean;
}

/**
 * The addresses of the alias `name` with everything nested in it. All entries go into one table, in which the most specific entry
 * that holds an address decides (pf.conf(5), tables), so an exclusion in one nested alias also cuts what another one brings in.
 * An entry that is neither an address nor an alias is a name that the firewall resolves: what it brings is not known.
 */
export function aliasSet(name: string, aliases: ReadonlyMap<string, RuleAlias>): AliasSet {
  const entries: TableEntry[] = [];
  const open: { readonly why: string; readonly near: boolean }[] = [];
  const seen = new Set<string>();
  const collect = (alias: RuleAlias): void => {
    if (seen.has(alias.name)) return;
    seen.add(alias.name);
    if (alias.unknown !== undefined) open.push({ why: alias.unknown, near: alias.neverPublic === true });
    for (const entry of alias.entries) {
      const nested = entry === alias.name ? undefined : aliases.get(entry);
      if (nested !== undefined) collect(nested);
      else if (!addEntry(entries, entry))
        open.push({
          why: `the alias ${alias.name} holds ${JSON.stringify(entry)}, which only the firewall can resolve`,
          near: false,
        });
    }
  };
  const alias = aliases.get(name);
  if (alias === undefined) open.push({ why: `the alias ${name} is not known here`, near: false });
  else if (alias.kind === 'ports') return emptySet();
  else collect(alias);
  const byFamily = (family: Family) =>
    resolveTable(
      entries.filter((entry) => entry.span.family === family),
      family,
    );
  const inet = byFamily('inet');
  const inet6 = byFamily('inet6');
  return {
    yes: { inet: inet.yes, inet6: inet6.yes },
    maybe: { inet: inet.maybe, inet6: inet6.maybe },
    open: open[0]?.why,
    openAfar: open.find((one) => !one.near)?.why,
  };
}

function emptySet(): AliasSet {
  const none = { inet: spanList('inet', []), inet6: spanList('inet6', []) };
  return { yes: none, maybe: none, open: undefined, openAfar: undefined };
}

/** False when the entry is not made of addresses. A span counts as the networks that it is the sum of, as in the firewall's table. */
function addEntry(entries: TableEntry[], text: string): boolean {
  const positive = !text.startsWith('!');
  const span = parseSpan(positive ? text : text.slice(1).trim());
  if (span === undefined || (!positive && span.prefix === undefined)) return false;
  const networks = span.prefix === undefined ? networksOf(span) : [span];
  for (const network of networks) {
    entries.push({ span: network, prefix: network.prefix ?? familyBits(span.family), positive });
  }
  return true;
}

/** The fewest networks that together are the span. */
export function networksOf(span: IpSpan): IpSpan[] {
  const networks: IpSpan[] = [];
  const bits = familyBits(span.family);
  let next: IpValue = span.first;
  while (next <= span.last) {
    let network = networkOf({ family: span.family, value: next }, bits);
    for (let prefix = bits - 1; prefix >= 0; prefix -= 1) {
      const wider = networkOf({ family: span.family, value: next }, prefix);
      if (wider.first !== next || wider.last > span.last) break;
      network = wider;
    }
    networks.push(network);
    if (network.last === span.last) break;
    next = stepIp(network.last, 1);
  }
  return networks;
}

/**
 * Walks the nested networks from left to right with a stack of those that hold the current place. The same network with both
 * signs is decided by the order in which the kernel takes them, which is not known here: perhaps.
 */
function resolveTable(
  entries: readonly TableEntry[],
  family: Family,
): { readonly yes: SpanList; readonly maybe: SpanList } {
  const signs = new Map<string, { span: IpSpan; positive: boolean; negative: boolean }>();
  for (const { span, prefix, positive } of entries) {
    const key = `${span.first}/${prefix}`;
    const known = signs.get(key) ?? { span, positive: false, negative: false };
    signs.set(key, { span, positive: known.positive || positive, negative: known.negative || !positive });
  }
  const sorted = [...signs.values()].sort((a, b) => {
    if (a.span.first !== b.span.first) return a.span.first < b.span.first ? -1 : 1;
    return a.span.last > b.span.last ? -1 : 1;
  });
  const yes: IpSpan[] = [];
  const maybe: IpSpan[] = [];
  const stack: (typeof sorted)[number][] = [];
  let at: IpValue = family === 'inet' ? 0 : 0n;
  const cover = (upTo: IpValue): void => {
    const top = stack.at(-1);
    if (top === undefined || at > upTo) return;
    const span: IpSpan = { family, first: at, last: upTo, prefix: undefined };
    if (top.positive) (top.negative ? maybe : yes).push(span);
  };
  const closeBefore = (first: IpValue | undefined): void => {
    for (
      let top = stack.at(-1);
      top !== undefined && (first === undefined || top.span.last < first);
      top = stack.at(-1)
    ) {
      cover(top.span.last);
      if (top.span.last >= at) at = stepIp(top.span.last, 1);
      stack.pop();
    }
  };
  for (const entry of sorted) {
    closeBefore(entry.span.first);
    cover(stepIp(entry.span.first, -1));
    at = entry.span.first;
    stack.push(entry);
  }
  closeBefore(undefined);
  return { yes: spanList(family, yes), maybe: spanList(family, maybe) };
}
