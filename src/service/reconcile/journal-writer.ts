import type { Slash32Error } from '../../errors/slash32-error.js';
import type { Journal, JournalRecord } from '../history/types.js';
import { asProblem } from './failure.js';
import type { Time } from './types.js';

const RETRY_MS = 10_000;
/** More than this is not kept in memory while the disk is full; the oldest go first. */
const MOST = 1_000;

/** Writes the history in order; what could not be written waits, and is tried again by itself. */
export interface JournalWriter {
  /** Resolves when the record is on the disk, or waits for a better disk. Never throws. */
  note(record: JournalRecord): Promise<void>;
  /** Throws what the journal throws while records wait that cannot be written. */
  ready(): Promise<void>;
  failure(): Slash32Error | undefined;
  /** Tries a last time, and no more after that. */
  close(): Promise<void>;
}

/** A writer to that journal. */
export function createJournalWriter(journal: Journal, time: Time): JournalWriter {
  let backlog: JournalRecord[] = [];
  let failure: Slash32Error | undefined;
  let writing: Promise<void> = Promise.resolve();
  let cancelRetry: (() => void) | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    for (let record = backlog[0]; record !== undefined; record = backlog[0]) {
      try {
        await journal.append(record);
      } catch (error) {
        failure = asProblem(error);
        if (!closed) cancelRetry ??= time.after(RETRY_MS, retry);
        return;
      }
      failure = undefined;
      backlog = backlog.filter((one) => one !== record);
    }
  }

  function retry(): void {
    cancelRetry = undefined;
    void flush();
  }

  function flush(): Promise<void> {
    writing = writing.then(drain);
    return writing;
  }

  return {
    note(record) {
      backlog = [...backlog.slice(1 - MOST), record];
      return flush();
    },
    async ready() {
      await flush();
      if (failure !== undefined) throw failure;
    },
    failure: () => failure,
    async close() {
      closed = true;
      cancelRetry?.();
      await flush();
    },
  };
}
