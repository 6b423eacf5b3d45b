import type { FindingCode } from '../../findings/catalogue.js';
import type { Severity } from '../../findings/entry.js';

/** One thing that somebody should look at: what the last plan warned about, and what the service noticed about itself. */
export interface Finding {
  /** Stable while the same thing stands: the code, the segment and the object. */
  readonly id: string;
  /** Of the table of findings: `in-range`, `plan-held`. */
  readonly code: ServiceFindingCode;
  readonly severity: Severity;
  readonly segment: string | undefined;
  /** What it is about: an NIC, an address, a stream. */
  readonly object: string | undefined;
  readonly message: string;
  /** What to do, where there is something to do. */
  readonly remedy: string | undefined;
  /** Since when it stands. ISO 8601, UTC. */
  readonly since: string;
}

/** What a plan warns about, and what the service notices about itself. */
export type ServiceFindingCode = FindingCode<'warning' | 'policy' | 'service'>;
