import { countChanges } from './plan.js';
import type { Plan, UnsafeReason } from './types.js';

/** Exit codes of `plan` and `apply`. */
export const EXIT = { done: 0, error: 1, changes: 2, unsafe: 3, leftOut: 4 } as const;

/** What a person said to let an unsafe plan pass. */
export interface Overrides {
  readonly force: boolean;
  readonly acceptLockoutRisk: boolean;
}

/** The reasons that still stand against a plan after what a person said. */
export function standingReasons(plan: Plan, overrides: Overrides): UnsafeReason[] {
  return plan.unsafe.filter((reason) => {
    if (reason.overriddenBy === '--force') return !overrides.force;
    if (reason.overriddenBy === '--accept-lockout-risk') return !overrides.acceptLockoutRisk;
    return true;
  });
}

/** Whether a NIC or a whole segment was left out. */
export function leavesOut(plan: Plan): boolean {
  return plan.segments.some((segment) => segment.error !== undefined || segment.leftOut.length > 0);
}

/** Whether the plan asks for anything to be done. */
export function hasChanges(plan: Plan): boolean {
  return plan.reloadPending || countChanges(plan) > 0;
}

/** The exit code of `plan`: 1 a fault that it would set off, 3 unsafe, 2 changes, 4 nothing to do but something left out, 0 nothing to do. */
export function planExitCode(plan: Plan, overrides: Overrides): number {
  if (plan.faults.length > 0 && hasChanges(plan)) return EXIT.error;
  if (standingReasons(plan, overrides).length > 0) return EXIT.unsafe;
  if (hasChanges(plan)) return EXIT.changes;
  return leavesOut(plan) ? EXIT.leftOut : EXIT.done;
}
