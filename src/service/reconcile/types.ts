import type { ServiceState, ServiceStateStore } from '../../state/service-state.js';
import type { Followed } from '../history/follow.js';
import type { Journal } from '../history/types.js';
import type { PlannerDeps } from '../planner.js';
import type { Failure, Run } from '../types/run.js';
import type { Service } from '../types/service.js';
import type { Schedule, StreamStatus } from '../types/status.js';

/** Timers and clocks; replaced in tests. */
export interface Time {
  /** The wall clock, for people: it may jump. */
  now(): Date;
  /** Milliseconds that only go forward, for durations. */
  monotonic(): number;
  /** Calls once, after so many milliseconds; answers how to call it off. */
  after(milliseconds: number, action: () => void): () => void;
}

/** What a configuration makes of the reconciler; another one takes over with the next run. */
export interface Configuration {
  /** SHA-256 of the file. */
  readonly digest: string;
  /** ISO 8601, UTC. */
  readonly readAt: string;
  /** Why a newer file was not taken. */
  readonly failure: Failure | undefined;
  /** Looks whether the file is another one by now, and if so, whether it could be taken; undefined where it is the same. */
  readonly onDisk?: () => { readonly failure: Failure | undefined } | undefined;
  readonly owner: string;
  /** Names for people, without credentials. */
  readonly source: string;
  readonly target: string;
  /** The interfaces of its segments. */
  readonly interfaces?: readonly string[];
  readonly debounceMs: number;
  /** Seconds to confirm an apply; undefined is the default. */
  readonly confirmSeconds: number | undefined;
  /** What a run needs, made anew for each one: its signal breaks off the reading, its progress is the run's log. */
  readonly makeDeps: (signal: AbortSignal, progress: (step: string) => void) => Promise<PlannerDeps>;
  /** The lock that is shared with the command line. Throws `S32_RUN_LOCKED` or `S32_LOCK_FAILED`. */
  readonly lock: (command: string) => Promise<{ release(): Promise<void> }>;
}

/** What the reconciler needs from outside. */
export interface ReconcilerDeps {
  readonly version: string;
  readonly configuration: Configuration;
  /** Runs of the journal, newest first; those without an end were cut short. */
  readonly history: readonly Run[];
  readonly journal: Journal;
  /** Runs that ended beside this service since this was last asked: those of the command line. */
  readonly others?: () => Followed;
  /** As it was loaded. */
  readonly state: ServiceState;
  readonly states: Pick<ServiceStateStore, 'save' | 'probe'>;
  readonly time: Time;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly schedules: () => readonly Schedule[];
  /** Hears of each change of the inventory that no event had announced. */
  readonly onBlind?: () => void;
  /** Waits for a trigger before it looks for the first time. */
  readonly startsLater?: boolean;
  /** Hears now and then, while it lasts, that a change of ours cut the firewall off. */
  readonly onCutOff?: ((message: string) => void) | undefined;
  /** Hears once that the configuration's file is another one than is used. */
  readonly onOtherFile?: ((message: string) => void) | undefined;
}

/** The service, and what only its owner may do with it. */
export interface Reconciler extends Service {
  /** Takes a new configuration, from the next run on, and looks again. One with a `failure` is the old one, kept. */
  setConfiguration(configuration: Configuration): void;
  streamChanged(status: StreamStatus): void;
  /** Begins nothing new, breaks off what only reads, waits for what writes. Resolves when all is on the disk. */
  stop(): Promise<void>;
}
