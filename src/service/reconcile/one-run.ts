import type { PendingApply } from '../../model/ledger.js';
import type { PeerAnswer } from '../../model/pair.js';
import { refuseUnknown } from '../../plan/asked-names.js';
import { buildPlan } from '../../plan/plan.js';
import type { Plan, PlanInput } from '../../plan/types.js';
import { hasChanges } from '../../plan/verdict.js';
import { type ApplyOutcome, applyOnce } from '../apply.js';
import { tellingSettled } from '../history/settled.js';
import { type PlannerDeps, type PlanRequest, planOnce } from '../planner.js';
import { confirmPending } from '../settle.js';
import { refuseUnsupported } from './asked.js';
import { type Ending, ending, type Seen } from './ending.js';
import { asProblem, failureOf } from './failure.js';
import { isUndoneCode } from './holds.js';
import { endingOf, otherChecksum } from './outcome-ending.js';
import { knowingSince } from './since.js';
import { unconfirmedOf, undoneOf } from './unconfirmed.js';
import { watched } from './watched.js';
import type { Work } from './work.js';

/** What a run keeps in mind while it goes on. */
interface Mind {
  seen: Seen | undefined;
  attempts: number;
  readonly notes: string[];
}

/** Carries out one run, from the first reading to what became of it. Never throws: a failure is an ending too. */
export async function oneRun(work: Work): Promise<Ending> {
  const mind: Mind = { seen: undefined, attempts: 0, notes: [] };
  try {
    const made = await work.configuration.makeDeps(work.signal, work.progress);
    const ledgers = tellingSettled(made.ledgers, (one) => work.settled?.(one));
    const own = { ...made, ledgers, run: work.run.id };
    const deps = watched(knowingSince(own, work.waitingSince), work.tracks, work.guards.beforeSave, work.outOfReach);
    const { options } = work.run;
    refuseUnknown(
      'segment',
      options.segments,
      deps.settings.segments.map((one) => one.name),
    );
    refuseUnsupported(options, deps.target, work.configuration.target);
    const looksOnly = options.dryRun || work.guards.isPaused();
    return whole(work, mind, looksOnly ? await look(work, mind, deps) : await locked(work, mind, deps));
  } catch (error) {
    return whole(work, mind, await broken(work, error));
  }
}

function whole(work: Work, mind: Mind, end: Ending): Ending {
  const notes = [...mind.notes, ...end.notes];
  return { ...end, seen: mind.seen, attempts: mind.attempts, notes, wrote: end.wrote || work.tracks.wrote };
}

/** Only reads and plans. */
async function look(work: Work, mind: Mind, deps: PlannerDeps): Promise<Ending> {
  const { options } = work.run;
  const { plan, waiting, input } = await planOnce(deps, requestOf(work), (given) => planning(work, mind, given));
  mind.seen = { plan, input };
  const pending = input.ledger.pending;
  const waits = waiting && pending ? { checksum: pending.checksum, until: waiting.until } : undefined;
  if (!hasChanges(plan) && plan.waiting.length === 0) return ending('nothing', { waiting: waits });
  if (options.checksum !== undefined && options.checksum !== plan.checksum)
    return ending('changed', { notes: [otherChecksum(plan, options.checksum)], waiting: waits });
  return ending(options.dryRun ? 'planned' : 'paused', { waiting: waits });
}

async function locked(work: Work, mind: Mind, deps: PlannerDeps): Promise<Ending> {
  const lock = await work.configuration.lock('slash32 serve');
  try {
    return await settleAndApply(work, mind, deps, false);
  } catch (error) {
    return await broken(work, error, deps);
  } finally {
    await lock.release().catch(() => undefined);
  }
}

/**
 * Applies. When an apply waits that a process before this one meant to confirm: this run has just reached the firewall on new
 * connections, which is what that process was waiting for, so it is confirmed, once, and everything is read anew.
 */
async function settleAndApply(work: Work, mind: Mind, deps: PlannerDeps, settled: boolean): Promise<Ending> {
  try {
    const outcome = await apply(work, mind, deps);
    if (mind.seen !== undefined) mind.seen = { ...mind.seen, plan: outcome.plan };
    return fromOutcome(work, outcome);
  } catch (error) {
    const waiting = mind.seen && unconfirmedOf(work.tracks.found, mind.seen.input.observed);
    const { commit } = deps.target;
    const isOurs = asProblem(error).code === 'S32_PLUGIN_PENDING' && waiting?.kind === 'waiting';
    if (!isOurs || work.tracks.sent !== undefined || commit === undefined) throw error;
    const { checksum, until } = waiting;
    if (!waiting.confirms || settled) return ending('waiting', { undoneAt: until, waiting: { checksum, until } });
    work.progress('confirming an apply that was left unconfirmed');
    const { owner } = deps.settings;
    work.tracks.writing = true;
    const { ledgers, now, signal } = deps;
    const { peer, notes, pending } = await confirmPending({ owner, commit, ledgers, now, signal });
    askedFor(work, peer, pending);
    work.tracks.wrote = true;
    work.tracks.writing = false;
    mind.notes.push(`The apply of plan ${checksum}, which a run before had left unconfirmed, was confirmed.`, ...notes);
    return settleAndApply(work, mind, deps, true);
  }
}

function apply(work: Work, mind: Mind, deps: PlannerDeps): Promise<ApplyOutcome> {
  const { options } = work.run;
  return applyOnce(
    deps,
    {
      ...requestOf(work),
      overrides: { force: options.force, acceptLockoutRisk: options.acceptLockoutRisk },
      checksum: options.checksum,
      approve: async () => mind.seen !== undefined && work.guards.approve(mind.seen, work),
      commit: {
        seconds: options.confirmSeconds ?? work.configuration.confirmSeconds,
        times: options.confirmSeconds === undefined ? work.guards.patience() : 1,
        wait: options.confirm,
        takeOver: options.takeOver,
      },
      finishLedger: (ledger) => ledger,
    },
    (input) => planning(work, mind, input),
  );
}

function planning(work: Work, mind: Mind, input: PlanInput): Plan {
  mind.attempts += 1;
  const plan = buildPlan(input);
  mind.notes.push(...work.guards.followUp(input.observed));
  mind.seen = { plan, input };
  work.guards.seen(plan, undoneOf(input.ledger), work);
  return plan;
}

function requestOf({ run: { options } }: Work): PlanRequest {
  const {
    adopt,
    segments,
    instances,
    acceptNew = false,
    onBackup = false,
    approve = [],
    force,
    acceptLockoutRisk,
  } = options;
  return {
    adopt,
    only: { segments, instances },
    acceptNew,
    onBackup,
    approvedParts: approve,
    overrides: { force, acceptLockoutRisk },
  };
}

function fromOutcome(work: Work, outcome: ApplyOutcome): Ending {
  if (outcome.kind === 'declined') {
    const { outcome: as, why } = work.guards.declined();
    return ending(as, { notes: [why] });
  }
  if (outcome.kind === 'applied') {
    work.guards.applied(outcome.plan);
    askedFor(work, outcome.result.peer, work.tracks.sent);
  }
  return endingOf(outcome, work.run.options.checksum);
}

function askedFor({ guards, run }: Work, peer: PeerAnswer | undefined, apply: PendingApply | undefined): void {
  if (apply !== undefined) guards.asked(peer, { token: apply.token, checksum: apply.checksum, runId: run.id });
}

/** Failures after which the next reading tells what became of the apply. */
const UNSEEN: ReadonlySet<string> = new Set(['S32_PLUGIN_NOT_REACHED', 'S32_PLUGIN_UNKNOWN']);

async function broken(work: Work, error: unknown, deps?: PlannerDeps): Promise<Ending> {
  const problem = asProblem(error);
  const failure = failureOf(problem);
  const isBrokenOff = work.signal.aborted && !work.tracks.wrote;
  if (isBrokenOff) return ending('cancelled');
  if (isUndoneCode(problem.code) && deps !== undefined) {
    const again = await work.guards.undone(problem, work, deps);
    return ending('rolled_back', { failure, again, wrote: true });
  }
  if (problem.retryable) return ending('failed', { failure, again: problem.message });
  return ending('failed', {
    failure,
    again: UNSEEN.has(problem.code) ? 'what became of the last apply was not seen' : undefined,
  });
}
