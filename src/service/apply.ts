import { Slash32Error } from '../errors/slash32-error.js';
import { clockTime } from '../model/clock-time.js';
import type { ApplyRequest, ApplyResult, Commitment, Places, WaitingApply } from '../model/firewall.js';
import type { Ledger } from '../model/ledger.js';
import type { RuleSet } from '../model/rules.js';
import { withCutAccepted } from '../plan/consent.js';
import { withTagFlaps } from '../plan/flapping.js';
import { instant } from '../plan/instant.js';
import { nextLedger, nextPlaces, withArrivals, withWaiting } from '../plan/ledger.js';
import { buildPlan, countChanges, planChanges, policyChanges } from '../plan/plan.js';
import type { Overrides, Plan, UnsafeReason } from '../plan/types.js';
import { hasChanges, standingReasons, waitingReasons } from '../plan/verdict.js';
import { projectRuleSet } from '../policy/project.js';
import { type CommitOptions, commitmentFor, pendingApply } from './commitment.js';
import { endAfterFailure, endClosed } from './cut.js';
import { owedBy, payDebts, withDebts } from './cut-debt.js';
import { withoutLoss } from './pending.js';
import { type PlanMaker, type Planned, type PlannerDeps, type PlanRequest, planOnce } from './planner.js';

/** Attempts in all when somebody else's save gets in the way and the plan stays the same. */
const ATTEMPTS = 3;

/** What is asked of an apply. */
export interface ApplyOptions extends PlanRequest {
  readonly overrides: Overrides;
  /** The checksum that was approved; undefined when `approve` decides. */
  readonly checksum: string | undefined;
  /** Asked once, with the plan that is about to be applied. */
  readonly approve: (plan: Plan) => Promise<boolean>;
  /** Heard only by a firewall that undoes unconfirmed applies; default: wait and confirm. */
  readonly commit?: CommitOptions;
  /** What becomes of the ledger beside what the changes say, for example when a segment is given up. */
  readonly finishLedger: (ledger: Ledger) => Ledger;
}

/** How an apply ended; a failure is thrown. */
export type ApplyOutcome =
  | { readonly kind: 'nothing'; readonly plan: Plan }
  | { readonly kind: 'applied'; readonly plan: Plan; readonly result: ApplyResult; readonly attempts: number }
  | { readonly kind: 'declined'; readonly plan: Plan }
  /** Nothing was done: all that is to be done waits for a person. */
  | { readonly kind: 'unsafe'; readonly plan: Plan; readonly reasons: readonly UnsafeReason[] }
  | { readonly kind: 'faulty'; readonly plan: Plan }
  /** The plan is not the approved one; `approved` is that one where it is known. */
  | { readonly kind: 'changed'; readonly plan: Plan; readonly approved: Plan | undefined };

/**
 * Reads, plans and applies as one run. When somebody else saves in between, it reads and plans again and goes on only if
 * the same would still be done. The ledger is written before the firewall, so that a run cut short is known to be; what it
 * may forget, it forgets only when the firewall was written.
 */
export async function applyOnce(
  deps: PlannerDeps,
  options: ApplyOptions,
  make: PlanMaker = buildPlan,
): Promise<ApplyOutcome> {
  let approved: Plan | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const planned = await planOnce(deps, options, make);
    const { plan } = planned;
    if (planned.mended) await deps.ledgers.save(planned.input.ledger);
    if (planned.waiting !== undefined) throw stillWaiting(planned.waiting, plan);
    if (!hasChanges(plan)) {
      const notes = await keepFinished(deps, planned, options);
      if (plan.waiting.length === 0) return { kind: 'nothing', plan: withNotes(plan, notes) };
    }
    const expected = approved?.checksum ?? options.checksum;
    if (expected !== undefined && plan.checksum !== expected) return { kind: 'changed', plan, approved };
    if (!hasChanges(plan)) return { kind: 'unsafe', plan, reasons: waitingReasons(plan) };
    if (plan.faults.length > 0) return { kind: 'faulty', plan };
    const reasons = standingReasons(plan, options.overrides);
    if (reasons.length > 0) return { kind: 'unsafe', plan, reasons };
    if (approved === undefined && !(await options.approve(plan))) return { kind: 'declined', plan };
    approved = plan;
    try {
      const result = await write(deps, planned, options);
      return { kind: 'applied', plan, result, attempts: attempt };
    } catch (error) {
      if (!(error instanceof Slash32Error) || !MEANWHILE.has(error.code) || attempt >= ATTEMPTS) throw error;
      deps.progress(`somebody else saved meanwhile; reading again (attempt ${attempt + 1} of ${ATTEMPTS})`);
    }
  }
}

/** Failures that say that somebody else saved, and that nothing of ours is there. */
const MEANWHILE: ReadonlySet<string> = new Set(['S32_CONFLICT', 'S32_LOST_UPDATE']);

async function write(deps: PlannerDeps, planned: Planned, options: ApplyOptions): Promise<ApplyResult> {
  const { plan, input, cut } = planned;
  const changes = planChanges(plan);
  const commitment = countChanges(plan) === 0 ? undefined : commitmentFor(deps, input, options.commit);
  const known: Ledger = { ...withoutSettled(input.ledger, plan), target: input.observed.target };
  const before = commitment === undefined ? known : { ...known, installation: commitment.installation };
  const places = nextPlaces(known.places, input.observed.places, changes);
  const arrived = withArrivals(before, input.observed, changes, input.now);
  const next = nextLedger(arrived, changes, input.now, input.settings.quarantineSeconds);
  const tagged = withTagFlaps(next, plan, input.now);
  const asked = cut === undefined ? tagged : withCutAccepted(tagged, input);
  const told = withWaiting(asked, plan, options.only);
  const after = inStep(deps, options.finishLedger(places === undefined ? told : { ...told, places }));
  const sent: Ledger = {
    ...withoutLoss(before, after),
    unfinishedSince: before.unfinishedSince ?? instant(input.now.getTime()),
  };
  const pending = commitment && pendingApply(deps, plan, input, commitment);
  const owed = owedBy(cut, deps.target.connections, input.now);
  const owing = owed === undefined ? sent : withDebts(sent, [...(before.cutDebts ?? []), owed]);
  await deps.ledgers.save(pending === undefined ? owing : { ...owing, pending });
  try {
    const done = await applyOrSettle(deps, planned, changes, commitment, places);
    const paid = await payDebts(deps.target.connections, before.cutDebts ?? [], rulesAfter(planned), deps.progress);
    const result: ApplyResult = { ...done.result, notes: [...done.result.notes, ...paid.notes] };
    const left = done.isCut || owed === undefined ? paid.left : [...paid.left, owed];
    const rest: Ledger = withDebts({ ...after, unfinishedSince: undefined }, left);
    const waits = pending !== undefined && result.kept?.state === 'waiting';
    await deps.ledgers.save(waits ? { ...rest, pending: { ...pending, until: result.kept.until } } : rest);
    return result;
  } catch (error) {
    const untouched = error instanceof Slash32Error && error.written === 'nothing';
    if (untouched) await deps.ledgers.save(before);
    else if (pending !== undefined && isLeftWaiting(error))
      await deps.ledgers.save({ ...owing, pending: { ...pending, wait: false } });
    throw error;
  }
}

async function applyOrSettle(
  deps: PlannerDeps,
  { plan, input, cut }: Planned,
  changes: ReturnType<typeof planChanges>,
  commitment: Commitment | undefined,
  places: Places | undefined,
): Promise<{ readonly result: ApplyResult; readonly isCut: boolean }> {
  if (countChanges(plan) === 0) {
    await deps.target.settle(deps.signal, deps.progress);
    const notes = ['Services were reloaded to finish an earlier apply.'];
    return { result: { revision: input.observed.revision, notes }, isCut: true };
  }
  const request: ApplyRequest = {
    base: input.observed,
    changes,
    policy: policyChanges(plan),
    message: `slash32 ${plan.purpose} by ${plan.owner}: ${countChanges(plan)} changes, plan ${plan.checksum}`,
    ...(places === undefined ? {} : { places }),
    ...(commitment === undefined ? {} : { commitment }),
    ...(input.onBackup === true ? { onBackup: true } : {}),
    ...(cut?.undo === undefined ? {} : { cut: { apply: cut.ways, undo: cut.undo } }),
    progress: deps.progress,
    signal: deps.signal,
  };
  const result = await deps.target.apply(request).catch(async (error: unknown) => {
    await endAfterFailure(deps, input, cut, error);
    throw error;
  });
  const { notes, isDone } = await endClosed(deps.target.connections, cut, deps.progress);
  return { result: { ...result, notes: [...result.notes, ...notes] }, isCut: isDone };
}

/** A plan that is applied again is not the one that was undone any more. */
function withoutSettled(ledger: Ledger, { checksum }: Plan): Ledger {
  const { settled, ...rest } = ledger;
  return settled?.checksum === checksum ? rest : ledger;
}

/** Whoever works with another configuration sees by this that somebody has applied another one. */
function inStep({ configuration }: PlannerDeps, ledger: Ledger): Ledger {
  return configuration === undefined ? ledger : { ...ledger, configuration };
}

/** The rules once a plan is applied, as far as the firewall tells of them. */
function rulesAfter({ plan, input }: Planned): RuleSet | undefined {
  const { policy } = input.observed;
  return policy === undefined ? undefined : projectRuleSet(policy, policyChanges(plan));
}

/** Whoever broke off the wait decides about the change; no later run does that in his place. */
function isLeftWaiting(error: unknown): boolean {
  return error instanceof Slash32Error && error.code === 'S32_PLUGIN_LEFT_WAITING';
}

function stillWaiting({ until, secondsLeft }: WaitingApply, plan: Plan): Slash32Error {
  return new Slash32Error('S32_PLUGIN_PENDING', {
    message: `The last apply of this configuration waits on the firewall to be confirmed, for another ${Math.ceil(secondsLeft)} s.`,
    where: plan.target.name,
    effect: `Nothing was changed now. The firewall rolls the last apply back at ${clockTime(new Date(until))} unless it is confirmed.`,
    written: 'nothing',
  });
}

function withNotes(plan: Plan, notes: readonly string[]): Plan {
  if (notes.length === 0) return plan;
  return {
    ...plan,
    warnings: [...plan.warnings, ...notes.map((message) => ({ code: 'firewall-note', message }) as const)],
  };
}

/** An empty release still has originals to forget, and what an earlier run owes is paid although nothing is to be done. */
async function keepFinished(deps: PlannerDeps, planned: Planned, options: ApplyOptions): Promise<readonly string[]> {
  const { input, plan } = planned;
  const { connections } = deps.target;
  const paid = await payDebts(connections, input.ledger.cutDebts ?? [], rulesAfter(planned), deps.progress);
  // a yes for some segments is none for the policy, which is one whole
  const isWhole = options.only.segments.length + options.only.instances.length === 0;
  const asked = input.acceptNew === true && isWhole ? withCutAccepted(input.ledger, input) : input.ledger;
  const after = withDebts(inStep(deps, options.finishLedger(withWaiting(asked, plan, options.only))), paid.left);
  if (JSON.stringify(after) !== JSON.stringify(input.ledger)) await deps.ledgers.save(after);
  return paid.notes;
}
