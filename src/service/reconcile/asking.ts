import { Slash32Error } from '../../errors/slash32-error.js';
import type { Run, RunOptions } from '../types/run.js';
import type { Actor } from '../types/trigger.js';
import { auditOfAct, auditOfRun } from './audit.js';
import { audit, type Core, instantNow } from './core.js';
import type { Loop } from './loop.js';
import { withOwn, withoutOwn } from './queue.js';
import { askedRun, neverBegun, sameOptions } from './run-record.js';

/** How many runs may wait for their turn. */
const MOST = 20;

/** Puts a run of somebody's own into the queue. Throws `S32_RUN_QUEUE`, `S32_RUN_KEY` or `S32_SERVICE_STOPPING`. */
export function ask(core: Core, loop: Loop, options: RunOptions, actor: Actor, key: string | undefined): Run {
  const known = key === undefined ? undefined : core.registry.keyed(key, actor, core.deps.time.now());
  if (known !== undefined && sameOptions(known.options, options)) return known;
  if (known !== undefined)
    throw new Slash32Error('S32_RUN_KEY', {
      message: `The Idempotency-Key stands for the run ${known.id}, which asked for something else.`,
    });
  refuseWhenStopping(core);
  if (core.queue.own.length >= MOST)
    throw new Slash32Error('S32_RUN_QUEUE', { message: `${MOST} runs wait for their turn already.` });
  const run = core.registry.put(askedRun(core.nextId(), options, actor, instantNow(core), key));
  core.queue = withOwn(core.queue, run.id);
  loop.arm();
  return run;
}

/** Throws `S32_SERVICE_STOPPING` when the service begins nothing new. */
export function refuseWhenStopping(core: Core): void {
  if (core.stopping) throw new Slash32Error('S32_SERVICE_STOPPING', { message: 'The service is ending.' });
}

/** Ends a run before it writes. Throws `S32_RUN_UNKNOWN`, `S32_RUN_ENDED` or `S32_RUN_WRITING`. */
export function cancel(core: Core, loop: Loop, id: string, actor: Actor): Run {
  const run = core.registry.get(id);
  if (run === undefined) throw new Slash32Error('S32_RUN_UNKNOWN', { message: `There is no run ${id}.` });
  if (run.state === 'ended')
    throw new Slash32Error('S32_RUN_ENDED', { message: `The run ${id} has ended: ${run.outcome ?? 'unknown'}.` });
  const active = loop.active();
  if (active?.id === id && (active.tracks.writing || active.tracks.wrote))
    throw new Slash32Error('S32_RUN_WRITING', {
      message: `The run ${id} is writing to the firewall, and ends by itself.`,
      effect: 'The run goes on; nothing was changed by this request.',
      written: 'nothing',
    });
  void audit(core, auditOfAct('cancel', actor, instantNow(core), { runId: id }));
  const note = `Cancelled by ${actor.name}.`;
  if (active?.id !== id) return endUnbegun(core, run, 'cancelled', note);
  active.abort.abort();
  return core.registry.put({ ...run, notes: [...run.notes, note] });
}

/** Ends every run that has not begun, because the service ends. */
export function endQueued(core: Core): void {
  for (const id of core.queue.own) {
    const run = core.registry.get(id);
    if (run !== undefined) endUnbegun(core, run, 'interrupted', 'The service ended before its turn came.');
  }
}

function endUnbegun(core: Core, run: Run, outcome: 'cancelled' | 'interrupted', note: string): Run {
  core.queue = withoutOwn(core.queue, run.id);
  const ended = core.registry.put(neverBegun(run, outcome, instantNow(core), note));
  void core.writer.note({ kind: 'run-ended', run: ended });
  void audit(core, auditOfRun(ended, false, instantNow(core)));
  return ended;
}
