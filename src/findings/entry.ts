/** How much a finding matters: whoever reads them looks at an `error` first. */
export type Severity = 'info' | 'warning' | 'error';

/**
 * Where a finding stands. `warning` and `policy`: in a plan, as something to know before saying yes. `left-out`: a NIC gets no change.
 * `segment`: a segment is left alone as a whole. `unsafe`: changes wait for a person. `service`: what the service notices about itself.
 */
export type FindingKind = 'warning' | 'policy' | 'left-out' | 'segment' | 'unsafe' | 'service';

/** One kind of thing that somebody should look at, as the reference of findings prints it. */
export interface FindingEntry {
  readonly kinds: readonly FindingKind[];
  /** As the service tells it. */
  readonly severity: Severity;
  /** What it is, half a sentence. */
  readonly title: string;
  /** What it means, and what becomes of packets, people and the rest of the plan. */
  readonly effect: string;
  /** What to do. */
  readonly remedy: string;
}

/** Types a part of the table without widening its keys. */
export function defineFindings<const T extends Readonly<Record<string, FindingEntry>>>(findings: T): T {
  return findings;
}
