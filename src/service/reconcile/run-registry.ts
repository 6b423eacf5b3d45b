import { withSettled } from '../history/settled.js';
import type { RunSettled } from '../history/types.js';
import type { Run, RunEvent, RunLogLine } from '../types/run.js';
import type { RunQuery } from '../types/service.js';
import type { Actor } from '../types/trigger.js';

/** How many runs are kept in memory; older ones are in the journal. */
const KEPT = 500;
const LOG_LINES = 500;
const KEY_MS = 24 * 3_600_000;

/** The runs that the service knows, and those who watch them. */
export interface RunRegistry {
  get(id: string): Run | undefined;
  /** The newest one of which `matches` is true. */
  find(matches: (run: Run) => boolean): Run | undefined;
  /** Puts a run in, or in the place of what it was, and tells everybody. */
  put(run: Run): Run;
  log(id: string, line: RunLogLine): void;
  /** Puts in what others did meanwhile, each in its place by time. Nobody is told: it is no work of this service. */
  takeIn(others: readonly Run[]): void;
  /** Says of a run that has ended what became of its apply. Nobody is told: it is no new end. */
  settle(settled: RunSettled): void;
  /** Newest first. */
  list(query: RunQuery): readonly Run[];
  /** The run that this actor has asked for under this key within the last day. */
  keyed(key: string, actor: Actor, now: Date): Run | undefined;
  subscribe(listener: (event: RunEvent) => void): () => void;
}

/** A registry that begins with runs of the journal, newest first. */
export function createRunRegistry(history: readonly Run[]): RunRegistry {
  const runs = new Map(
    history
      .slice(0, KEPT)
      .toReversed()
      .map((run) => [run.id, run]),
  );
  const listeners = new Set<(event: RunEvent) => void>();

  function tell(event: RunEvent): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch {
        // Whoever watches must not break what is watched.
      }
    }
  }

  function forget(): void {
    for (const [id, one] of runs) {
      if (runs.size <= KEPT) break;
      if (one.state === 'ended') runs.delete(id);
    }
  }

  function newestFirst(): Run[] {
    return [...runs.values()].reverse();
  }

  return {
    get: (id) => runs.get(id),
    find: (matches) => newestFirst().find(matches),
    put(run) {
      runs.set(run.id, run);
      forget();
      tell({ type: 'state', run });
      return run;
    },
    log(id, line) {
      const run = runs.get(id);
      if (run === undefined) return;
      if (run.log.length < LOG_LINES) runs.set(id, { ...run, log: [...run.log, line] });
      tell({ type: 'log', runId: id, line });
    },
    takeIn(others) {
      const added = others.filter((run) => !runs.has(run.id));
      if (added.length === 0) return;
      const all = [...runs.values(), ...added].sort((one, other) => (one.id < other.id ? -1 : 1));
      runs.clear();
      for (const run of all) runs.set(run.id, run);
      forget();
    },
    settle(settled) {
      const run = runs.get(settled.runId);
      if (run?.state === 'ended') runs.set(run.id, withSettled(run, settled));
    },
    list({ limit, before, outcome }) {
      const all = newestFirst();
      const from = before === undefined ? 0 : all.findIndex((run) => run.id === before) + 1;
      const older = from > 0 || before === undefined ? all.slice(from) : all.filter((run) => run.id < before);
      return older.filter((run) => outcome === undefined || run.outcome === outcome).slice(0, limit);
    },
    keyed(key, actor, now) {
      return newestFirst().find(
        (run) =>
          run.idempotencyKey === key &&
          run.actor.kind === actor.kind &&
          run.actor.name === actor.name &&
          now.getTime() - Date.parse(run.queuedAt) < KEY_MS,
      );
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * The runs of a journal with those of the service that were cut short ended: the process that made them is gone. One of the command
 * line without an end may be going on, and is left to whoever reads the journal itself.
 */
export function endCutShort(
  history: readonly Run[],
  now: Date,
): { readonly runs: readonly Run[]; readonly cut: readonly Run[] } {
  const cut: Run[] = [];
  const known = history.filter((run) => run.state === 'ended' || run.actor.kind !== 'command');
  const runs = known.map((run) => {
    if (run.state === 'ended') return run;
    const ended: Run = {
      ...run,
      state: 'ended',
      endedAt: now.toISOString(),
      outcome: 'interrupted',
      notes: [...run.notes, 'The service ended in the middle of this run; the next one looks what became of it.'],
    };
    cut.push(ended);
    return ended;
  });
  return { runs, cut };
}
