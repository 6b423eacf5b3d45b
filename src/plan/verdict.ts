import { EXIT } from './exit.js';
import { isLifted } from './parts/lifted.js';
import { countChanges } from './plan.js';
import type { Overrides, Plan, UnsafeReason } from './types.js';

export type { Overrides } from './types.js';

/** The reasons that still stand against a plan as a whole after what a person said; what its parts wait for is not among them. */
export function standingReasons(plan: Plan, overrides: Overrides): UnsafeReason[] {
  return plan.unsafe.filter((reason) => reason.part === undefined && !isLifted(reason, overrides));
}

/** What the parts that wait wait for. */
export function waitingReasons(plan: Plan): UnsafeReason[] {
  return plan.unsafe.filter((reason) => reason.part !== undefined);
}

/** Whether a NIC, a publish or a whole segment was left out, or a part waits. */
export function leavesOut(plan: Plan): boolean {
  return (
    plan.waiting.length > 0 ||
    (plan.policy?.leftOut ?? []).length > 0 ||
    plan.segments.some((segment) => segment.error !== undefined || segment.leftOut.length > 0)
  );
}

/** Whether the plan asks for anything to be done now; what waits is not. */
export function hasChanges(plan: Plan): boolean {
  return plan.reloadPending || countChanges(plan) > 0;
}

/**
 * The exit code of `plan`: 1 a fault that it would set off, 3 unsafe as a whole or nothing but parts that wait, 2 changes, 4 nothing to
 * do but something left out, 0 nothing to do.
 */
export function planExitCode(plan: Plan, overrides: Overrides): number {
  if (plan.faults.length > 0 && hasChanges(plan)) return EXIT.error;
  if (standingReasons(plan, overrides).length > 0) return EXIT.unsafe;
  if (hasChanges(plan)) return EXIT.changes;
  if (plan.waiting.length > 0)
    return waitingReasons(plan).every((reason) => isLifted(reason, overrides)) ? EXIT.changes : EXIT.unsafe;
  return leavesOut(plan) ? EXIT.leftOut : EXIT.done;
}
