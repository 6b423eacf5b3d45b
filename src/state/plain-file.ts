import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';
import { errorCode } from './disk-errors.js';

/** Opening a pipe would otherwise wait for somebody who may never come. */
const READING = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Reads a text, and of plain files only: a pipe has no end, a device is not ours to ask. A link is followed where this user or
 * the superuser made it; one that another user made leads wherever he likes. Throws what the file system throws, and `NOT_PLAIN`
 * or `STRANGERS_LINK` as the code.
 */
export async function readPlainFile(path: string): Promise<string> {
  await refuseUnlessPlain(path);
  const handle = await open(path, READING);
  try {
    if (!(await handle.stat()).isFile()) throw notPlain(path);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** {@link readPlainFile} for who cannot wait. */
export function readPlainFileSync(path: string): string {
  refuseUnlessPlainSync(path);
  const file = openSync(path, READING);
  try {
    if (!fstatSync(file).isFile()) throw notPlain(path);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Throws where something else than a plain file, or a stranger's link, has the name. Nothing of that name is fine. */
export async function refuseUnlessPlain(path: string): Promise<void> {
  const found = await lstat(path).catch(ifMissing);
  if (found?.isSymbolicLink() === true) {
    if (isStrangers(found)) throw strangersLink(path);
    judge(path, await stat(path).catch(ifMissing));
  } else judge(path, found);
}

/** {@link refuseUnlessPlain} for who cannot wait. */
export function refuseUnlessPlainSync(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true) {
    if (isStrangers(found)) throw strangersLink(path);
    judge(path, statSync(path, { throwIfNoEntry: false }));
  } else judge(path, found);
}

function judge(path: string, found: Stats | undefined): void {
  // a folder has a word of its own in every error of the system
  if (found !== undefined && !found.isFile() && !found.isDirectory()) throw notPlain(path);
}

function isStrangers({ uid }: Stats): boolean {
  const own = process.getuid?.();
  return own !== undefined && uid !== own && uid !== 0;
}

function ifMissing(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined;
  throw error;
}

function notPlain(path: string): Error {
  return Object.assign(new Error(`${path} is no plain file`), { code: 'NOT_PLAIN' });
}

function strangersLink(path: string): Error {
  return Object.assign(new Error(`${path} is a link that another user made`), { code: 'STRANGERS_LINK' });
}
