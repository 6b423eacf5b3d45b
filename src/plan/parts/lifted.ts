import type { Overrides, UnsafeReason } from '../types.js';

/** Whether what a person said lifts a reason. */
export function isLifted({ overriddenBy }: UnsafeReason, overrides: Overrides): boolean {
  if (overriddenBy === '--force') return overrides.force;
  return overriddenBy === '--accept-lockout-risk' && overrides.acceptLockoutRisk;
}
