import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { Slash32Error } from '../../../errors/slash32-error.js';
import type { FileFacts, FileSystem } from './file-system.js';
import { codeOf, reasonOf } from './reason.js';
import { revisionOf } from './revision.js';

/** A replacement of a whole file. */
export interface Replacement {
  readonly fs: FileSystem;
  /** The real file, no symbolic link. */
  readonly path: string;
  readonly facts: FileFacts;
  readonly before: Buffer;
  readonly after: Buffer;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly progress: (step: string) => void;
}

const KEPT_BACKUPS = 10;
const BACKUP = '.slash32-backup-';

/**
 * Replaces a file at once: a backup and a temporary file are safe on the disk before the rename, and the rename is made
 * safe after it. Until the rename an interruption or a failure leaves the file as it was and nothing beside it. The backup
 * has the owner and mode of the file; the newest ten are kept. Returns notes about what could not be tidied up. Throws
 * `S32_CONFLICT`, `S32_FILE_WRITE` or `S32_FILE_INTERRUPTED`.
 */
export async function replaceFile(job: Replacement): Promise<readonly string[]> {
  const made: string[] = [];
  let backup: string;
  try {
    backup = await prepareAndRename(job, made);
  } catch (error) {
    for (const path of made) await job.fs.unlink(path).catch(() => undefined);
    if (error instanceof Slash32Error) throw error;
    throw new Slash32Error('S32_FILE_WRITE', {
      message: `${job.path} cannot be replaced: ${reasonOf(error)}.`,
      where: job.path,
      effect: 'The configuration file is as it was.',
      written: 'nothing',
      cause: error,
    });
  }
  await confirm(job, backup);
  return prune(job);
}

async function prepareAndRename(job: Replacement, made: string[]): Promise<string> {
  throwIfAborted(job);
  job.progress('Writing a backup copy');
  const backup = await makeBackup(job);
  made.push(backup);
  throwIfAborted(job);
  job.progress('Writing the new configuration');
  const temporary = join(dirname(job.path), `.${basename(job.path)}.slash32-${randomBytes(6).toString('hex')}.tmp`);
  await job.fs.createDurable(temporary, job.after, job.facts);
  made.push(temporary);
  if (revisionOf(await job.fs.readFile(job.path)) !== revisionOf(job.before)) throw conflict(job.path);
  throwIfAborted(job);
  await job.fs.rename(temporary, job.path);
  return backup;
}

/** The error for a file that is no longer the one that the plan was made on. */
export function conflict(path: string): Slash32Error {
  return new Slash32Error('S32_CONFLICT', {
    message: `${path} was changed by somebody else since it was read.`,
    where: path,
    effect: 'slash32 wrote nothing.',
    written: 'nothing',
  });
}

async function makeBackup(job: Replacement): Promise<string> {
  const stamp = job.now.toISOString().replaceAll(':', '-');
  for (let attempt = 0; ; attempt += 1) {
    const path = `${job.path}${BACKUP}${stamp}${attempt === 0 ? '' : `-${attempt}`}`;
    try {
      await job.fs.createDurable(path, job.before, job.facts);
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || attempt >= 99) throw error;
    }
  }
}

/** After the rename: what fails now no longer leaves the old file, and has to say so. */
async function confirm(job: Replacement, backup: string): Promise<void> {
  try {
    await job.fs.syncDirectory(dirname(job.path));
    if (revisionOf(await job.fs.readFile(job.path)) === revisionOf(job.after)) return;
  } catch (error) {
    throw afterwards(job, backup, `it could not be checked: ${reasonOf(error)}`, error);
  }
  throw afterwards(
    job,
    backup,
    'it does not hold what was written: somebody else changed it in the same moment',
    undefined,
  );
}

function afterwards(job: Replacement, backup: string, what: string, cause: unknown): Slash32Error {
  return new Slash32Error('S32_FILE_WRITE', {
    message: `${job.path} was replaced, but ${what}.`,
    where: job.path,
    effect: `The new configuration was written; the one before it is in ${backup}.`,
    written: 'all',
    hint: 'Run the command again: it reads the file anew and says what is missing.',
    cause,
  });
}

async function prune(job: Replacement): Promise<readonly string[]> {
  const directory = dirname(job.path);
  const prefix = basename(job.path) + BACKUP;
  try {
    const backups = (await job.fs.readdir(directory)).filter((name) => name.startsWith(prefix)).sort();
    for (const name of backups.slice(0, -KEPT_BACKUPS)) await job.fs.unlink(join(directory, name));
    return [];
  } catch (error) {
    return [`Old backup copies beside ${job.path} could not be removed: ${reasonOf(error)}.`];
  }
}

function throwIfAborted(job: Replacement): void {
  if (!job.signal.aborted) return;
  throw new Slash32Error('S32_FILE_INTERRUPTED', {
    message: `The run was interrupted before ${job.path} was replaced.`,
    where: job.path,
    effect: 'The configuration file is as it was.',
    written: 'nothing',
  });
}
