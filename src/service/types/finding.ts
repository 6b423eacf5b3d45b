import type { FindingOf } from '../../findings/catalogue.js';
import type { Severity } from '../../findings/entry.js';

/** One thing that somebody should look at: what the last plan warned about, and what the service noticed about itself. */
export interface Finding extends FindingOf<'warning' | 'policy' | 'service'> {
  /** Stable while the same thing stands: the code, the segment and the object. */
  readonly id: string;
  readonly severity: Severity;
  readonly segment: string | undefined;
  /** What it is about: an NIC, an address, a stream. */
  readonly object: string | undefined;
  /** What to do, where there is something to do. */
  readonly remedy: string | undefined;
  /** Since when it stands. ISO 8601, UTC. */
  readonly since: string;
}
