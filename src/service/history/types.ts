import type { Run, RunOutcome } from '../types/run.js';
import type { Hold, Pause } from '../types/status.js';
import type { Actor, RememberedTrigger } from '../types/trigger.js';

/** What somebody did that matters afterwards. */
export type AuditAction =
  | 'apply'
  | 'release'
  | 'plan'
  | 'cancel'
  | 'confirm'
  | 'rollback'
  | 'pause'
  | 'resume'
  | 'release-hold';

/** Who did what to the firewall or to the service, in one line. */
export interface AuditLine {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly runId: string | undefined;
  /** What made the service look, where it was a run: the first of its triggers. */
  readonly trigger: RememberedTrigger | undefined;
  /** Checksum of the plan. */
  readonly checksum: string | undefined;
  /** The firewall's revision before and after; equal when nothing was written. */
  readonly revisionBefore: string | undefined;
  readonly revisionAfter: string | undefined;
  /** How it ended: a run's outcome, `confirmed`, `done`, or a code of the catalogue. */
  readonly outcome: RunOutcome | 'confirmed' | 'done' | `S32_${string}`;
}

/** What became of an apply after its run had ended and left it waiting, by whoever learned it, in whichever journal that writes. */
export interface RunSettled {
  readonly kind: 'run-settled';
  readonly at: string;
  readonly runId: string;
  readonly outcome: 'applied' | 'rolled_back' | 'failed';
  /** For people. */
  readonly note: string;
}

/**
 * One line of the journal. A run is written before it writes to the firewall (as it is then, without an end) and when it has
 * ended (whole); one without an end was cut short. `undefined` fields are left out in JSON.
 */
export type JournalRecord =
  | { readonly kind: 'run-started'; readonly run: Run }
  | { readonly kind: 'run-ended'; readonly run: Run }
  | RunSettled
  | { readonly kind: 'audit'; readonly audit: AuditLine }
  /** Applying was switched off, or, without a `pause`, on again. */
  | { readonly kind: 'pause'; readonly at: string; readonly actor: Actor; readonly pause: Pause | undefined }
  /** A plan was held, or, without a `hold`, the hold was dropped; `reason` says why. */
  | {
      readonly kind: 'hold';
      readonly at: string;
      readonly actor: Actor;
      readonly hold: Hold | undefined;
      readonly reason: string;
    };

/**
 * Where the history goes. `append` resolves when the record is on the disk and throws `S32_JOURNAL_WRITE` otherwise; records
 * come out in the order of the calls. A record that failed is not there, and may be given again.
 */
export interface Journal {
  append(record: JournalRecord): Promise<void>;
}
