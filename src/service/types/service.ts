import type { PeerAnswer } from '../../model/pair.js';
import type { Finding } from './finding.js';
import type { Reading, Run, RunEvent, RunOptions, RunOutcome } from './run.js';
import type { Schedule, ServiceStatus } from './status.js';
import type { Actor, Trigger } from './trigger.js';

/** Which runs are asked for, newest first. */
export interface RunQuery {
  readonly limit: number;
  /** Only runs older than this id. */
  readonly before: string | undefined;
  readonly outcome: RunOutcome | undefined;
}

/**
 * The running service, as its edges (HTTP, triggers, metrics) see it. Nothing here waits for the firewall but `confirm`,
 * `rollback` and `settled`. What is refused is a `Slash32Error`.
 */
export interface Service {
  status(): ServiceStatus;
  findings(): readonly Finding[];
  schedules(): readonly Schedule[];
  /** What the last successful reading said; undefined before the first one. */
  reading(): Reading | undefined;

  /** Says that something may have changed. Never throws, never waits. */
  trigger(trigger: Trigger): void;
  /** Asks for a run of one's own. Throws `S32_RUN_QUEUE` when too many wait. The same key gives the same run. */
  start(options: RunOptions, actor: Actor, idempotencyKey: string | undefined): Run;
  run(id: string): Run | undefined;
  runs(query: RunQuery): readonly Run[];
  /** Resolves when the run has ended, or after `timeoutMs` with the run as it is then; undefined for an unknown one. */
  settled(id: string, timeoutMs: number, signal: AbortSignal): Promise<Run | undefined>;
  /** Hears of every run; answers how to stop listening. */
  subscribe(listener: (event: RunEvent) => void): () => void;
  /** Throws `S32_RUN_UNKNOWN`, or `S32_RUN_ENDED`; a run that is writing ends by itself first. */
  cancel(id: string, actor: Actor): Run;

  /** Confirms or undoes the apply that waits on the firewall. Throws as `slash32 confirm` and `rollback` do. */
  confirm(actor: Actor): Promise<SettleAnswer>;
  rollback(actor: Actor): Promise<SettleAnswer>;
  /** Throws `S32_SERVICE_STATE` when it is paused, running or not held already. */
  pause(actor: Actor, reason: string): ServiceStatus;
  resume(actor: Actor): ServiceStatus;
  releaseHold(actor: Actor): ServiceStatus;
}

/** What became of an apply that waited. */
export interface SettleAnswer {
  readonly outcome: 'confirmed' | 'rolled_back';
  readonly checksum: string;
  /** Entries that others changed meanwhile, and that were left. */
  readonly left: readonly string[];
  readonly notes: readonly string[];
  /** What the other node of a pair did with it; absent where it was not asked. */
  readonly peer?: PeerAnswer;
}
