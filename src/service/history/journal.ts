import { Slash32Error } from '../../errors/slash32-error.js';
import type { Redactor } from '../../secrets/redactor.js';
import { hinted, systemReason } from '../../state/disk-errors.js';
import { DISK_FILE, type JournalDisk } from './journal-disk.js';
import type { Journal, JournalRecord } from './types.js';

/** What a journal needs from outside. */
export interface JournalOptions {
  readonly file: string;
  /** A new file is begun when this one is as large. */
  readonly maxBytes: number;
  /** How many older files are kept, as `FILE.1` (the youngest) to `FILE.N`. */
  readonly keep: number;
  readonly redactor: Redactor;
  /** Replaced in tests. */
  readonly disk?: JournalDisk;
}

interface Waiting {
  readonly line: string;
  readonly bytes: number;
  readonly done: () => void;
  readonly failed: (error: Slash32Error) => void;
}

/** Ends a line that was cut short; whatever stands before it, the whole is no JSON, so no reader takes it for a record. */
const TORN_END = '#torn\n';

/**
 * An append-only file of JSON lines, mode 0600. A record is one line, and is on the disk when `append` resolves; records that
 * come while the disk is busy share one write. A write that fails is taken back. A line that a crash cut short stays where it
 * is: it is ended as torn, the next one begins on a line of its own, and readers skip it. One process writes, many may read.
 */
export function openJournal(options: JournalOptions): Journal {
  const { file, maxBytes, keep, redactor, disk = DISK_FILE } = options;
  const waiting: Waiting[] = [];
  let isBusy = false;

  async function writeSome(): Promise<void> {
    let taken: Waiting[] = waiting.slice(0, 1);
    try {
      const found = await disk.inspect(file);
      const isFull = found.size > 0 && found.size + (taken[0]?.bytes ?? 0) > maxBytes;
      if (isFull) await disk.rotate(file, keep);
      const { size, isTorn } = isFull ? { size: 0, isTorn: false } : found;
      taken = waiting.slice(0, fitting(waiting, maxBytes - size));
      await appendOrCutBack(size, (isTorn ? TORN_END : '') + taken.map((one) => one.line).join(''));
      for (const one of taken) one.done();
    } catch (cause) {
      for (const one of taken) one.failed(unwritten(file, cause));
    } finally {
      waiting.splice(0, taken.length);
    }
  }

  /** What was not said to be written must not be found later: it is given again, and would be there twice. */
  async function appendOrCutBack(size: number, text: string): Promise<void> {
    try {
      await disk.append(file, text);
    } catch (error) {
      await disk.cutBack(file, size).catch(() => undefined);
      throw error;
    }
  }

  async function writeAll(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) await writeSome();
    isBusy = false;
  }

  return {
    append(record) {
      return new Promise((done, failed) => {
        const line = `${lineOf(record, redactor)}\n`;
        waiting.push({ line, bytes: Buffer.byteLength(line), done, failed });
        void writeAll();
      });
    },
  };
}

/** Each text is cleaned before it becomes JSON: the mask cannot break a line, nor quotes in a secret hide it. */
function lineOf(record: JournalRecord, redactor: Redactor): string {
  return JSON.stringify(record, (_key, value: unknown) => (typeof value === 'string' ? redactor.redact(value) : value));
}

/** How many of the lines have room, the first one in any case. */
function fitting(lines: readonly Waiting[], room: number): number {
  let left = room - (lines[0]?.bytes ?? 0);
  let count = 1;
  for (const { bytes } of lines.slice(1)) {
    left -= bytes;
    if (left < 0) break;
    count += 1;
  }
  return count;
}

function unwritten(file: string, cause: unknown): Slash32Error {
  return new Slash32Error('S32_JOURNAL_WRITE', {
    message: `The journal ${file} could not be written: ${systemReason(cause)}.`,
    where: file,
    ...hinted(cause),
    cause,
  });
}
