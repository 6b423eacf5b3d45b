import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { writeFileAtomic } from './atomic-file.js';
import { errorCode } from './disk-errors.js';
import { readPlainFile, refuseUnlessPlainSync } from './plain-file.js';

/** What came lately, on the disk: whoever starts again still knows it. */
export interface SeenFile {
  /** Digests of keys with the time at which each came, in milliseconds; the oldest first. */
  readonly known: ReadonlyMap<string, number>;
  /** Remembers a key. A disk that cannot be written is no reason to take nothing: then this process alone knows it. */
  add(digest: string, at: number): void;
}

/** The name of a key in the file: nobody can make a message of it. */
export function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/** Reads the file, drops what is older than `ageMs`, and writes it anew; a file that cannot be read counts as empty. */
export async function openSeenFile(path: string, ageMs: number, now: number): Promise<SeenFile> {
  const text = await readPlainFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'NOT_PLAIN' || errorCode(error) === 'STRANGERS_LINK') throw error;
    return '';
  });
  const known = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, at, digest] = /^(\d{1,15}) ([0-9a-f]{32})$/.exec(line) ?? [];
    if (digest !== undefined && now - Number(at) <= ageMs) known.set(digest, Number(at));
  }
  await writeFileAtomic(path, [...known].map(([digest, at]) => `${at} ${digest}\n`).join(''), 0o600).catch(
    () => undefined,
  );
  return {
    known,
    add(digest, at) {
      try {
        refuseUnlessPlainSync(path);
        appendFileSync(path, `${at} ${digest}\n`, { mode: 0o600 });
      } catch {
        // Said by the check of the disk, which every run makes.
      }
    },
  };
}
