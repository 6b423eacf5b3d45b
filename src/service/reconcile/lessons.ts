import { countChanges } from '../../plan/plan.js';
import type { Run } from '../types/run.js';
import type { StreamStatus } from '../types/status.js';
import { backoff } from './backoff.js';
import { afterGrace, afterReading, GRACE_MS, type Sighting, sameConnection } from './blind.js';
import { type Core, instantNow, lookAtFile } from './core.js';
import { type Ending, isSuccess } from './ending.js';
import { isPlain, isWhole } from './holds.js';
import { inventoryDigest } from './inventory-digest.js';
import { isOvertaken } from './other-file.js';
import { projected } from './projected.js';
import { withBlock } from './queue.js';
import { learnSince } from './since.js';

/** What stood when a run began. */
export interface Beginning {
  readonly at: number;
  readonly stream: StreamStatus;
  readonly configuration: string;
}

/** Takes from a run that has ended what the service knows by it. Answers why to look again, for a run of triggers. */
export function learn(core: Core, run: Run, end: Ending, begun: Beginning): string | undefined {
  core.lastRunId = run.id;
  core.lastAttemptAt = run.startedAt;
  if (isSuccess(run)) core.lastSuccessAt = run.endedAt;
  learnReading(core, run, end);
  learnWaiting(core, run, end);
  learnReach(core, end);
  learnOvertaken(core, end);
  learnBlindness(core, end, begun);
  return learnFailure(core, run, end);
}

function learnReading(core: Core, run: Run, end: Ending): void {
  if (end.seen === undefined || !isWhole(run.options)) return;
  if (end.outcome === 'cancelled' || end.outcome === 'interrupted') return;
  const applied = end.outcome === 'applied' || (end.outcome === 'waiting' && end.wrote);
  if (!applied && !isPlain(run.options)) return;
  const { plan, input } = applied ? projected(end.seen, end.revisionAfter) : end.seen;
  const { inventory, observed, settings } = input;
  core.reading = { runId: run.id, at: run.endedAt ?? instantNow(core), plan, inventory, observed, settings };
  core.drift = countChanges(plan);
  learnSince(core, plan);
}

/** Whoever has read the firewall again is not cut off any more. */
function learnReach(core: Core, end: Ending): void {
  if (end.seen !== undefined && end.failure?.code !== 'S32_PLUGIN_NOT_REACHED') core.cutOff = undefined;
}

function learnOvertaken(core: Core, { seen, wrote }: Ending): void {
  if (seen === undefined) return;
  core.overtaken = !wrote && isOvertaken(seen.input.ledger, core.configuration);
  lookAtFile(core);
}

function learnWaiting(core: Core, run: Run, end: Ending): void {
  if (end.waiting === undefined) {
    if (end.seen !== undefined) core.waiting = undefined;
    return;
  }
  const { checksum, until } = end.waiting;
  const sender = end.wrote ? run : core.registry.find((one) => one.plan?.checksum === checksum && one.id !== run.id);
  core.waiting = { runId: sender?.id, checksum, undoneAt: until };
}

/** An event may come a little later than the change that it announces is seen. */
function learnBlindness(core: Core, end: Ending, begun: Beginning): void {
  if (end.seen === undefined) return;
  const sighting: Sighting = {
    startedAt: begun.at,
    inventory: inventoryDigest(end.seen.input.inventory),
    configuration: begun.configuration,
    stream: sameConnection(begun.stream, core.stream) ? begun.stream : undefined,
  };
  core.blind = afterReading(core.blind, sighting);
}

/** Lets the grace of a suspicion pass; answers how to call that off. */
export function awaitEvent(core: Core, then: () => void): () => void {
  return core.deps.time.after(GRACE_MS, () => {
    const { count } = core.blind;
    core.blind = afterGrace(core.blind, instantNow(core));
    if (core.blind.count > count) core.deps.onBlind?.();
    then();
  });
}

function learnFailure(core: Core, run: Run, end: Ending): string | undefined {
  const isOwn = run.actor.kind !== 'service';
  const isFine = end.failure === undefined && end.again === undefined;
  if (end.outcome === 'cancelled' || end.outcome === 'interrupted') return undefined;
  if (isFine) {
    if (isOwn && run.options.dryRun) return undefined;
    core.failures = 0;
    core.failure = undefined;
    core.queue = withBlock(core.queue, undefined);
    return undefined;
  }
  if (isOwn) return end.wrote ? waitOut(core, 1, end.again) : undefined;
  if (end.outcome === 'rolled_back' && end.again === undefined) {
    core.failures = 0;
    core.failure = undefined;
    return undefined;
  }
  core.failures += 1;
  core.failure = end.failure;
  return waitOut(core, core.failures, end.again);
}

/** Keeps triggers from beginning a run for a while, when there is a reason to look again after it. */
function waitOut(core: Core, failures: number, again: string | undefined): string | undefined {
  if (again === undefined) return undefined;
  const wait = backoff(failures, core.deps.random());
  core.queue = withBlock(core.queue, core.deps.time.monotonic() + wait);
  return again;
}
