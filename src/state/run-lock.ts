import { randomBytes } from 'node:crypto';
import { constants, readFileSync, rmSync } from 'node:fs';
import { copyFile, link, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Slash32Error } from '../errors/slash32-error.js';
import { errorCode, hinted, systemReason } from './disk-errors.js';
import { readPlainFile } from './plain-file.js';
import { fateOf, ownIdentity, type ProcessIdentity } from './process-identity.js';
import { giveToOwnerOf } from './same-owner.js';

/** A lock that is held until `release`, or until the process ends. */
export interface RunLock {
  readonly path: string;
  /** Gives the lock back. Calling it twice does nothing, and never takes away somebody else's lock. */
  release(): Promise<void>;
}

/** Who holds a lock, as its file says. */
interface Holder extends ProcessIdentity {
  /** What it is doing, for the person who has to wait: `slash32 apply`. */
  readonly command: string;
}

/** The holder touches its file this often, so that one who cannot see the process can tell whether it lives. */
const HEARTBEAT_MS = 20_000;
const SILENT_MS = 120_000;
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Where the lock of a state file lies: one lock for the command line and the service, since both have the same file. */
export function runLockPath(stateFile: string): string {
  return `${stateFile}.lock`;
}

/** What a service holds for as long as it runs. */
export function serviceLockPath(stateFile: string): string {
  return `${stateFile}.serve`;
}

/**
 * Takes the lock that keeps two runs from applying at once. A lock whose holder has died is taken over. Throws
 * `S32_RUN_LOCKED` with the name of the holder, or `S32_LOCK_FAILED` when the file cannot be written. `command` is what
 * others are told is going on.
 */
export async function acquireRunLock(path: string, command = 'slash32'): Promise<RunLock> {
  const own = { ...(await ownIdentity()), command };
  const content = `${JSON.stringify({ ...own, nonce: randomBytes(8).toString('hex') })}\n`;
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await writeDraft(draft, content);
    // who waits reads whom he waits for
    await giveToOwnerOf(dirname(path), draft);
    if (!(await place(draft, path))) await takeOver(draft, path, own);
    return hold(path, content);
  } catch (error) {
    if (error instanceof Slash32Error) throw error;
    throw new Slash32Error('S32_LOCK_FAILED', {
      message: `The lock file ${path} could not be written: ${systemReason(error)}.`,
      where: path,
      ...hinted(error),
      cause: error,
    });
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** Who holds a lock, in words; undefined where nobody does. One of whom nobody here can see whether he lives counts while he is heard. */
export async function lockHolder(path: string): Promise<string | undefined> {
  const text = await readPlainFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    return '';
  });
  if (text === undefined) return undefined;
  const holder = parseHolder(text);
  if (holder === undefined) return 'something that slash32 did not write';
  const fate = await fateOf(holder, await ownIdentity());
  const heard = fate === 'unknown' ? await stat(path).catch(() => undefined) : undefined;
  const isSilentNow = fate === 'unknown' && (heard === undefined || Date.now() - heard.mtimeMs > SILENT_MS);
  return fate === 'dead' || isSilentNow ? undefined : wordsOf(holder);
}

function wordsOf({ command, pid, host }: Holder): string {
  return `'${command}' (process ${pid} on ${host})`;
}

async function writeDraft(draft: string, content: string): Promise<void> {
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A hard link appears with its whole content or not at all, so no reader meets a lock that is half written. */
async function place(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!NO_LINKS.includes(errorCode(error))) throw error;
  }
  return placeCopy(draft, path);
}

/** For file systems without hard links (FAT, some network mounts). */
async function placeCopy(draft: string, path: string): Promise<boolean> {
  try {
    await copyFile(draft, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Replaces the lock of a dead holder. Only whoever holds `PATH.takeover` removes a lock, so that of two who find the
 * same dead holder the second cannot remove the first one's new lock.
 */
async function takeOver(draft: string, path: string, own: ProcessIdentity): Promise<void> {
  const gate = `${path}.takeover`;
  await refuseIfHeld(draft, path, own);
  if (await isSilent(draft, gate)) await rm(gate, { force: true });
  if (!(await place(draft, gate))) throw locked(path, 'another slash32, which is just starting');
  try {
    await refuseIfHeld(draft, path, own);
    await rm(path, { force: true });
    if (!(await place(draft, path))) throw locked(path, 'another slash32, which is just starting');
  } finally {
    await rm(gate, { force: true });
  }
}

async function refuseIfHeld(draft: string, path: string, own: ProcessIdentity): Promise<void> {
  const text = await readPlainFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return;
  const holder = parseHolder(text);
  if (holder === undefined) throw locked(path, 'something that slash32 did not write');
  const fate = await fateOf(holder, own);
  if (fate === 'dead' || (fate === 'unknown' && (await isSilent(draft, path)))) return;
  throw locked(path, wordsOf(holder));
}

/** Compares two times of the same file system, so that no clock of another machine matters. */
async function isSilent(draft: string, path: string): Promise<boolean> {
  const then = await stat(path).catch(() => undefined);
  const now = await stat(draft);
  return then !== undefined && now.mtimeMs - then.mtimeMs > SILENT_MS;
}

function hold(path: string, content: string): RunLock {
  const heartbeat = setInterval(() => {
    touch(path, content).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const atExit = (): void => removeOwn(path, content);
  process.once('exit', atExit);
  let released = false;
  return {
    path,
    async release() {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      process.removeListener('exit', atExit);
      removeOwn(path, content);
    },
  };
}

/** Writes the same bytes again, so that the file system's own clock dates them. */
async function touch(path: string, content: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    if ((await handle.readFile('utf8')) === content) await handle.write(content, 0);
  } finally {
    await handle.close();
  }
}

/** Synchronous, because an exiting process cannot wait; never removes a lock that somebody else holds by now. */
function removeOwn(path: string, content: string): void {
  try {
    if (readFileSync(path, 'utf8') === content) rmSync(path, { force: true });
  } catch {
    // Gone or unreadable: either way it is not ours to remove.
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const fields: Partial<Record<keyof Holder, unknown>> = value;
    if (typeof fields.pid !== 'number' || !Number.isSafeInteger(fields.pid) || fields.pid <= 0) return undefined;
    const asText = (field: unknown): string => (typeof field === 'string' ? field : '');
    return {
      pid: fields.pid,
      host: asText(fields.host),
      boot: asText(fields.boot),
      namespace: asText(fields.namespace),
      started: asText(fields.started),
      command: asText(fields.command),
    };
  } catch {
    return undefined;
  }
}

function locked(path: string, holder: string): Slash32Error {
  return new Slash32Error('S32_RUN_LOCKED', {
    message: `Another run is at work: ${holder} holds ${path}.`,
    where: path,
    hint: `Wait until it is done. If you are sure that nothing runs any more, remove ${path}.`,
  });
}
