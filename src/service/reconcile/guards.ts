import { countChanges } from '../../plan/plan.js';
import type { Plan } from '../../plan/types.js';
import { applyId } from '../../secrets/apply-id.js';
import type { PlannerDeps } from '../planner.js';
import type { Hold } from '../types/status.js';
import type { Actor } from '../types/trigger.js';
import type { Seen } from './ending.js';
import { droppedBecause, isByItself, isHeld, isPlain, mayTryAgain, patienceOf } from './holds.js';
import type { JournalWriter } from './journal-writer.js';
import type { Memory } from './memory.js';
import { isAhead, isOvertaken } from './other-file.js';
import { followUp, withAnswer } from './peers.js';
import { effectOf, isReversed, reversalReason, within, withMoment } from './reversal.js';
import { OURSELVES } from './service-findings.js';
import { howUndone, unconfirmedOf } from './unconfirmed.js';
import type { Declined, Guards, Work } from './work.js';

/** slash32 itself, where nobody asked for what it does. */
export const SERVICE_ACTOR: Actor = { kind: 'service', name: OURSELVES, from: 'local' };

const OVERTAKEN =
  'The command line has applied another configuration than the service uses, and this may undo it. The service applies again once it has read its file again: systemctl reload slash32, or SIGHUP.';

/** How an apply ended that only missed its time. */
const LATE = 'late';

/** What guards need from outside. */
export interface GuardDeps {
  readonly memory: Memory;
  readonly writer: JournalWriter;
  readonly now: () => Date;
  /** Called before the first write of a run: it must be in the journal by then. */
  readonly announce: (work: Work, seen: Seen) => Promise<void>;
}

/** The guards of one service. */
export function createGuards({ memory, writer, now, announce }: GuardDeps): Guards {
  let declined: Declined = { outcome: 'held', why: '' };

  function setHold(
    hold: Hold | undefined,
    reason: string,
    actor: Actor,
    part: { readonly settled?: string } = {},
  ): void {
    memory.keep({ hold, ...part });
    void writer.note({ kind: 'hold', at: now().toISOString(), actor, hold, reason });
  }

  /** Holds the plan unless a reboot undid it for the first time; answers whether it is held. */
  function holdUndone(how: string, checksum: string, id: string | undefined, reason: string, digest: string): boolean {
    const settled = id === undefined ? {} : { settled: id };
    const { reboots, late = [] } = memory.get();
    const isLate = how === LATE;
    const again = isLate ? within(late, checksum, now()).length === 0 : mayTryAgain(how, checksum, reboots, now());
    if (isLate) memory.keep({ late: withMoment(late, checksum, now()) });
    if (how === 'rebooted') memory.keep({ reboots: withMoment(reboots, checksum, now()) });
    if (again) {
      memory.keep(settled);
      return false;
    }
    const hold = { checksum, since: now().toISOString(), reason, configuration: digest };
    setHold(hold, reason, SERVICE_ACTOR, settled);
    return true;
  }

  const guards: Guards = {
    isPaused: () => memory.get().pause !== undefined,
    patience: () => patienceOf(memory.get().late ?? [], now()),
    declined: () => declined,
    seen(plan, undone, work) {
      const { run, configuration } = work;
      if (run.options.dryRun || guards.isPaused()) return;
      if (undone !== undefined && undone.id !== memory.get().settled) {
        const { how, checksum, id } = undone;
        const isOlder = configuration.onDisk?.() !== undefined;
        const digest = (isOlder ? undone.configuration : undefined) ?? configuration.digest;
        holdUndone(how, checksum, id, howUndone(how), digest);
      }
      const { hold } = memory.get();
      if (hold === undefined || !isPlain(run.options) || isAhead(hold, configuration)) return;
      const dropped = droppedBecause(hold, plan, configuration.digest);
      if (dropped) setHold(undefined, dropped, SERVICE_ACTOR);
    },
    async approve(seen, work) {
      const { plan, input } = seen;
      const { run, configuration } = work;
      const { hold, pause, writes } = memory.get();
      const planned = hold !== undefined && isAhead(hold, configuration) ? hold.configuration : configuration.digest;
      if (isHeld(hold, plan, planned, run.options, run.actor)) {
        declined = {
          outcome: 'held',
          why: `The plan is held: ${hold?.reason ?? ''}. slash32 release-hold lets it be applied again.`,
        };
        return false;
      }
      if (isOvertaken(input.ledger, configuration) && isByItself(run) && configuration.onDisk?.() !== undefined) {
        declined = { outcome: 'held', why: OVERTAKEN };
        return false;
      }
      if (pause !== undefined) {
        declined = { outcome: 'paused', why: `Applying is paused: ${pause.reason}` };
        return false;
      }
      if (run.actor.kind === 'service' && mayBeReversed(plan) && isReversed(writes, plan, now())) {
        const reason = reversalReason(plan);
        const stopped = { since: now().toISOString(), by: OURSELVES, reason };
        memory.keep({ pause: stopped });
        void writer.note({ kind: 'pause', at: stopped.since, actor: SERVICE_ACTOR, pause: stopped });
        declined = { outcome: 'paused', why: reason };
        return false;
      }
      memory.flush();
      await announce(work, seen);
      return true;
    },
    beforeSave: () => memory.flush(),
    applied(plan) {
      const { writes, hold } = memory.get();
      if (hold?.checksum === plan.checksum) setHold(undefined, 'it was applied', SERVICE_ACTOR);
      if (mayBeReversed(plan)) memory.keep({ writes: withMoment(writes, effectOf(plan), now()) });
    },
    asked(answer, asked) {
      if (answer !== undefined) memory.keep({ peers: withAnswer(memory.get().peers ?? [], answer, asked, now()) });
    },
    followUp(observed) {
      const known = memory.get().peers ?? [];
      const { peers, notes } = followUp(known, observed);
      if (peers !== known) memory.keep({ peers });
      return notes;
    },
    async undone(problem, work, deps) {
      const pending = work.tracks.sent ?? work.tracks.found;
      if (pending === undefined) return undefined;
      const isLate = problem.code === 'S32_PLUGIN_LATE';
      const how = isLate ? LATE : await lookAfter(pending, deps);
      const id = applyId(pending.token);
      const isHeldNow = holdUndone(how ?? '', pending.checksum, id, problem.message, work.configuration.digest);
      if (isHeldNow) return undefined;
      return isLate ? 'the confirmation only came too late' : 'a reboot of the firewall undid the apply';
    },
    hold: setHold,
  };
  return guards;
}

/** The plugin tells configurations with one owner id apart by itself; a mere reload can be undone by nobody. */
function mayBeReversed(plan: Plan): boolean {
  return plan.target.transport !== 'plugin' && countChanges(plan) > 0;
}

/** How the firewall lists the apply that is gone; undefined when it does not say. */
async function lookAfter(pending: Parameters<typeof unconfirmedOf>[0], deps: PlannerDeps): Promise<string | undefined> {
  try {
    const observed = await deps.target.observe(deps.signal, deps.progress);
    const fate = unconfirmedOf(pending, observed);
    return fate?.kind === 'undone' ? fate.how : undefined;
  } catch {
    return undefined;
  }
}
