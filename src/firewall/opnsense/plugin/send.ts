import { Slash32Error } from '../../../errors/slash32-error.js';
import type { ApplyRequest, ApplyResult } from '../../../model/firewall.js';
import { applyId } from '../../../secrets/apply-id.js';
import type { CallOptions } from '../http/client.js';
import { asSlash32, withEffect } from '../http/effects.js';
import { PLUGIN_PATHS, type PluginApi } from './api.js';
import type { Clock } from './clock.js';
import type { Expected } from './compare.js';
import { type Deadline, inForceAgain, leftWaiting, notReached, undone, unsure } from './endings.js';
import { complaint, refusalOf } from './refused.js';
import { standingOf } from './standing.js';
import { isKept } from './verdict.js';
import type { WireApplied, WireApply } from './wire.js';

/** What an apply and its confirmation need from outside. */
export interface CommitContext {
  readonly api: PluginApi;
  readonly clock: Clock;
  readonly progress: (step: string) => void;
  readonly outOfReach?: ApplyRequest['outOfReach'];
  readonly signal: AbortSignal;
}

/** One apply. */
export interface Job {
  readonly body: WireApply;
  readonly expected: Expected;
  /** Whether to reach the firewall again and confirm. */
  readonly wait: boolean;
}

/** An apply that is on the firewall: for good, or until the deadline. */
export type Landed =
  | { readonly kind: 'done'; readonly result: ApplyResult }
  | {
      readonly kind: 'waiting';
      readonly revision: string;
      readonly notes: readonly string[];
      readonly deadline: Deadline;
      /** The answer did not arrive: the way may be closed. */
      readonly wasLost?: boolean;
    };

/** The firewall rolls back within this time after the deadline. */
export const GRACE_MS = 15_000;
/** Between two tries to reach the firewall. */
export const PAUSE_MS = 1000;
/** Time limit of one try. */
export const TRY_MS = 8000;
/** How long a firewall that answers may show nothing of an apply whose answer was lost, with its configuration untouched. */
const PATIENCE_MS = 30_000;
/** How long it may be at work on one: the time to confirm begins after that. */
const WORK_MS = 60_000;
const LONGEST_ANSWER_MS = 300_000;

/** Failures of the call that say for sure that the firewall never got it. */
export const NEVER_SENT: ReadonlySet<string> = new Set([
  'S32_OPNSENSE_FORBIDDEN',
  'S32_OPNSENSE_KEY_REJECTED',
  'S32_OPNSENSE_NOT_AUTHENTICATED',
  'S32_OPNSENSE_REDIRECT',
  'S32_OPNSENSE_UNREACHABLE',
  'S32_OPNSENSE_TLS',
  'S32_OPNSENSE_FINGERPRINT',
  'S32_PLUGIN_MISSING',
]);

/** Failures that are a whole answer, unless it says otherwise: the firewall is done with the call, one look at its state tells the rest. */
const WHOLE_ANSWER: ReadonlySet<string> = new Set(['S32_OPNSENSE_FIREWALL_ERROR', 'S32_PLUGIN_FAILED']);

/**
 * Sends an apply. When its answer is lost, the firewall is asked over new connections what became of it, and the rest goes
 * on as if the answer had come. Throws when nothing was written, when it was undone, and when that cannot be told.
 */
export async function sendApply(context: CommitContext, job: Job): Promise<Landed> {
  const { api, clock, signal } = context;
  const where = api.where(PLUGIN_PATHS.apply);
  if (signal.aborted)
    throw new Slash32Error('S32_OPNSENSE_INTERRUPTED', { message: 'Interrupted before anything was sent.', where });
  const seconds = job.body.confirm_seconds;
  const sentAt = clock.elapsed();
  const answer = await api.apply(job.body, callOptions(seconds, signal)).catch(asSlash32);
  if (!(answer instanceof Slash32Error) && answer.result !== 'failed') return landed(context, answer, where);
  const lost = answer instanceof Slash32Error ? answer : failed(answer.message, where);
  if (NEVER_SENT.has(lost.code)) throw lost;
  const isUnderWay = !(answer instanceof Slash32Error) && answer.under_way === true;
  if (signal.aborted) throw leftWaiting(clock, clock.elapsed() + seconds * 1000, where, false);
  context.progress('the answer was lost; asking the firewall what became of the change');
  return findApply(context, job.body, lost, sentAt, isUnderWay);
}

/** With a deadline, the answer is waited for only half of that time: the other half is for finding out and confirming. */
function callOptions(seconds: number, signal: AbortSignal): CallOptions {
  if (seconds === 0) return { timeoutMs: LONGEST_ANSWER_MS };
  return { timeoutMs: Math.min(LONGEST_ANSWER_MS, Math.max(2000, seconds * 500)), signal };
}

function landed(context: CommitContext, answer: Exclude<WireApplied, { result: 'failed' }>, where: string): Landed {
  switch (answer.result) {
    case 'applied':
      if (answer.confirm === null) return kept(answer.revision, answer.notes);
      return {
        kind: 'waiting',
        revision: answer.revision,
        notes: answer.notes,
        deadline: context.clock.elapsed() + answer.confirm.seconds * 1000,
      };
    case 'nothing':
      return kept(answer.revision, []);
    case 'restored':
      throw new Slash32Error('S32_PLUGIN_RESTORED', {
        message: `DHCP did not come up healthy with the change: ${answer.reason}`,
        where,
        ...inForceAgain(answer.left.map(complaint)),
      });
    default:
      throw refusalOf(answer, where);
  }
}

/** Looks for an apply whose answer was lost, until it shows up or it is clear that it will not. */
async function findApply(
  context: CommitContext,
  body: WireApply,
  lost: Slash32Error,
  sentAt: number,
  isUnderWay: boolean,
): Promise<Landed> {
  const { api, clock, signal } = context;
  const where = api.where(PLUGIN_PATHS.apply);
  const id = applyId(body.token);
  const deadline = sentAt + WORK_MS + body.confirm_seconds * 1000 + GRACE_MS;
  let last: Slash32Error = lost;
  let unknownSince: number | undefined;
  for (;;) {
    const state = await api.state({ signal, timeoutMs: TRY_MS }).catch(asSlash32);
    if (signal.aborted) throw leftWaiting(clock, clock.elapsed() + body.confirm_seconds * 1000, where, false);
    const now = clock.elapsed();
    if (state instanceof Slash32Error) last = state;
    else {
      const standing = standingOf(state, id);
      const notes = [`The answer to the apply was lost (${lost.message}), but the firewall shows that it was made.`];
      if (standing?.kind === 'waiting') {
        const seconds = standing.secondsLeft ?? body.confirm_seconds;
        return { kind: 'waiting', revision: state.revision, notes, deadline: now + seconds * 1000, wasLost: true };
      }
      if (standing !== undefined && isKept(standing.outcome)) return kept(state.revision, notes);
      if (standing !== undefined) throw undone(standing.outcome, [], where);
      if (WHOLE_ANSWER.has(lost.code) && !isUnderWay) throw notDone(lost, state.revision === body.base_revision);
      unknownSince ??= now;
      const untouched = state.revision === body.base_revision;
      if (now - unknownSince >= (untouched ? PATIENCE_MS : WORK_MS)) throw unsure(lost, body.confirm_seconds, where);
    }
    if (now >= deadline)
      throw unknownSince === undefined
        ? notReached(clock, deadline, last, where)
        : unsure(lost, body.confirm_seconds, where);
    await clock.sleep(PAUSE_MS, signal);
  }
}

function kept(revision: string, notes: readonly string[]): Landed {
  return { kind: 'done', result: { revision, notes, kept: { state: 'kept' } } };
}

function failed(message: string | undefined, where: string): Slash32Error {
  return new Slash32Error('S32_PLUGIN_FAILED', {
    message: message === undefined || message === '' ? 'The apply failed, without a reason.' : message,
    where,
    effect: 'Not known.',
  });
}

/** An error of the firewall after which its state shows nothing of the apply. */
function notDone(lost: Slash32Error, untouched: boolean): Slash32Error {
  return untouched
    ? withEffect(lost, 'Nothing was changed: the configuration is the one that was read.', 'nothing')
    : withEffect(lost, 'The firewall lists no such change, but its configuration was saved meanwhile.', 'unknown');
}
