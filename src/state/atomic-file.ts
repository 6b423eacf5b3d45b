import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { refuseUnlessPlain } from './plain-file.js';

/** The steps of an atomic write that touch the disk; replaced in tests to make a disk fill up. */
export interface AtomicSteps {
  /** Creates `path`, which must not exist, with `mode`, and writes all of `text` through to the disk. */
  writeNew(path: string, text: string, mode: number): Promise<void>;
  /** Puts `from` in the place of `to` in one step. */
  replace(from: string, to: string): Promise<void>;
}

/** The real disk. */
export const DISK_STEPS: AtomicSteps = {
  async writeNew(path, text, mode) {
    const handle = await open(path, 'wx', mode);
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  replace: rename,
};

/**
 * Writes a whole file: readers see the old one or the new one, never a part, also after a power cut. A symbolic link is
 * followed, unless a stranger made it; a pipe or a device is not replaced. Throws what the file system throws, with the old file untouched and no temporary file left behind.
 */
export async function writeFileAtomic(path: string, text: string, mode: number, steps = DISK_STEPS): Promise<void> {
  await refuseUnlessPlain(path);
  const target = await realpath(path).catch(() => path);
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await steps.writeNew(temporary, text, mode);
    await steps.replace(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the rename itself survive a power cut. Not every file system can; the file is whole either way. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
