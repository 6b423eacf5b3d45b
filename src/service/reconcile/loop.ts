import { nextDamped } from '../../plan/flapping.js';
import type { Run, RunLogLine } from '../types/run.js';
import type { Trigger } from '../types/trigger.js';
import { auditOfRun } from './audit.js';
import { afterTrigger } from './blind.js';
import { noteSettled } from './commands.js';
import { audit, type Core, instantNow, lookAtFile, refreshFindings } from './core.js';
import { cutOffWatch } from './cut-off.js';
import { type Ending, ending } from './ending.js';
import { failureOf } from './failure.js';
import { isWhole } from './holds.js';
import { awaitEvent, type Beginning, learn } from './lessons.js';
import { oneRun } from './one-run.js';
import { nextLook } from './peers.js';
import { type Begin, nextStart, takeNext, withTrigger } from './queue.js';
import { endedRun, triggeredRun } from './run-record.js';
import { noTracks, type Tracks } from './watched.js';

/** After an apply was to be undone, so long until one looks. */
const AFTER_UNDO_MS = 2_000;

/** A run that goes on. */
export interface Active {
  readonly id: string;
  readonly tracks: Tracks;
  readonly abort: AbortController;
}

/** Begins what is due, one at a time. */
export interface Loop {
  trigger(trigger: Trigger): void;
  /** Looks at the queue and the clock again. */
  arm(): void;
  active(): Active | undefined;
  /** Does something between two runs. */
  exclusive<T>(action: () => Promise<T>): Promise<T>;
  /** Resolves when nothing goes on any more. */
  idle(): Promise<void>;
  /** Calls off every timer. */
  disarm(): void;
}

/** The loop over what waits in `core.queue`. */
export function createLoop(core: Core): Loop {
  const { time } = core.deps;
  let disarmStart: (() => void) | undefined;
  let disarmGrace: (() => void) | undefined;
  let disarmUndo: (() => void) | undefined;
  let disarmFlapping: (() => void) | undefined;
  let disarmPeer: (() => void) | undefined;
  let looks = 0;
  let busy: Promise<void> | undefined;
  let active: Active | undefined;

  function trigger({ kind, reason, urgent }: Trigger, dry = kind === 'drift'): void {
    if (core.stopping) return;
    const now = time.monotonic();
    core.blind = afterTrigger(core.blind, kind, now);
    if (!core.blind.suspected) {
      disarmGrace?.();
      disarmGrace = undefined;
    }
    const remembered = { kind, reason, at: instantNow(core) };
    core.queue = withTrigger(core.queue, remembered, now, { urgent: urgent === true, dry });
    arm();
  }

  function arm(): void {
    disarmStart?.();
    disarmStart = undefined;
    if (core.stopping || busy !== undefined) return;
    const due = nextStart(core.queue, core.configuration.debounceMs);
    if (due === undefined) return;
    disarmStart = time.after(Math.max(0, Math.ceil(due - time.monotonic())), beginNext);
  }

  function beginNext(): void {
    disarmStart = undefined;
    if (core.stopping || busy !== undefined) return;
    const next = takeNext(core.queue, core.configuration.debounceMs, time.monotonic());
    if (next === undefined) {
      arm();
      return;
    }
    core.queue = next.queue;
    const run = runOf(next.begin);
    if (run === undefined) arm();
    else void exclusive(() => carryOut(run));
  }

  function runOf(begin: Begin): Run | undefined {
    if (begin.kind === 'own') return core.registry.get(begin.id);
    return triggeredRun(core.nextId(), begin.waiting, instantNow(core));
  }

  async function exclusive<T>(action: () => Promise<T>): Promise<T> {
    while (busy !== undefined) await busy;
    const work = Promise.resolve().then(action);
    busy = work.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await work;
    } finally {
      busy = undefined;
      arm();
    }
  }

  async function carryOut(queued: Run): Promise<void> {
    const begun = { at: time.monotonic(), stream: core.stream, configuration: core.configuration.digest };
    const started = core.registry.put({ ...queued, state: 'running', startedAt: instantNow(core) });
    core.lastAttemptAt = started.startedAt;
    active = { id: started.id, tracks: noTracks(), abort: new AbortController() };
    const end = await attempt(started, active);
    active.tracks.writing = true;
    try {
      await close(started, end, begun);
    } catch (error) {
      const failed = ending('failed', { failure: failureOf(error), wrote: end.wrote });
      core.registry.put(endedRun(started, failed, instantNow(core)));
    } finally {
      active = undefined;
    }
  }

  async function close(started: Run, end: Ending, begun: Beginning): Promise<void> {
    logEnd(started.id, end);
    const known = core.registry.get(started.id) ?? started;
    const run = endedRun(known, end, instantNow(core));
    const again = learn(core, run, end, begun);
    await remember(run, end);
    core.registry.put(run);
    if (again !== undefined) trigger({ kind: 'retry', reason: again }, run.options.dryRun);
    else if (end.wrote && !isWhole(run.options)) trigger({ kind: 'http', reason: 'a run of a part was applied' });
    watchFor(end);
    refreshFindings(core);
  }

  async function attempt(run: Run, { tracks, abort }: Active): Promise<Ending> {
    tryDisk();
    lookAtFile(core);
    try {
      const end = await oneRun({
        run,
        configuration: core.configuration,
        signal: abort.signal,
        progress: (message) => log(run.id, { at: instantNow(core), level: 'info', message }),
        outOfReach: cutOffWatch(core, tracks),
        settled: (one) => noteSettled(core, one),
        tracks,
        guards: core.guards,
        waitingSince: core.memory.get().waiting ?? [],
      });
      return core.stopping && end.outcome === 'cancelled' ? { ...end, outcome: 'interrupted' } : end;
    } catch (error) {
      return ending('failed', { failure: failureOf(error), wrote: tracks.wrote });
    }
  }

  /** A disk that has room again is noticed also when nothing is to be written. */
  function tryDisk(): void {
    core.memory.look();
  }

  function log(id: string, line: RunLogLine): void {
    core.registry.log(id, line);
  }

  function logEnd(id: string, { notes, failure }: Ending): void {
    const at = instantNow(core);
    for (const message of notes) log(id, { at, level: 'warning', message });
    if (failure !== undefined) log(id, { at, level: 'error', message: `${failure.message} ${failure.effect}` });
  }

  async function remember(run: Run, end: Ending): Promise<void> {
    const isDull = run.outcome === 'nothing' && run.actor.kind === 'service';
    await core.writer.note({ kind: 'run-ended', run: isDull ? { ...run, log: [] } : run });
    await audit(core, auditOfRun(run, end.wrote, instantNow(core)));
  }

  function watchFor(end: Ending): void {
    if (core.stopping) return;
    if (core.blind.suspected)
      disarmGrace ??= awaitEvent(core, () => {
        disarmGrace = undefined;
        refreshFindings(core);
      });
    watchFlapping();
    watchPeer(end.wrote);
    if (end.waiting === undefined) return;
    disarmUndo?.();
    const left = Date.parse(end.waiting.until) - time.now().getTime();
    disarmUndo = time.after(Math.max(0, left) + AFTER_UNDO_MS, () =>
      trigger({ kind: 'retry', reason: 'the time to confirm the last apply is over' }),
    );
  }

  /** What the other node did with the last change is told by a later reading only: nothing announces it. */
  function watchPeer(isNew: boolean): void {
    disarmPeer?.();
    if (isNew) looks = 0;
    const wait = nextLook(core.memory.get().peers ?? [], looks);
    if (wait === undefined) return;
    looks += 1;
    disarmPeer = time.after(wait, () =>
      trigger(
        { kind: 'retry', reason: 'what the other node of the pair did with the last change was not known' },
        true,
      ),
    );
  }

  /** What waits for its time is looked at again when that has come: no event announces it. */
  function watchFlapping(): void {
    disarmFlapping?.();
    const due = nextDamped(core.reading?.plan.segments.flatMap((segment) => segment.leftOut) ?? []);
    if (due === undefined) return;
    const left = Date.parse(due) - time.now().getTime();
    disarmFlapping = time.after(Math.max(0, left), () =>
      trigger({ kind: 'retry', reason: 'a NIC that changed very often may change again' }),
    );
  }

  return {
    trigger: (one) => trigger(one),
    arm,
    active: () => active,
    exclusive,
    async idle() {
      while (busy !== undefined) await busy;
    },
    disarm() {
      for (const off of [disarmStart, disarmGrace, disarmUndo, disarmFlapping, disarmPeer]) off?.();
    },
  };
}
