import type { Plan } from '../../plan/types.js';
import { hasChanges } from '../../plan/verdict.js';
import type { PlanMoment } from '../../state/service-state.js';
import type { Run, RunOptions } from '../types/run.js';
import type { Hold } from '../types/status.js';
import type { Actor } from '../types/trigger.js';
import { recent, within } from './reversal.js';

/** Endings of an apply after which the same plan is not tried again by itself. */
const HELD_CODES: ReadonlySet<string> = new Set([
  'S32_PLUGIN_ROLLED_BACK',
  'S32_PLUGIN_EXPIRED',
  'S32_PLUGIN_LATE',
  'S32_PLUGIN_RESTORED',
  'S32_PLUGIN_NOT_AS_PLANNED',
]);

/** Whether a failure says that the firewall has undone the apply. */
export function isUndoneCode(code: string): boolean {
  return HELD_CODES.has(code);
}

/** How much longer the firewall waits for the service, after applies that only missed their time within the last hour. */
export function patienceOf(late: readonly PlanMoment[], now: Date): number {
  return 2 ** Math.min(3, recent(late, now).length);
}

/**
 * Whether a plan that a reboot undid is tried once more: a reboot is no verdict on the plan, but two of them within an hour
 * may be its doing.
 */
export function mayTryAgain(how: string, checksum: string, reboots: readonly PlanMoment[], now: Date): boolean {
  return how === 'rebooted' && !within(reboots, checksum, now).length;
}

/** Whether a run looks at everything as a trigger's does: only then its plan says something about the hold. */
export function isWhole(options: RunOptions): boolean {
  return options.segments.length === 0 && options.instances.length === 0 && options.adopt === 'none';
}

/** Whether a run plans as a trigger's does: nobody says yes to anything for it. */
export function isPlain(options: RunOptions): boolean {
  const isAsked =
    options.force || options.acceptLockoutRisk || options.onBackup === true || (options.approve ?? []).length > 0;
  return isWhole(options) && !isAsked;
}

/** Why a hold does not stand any more after a plan of everything; undefined while it does. */
export function droppedBecause(hold: Hold, plan: Plan, configuration: string): string | undefined {
  if (hold.configuration !== configuration) return 'the configuration is another one';
  if (!hasChanges(plan)) return 'there is nothing to do any more';
  return plan.checksum === hold.checksum ? undefined : 'the plan is another one';
}

/** Whether this run must leave the plan alone. Somebody who names its checksum may apply it. */
export function isHeld(
  hold: Hold | undefined,
  plan: Plan,
  configuration: string,
  options: RunOptions,
  actor: Actor,
): boolean {
  if (hold === undefined || hold.checksum !== plan.checksum || hold.configuration !== configuration) return false;
  return isByItself({ options, actor });
}

/** Whether nobody has named this very plan by its checksum: a run with another checksum than its plan's applies nothing. */
export function isByItself({ options, actor }: Pick<Run, 'options' | 'actor'>): boolean {
  return actor.kind === 'service' || actor.kind === 'hook' || options.checksum === undefined;
}
