import type { SettleAnswer } from '../types/service.js';
import type { Actor, Trigger } from '../types/trigger.js';
import { ask, cancel, endQueued, refuseWhenStopping } from './asking.js';
import { settleByHand } from './by-hand.js';
import { takeInCommands } from './commands.js';
import { pauseApplying, releaseHeldPlan, resumeApplying } from './controls.js';
import { createCore, lookAtFile, refreshFindings, takeConfiguration } from './core.js';
import { createLoop } from './loop.js';
import { untilSettled } from './settled.js';
import { statusOf } from './status.js';
import type { Reconciler, ReconcilerDeps } from './types.js';

/** Nobody asks the disk more often. */
const LOOK_MS = 5_000;

/** What makes a service look for the first time. */
export const STARTED: Trigger = { kind: 'start', reason: 'the service started', urgent: true };

/**
 * The service around one reconciler: triggers say `look again`, runs look and apply one at a time, and what was undone,
 * paused or fails is remembered. It looks for the first time right away, or at the trigger `STARTED`.
 */
export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const core = createCore(deps);
  const loop = createLoop(core);
  takeConfiguration(core, deps.configuration);
  if (deps.startsLater !== true) loop.trigger(STARTED);
  let lookedAt: number | undefined;
  /** Whoever asks is told of a file that changed and of a disk that is full now, and not only once something is to be written. */
  function lookAround(): void {
    lookAtFile(core);
    const now = deps.time.monotonic();
    if (lookedAt !== undefined && now - lookedAt < LOOK_MS) return;
    lookedAt = now;
    core.memory.look();
  }
  async function settleNow(action: 'confirm' | 'rollback', actor: Actor): Promise<SettleAnswer> {
    refuseWhenStopping(core);
    const answer = await loop.exclusive(() => settleByHand(core, action, actor));
    loop.trigger({ kind: 'http', reason: `${answer.outcome.replace('_', ' ')} by ${actor.name}` });
    return answer;
  }
  return {
    status() {
      lookAround();
      return statusOf(core, loop);
    },
    findings() {
      lookAround();
      return refreshFindings(core);
    },
    schedules: deps.schedules,
    reading: () => core.reading,
    trigger: loop.trigger,
    start: (options, actor, idempotencyKey) => ask(core, loop, options, actor, idempotencyKey),
    run(id) {
      const known = core.registry.get(id);
      if (known === undefined) takeInCommands(core);
      return known ?? core.registry.get(id);
    },
    runs(query) {
      takeInCommands(core);
      return core.registry.list(query);
    },
    settled: (id, timeoutMs, signal) => untilSettled(core.registry, deps.time, id, timeoutMs, signal),
    subscribe: core.registry.subscribe,
    cancel: (id, actor) => cancel(core, loop, id, actor),
    confirm: (actor) => settleNow('confirm', actor),
    rollback: (actor) => settleNow('rollback', actor),
    pause(actor, reason) {
      pauseApplying(core, actor, reason);
      return statusOf(core, loop);
    },
    resume(actor) {
      resumeApplying(core, actor);
      loop.trigger({ kind: 'resume', reason: `resumed by ${actor.name}` });
      return statusOf(core, loop);
    },
    releaseHold(actor) {
      releaseHeldPlan(core, actor);
      loop.trigger({ kind: 'resume', reason: `hold released by ${actor.name}` });
      return statusOf(core, loop);
    },
    setConfiguration(configuration) {
      takeConfiguration(core, configuration);
      if (configuration.failure === undefined)
        loop.trigger({ kind: 'signal', reason: 'the configuration was read again' });
    },
    streamChanged(status) {
      core.stream = status;
      refreshFindings(core);
    },
    async stop() {
      core.stopping = true;
      loop.disarm();
      endQueued(core);
      const active = loop.active();
      if (active !== undefined && !active.tracks.writing && !active.tracks.wrote) active.abort.abort();
      await loop.idle();
      await core.writer.close();
    },
  };
}
