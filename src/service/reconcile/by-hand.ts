import { Slash32Error } from '../../errors/slash32-error.js';
import type { Commit, Verdict } from '../../model/firewall.js';
import { applyId } from '../../secrets/apply-id.js';
import { tellingSettled } from '../history/settled.js';
import type { PlannerDeps } from '../planner.js';
import { confirmPending, rollbackPending, type SettledApply } from '../settle.js';
import type { SettleAnswer } from '../types/service.js';
import type { Actor } from '../types/trigger.js';
import { auditOfAct } from './audit.js';
import { noteSettled } from './commands.js';
import { audit, type Core, instantNow, refreshFindings } from './core.js';
import { asProblem } from './failure.js';
import { howUndone } from './unconfirmed.js';

const KEPT: ReadonlySet<string> = new Set(['confirmed', 'kept']);

/**
 * Confirms or undoes the apply that waits, because somebody says so. What was undone is held before anything forgets that it
 * was. Throws as `slash32 confirm` and `slash32 rollback` do. Nothing else may go on meanwhile.
 */
export async function settleByHand(core: Core, action: 'confirm' | 'rollback', actor: Actor): Promise<SettleAnswer> {
  try {
    const { outcome, pending, left, notes, peer } = await settle(core, action, actor);
    core.guards.asked(peer, { token: pending.token, checksum: pending.checksum, runId: undefined });
    core.waiting = undefined;
    await audit(
      core,
      auditOfAct(action, actor, instantNow(core), {
        checksum: pending.checksum,
        outcome: outcome === 'confirmed' ? 'confirmed' : 'rolled_back',
      }),
    );
    return { outcome, checksum: pending.checksum, left, notes, ...(peer === undefined ? {} : { peer }) };
  } catch (error) {
    await audit(core, auditOfAct(action, actor, instantNow(core), { outcome: asProblem(error).code }));
    throw error;
  } finally {
    refreshFindings(core);
  }
}

async function settle(core: Core, action: 'confirm' | 'rollback', actor: Actor): Promise<SettledApply> {
  const deps = await core.configuration.makeDeps(new AbortController().signal, () => {});
  const commit = commitOf(deps);
  const lock = await core.configuration.lock(`slash32 serve (${action})`);
  try {
    const ledgers = tellingSettled(deps.ledgers, (one) => noteSettled(core, one));
    const { ledger } = await ledgers.load();
    const { pending, configuration = core.configuration.digest } = ledger;
    const made = { checksum: pending?.checksum ?? '', configuration, id: pending && applyId(pending.token) };
    return await (action === 'confirm' ? confirmPending : rollbackPending)({
      owner: deps.settings.owner,
      commit: holding(commit, (how) => hold(core, made, action, how, actor)),
      ledgers,
      now: deps.now,
      signal: deps.signal,
    });
  } finally {
    await lock.release().catch(() => undefined);
  }
}

function commitOf({ target }: PlannerDeps): Commit {
  if (target.commit !== undefined) return target.commit;
  throw new Slash32Error('S32_PLUGIN_NOTHING_WAITS', {
    message: 'Only the plugin os-slash32 waits for a confirmation, and this firewall is reached without it.',
    hint: 'Only the plugin os-slash32 undoes a change by itself. Here a plan of what should be there again undoes one, or the backup that the firewall keeps (System: Configuration: Backups) or that lies beside the file.',
  });
}

function holding(commit: Commit, undone: (how: string) => void): Commit {
  function heard(verdict: Verdict): Verdict {
    if (verdict.outcome === 'rolled_back' || verdict.outcome === 'expired') undone(verdict.outcome);
    if (verdict.outcome === 'already' && !KEPT.has(verdict.how)) undone(verdict.how);
    return verdict;
  }
  return {
    confirm: async (owner, token, signal) => heard(await commit.confirm(owner, token, signal)),
    rollback: async (owner, token, signal) => heard(await commit.rollback(owner, token, signal)),
  };
}

function hold(
  core: Core,
  { checksum, configuration, id }: { checksum: string; configuration: string; id: string | undefined },
  action: 'confirm' | 'rollback',
  how: string,
  actor: Actor,
): void {
  const reason = action === 'rollback' && how === 'rolled_back' ? `rolled back by ${actor.name}` : howUndone(how);
  const settled = id === undefined ? {} : { settled: id };
  core.guards.hold({ checksum, since: instantNow(core), reason, configuration }, reason, actor, settled);
  core.memory.flush();
}
