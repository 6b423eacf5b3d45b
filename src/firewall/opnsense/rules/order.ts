import type { RuleClass } from '../../../model/rules.js';

/** Order classes of OPNsense 26.7.2 (FilterRuleField.php, filter.lib.inc); an interface group adds its own sequence to its number. */
export const PRIORITY = {
  floating: 200_000,
  group: 300_000,
  interface: 400_000,
  /** Rules that come with a port forward. */
  redirected: 500_000,
  invalid: 600_000,
} as const;

/** The class of a priority number. */
export function classOf(priority: number): RuleClass {
  if (priority >= PRIORITY.invalid) return 'invalid';
  if (priority >= PRIORITY.redirected || priority < PRIORITY.floating) return 'automatic';
  if (priority >= PRIORITY.interface) return 'interface';
  return priority >= PRIORITY.group ? 'group' : 'floating';
}

/** What decides the place of a rule within its priority: rules of the model by sequence and uuid, before all others by their own order. */
export interface Place {
  readonly priority: number;
  readonly model: boolean;
  /** The rule's sequence; for others their place among themselves. */
  readonly sequence: number;
  readonly id: string;
}

/** Orders two rules as OPNsense writes them to pf: equal sequences by uuid, compared as PHP's natural order does. */
export function comparePlaces(left: Place, right: Place): number {
  if (left.priority !== right.priority) return left.priority - right.priority;
  if (left.model !== right.model) return left.model ? -1 : 1;
  if (left.sequence !== right.sequence) return left.sequence - right.sequence;
  return left.model ? compareNatural(left.id, right.id) : 0;
}

/** Rules of one list as the model gives them: by sequence, then uuid. */
export function inModelOrder<Of extends { readonly id: string; readonly sequence: number }>(all: readonly Of[]): Of[] {
  const place = ({ id, sequence }: Of) => ({ priority: 0, model: true, sequence, id });
  return [...all].sort((a, b) => comparePlaces(place(a), place(b)));
}

/**
 * PHP's natural order without case (strnatcasecmp), which OPNsense sorts rules by: runs of digits compare as numbers, runs
 * with a leading zero digit by digit from the left.
 */
export function compareNatural(left: string, right: string): number {
  let a = 0;
  let b = 0;
  const low = left.toLowerCase();
  const other = right.toLowerCase();
  while (a < low.length && b < other.length) {
    if (isDigit(low, a) && isDigit(other, b)) {
      const runA = digitsAt(low, a);
      const runB = digitsAt(other, b);
      const fraction = runA.startsWith('0') || runB.startsWith('0');
      const order = fraction ? compareFractions(runA, runB) : compareNumbers(runA, runB);
      if (order !== 0) return order;
      a += runA.length;
      b += runB.length;
      continue;
    }
    const charA = low.charCodeAt(a);
    const charB = other.charCodeAt(b);
    if (charA !== charB) return charA - charB;
    a += 1;
    b += 1;
  }
  return low.length - a - (other.length - b);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function digitsAt(text: string, at: number): string {
  return /^\d+/.exec(text.slice(at))?.[0] ?? '';
}

function compareNumbers(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : Number(left > right);
}

function compareFractions(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
