import { createReadStream } from 'node:fs';

/** A plan of five thousand instances is a hundredth of that. */
const LARGEST = 100_000_000;

/**
 * The text of a file that a person names, which may be a pipe of his shell. Throws what the file system throws, and a RangeError for one
 * that has no end: a device would otherwise fill the memory.
 */
export async function readBoundedFile(path: string, largest = LARGEST): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of createReadStream(path)) {
    parts.push(part);
    size += part.length;
    if (size > largest) throw new RangeError(`it is longer than ${largest} bytes`);
  }
  return Buffer.concat(parts).toString('utf8');
}
