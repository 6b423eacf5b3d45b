import type { ErrorCode } from '../../../errors/catalogue.js';
import { Slash32Error } from '../../../errors/slash32-error.js';
import { clockTime } from '../../../model/clock-time.js';
import { wayInQuestion } from '../../../model/way-in-question.js';
import type { Clock } from './clock.js';

/** A moment on the clock that never jumps, at which the firewall has surely undone what was not confirmed. */
export type Deadline = number;

/** The time of day of a deadline. */
export function timeOf(clock: Clock, deadline: Deadline): Date {
  return new Date(clock.now().getTime() + deadline - clock.elapsed());
}

/** The end of a wait that the user broke off; the change waits on, if it is there. */
export function leftWaiting(clock: Clock, deadline: Deadline, where: string, isThere = true): Slash32Error {
  const there = isThere
    ? 'The change is on the firewall, which rolls back at'
    : 'The change may be on the firewall already, which rolls back at about';
  return new Slash32Error('S32_PLUGIN_LEFT_WAITING', {
    message: 'The run was interrupted before the change was confirmed.',
    where,
    effect: `${there} ${clockTime(timeOf(clock, deadline))} unless it is confirmed.`,
    written: 'unknown',
  });
}

/** The end of a wait in which no connection came about. */
export function notReached(
  clock: Clock,
  deadline: Deadline,
  last: Slash32Error | undefined,
  where: string,
): Slash32Error {
  const why = last === undefined ? '' : ` ${last.message}`;
  return new Slash32Error('S32_PLUGIN_NOT_REACHED', {
    message: `The firewall was not reached again in time, so nothing was confirmed.${why}`,
    where,
    effect: `The firewall rolls the change back by itself, at ${clockTime(timeOf(clock, deadline))} at the latest. That was not seen from here.`,
    written: 'unknown',
  });
}

/** The end of a lost apply of which the firewall shows nothing. */
export function unsure(lost: Slash32Error, seconds: number, where: string): Slash32Error {
  const safety =
    seconds === 0
      ? 'If it is still at work, the change may yet come.'
      : 'If it is still at work and the change comes yet, the firewall undoes it by itself, since nobody confirms it.';
  return new Slash32Error('S32_PLUGIN_UNSURE', {
    message: `The answer to the apply was lost (${lost.message}), and the firewall shows nothing of it so far.`,
    where,
    effect: `Nothing of it is on the firewall as far as it says. ${safety}`,
    written: 'unknown',
  });
}

/** The error for a change that the firewall has undone; `left` names what others changed meanwhile and keeps its value. */
export function undone(outcome: string, left: readonly string[], where: string): Slash32Error {
  return new Slash32Error(CODES[outcome] ?? 'S32_PLUGIN_ROLLED_BACK', {
    message: REASONS[outcome] ?? `The firewall lists the change as ${JSON.stringify(outcome)}.`,
    where,
    ...inForceAgain(left),
  });
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  restored: 'S32_PLUGIN_RESTORED',
  expired: 'S32_PLUGIN_EXPIRED',
  late: 'S32_PLUGIN_LATE',
};

/** Endings that mostly say that the change closed the way by which this program gets to the firewall. */
const CUT_OFF: ReadonlySet<string> = new Set(['S32_PLUGIN_EXPIRED', 'S32_PLUGIN_NOT_REACHED']);

/** The error with the question to ask about the way in, from the address that this program has for the firewall. */
export function withWayIn(error: unknown, own: string | undefined, url: string): unknown {
  if (!(error instanceof Slash32Error) || !CUT_OFF.has(error.code) || own === undefined) return error;
  const { code, message, where, effect, written, cause } = error;
  const hint = `The change probably closed the way in from here. Ask before it is applied again: ${wayInQuestion(own, url)}. A service holds this plan until: slash32 release-hold`;
  return new Slash32Error(code, { message, ...(where === undefined ? {} : { where }), effect, written, hint, cause });
}

/** What a rollback means for the firewall. */
export function inForceAgain(left: readonly string[]): {
  readonly effect: string;
  readonly written: 'nothing' | 'unknown';
} {
  if (left.length === 0) return { effect: 'What was there before is in force again.', written: 'nothing' };
  return {
    effect: `What was there before is in force again, but for what others changed meanwhile: ${left.join('; ')}`,
    written: 'unknown',
  };
}

/** The error for a change that the firewall does not know. */
export function unknownChange(where: string): Slash32Error {
  return new Slash32Error('S32_PLUGIN_UNKNOWN', {
    message: 'The firewall does not know this change.',
    where,
    effect: 'Not known from here: the change is not on the firewall any more, or was settled long ago.',
    written: 'unknown',
  });
}

const REASONS: Readonly<Record<string, string>> = {
  expired: 'The time to confirm was over, and the firewall rolled the change back by itself.',
  late: 'The firewall answered all the time, but the confirmation came when the time for it was over, so it rolled the change back.',
  rolled_back: 'Somebody rolled the change back on the firewall.',
  rebooted: 'The firewall rebooted before the change was confirmed, and rolled it back.',
  restored: 'DHCP did not come up healthy with the change, and the firewall put back what was before.',
};
