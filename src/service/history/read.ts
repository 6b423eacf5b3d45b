import { Slash32Error } from '../../errors/slash32-error.js';
import { hinted, systemReason } from '../../state/disk-errors.js';
import type { Run } from '../types/run.js';
import { commandJournalOf } from './command-journal.js';
import { olderFiles } from './journal-disk.js';
import { type LineFile, openLines } from './lines.js';
import { mergeNewest } from './merge.js';
import { parseLine } from './record.js';
import { withSettled } from './settled.js';
import type { AuditLine, JournalRecord, RunSettled } from './types.js';

/** What stands in a journal, newest first. */
export interface History {
  /** The newest state of each run. */
  readonly runs: readonly Run[];
  readonly audit: readonly AuditLine[];
  /** Lines that a crash cut short, or that slash32 did not write. What a later version wrote is passed over without a word. */
  readonly unreadable: number;
}

/** What stands in both journals of an installation. */
export interface WholeHistory extends History {
  /** Why a journal of the command line is missing in it. */
  readonly unread: readonly Slash32Error[];
}

/**
 * Reads a journal from its end, over its older files (`FILE.1`, `FILE.2`, …), until `limit` runs are found for which `wanted`
 * holds. A service may be writing, and beginning new files, meanwhile. An absent journal is an empty one. Throws
 * `S32_JOURNAL_READ`.
 */
export async function readHistory(
  file: string,
  limit: number,
  wanted: (run: Run) => boolean = () => true,
): Promise<History> {
  return collect(recordsOf(file), limit, wanted);
}

/**
 * The history of an installation: what the service did and what the command line did, each in a journal of its own, as one. A
 * journal of the command line that cannot be read hides nothing of the service's.
 */
export async function readWholeHistory(
  file: string,
  limit: number,
  wanted: (run: Run) => boolean = () => true,
): Promise<WholeHistory> {
  const unread: Slash32Error[] = [];
  const records = mergeNewest(
    recordsOf(file),
    orUnread(recordsOf(commandJournalOf(file)), (error) => unread.push(error)),
  );
  return { ...(await collect(records, limit, wanted)), unread };
}

/** The run whose id begins so, or the newest for `last`; throws `S32_RUN_UNKNOWN` unless it is exactly one. */
export async function findRun(file: string, wanted: string): Promise<Run> {
  const { runs } =
    wanted === 'last'
      ? await readWholeHistory(file, 1)
      : await readWholeHistory(file, Number.POSITIVE_INFINITY, (run) => run.id.startsWith(wanted));
  const found = runs.some((run) => run.id === wanted) ? runs.filter((run) => run.id === wanted) : runs;
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const several = found.slice(0, 5).map((run) => run.id);
  throw new Slash32Error('S32_RUN_UNKNOWN', {
    message:
      several.length === 0
        ? `The journal ${file} has no run "${wanted}".`
        : `"${wanted}" fits ${found.length} runs: ${several.join(', ')}${found.length > 5 ? ', …' : ''}.`,
    where: file,
  });
}

async function collect(
  records: AsyncIterable<JournalRecord | undefined>,
  limit: number,
  wanted: (run: Run) => boolean,
): Promise<History> {
  const seen = new Set<string>();
  const runs: Run[] = [];
  const audit: AuditLine[] = [];
  const settled = new Map<string, RunSettled>();
  let unreadable = 0;
  for await (const one of records) {
    if (one === undefined) unreadable += 1;
    else if (one.kind === 'audit') audit.push(one.audit);
    else if (one.kind === 'run-settled') settled.set(one.runId, settled.get(one.runId) ?? one);
    else if ((one.kind === 'run-started' || one.kind === 'run-ended') && !seen.has(one.run.id)) {
      seen.add(one.run.id);
      const later = settled.get(one.run.id);
      const run = later === undefined ? one.run : withSettled(one.run, later);
      if (!wanted(run)) continue;
      if (runs.length >= limit) break;
      runs.push(run);
    }
  }
  return { runs, audit, unreadable };
}

/** Every record, newest first; undefined for a line that cannot be read. Throws `S32_JOURNAL_READ`. */
async function* recordsOf(file: string): AsyncGenerator<JournalRecord | undefined> {
  try {
    for await (const { lines, isCurrent } of filesOf(file)) {
      for await (const { text, isWhole } of lines.backwards()) {
        // The last line of the current file may be half written at this moment; elsewhere it stays half.
        if (!isWhole && isCurrent) continue;
        const parsed = isWhole ? parseLine(text) : ({ kind: 'broken' } as const);
        if (parsed.kind === 'record') yield parsed.record;
        if (parsed.kind === 'broken') yield undefined;
      }
    }
  } catch (cause) {
    throw new Slash32Error('S32_JOURNAL_READ', {
      message: `The journal ${file} could not be read: ${systemReason(cause)}.`,
      where: file,
      ...hinted(cause),
      cause,
    });
  }
}

async function* orUnread<T>(records: AsyncIterable<T>, hear: (error: Slash32Error) => void): AsyncGenerator<T> {
  try {
    yield* records;
  } catch (error) {
    if (!(error instanceof Slash32Error)) throw error;
    hear(error);
  }
}

/**
 * The current file and the older ones, each once. While a service begins a new file, names move to higher numbers: reading in
 * that direction meets some file twice at most, and misses none.
 */
async function* filesOf(file: string): AsyncGenerator<{ readonly lines: LineFile; readonly isCurrent: boolean }> {
  const read = new Set<string>();
  for (let number = 0; ; number += 1) {
    const lines = await openLines(number === 0 ? file : `${file}.${number}`);
    if (lines === undefined) {
      const oldest = (await olderFiles(file)).at(-1) ?? 0;
      if (number > 0 && number >= oldest) return;
      continue;
    }
    try {
      if (read.has(lines.identity)) continue;
      read.add(lines.identity);
      yield { lines, isCurrent: number === 0 };
    } finally {
      await lines.close();
    }
  }
}
