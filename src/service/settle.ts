import { Slash32Error } from '../errors/slash32-error.js';
import { clockTime } from '../model/clock-time.js';
import type { Commit, Verdict } from '../model/firewall.js';
import type { Ledger, PendingApply } from '../model/ledger.js';
import type { PeerAnswer } from '../model/pair.js';
import { forgetPending, keepPending, latestOf, undoPending } from './pending.js';
import type { LedgerKeeper } from './planner.js';

/** What settling an apply by hand needs. Whoever calls holds the run lock. */
export interface SettleDeps {
  readonly owner: string;
  readonly commit: Commit;
  readonly ledgers: LedgerKeeper;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** How the apply that waited was settled. */
export interface SettledApply {
  readonly outcome: 'confirmed' | 'rolled_back';
  /** Whether that had happened already. */
  readonly before: boolean;
  readonly pending: PendingApply;
  readonly left: readonly string[];
  readonly notes: readonly string[];
  /** What the other node of a pair did with it; undefined where it was not asked. */
  readonly peer?: PeerAnswer | undefined;
}

/** Keeps the apply that waits, and mends the ledger. Throws unless it is kept in the end. */
export async function confirmPending(deps: SettleDeps): Promise<SettledApply> {
  const { ledger, pending } = await loadPending(deps);
  const verdict = await ask(deps, pending, () => deps.commit.confirm(deps.owner, pending.token, deps.signal));
  const fate = fateOf(verdict);
  await mend(deps, ledger, pending, verdict);
  if (fate === 'kept')
    return {
      outcome: 'confirmed',
      before: verdict.outcome === 'already',
      pending,
      left: [],
      ...(verdict.outcome === 'confirmed' ? { notes: verdict.notes, peer: verdict.peer } : { notes: [] }),
    };
  if (fate === 'unknown') throw unknown(pending);
  const expired = verdict.outcome === 'expired' || (verdict.outcome === 'already' && verdict.how === 'expired');
  const left = 'left' in verdict ? verdict.left : [];
  throw new Slash32Error(expired ? 'S32_PLUGIN_EXPIRED' : 'S32_PLUGIN_ROLLED_BACK', {
    message: expired
      ? 'It is too late to confirm: nobody did in time, and the firewall rolled the change back by itself.'
      : 'There is nothing left to confirm: the change was rolled back before.',
    where: pending.target,
    effect: `What was there before is in force again${left.length === 0 ? '.' : `, but for what others changed meanwhile: ${left.join('; ')}`}`,
    written: 'nothing',
  });
}

/** Undoes the apply that waits, and mends the ledger. Throws unless it is undone in the end. */
export async function rollbackPending(deps: SettleDeps): Promise<SettledApply> {
  const { ledger, pending } = await loadPending(deps);
  const verdict = await ask(deps, pending, () => deps.commit.rollback(deps.owner, pending.token, deps.signal));
  const fate = fateOf(verdict);
  await mend(deps, ledger, pending, verdict);
  if (fate === 'undone')
    return {
      outcome: 'rolled_back',
      before: verdict.outcome !== 'rolled_back',
      pending,
      left: 'left' in verdict ? verdict.left : [],
      notes: [],
    };
  if (fate === 'unknown') throw unknown(pending);
  throw new Slash32Error('S32_PLUGIN_CONFIRMED', {
    message: 'The change was confirmed before, so it cannot be rolled back any more.',
    where: pending.target,
    effect: 'The change stands. Nothing was changed now.',
    written: 'nothing',
  });
}

/** Where the firewall cannot be asked once the time is over, it has acted by itself, and nothing waits any more. */
async function ask(deps: SettleDeps, pending: PendingApply, call: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await call();
  } catch (error) {
    const until = Date.parse(pending.until ?? pending.sentAt) + (pending.until ? 0 : pending.confirmSeconds * 1000);
    if (!(error instanceof Slash32Error) || !error.retryable || deps.now().getTime() < until) throw error;
    throw new Slash32Error(error.code, {
      message: error.message,
      ...(error.where === undefined ? {} : { where: error.where }),
      effect:
        `The time to confirm was over at ${clockTime(new Date(until))}: by now the firewall has rolled the change back by itself, ` +
        'unless somebody confirmed it there. That could not be checked.',
      written: 'unknown',
      hint: 'When the firewall can be reached again: slash32 plan shows what is there.',
      cause: error,
    });
  }
}

type Fate = 'kept' | 'undone' | 'unknown';

function fateOf(verdict: Verdict): Fate {
  if (verdict.outcome === 'unknown') return 'unknown';
  if (verdict.outcome === 'confirmed') return 'kept';
  if (verdict.outcome !== 'already') return 'undone';
  return verdict.how === 'confirmed' || verdict.how === 'kept' ? 'kept' : 'undone';
}

/** An apply that may still be under way keeps its token, since nothing else can confirm it. */
async function mend(deps: SettleDeps, ledger: Ledger, pending: PendingApply, verdict: Verdict): Promise<void> {
  const fate = fateOf(verdict);
  if (fate === 'kept') return deps.ledgers.save(keepPending(ledger));
  if (fate === 'undone') {
    const how = verdict.outcome === 'already' ? verdict.how : verdict.outcome;
    return deps.ledgers.save(undoPending(ledger, how));
  }
  if (deps.now().getTime() >= latestOf(pending)) await deps.ledgers.save(forgetPending(ledger));
}

async function loadPending(deps: SettleDeps): Promise<{ readonly ledger: Ledger; readonly pending: PendingApply }> {
  const { ledger } = await deps.ledgers.load();
  if (ledger.pending !== undefined) return { ledger, pending: ledger.pending };
  throw new Slash32Error('S32_PLUGIN_NOTHING_WAITS', {
    message: 'No apply of this configuration waits to be confirmed.',
  });
}

function unknown(pending: PendingApply): Slash32Error {
  return new Slash32Error('S32_PLUGIN_UNKNOWN', {
    message: `The firewall does not know the apply of ${pending.sentAt} (plan ${pending.checksum}, sent to ${pending.target}).`,
    where: pending.target,
    effect: 'Nothing was changed now.',
    written: 'nothing',
  });
}
