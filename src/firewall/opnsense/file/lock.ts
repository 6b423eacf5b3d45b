import { basename } from 'node:path';
import { Slash32Error } from '../../../errors/slash32-error.js';
import type { FileSystem } from './file-system.js';
import { codeOf, reasonOf } from './reason.js';

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Start of the process in milliseconds since 1970: tells a new process with the same number from the old one. */
  readonly startedAt: number;
}

/** What the lock needs to know of the machine. */
export interface LockContext {
  readonly fs: FileSystem;
  readonly self: LockHolder;
  readonly isAlive: (pid: number) => boolean;
  readonly now: () => Date;
}

/** A lock file without a readable holder is one that is being written, or that a crash left; it counts for this long. */
const UNREADABLE_FOR_MS = 10_000;

/**
 * Takes the lock of a configuration by making the file `path`, and returns what gives it back. The lock of a process of
 * this machine that no longer exists is taken over, under a second lock, so that two cannot take it over at once. Throws
 * `S32_LOCKED` when somebody holds it.
 */
export async function takeLock(context: LockContext, path: string): Promise<() => Promise<void>> {
  if (!(await create(context, path))) {
    const guard = `${path}.takeover`;
    if (!(await create(context, guard))) throw locked(path, `${basename(guard)} is there as well`);
    try {
      const holder = await staleHolder(context, path);
      if (holder !== undefined) throw locked(path, holder);
      await context.fs.unlink(path).catch(ignoreMissing);
      if (!(await create(context, path))) throw locked(path, 'another process was quicker');
    } finally {
      await context.fs.unlink(guard).catch(ignoreMissing);
    }
  }
  return () => context.fs.unlink(path).catch(ignoreMissing);
}

async function create(context: LockContext, path: string): Promise<boolean> {
  try {
    await context.fs.createDurable(path, Buffer.from(`${JSON.stringify(context.self)}\n`), undefined);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new Slash32Error('S32_FILE_WRITE', {
      message: `The lock file ${path} cannot be made: ${reasonOf(error)}.`,
      where: path,
      cause: error,
    });
  }
}

/** Who holds the lock, for people; undefined when nobody does any more. */
async function staleHolder(context: LockContext, path: string): Promise<string | undefined> {
  const holder = parseHolder(await context.fs.readFile(path).catch(() => Buffer.alloc(0)));
  if (holder === undefined) {
    const facts = await context.fs.stat(path).catch(() => undefined);
    const fresh = facts !== undefined && context.now().getTime() - facts.modifiedAt.getTime() < UNREADABLE_FOR_MS;
    return fresh ? 'a process that is just starting' : undefined;
  }
  const name = `process ${holder.pid} on ${holder.host}`;
  if (holder.host !== context.self.host) return name;
  if (holder.pid === context.self.pid) return holder.startedAt === context.self.startedAt ? name : undefined;
  return context.isAlive(holder.pid) ? name : undefined;
}

function parseHolder(bytes: Buffer): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, host, startedAt } = value as Partial<LockHolder>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof startedAt !== 'number') return undefined;
    return { pid, host, startedAt };
  } catch {
    return undefined;
  }
}

function locked(path: string, holder: string): Slash32Error {
  return new Slash32Error('S32_LOCKED', {
    message: `The configuration is locked: ${holder}.`,
    where: path,
    hint: `Wait until it is done. If that process no longer exists, delete ${path} (and ${path}.takeover, if it is there).`,
  });
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}
