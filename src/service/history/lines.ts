import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode } from '../../state/disk-errors.js';
import { refuseUnlessPlain } from '../../state/plain-file.js';

/** An open file of lines. */
export interface LineFile {
  /** Tells one file from another, whatever it is called meanwhile. */
  readonly identity: string;
  /** The lines from the last to the first, without the empty ones. */
  backwards(): AsyncGenerator<Line>;
  close(): Promise<void>;
}

/** One line of a file. */
export interface Line {
  readonly text: string;
  /** False for a last line without an end: it was cut short, or is being written. */
  readonly isWhole: boolean;
}

const CHUNK = 1 << 20;
const NEW_LINE = 10;

/** Opens a file of lines for reading from its end; undefined where there is none. Throws what the file system throws. */
export async function openLines(path: string): Promise<LineFile | undefined> {
  await refuseUnlessPlain(path);
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { dev, ino, size } = await handle.stat();
    return { identity: `${dev}:${ino}`, backwards: () => backwards(handle, size), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* backwards(handle: FileHandle, size: number): AsyncGenerator<Line> {
  let end = size;
  // The beginning of the line that the chunks so far have not begun, from its last piece to its first.
  let pieces: Buffer[] = [];
  let isWhole = false;
  while (end > 0) {
    const chunk = await readAt(handle, Math.max(0, end - CHUNK), Math.min(CHUNK, end));
    end = Math.max(0, end - CHUNK);
    let to = chunk.length;
    for (let at = chunk.lastIndexOf(NEW_LINE); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(NEW_LINE, at - 1)) {
      const line = lineOf([...pieces, chunk.subarray(at + 1, to)], isWhole);
      if (line !== undefined) yield line;
      pieces = [];
      isWhole = true;
      to = at;
    }
    pieces.push(chunk.subarray(0, to));
  }
  const line = lineOf(pieces, isWhole);
  if (line !== undefined) yield line;
}

function lineOf(pieces: readonly Buffer[], isWhole: boolean): Line | undefined {
  const text = Buffer.concat(pieces.toReversed()).toString('utf8');
  return text.trim() === '' ? undefined : { text, isWhole };
}

/** Less than `length` only where the file was cut meanwhile. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
