import { type Family, type Ip, type IpSpan, type IpValue, stepIp } from '../../model/ip.js';
import type { Tri } from './types.js';

/** Sorted, disjoint, non-touching spans of addresses of one family. */
export interface SpanList {
  readonly family: Family;
  readonly firsts: readonly IpValue[];
  readonly lasts: readonly IpValue[];
}

/** A span list from spans in any order, which may overlap; spans of another family are left out. */
export function spanList(family: Family, spans: readonly IpSpan[]): SpanList {
  const sorted = spans.filter((span) => span.family === family).sort((a, b) => (a.first < b.first ? -1 : 1));
  const firsts: IpValue[] = [];
  const lasts: IpValue[] = [];
  for (const { first, last } of sorted) {
    const before = lasts.at(-1);
    if (before !== undefined && first <= stepIp(before, 1)) {
      if (last > before) lasts[lasts.length - 1] = last;
      continue;
    }
    firsts.push(first);
    lasts.push(last);
  }
  return { family, firsts, lasts };
}

/** The spans of a list, as they came out of {@link spanList}. */
export function toSpans(list: SpanList): IpSpan[] {
  return list.firsts.map((first, at) => ({
    family: list.family,
    first,
    last: list.lasts[at] ?? first,
    prefix: undefined,
  }));
}

/** Whether the list holds the address, by binary search. */
export function holds(list: SpanList, value: IpValue): boolean {
  const at = lastStartingAtOrBefore(list.firsts, value);
  const last = at < 0 ? undefined : list.lasts[at];
  return last !== undefined && value <= last;
}

/** How much of `space` lies in `list`: all (`yes`), nothing (`no`) or a part (`maybe`). An empty space lies in nothing. */
export function coverage(list: SpanList, space: SpanList): Tri {
  let covered = 0;
  let touched = 0;
  space.firsts.forEach((first, index) => {
    const last = space.lasts[index] ?? first;
    const at = lastStartingAtOrBefore(list.firsts, last);
    const start = list.firsts[at];
    const end = list.lasts[at];
    if (start === undefined || end === undefined || end < first) return;
    touched += 1;
    if (start <= first && end >= last) covered += 1;
  });
  if (touched === 0) return 'no';
  return covered === space.firsts.length ? 'yes' : 'maybe';
}

/** What is in `list` and not in `without`. */
export function subtract(list: SpanList, without: SpanList): SpanList {
  const kept: IpSpan[] = [];
  const holes = toSpans(without);
  for (const { first, last } of toSpans(list)) {
    let start = first;
    for (const hole of holes) {
      if (hole.last < start || hole.first > last) continue;
      if (hole.first > start)
        kept.push({ family: list.family, first: start, last: stepIp(hole.first, -1), prefix: undefined });
      start = stepIp(hole.last, 1);
    }
    if (start <= last) kept.push({ family: list.family, first: start, last, prefix: undefined });
  }
  return spanList(list.family, kept);
}

/** The address at the same place in one span as `ip` is in another one of the same size. */
export function atSamePlace(ip: Ip, from: IpSpan, to: IpSpan): Ip {
  const offset = BigInt(ip.value) - BigInt(from.first);
  const value = BigInt(to.first) + offset;
  return { family: to.family, value: to.family === 'inet' ? Number(value) : value };
}

function lastStartingAtOrBefore(firsts: readonly IpValue[], value: IpValue): number {
  let low = 0;
  let high = firsts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const first = firsts[middle];
    if (first !== undefined && first <= value) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}
