import { Slash32Error } from '../../errors/slash32-error.js';
import type { ApplyRequest, Target } from '../../model/firewall.js';
import type { PendingApply } from '../../model/ledger.js';
import type { PlannerDeps } from '../planner.js';

/** What a run has seen and done so far, filled in as it goes. */
export interface Tracks {
  /** The unconfirmed apply that the ledger knew when it was last read. */
  found: PendingApply | undefined;
  /** The apply of this run, from when it is in the ledger. */
  sent: PendingApply | undefined;
  /** From here on the run is not broken off. */
  writing: boolean;
  /** Whether anything may have been written. */
  wrote: boolean;
}

/** Tracks of a run that has seen nothing yet. */
export function noTracks(): Tracks {
  return { found: undefined, sent: undefined, writing: false, wrote: false };
}

/**
 * The same dependencies, leaving tracks. `beforeSave` runs before the ledger is written, so that what must not be lost with
 * the ledger's own memory of an apply is on the disk first. A run that was broken off never begins to write.
 */
export function watched(
  deps: PlannerDeps,
  tracks: Tracks,
  beforeSave: () => void,
  outOfReach: ApplyRequest['outOfReach'],
): PlannerDeps {
  return {
    ...deps,
    ledgers: {
      async load() {
        const loaded = await deps.ledgers.load();
        tracks.found = loaded.ledger.pending;
        return loaded;
      },
      async save(ledger) {
        beforeSave();
        if (ledger.pending !== undefined && ledger.pending.token !== tracks.found?.token) tracks.sent = ledger.pending;
        await deps.ledgers.save(ledger);
      },
    },
    target: watchedTarget(deps.target, deps.signal, tracks, outOfReach),
  };
}

function watchedTarget(
  target: Target,
  signal: AbortSignal,
  tracks: Tracks,
  outOfReach: ApplyRequest['outOfReach'],
): Target {
  return {
    ...target,
    settle: (settling, progress) => writes(tracks, signal, () => target.settle(settling, progress)),
    apply: (request: ApplyRequest) =>
      writes(tracks, signal, () => target.apply({ ...request, ...(outOfReach === undefined ? {} : { outOfReach }) })),
  };
}

async function writes<T>(tracks: Tracks, signal: AbortSignal, write: () => Promise<T>): Promise<T> {
  if (signal.aborted)
    throw new Slash32Error('S32_INTERRUPTED', { message: 'The run was cancelled before it wrote anything.' });
  tracks.writing = true;
  try {
    const result = await write();
    tracks.wrote = true;
    return result;
  } catch (error) {
    if (!(error instanceof Slash32Error) || error.written !== 'nothing') tracks.wrote = true;
    tracks.writing = false;
    throw error;
  }
}
