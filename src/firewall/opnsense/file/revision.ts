import { createHash } from 'node:crypto';

/** The revision of a configuration file: SHA-256 of its bytes, in hexadecimal. */
export function revisionOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
