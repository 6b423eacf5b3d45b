import type { CompiledRule, RuleZone } from '../compile/types.js';

/** First and last sequence of each zone; between two rules there is room for nine by hand. */
const ZONES: Readonly<Record<RuleZone, { readonly from: number; readonly to: number }>> = {
  infrastructure: { from: 10_000, to: 10_990 },
  statement: { from: 11_000, to: 89_990 },
  default: { from: 90_000, to: 90_000 },
};
const STEP = 10;

/** Where on an interface's scale each rule stands. */
export interface Sequences {
  readonly byKey: ReadonlyMap<string, number>;
  /** Interfaces on which there is no room for all rules. */
  readonly full: readonly string[];
}

/**
 * Gives each rule its sequence. A rule that stands in its zone keeps the one it has, so that nothing moves because something
 * else came; new ones come behind. Among statements the order means nothing: all of them let pass.
 */
export function giveSequences(rules: readonly CompiledRule[], present: ReadonlyMap<string, number>): Sequences {
  const byKey = new Map<string, number>();
  const used = new Map<string, Set<number>>();
  const full = new Set<string>();
  const usedOn = (rule: CompiledRule): Set<number> => {
    const set = used.get(rule.entry.interface) ?? new Set();
    used.set(rule.entry.interface, set);
    return set;
  };
  for (const rule of rules) {
    const now = present.get(rule.key);
    const { from, to } = ZONES[rule.zone];
    if (now === undefined || now < from || now > to || usedOn(rule).has(now)) continue;
    usedOn(rule).add(now);
    byKey.set(rule.key, now);
  }
  const last = new Map<string, number>();
  for (const rule of rules) {
    if (byKey.has(rule.key)) continue;
    const { from, to } = ZONES[rule.zone];
    const taken = usedOn(rule);
    const place = `${rule.entry.interface} ${rule.zone}`;
    let next = last.get(place) ?? from;
    while (taken.has(next)) next += STEP;
    last.set(place, next);
    if (next > to) full.add(rule.entry.interface);
    taken.add(next);
    byKey.set(rule.key, next);
  }
  return { byKey, full: [...full].sort() };
}
