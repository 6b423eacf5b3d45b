import type { PortPart, RuleAlias } from '../../model/rules.js';
import type { Tri } from './types.js';

/** Ports as spans, both ends included, in no order; undefined means every port. */
export type PortSpans = readonly (readonly [from: number, to: number])[] | undefined;

/** The ports that a rule names, port aliases with everything nested in them resolved. An alias without ports fits nothing. */
export function portSpans(parts: readonly PortPart[], aliases: ReadonlyMap<string, RuleAlias>): PortSpans {
  if (parts.length === 0) return undefined;
  return parts.flatMap((part) =>
    part.kind === 'ports' ? [[part.from, part.to] as const] : aliasPorts(part.name, aliases, new Set()),
  );
}

function aliasPorts(
  name: string,
  aliases: ReadonlyMap<string, RuleAlias>,
  seen: Set<string>,
): (readonly [number, number])[] {
  const alias = aliases.get(name);
  if (alias === undefined || alias.kind !== 'ports' || seen.has(name)) return [];
  seen.add(name);
  return alias.entries.flatMap((entry) => {
    const match = /^(\d+)(?:[:-](\d+))?$/.exec(entry);
    if (match === null) return aliasPorts(entry, aliases, seen);
    const from = Number(match[1]);
    return [[from, match[2] === undefined ? from : Number(match[2])] as const];
  });
}

/** Whether a port is among the spans. */
export function hasPort(spans: PortSpans, port: number): boolean {
  return spans === undefined || spans.some(([from, to]) => port >= from && port <= to);
}

/** Whether a sender that may take any port from 1 to 65535 is fitted: always, never, or only with some ports. */
export function anyPortFits(spans: PortSpans): Tri {
  if (spans === undefined) return 'yes';
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  let next = 1;
  let touched = false;
  for (const [from, to] of sorted) {
    if (to < 1) continue;
    touched = true;
    if (from <= next) next = Math.max(next, to + 1);
  }
  if (!touched) return 'no';
  return next > 65535 ? 'yes' : 'maybe';
}
