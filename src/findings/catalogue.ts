import { DHCP_FINDINGS } from './dhcp.js';
import type { FindingEntry, FindingKind, Severity } from './entry.js';
import { FIREWALL_FINDINGS } from './firewall.js';
import { NIC_FINDINGS } from './nics.js';
import { POLICY_FINDINGS } from './policy.js';
import { SEGMENT_FINDINGS } from './segments.js';
import { SERVICE_FINDINGS } from './service.js';
import { UNSAFE_FINDINGS } from './unsafe.js';
import { WAY_FINDINGS } from './ways.js';

/**
 * Every code of something that speaks against a plan or that somebody should look at: how much it matters, what it means, what to do.
 * The reference page, the codes of the API and the types of all that carry one are made from it.
 */
export const FINDINGS = {
  ...NIC_FINDINGS,
  ...SEGMENT_FINDINGS,
  ...UNSAFE_FINDINGS,
  ...DHCP_FINDINGS,
  ...WAY_FINDINGS,
  ...FIREWALL_FINDINGS,
  ...POLICY_FINDINGS,
  ...SERVICE_FINDINGS,
} as const;

type Table = typeof FINDINGS;

/** The codes that can stand in a place, or in one of several. */
export type FindingCode<Kind extends FindingKind = FindingKind> = {
  [Code in keyof Table]: Kind & Table[Code]['kinds'][number] extends never ? never : Code;
}[keyof Table];

/**
 * Something that speaks against a plan, or that somebody should look at: what kind of thing, and the sentences about this one. Severity,
 * meaning and remedy of the kind stand in the table; whoever needs to say more of one adds it.
 */
export interface FindingOf<Kind extends FindingKind> {
  readonly code: FindingCode<Kind>;
  /** What is wrong, and where that is to be said, what to do: one or two sentences. */
  readonly message: string;
}

/** What the table says of a code. */
export function findingEntry(code: FindingCode): FindingEntry {
  return FINDINGS[code];
}

/** How much a finding of this code matters. */
export function severityOf(code: FindingCode): Severity {
  return findingEntry(code).severity;
}

/** The codes that can stand in one of these places, sorted. */
export function codesOf(...kinds: readonly FindingKind[]): string[] {
  return Object.entries<FindingEntry>(FINDINGS)
    .filter(([, entry]) => entry.kinds.some((kind) => kinds.includes(kind)))
    .map(([code]) => code)
    .sort();
}
