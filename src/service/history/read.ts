import { open } from 'node:fs/promises';
import { Slash32Error } from '../../errors/slash32-error.js';
import { errorCode, systemReason } from '../../state/disk-errors.js';
import type { Run } from '../types/run.js';
import type { AuditLine, JournalRecord } from './types.js';

/** What stands in a journal, newest first. */
export interface History {
  /** The newest state of each run. */
  readonly runs: readonly Run[];
  readonly audit: readonly AuditLine[];
  /** Lines that nobody can read: torn by a crash, or of a version to come. */
  readonly unreadable: number;
}

const CHUNK = 1 << 20;

/**
 * Reads a journal from its end, over its older files (`FILE.1`, `FILE.2`, …), until `limit` runs are found. A service may be
 * writing meanwhile. An absent journal is an empty one. Throws `S32_JOURNAL_READ`.
 */
export async function readHistory(file: string, limit: number): Promise<History> {
  const runs = new Map<string, Run>();
  const audit: AuditLine[] = [];
  let unreadable = 0;
  for (let number = 0; ; number += 1) {
    const lines = backwards(number === 0 ? file : `${file}.${number}`);
    let any = false;
    for await (const line of lines) {
      any = true;
      const record = parseRecord(line);
      if (record === undefined) unreadable += 1;
      else if (record.kind === 'audit') audit.push(record.audit);
      else if (record.kind === 'run-started' || record.kind === 'run-ended') {
        if (!runs.has(record.run.id)) {
          if (runs.size >= limit) return { runs: [...runs.values()], audit, unreadable };
          runs.set(record.run.id, record.run);
        }
      }
    }
    if (!any && number > 0) return { runs: [...runs.values()], audit, unreadable };
  }
}

/** The run whose id begins so, or the newest for `last`; throws `S32_RUN_UNKNOWN` unless it is exactly one. */
export async function findRun(file: string, wanted: string): Promise<Run> {
  const { runs } = await readHistory(file, Number.POSITIVE_INFINITY);
  const found = wanted === 'last' ? runs.slice(0, 1) : runs.filter((run) => run.id.startsWith(wanted));
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

/** A record of a kind that this version knows; undefined for everything else. */
export function parseRecord(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'run-started' || value.kind === 'run-ended')
    return 'run' in value && typeof value.run === 'object' && value.run !== null && 'id' in value.run;
  if (value.kind === 'audit') return 'audit' in value && typeof value.audit === 'object' && value.audit !== null;
  return value.kind === 'pause' || value.kind === 'hold';
}

/** The lines of a file from the last to the first, without the empty ones. */
async function* backwards(file: string): AsyncGenerator<string> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new Slash32Error('S32_JOURNAL_READ', {
      message: `The journal ${file} could not be read: ${systemReason(error)}.`,
      where: file,
      cause: error,
    });
  });
  if (handle === undefined) return;
  try {
    let end = (await handle.stat()).size;
    let rest: Buffer = Buffer.alloc(0);
    while (end > 0) {
      const size = Math.min(CHUNK, end);
      const chunk = Buffer.alloc(size);
      await handle.read(chunk, 0, size, end - size);
      end -= size;
      const text = Buffer.concat([chunk, rest]);
      const first = end === 0 ? -1 : text.indexOf(10);
      if (end > 0 && first < 0) {
        rest = text;
        continue;
      }
      rest = first < 0 ? Buffer.alloc(0) : text.subarray(0, first);
      const whole = text.subarray(first + 1).toString('utf8');
      for (const line of whole.split('\n').reverse()) if (line.trim() !== '') yield line;
    }
  } finally {
    await handle.close();
  }
}
