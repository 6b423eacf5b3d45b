import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { Slash32Error } from '../../errors/slash32-error.js';

/** What reading needs from outside. */
export interface ReadDeps {
  /** Read where the path is `-`. */
  readonly stdin: AsyncIterable<Buffer | string>;
}

/** How a file is called in errors and plans. */
export function placeOf(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/**
 * The text of a file, or of standard input for `-`, without a byte order mark. Throws `S32_INVENTORY_FILE_UNREADABLE`, and the
 * signal's reason when it is aborted.
 */
export async function readText(path: string, deps: ReadDeps, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const bytes = await readBytes(path, deps, signal);
  // a TextDecoder that refuses takes ten times as long as asking first
  if (!isUtf8(bytes)) throw unreadable(placeOf(path), 'is not text in UTF-8', undefined);
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

async function readBytes(path: string, { stdin }: ReadDeps, signal: AbortSignal): Promise<Buffer> {
  try {
    if (path !== '-') return await readFile(path, { signal });
    const parts: Buffer[] = [];
    for await (const part of stdin) {
      signal.throwIfAborted();
      parts.push(typeof part === 'string' ? Buffer.from(part, 'utf8') : part);
    }
    return Buffer.concat(parts);
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(placeOf(path), systemReason(error), error);
  }
}

/** Why the system does not give a file, as the second half of a sentence. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  if (code === 'EISDIR') return 'is a directory';
  return `cannot be read (${code})`;
}

/** A file that cannot be read at all. */
export function unreadable(source: string, what: string, cause: unknown): Slash32Error {
  return new Slash32Error('S32_INVENTORY_FILE_UNREADABLE', { message: `${source} ${what}.`, where: source, cause });
}
