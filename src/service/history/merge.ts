import type { JournalRecord } from './types.js';

/** A record, or a line that cannot be read. */
type Entry = JournalRecord | undefined;

/**
 * Two journals as one, newest first. Each keeps its own order whatever the clock did meanwhile; only between the two the moments of
 * the records decide. A line that cannot be read has no moment, and comes at once.
 */
export async function* mergeNewest(one: AsyncIterable<Entry>, other: AsyncIterable<Entry>): AsyncGenerator<Entry> {
  const left = one[Symbol.asyncIterator]();
  const right = other[Symbol.asyncIterator]();
  try {
    let first = await left.next();
    let second = await right.next();
    while (first.done !== true || second.done !== true) {
      if (second.done === true || (first.done !== true && isNewer(first.value, second.value))) {
        if (first.done !== true) yield first.value;
        first = await left.next();
      } else {
        yield second.value;
        second = await right.next();
      }
    }
  } finally {
    await left.return?.();
    await right.return?.();
  }
}

function isNewer(one: Entry, other: Entry): boolean {
  if (one === undefined) return true;
  return other !== undefined && momentOf(one) >= momentOf(other);
}

/** ISO 8601 in UTC sorts as text. */
function momentOf(record: JournalRecord): string {
  switch (record.kind) {
    case 'run-started':
    case 'run-ended':
      return record.run.endedAt ?? record.run.startedAt ?? record.run.queuedAt;
    case 'audit':
      return record.audit.at;
    case 'run-settled':
    case 'pause':
    case 'hold':
      return record.at;
  }
}
