import { handOverGaps } from '../../plan/pair.js';
import { throttledProjects } from '../../plan/throttled.js';
import type { WaitingPart } from '../../plan/types.js';
import type { PairStatus, PartStatus, ServiceStatus } from '../types/status.js';
import { type Core, diskFailure } from './core.js';
import type { Loop } from './loop.js';
import { lastChange } from './peers.js';
import { nextStart } from './queue.js';

/** The service at a glance. */
export function statusOf(core: Core, loop: Loop): ServiceStatus {
  const { configuration, memory, deps, queue } = core;
  const { pause, hold } = memory.get();
  const { digest, readAt, failure } = configuration;
  return {
    owner: configuration.owner,
    version: deps.version,
    target: configuration.target,
    source: configuration.source,
    startedAt: core.startedAt,
    configuration: { digest, readAt, failure, onDisk: core.otherFile, interfaces: configuration.interfaces },
    running: loop.active()?.id,
    queued: queue.own.length + (queue.waiting === undefined ? 0 : 1),
    nextRunAt: nextRunAt(core),
    failures: core.failures,
    lastRunId: core.lastRunId,
    lastAttemptAt: core.lastAttemptAt,
    lastSuccessAt: core.lastSuccessAt,
    pause,
    hold,
    waiting: core.waiting,
    parts: (core.reading?.plan.waiting ?? []).map(partStatus),
    throttled: throttledProjects(core.reading?.plan.segments ?? []).map(({ nics, ...one }) => ({
      ...one,
      nics: nics.length,
    })),
    pair: pairStatus(core),
    cutOff: core.cutOff,
    disk: diskFailure(core),
    stream: core.stream,
    schedules: deps.schedules(),
    drift: core.drift,
  };
}

function partStatus({ id, project, segment, since, reasons, approvable, changes, policy }: WaitingPart): PartStatus {
  const why = reasons.map((reason) => reason.message);
  return { id, project, segment, since, reasons: why, approvable, changes: changes.length + policy.length };
}

function pairStatus({ reading, memory, configuration }: Core): PairStatus | undefined {
  const pair = reading?.observed.pair;
  if (reading === undefined || pair?.role === undefined) return undefined;
  const { role, peer, pushes, debts, unwatched } = pair;
  if (role === 'none' && peer === undefined && debts.length + unwatched.length === 0) return undefined;
  const last = lastChange(memory.get().peers ?? [], reading.observed, configuration.owner);
  const missing = handOverGaps(reading).map(({ name }) => name);
  return { role, peer, pushes, missing, debts: debts.map(({ open: _told, ...debt }) => debt), unwatched, last };
}

function nextRunAt({ queue, configuration, deps: { time } }: Core): string | undefined {
  const due = nextStart(queue, configuration.debounceMs);
  if (due === undefined) return undefined;
  const left = Math.max(0, due - time.monotonic());
  return new Date(time.now().getTime() + left).toISOString();
}
