import { Slash32Error } from '../../errors/slash32-error.js';
import type { Redactor } from '../../secrets/redactor.js';
import { systemReason } from '../../state/disk-errors.js';
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

/**
 * An append-only file of JSON lines, mode 0600. A record is one line, and is on the disk when `append` resolves. A line that a
 * crash or a full disk cut short is left as it is: the next one begins on a line of its own, and readers skip the torn one.
 */
export function openJournal(options: JournalOptions): Journal {
  const { file, maxBytes, keep, redactor, disk = DISK_FILE } = options;
  let queue: Promise<void> = Promise.resolve();

  async function write(record: JournalRecord): Promise<void> {
    const line = `${redactor.redact(JSON.stringify(record))}\n`;
    try {
      const { size, isTorn } = await disk.inspect(file);
      if (size > 0 && size + line.length > maxBytes) {
        await disk.rotate(file, keep);
        await disk.append(file, line);
      } else await disk.append(file, isTorn ? `\n${line}` : line);
    } catch (cause) {
      throw new Slash32Error('S32_JOURNAL_WRITE', {
        message: `The journal ${file} could not be written: ${systemReason(cause)}.`,
        where: file,
        cause,
      });
    }
  }

  return {
    append(record) {
      const written = queue.then(() => write(record));
      queue = written.catch(() => undefined);
      return written;
    },
  };
}
