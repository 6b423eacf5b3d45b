import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { refuseUnlessPlainSync } from '../../state/plain-file.js';
import type { Run } from '../types/run.js';
import { parseLine } from './record.js';
import type { JournalRecord, RunSettled } from './types.js';

const NEW_LINE = 10;

interface Place {
  readonly inode: number;
  /** Everything before this byte has been read. */
  readonly at: number;
}

interface Found {
  readonly path: string;
  readonly inode: number;
  readonly size: number;
}

/**
 * Looks what another process has added to a journal: each call answers the runs that ended or were settled since the one before, in their order,
 * also over the beginning of new files. What stands there when this is called is known already. A journal that cannot be read at
 * this moment has nothing new.
 */
export function followRuns(file: string): () => Followed {
  let place = orNothing(() => placeAtEnd(file));
  return () => {
    const added = orNothing(() => addedSince(file, place));
    if (added === undefined) return NOTHING;
    place = added.place;
    const records = added.texts.flatMap((text) => text.split('\n').flatMap(recordOf));
    return {
      runs: records.flatMap((one) => (one.kind === 'run-ended' ? [one.run] : [])),
      settled: records.filter((one) => one.kind === 'run-settled'),
    };
  };
}

/** What another process has done meanwhile. */
export interface Followed {
  readonly runs: readonly Run[];
  /** What became of runs that had ended before, its own or others. */
  readonly settled: readonly RunSettled[];
}

const NOTHING: Followed = { runs: [], settled: [] };

function placeAtEnd(file: string): Place | undefined {
  const now = lookAt(file);
  return now && { inode: now.inode, at: wholeLines(now, 0).length };
}

function addedSince(file: string, from: Place | undefined): { place: Place; texts: readonly string[] } | undefined {
  const newest = lookAt(file);
  if (newest === undefined || (newest.inode === from?.inode && newest.size === from.at)) return undefined;
  // the file of before may be FILE.1 by now, or FILE.2; those that came after it are new as a whole
  const files = [newest];
  for (let next = newest; next.inode !== from?.inode; files.push(next)) {
    const older = lookAt(`${file}.${files.length}`);
    if (older === undefined) break;
    next = older;
  }
  const startOf = (one: Found): number => (one.inode === from?.inode ? Math.min(from.at, one.size) : 0);
  const texts = files.toReversed().map((one) => wholeLines(one, startOf(one)));
  const place = { inode: newest.inode, at: startOf(newest) + (texts.at(-1)?.length ?? 0) };
  return { place, texts: texts.map((text) => text.toString('utf8')) };
}

function lookAt(path: string): Found | undefined {
  refuseUnlessPlainSync(path);
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { path, inode: found.ino, size: found.size };
}

/** A last line without an end is being written. */
function wholeLines({ path, size }: Found, start: number): Buffer {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(size - start);
    const length = readSync(handle, buffer, 0, buffer.length, start);
    return buffer.subarray(0, buffer.subarray(0, length).lastIndexOf(NEW_LINE) + 1);
  } finally {
    closeSync(handle);
  }
}

function recordOf(line: string): JournalRecord[] {
  const parsed = line === '' ? undefined : parseLine(line);
  return parsed?.kind === 'record' ? [parsed.record] : [];
}

function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
