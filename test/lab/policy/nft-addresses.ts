import type { EndpointPart, RuleAlias, RuleSet } from '../../../src/model/rules.js';

/** Numbers from `from` to `to`, both included: IPv4 addresses or ports. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Sorted ranges that neither overlap nor touch. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/**
 * The IPv4 range of `10.0.0.1`, `10.0.0.0/8` or `10.0.0.1-10.0.0.9`; undefined for IPv6, which the lab does not have. Everything
 * here is written apart from src/, so that the packets hold the evaluator to something that it does not share.
 * @throws Error for a text that is no address.
 */
export function ipv4Range(text: string): Range | undefined {
  if (text.includes(':')) return undefined;
  const [first = '', last = first] = text.split('-');
  const [address = '', bits = '32'] = first.split('/');
  const start = toNumber(address);
  const end = toNumber(last.split('/')[0] ?? '');
  const size = 2 ** (32 - Number(bits));
  if (start === undefined || end === undefined || !(size >= 1))
    throw new Error(`${JSON.stringify(text)} is no address`);
  if (first !== last) return { from: start, to: end };
  const from = Math.floor(start / size) * size;
  return { from, to: from + size - 1 };
}

function toNumber(text: string): number | undefined {
  const bytes = text.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** `10.0.0.1` or `10.0.0.1-10.0.0.9`, as nft writes elements of an interval set. */
export function nftRange({ from, to }: Range): string {
  return from === to ? dotted(from) : `${dotted(from)}-${dotted(to)}`;
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/**
 * The addresses of an alias with all that is nested in it, by pf's rule for tables: of the entries that hold an address, the most
 * specific one decides whether it is in. Each stretch between two borders of entries is asked on its own.
 * @throws Error for what cannot be known: names to resolve, lists from elsewhere, one network listed with both signs.
 */
export function aliasRanges(name: string, aliases: readonly RuleAlias[]): Range[] {
  const entries = collect(name, aliases, new Set()).flatMap((entry) => {
    const plain = entry.replace(/^!\s*/, '');
    return networks(ipv4Range(plain)).map((range) => ({ ...range, inside: plain === entry }));
  });
  const borders = [...new Set(entries.flatMap(({ from, to }) => [from, to + 1]))].sort((a, b) => a - b);
  const stretches = borders.flatMap((from, at) => {
    const next = borders[at + 1];
    const around = entries
      .filter((entry) => entry.from <= from && from <= entry.to)
      .sort((a, b) => a.to - a.from - (b.to - b.from));
    const [closest, second] = around;
    if (closest === undefined || next === undefined) return [];
    const isSame = second !== undefined && second.from === closest.from && second.to === closest.to;
    if (isSame && second.inside !== closest.inside) throw new Error(`the alias ${name} lists a network both ways`);
    return closest.inside ? [{ from, to: next - 1 }] : [];
  });
  return mergeRanges(stretches);
}

function collect(name: string, aliases: readonly RuleAlias[], seen: Set<string>): string[] {
  const alias = aliases.find((one) => one.name === name);
  if (alias === undefined) throw new Error(`the alias ${name} does not exist`);
  if (alias.unknown !== undefined) throw new Error(`the alias ${name} is not known: ${alias.unknown}`);
  if (alias.kind === 'ports' || seen.has(name)) return [];
  seen.add(name);
  return alias.entries.flatMap((entry) =>
    aliases.some((one) => one.name === entry) ? collect(entry, aliases, seen) : [entry],
  );
}

/** The networks that a range is the sum of, the largest ones that fit from left to right. */
function networks(range: Range | undefined): Range[] {
  const found: Range[] = [];
  for (let from = range?.from ?? 0; range !== undefined && from <= range.to; ) {
    let size = 1;
    while (from % (size * 2) === 0 && from + size * 2 - 1 <= range.to) size *= 2;
    found.push({ from, to: from + size - 1 });
    from += size;
  }
  return found;
}

/** Addresses of one part of a source or destination; undefined means every address. */
export function partRanges(part: Exclude<EndpointPart, { kind: 'alias' }>, ruleSet: RuleSet): Range[] | undefined {
  if (part.kind === 'any') return undefined;
  if (part.kind === 'unknown') throw new Error(`the lab cannot know ${part.reason}`);
  if (part.kind === 'addresses') return mergeRanges([ipv4Range(part.span)].flatMap((range) => range ?? []));
  const places = part.kind === 'self' ? ruleSet.interfaces : interfacesNamed(part.interface, ruleSet);
  if (places.some((place) => place.unknownFamilies.includes('inet')))
    throw new Error('the lab cannot know an address that comes from outside');
  const texts = places.flatMap((place) => (part.kind === 'interface-network' ? place.networks : place.addresses));
  return mergeRanges(texts.flatMap((text) => ipv4Range(text) ?? []));
}

/** The interfaces that a name stands for: one, or the members of an interface group. */
export function interfacesNamed(name: string, { interfaces, groups }: RuleSet): RuleSet['interfaces'] {
  const members = groups.find((group) => group.id === name)?.members ?? [name];
  return interfaces.filter((one) => members.includes(one.id));
}
