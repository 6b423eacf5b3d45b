import {
  type Family,
  familyBits,
  formatIp,
  type Ip,
  type IpSpan,
  type IpValue,
  parseSpan,
  stepIp,
  wholeFamily,
} from '../../model/ip.js';
import type { RuleSet } from '../../model/rules.js';
import { NOT_PUBLIC } from '../../model/special-networks.js';
import { usedAliases } from '../reach/classes.js';

/** Addresses that nothing in some rule sets tells apart. */
export interface AddressClass {
  readonly family: Family;
  readonly sample: Ip;
  readonly spans: readonly IpSpan[];
  /** Whether it is one address. */
  readonly single: boolean;
  /** Whether its addresses are mapped one by one, so that what holds for the sample may not hold for all. */
  readonly mixed: boolean;
}

/** Where packets go no further than the next device, or nowhere. */
const NOT_ROUTED = ['127.0.0.0/8', '224.0.0.0/4', '255.255.255.255', '::1', 'fe80::/10', 'ff00::/8'];

/**
 * Cuts all addresses of both families into classes: two of one class are named by the same rules, aliases, redirects, interfaces and
 * routes, in networks of the same sizes. What holds for the sample holds for all of them.
 */
export function addressClasses(ruleSets: readonly RuleSet[]): AddressClass[] {
  const entries = readEntries(ruleSets);
  const mapped = ruleSets.flatMap(mappedSpans);
  return (['inet', 'inet6'] as const).flatMap((family) => classify(family, entries[family], mapped));
}

/** A span with the number of the list that it stands in, of its sign and of its size. */
interface Entry {
  readonly span: IpSpan;
  readonly mark: number;
}

function readEntries(ruleSets: readonly RuleSet[]): Readonly<Record<Family, Entry[]>> {
  const found: Record<Family, Entry[]> = { inet: [], inet6: [] };
  const marks = new Map<string, number>();
  const seen = new Set<object>();
  let lists = 0;
  const add = (texts: readonly string[]): void => {
    lists += 1;
    for (const text of texts) {
      const positive = !text.startsWith('!');
      const span = parseSpan(positive ? text : text.slice(1).trim());
      if (span === undefined) continue;
      const name = `${lists} ${positive ? '' : '!'}${span.prefix ?? 'span'}`;
      const mark = marks.get(name) ?? marks.size;
      marks.set(name, mark);
      found[span.family].push({ span, mark });
    }
  };
  const walk = (value: unknown): void => {
    if (typeof value === 'string') add([value]);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (!Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) if (!WORDS.has(name)) walk(inner);
    } else if (value.every((one) => typeof one === 'string')) add(value);
    else for (const inner of value) walk(inner);
  };
  for (const ruleSet of ruleSets) {
    const used = usedAliases(ruleSet);
    const { aliases, ...rest } = ruleSet;
    walk(rest);
    walk(aliases.filter((alias) => used.has(alias.name)));
  }
  for (const span of ruleSets.flatMap(mappedSpans)) for (const one of singles(span)) add([one]);
  add(NOT_ROUTED);
  for (const networks of Object.values(NOT_PUBLIC)) add(networks);
  return found;
}

/** Networks of which each address is mapped to one of its own, which rules may tell apart. */
function mappedSpans(ruleSet: RuleSet): IpSpan[] {
  const ends = [
    ...ruleSet.redirects.flatMap((one) => (one.keepsHost === true && one.enabled ? [one.destination] : [])),
    ...(ruleSet.translations ?? []).flatMap((one) => (one.keepsHost && one.enabled ? [one.source] : [])),
  ];
  return ends.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'addresses' ? (parseSpan(part.span) ?? []) : [])),
  );
}

/** Larger ones are too many to look at each address: what is between them is left in doubt. */
const MOST_SINGLES = 1024;

function singles({ family, first, last }: IpSpan): string[] {
  const size = BigInt(last) - BigInt(first) + 1n;
  if (size > BigInt(MOST_SINGLES)) return [];
  return Array.from({ length: Number(size) }, (_none, at) =>
    formatIp({ family, value: typeof first === 'bigint' ? first + BigInt(at) : first + at }),
  );
}

/** Fields that hold words for people, or names. */
const WORDS: ReadonlySet<string> = new Set(['id', 'name', 'description', 'notes', 'unknowns', 'unknown', 'reason']);

function classify(family: Family, entries: readonly Entry[], mapped: readonly IpSpan[]): AddressClass[] {
  const whole = wholeFamily(family);
  const end = stepIp(whole.last, 1);
  const opening = new Map<IpValue, number[]>();
  const closing = new Map<IpValue, number[]>();
  for (const { span, mark } of entries) {
    listed(opening, span.first).push(mark);
    listed(closing, stepIp(span.last, 1)).push(mark);
  }
  const bounds = [...new Set([whole.first, ...opening.keys(), ...closing.keys()])]
    .filter((at) => at < end)
    .sort(compare);
  const active = new Map<number, number>();
  const classes = new Map<string, { spans: IpSpan[] }>();
  bounds.forEach((first, index) => {
    for (const mark of closing.get(first) ?? []) count(active, mark, -1);
    for (const mark of opening.get(first) ?? []) count(active, mark, 1);
    const key = [...active.keys()].sort((a, b) => a - b).join(' ');
    const last = stepIp(bounds[index + 1] ?? end, -1);
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { spans: [spanOf(family, first, last)] });
    else extend(known.spans, family, first, last);
  });
  return [...classes.values()].map(({ spans }) => {
    const [lead] = spans;
    const sample: Ip = { family, value: lead?.first ?? whole.first };
    const single = spans.length === 1 && lead?.first === lead?.last;
    const isMapped = mapped.some(
      (span) => span.family === family && span.first <= sample.value && sample.value <= span.last,
    );
    return { family, sample, spans, single, mixed: isMapped && !single };
  });
}

function listed(lists: Map<IpValue, number[]>, at: IpValue): number[] {
  const known = lists.get(at);
  if (known !== undefined) return known;
  const made: number[] = [];
  lists.set(at, made);
  return made;
}

function count(active: Map<number, number>, mark: number, by: number): void {
  const left = (active.get(mark) ?? 0) + by;
  if (left === 0) active.delete(mark);
  else active.set(mark, left);
}

function compare(a: IpValue, b: IpValue): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function spanOf(family: Family, first: IpValue, last: IpValue): IpSpan {
  return { family, first, last, prefix: first === last ? familyBits(family) : undefined };
}

function extend(spans: IpSpan[], family: Family, first: IpValue, last: IpValue): void {
  const before = spans.at(-1);
  if (before !== undefined && stepIp(before.last, 1) === first)
    spans[spans.length - 1] = spanOf(family, before.first, last);
  else spans.push(spanOf(family, first, last));
}
