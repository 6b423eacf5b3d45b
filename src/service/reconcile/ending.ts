import type { Plan, PlanInput } from '../../plan/types.js';
import type { Failure, Run, RunOutcome } from '../types/run.js';

/** What a run has come to. */
export interface Ending {
  readonly outcome: RunOutcome;
  /** What was read last, and planned on it; undefined when it did not come that far. */
  readonly seen: Seen | undefined;
  readonly attempts: number;
  readonly revisionAfter: string | undefined;
  readonly undoneAt: string | undefined;
  readonly notes: readonly string[];
  readonly failure: Failure | undefined;
  /** Whether anything may have been written. */
  readonly wrote: boolean;
  /** Why one should look again soon, though nothing new has happened; undefined when not. */
  readonly again: string | undefined;
  /** The apply that waits on the firewall as far as this run saw; undefined when none does or that was not seen. */
  readonly waiting: { readonly checksum: string; readonly until: string } | undefined;
}

/** A plan and what it was made of. */
export interface Seen {
  readonly plan: Plan;
  readonly input: PlanInput;
}

/** An ending of which only the outcome is special. */
export function ending(outcome: RunOutcome, part: Partial<Ending> = {}): Ending {
  return {
    outcome,
    seen: undefined,
    attempts: 0,
    revisionAfter: undefined,
    undoneAt: undefined,
    notes: [],
    failure: undefined,
    wrote: false,
    again: undefined,
    waiting: undefined,
    ...part,
  };
}

/** Outcomes in which all went as it should without anybody's doing. */
const GOOD: ReadonlySet<RunOutcome> = new Set(['nothing', 'applied', 'waiting', 'planned']);

/** Whether a run counts as a success. One with nothing to do but what waits for a person has done all that it could. */
export function isSuccess(run: Run): boolean {
  const isAllWaiting = run.outcome === 'unsafe' && run.plan?.changes === 0;
  return run.outcome !== undefined && (GOOD.has(run.outcome) || isAllWaiting);
}
