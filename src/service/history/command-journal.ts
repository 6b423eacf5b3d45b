import { giveToOwnerOf } from '../../state/same-owner.js';
import { type JournalOptions, openJournal } from './journal.js';
import { DISK_FILE, type JournalDisk } from './journal-disk.js';
import type { Journal } from './types.js';

/**
 * Where the command line writes what it did, beside the service's journal. Each has one writer at a time, the service by the lock of its
 * state, the command line by the run lock, so neither needs the other's leave, and each rotates what is its own.
 */
export function commandJournalOf(file: string): string {
  return `${file}.cli`;
}

/** The journal of the command line, for whoever holds the run lock. The superuser's file stays readable for the service. */
export function openCommandJournal({ file, disk = DISK_FILE, ...rest }: JournalOptions): Journal {
  const shared: JournalDisk = {
    ...disk,
    async append(path, text) {
      await disk.append(path, text);
      await giveToOwnerOf(file, path);
    },
  };
  return openJournal({ ...rest, file: commandJournalOf(file), disk: shared });
}
