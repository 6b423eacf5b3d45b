import { constants } from 'node:fs';
import { open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { errorCode } from '../../state/disk-errors.js';
import { refuseUnlessPlain } from '../../state/plain-file.js';

/** The steps of the journal that touch the disk; replaced in tests to make it full or to cut the power. */
export interface JournalDisk {
  /** Size in bytes, 0 where there is no file, and whether its last line has no end. */
  inspect(file: string): Promise<{ readonly size: number; readonly isTorn: boolean }>;
  /** Adds text and writes it through to the disk; creates the file for its owner alone. */
  append(file: string, text: string): Promise<void>;
  /** Takes back what an `append` that failed has written. */
  cutBack(file: string, size: number): Promise<void>;
  /** Moves FILE to FILE.1, that to FILE.2, and so on; what is older than FILE.KEEP is dropped. */
  rotate(file: string, keep: number): Promise<void>;
}

const NEW_LINE = 10;
/** Opening a pipe would otherwise wait for somebody who may never come. */
const NEVER_WAIT = constants.O_NONBLOCK;

/** The real disk. */
export const DISK_FILE: JournalDisk = {
  async inspect(file) {
    await refuseUnlessPlain(file);
    const handle = await open(file, constants.O_RDONLY | NEVER_WAIT).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (handle === undefined) return { size: 0, isTorn: false };
    try {
      const { size } = await handle.stat();
      if (size === 0) return { size, isTorn: false };
      const last = Buffer.alloc(1);
      await handle.read(last, 0, 1, size - 1);
      return { size, isTorn: last[0] !== NEW_LINE };
    } finally {
      await handle.close();
    }
  },
  async append(file, text) {
    const isNew = await stat(file).then(
      () => false,
      () => true,
    );
    await refuseUnlessPlain(file);
    const handle = await open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NEVER_WAIT, 0o600);
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (isNew) await syncFolder(dirname(file));
  },
  cutBack: truncate,
  async rotate(file, keep) {
    const there = await olderFiles(file);
    for (const number of there.filter((one) => one > keep)) await rm(`${file}.${number}`, { force: true });
    if (keep === 0) {
      await rm(file, { force: true });
      return;
    }
    const free = freeNumber(there, keep);
    for (let number = free - 1; number >= 1; number -= 1) await rename(`${file}.${number}`, `${file}.${number + 1}`);
    await rename(file, `${file}.1`);
    await syncFolder(dirname(file));
  },
};

/** The numbers of FILE.1, FILE.2, … that are there, ascending; one may be missing after a crash. */
export async function olderFiles(file: string): Promise<readonly number[]> {
  const start = `${basename(file)}.`;
  const names = await readdir(dirname(file)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.startsWith(start) && /^[1-9]\d{0,5}$/.test(name.slice(start.length)))
    .map((name) => Number(name.slice(start.length)))
    .toSorted((left, right) => left - right);
}

/** A crash between two moves leaves a number free: the next rotation fills it, instead of dropping a file too many. */
function freeNumber(there: readonly number[], keep: number): number {
  for (let number = 1; number < keep; number += 1) if (!there.includes(number)) return number;
  return keep;
}

/** Makes a new name survive a power cut, where the file system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
