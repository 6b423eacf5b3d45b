import { createHash } from 'node:crypto';

/** The id under which everybody speaks of the apply of a confirm token, which is a secret itself: it says nothing of the token. */
export function applyId(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex').slice(0, 16);
}
