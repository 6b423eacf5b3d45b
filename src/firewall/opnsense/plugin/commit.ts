import { Slash32Error } from '../../../errors/slash32-error.js';
import type { ApplyResult, Verdict } from '../../../model/firewall.js';
import { applyId } from '../../../secrets/apply-id.js';
import { asSlash32 } from '../http/effects.js';
import { PLUGIN_PATHS } from './api.js';
import { differences } from './compare.js';
import { type Deadline, inForceAgain, leftWaiting, notReached, timeOf, undone, unknownChange } from './endings.js';
import { readState } from './observe.js';
import { policyDifferences } from './policy-compare.js';
import { type CommitContext, GRACE_MS, type Job, type Landed, PAUSE_MS, sendApply, TRY_MS } from './send.js';
import { standingOf } from './standing.js';
import { isKept, verdictOf } from './verdict.js';
import type { WireState } from './wire.js';

const SHOWN = 10;
/** Time limit of a confirmation or a rollback: either may reload services or push to the peer. */
const SETTLE_MS = 60_000;

/** The change waits, and so does this. `deadline` moves when the firewall says how many seconds are left. */
interface Wait {
  readonly context: CommitContext;
  readonly job: Job;
  readonly landed: Extract<Landed, { kind: 'waiting' }>;
  deadline: Deadline;
  /** Whether a try to reach the firewall failed: then the change may have closed the way in. */
  wasOutOfReach: boolean;
}

/**
 * Applies, reaches the firewall again over a new TCP connection, compares what is there with what was planned, and confirms:
 * only a new connection proves that the change lets this program in. When what is there is something else, it rolls back at
 * once. When no connection comes about, the firewall undoes the change by itself. A result is an apply that stands; every
 * other ending is thrown.
 */
export async function applyAndCommit(context: CommitContext, job: Job): Promise<ApplyResult> {
  const landed = await sendApply(context, job);
  if (landed.kind === 'done') return landed.result;
  const wait: Wait = { context, job, landed, deadline: landed.deadline, wasOutOfReach: landed.wasLost === true };
  const until = timeOf(context.clock, landed.deadline).toISOString();
  const { revision, notes } = landed;
  if (!job.wait) return { revision, notes, kept: { state: 'waiting', until } };
  context.progress('applied, waiting to reach the firewall again');
  const state = await reachAgain(wait);
  const standing = standingOf(state, applyId(job.body.token));
  if (standing === undefined) throw unknownChange(context.api.where(PLUGIN_PATHS.state));
  if (standing.kind === 'settled') return settledByOthers(wait, standing.outcome);
  if (standing.secondsLeft !== undefined)
    wait.deadline = Math.min(wait.deadline, context.clock.elapsed() + standing.secondsLeft * 1000);
  const wrong = differencesIn(wait, state);
  if (wrong.length > 0) throw await rollBack(wait, wrong);
  return confirm(wait);
}

/** The first answer that comes over a new connection. */
function reachAgain(wait: Wait): Promise<WireState> {
  const { api, signal } = wait.context;
  return insist(wait, () => api.state({ signal, timeoutMs: TRY_MS }));
}

async function confirm(wait: Wait): Promise<ApplyResult> {
  const { api, signal, progress } = wait.context;
  const where = api.where(PLUGIN_PATHS.confirm);
  const { owner, token } = wait.job.body;
  const answer = await insist(wait, () => api.confirm(owner, token, { signal, timeoutMs: SETTLE_MS }));
  const verdict = verdictOf(answer, where);
  const { revision, notes } = wait.landed;
  switch (verdict.outcome) {
    case 'confirmed':
      progress('confirmed');
      return {
        revision,
        notes: [...notes, ...verdict.notes],
        kept: { state: 'confirmed' },
        ...(verdict.peer === undefined ? {} : { peer: verdict.peer }),
      };
    case 'already':
      return settledByOthers(wait, verdict.how);
    case 'expired':
    case 'rolled_back':
      throw undone(endingOf(wait, verdict.outcome), verdict.left, where);
    case 'unknown':
      throw unknownChange(where);
  }
}

/** The time was over although the firewall answered at every try: that says nothing against the change. */
function endingOf({ wasOutOfReach }: Wait, outcome: string): string {
  return outcome === 'expired' && !wasOutOfReach ? 'late' : outcome;
}

/** A first confirmation whose answer was lost counts as well: it looks like somebody else's. */
function settledByOthers(wait: Wait, outcome: string): ApplyResult {
  if (!isKept(outcome)) throw undone(endingOf(wait, outcome), [], wait.context.api.where(PLUGIN_PATHS.state));
  const { revision, notes } = wait.landed;
  wait.context.progress('confirmed');
  return { revision, notes, kept: { state: 'confirmed' } };
}

/** Where what is there differs from the plan; what cannot be read is no less a difference. */
function differencesIn({ context, job, landed }: Wait, state: WireState): string[] {
  try {
    const { observed, policyRoot } = readState(state, context.api.target, context.clock.now());
    const untouched = state.revision === landed.revision;
    return [
      ...differences(job.expected, observed.segments),
      ...(job.expected.policy === undefined ? [] : policyDifferences(job.expected.policy, policyRoot, untouched)),
    ];
  } catch (error) {
    return [`What the firewall holds cannot be read: ${asSlash32(error).message}`];
  }
}

/** Rolls back, and gives the error that says why and what is in force now. */
async function rollBack(wait: Wait, wrong: readonly string[]): Promise<Slash32Error> {
  const { api, progress, signal } = wait.context;
  const { owner, token } = wait.job.body;
  progress('the firewall does not hold what was planned; rolling back');
  const more = wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more`] : [];
  const lines = [...wrong.slice(0, SHOWN), ...more].map((line) => `\n  ${line}`).join('');
  const verdict = await insist(wait, () => api.rollback(owner, token, { signal, timeoutMs: SETTLE_MS }))
    .then((answer) => verdictOf(answer, api.where(PLUGIN_PATHS.rollback)))
    .catch(asSlash32);
  return new Slash32Error('S32_PLUGIN_NOT_AS_PLANNED', {
    message: `The firewall does not hold what was planned:${lines}`,
    where: api.where(PLUGIN_PATHS.state),
    ...afterRollback(verdict),
  });
}

function afterRollback(verdict: Verdict | Slash32Error): Pick<Slash32Error, 'effect' | 'written'> {
  if (verdict instanceof Slash32Error) return { effect: verdict.effect, written: 'unknown' };
  if (verdict.outcome === 'rolled_back' || verdict.outcome === 'expired') return inForceAgain(verdict.left);
  if (verdict.outcome === 'already' && !isKept(verdict.how)) return inForceAgain([]);
  if (verdict.outcome === 'unknown')
    return { effect: 'The firewall does not know the change any more.', written: 'unknown' };
  return { effect: 'Somebody confirmed the change meanwhile, so it stays.', written: 'all' };
}

/** Calls again and again, each time over a new connection, until an answer comes or the firewall has surely rolled back. */
async function insist<T>(wait: Wait, call: () => Promise<T>): Promise<T> {
  const { api, clock, progress, outOfReach, signal } = wait.context;
  const where = api.where(PLUGIN_PATHS.state);
  for (;;) {
    if (signal.aborted) throw leftWaiting(clock, wait.deadline, where);
    const answer = await call().catch(asSlash32);
    if (!(answer instanceof Slash32Error)) return answer;
    if (signal.aborted) throw leftWaiting(clock, wait.deadline, where);
    wait.wasOutOfReach = true;
    const left = wait.deadline - clock.elapsed();
    if (left <= -GRACE_MS) throw notReached(clock, wait.deadline, answer, where);
    outOfReach?.(answer.message, timeOf(clock, wait.deadline));
    progress(`${answer.message} Trying again; the firewall rolls back in ${Math.max(0, Math.ceil(left / 1000))} s`);
    await clock.sleep(PAUSE_MS, signal);
  }
}
