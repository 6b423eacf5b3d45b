import { count, shortList } from '../names.js';
import type { LeftOut } from '../types.js';

/**
 * NICs that are left out, in a sentence each; those of which the same is to be said stand in one. `verbose` names every one of them by
 * itself.
 */
export function leftOutTexts(leftOut: readonly LeftOut[], verbose = false): string[] {
  if (verbose) return leftOut.map(({ nic, message }) => `${nic} is left out: ${message}`);
  const byMessage = new Map<string, string[]>();
  for (const { nic, message } of leftOut) byMessage.set(message, [...(byMessage.get(message) ?? []), nic]);
  return [...byMessage].map(([message, nics]) =>
    nics.length === 1
      ? `${nics[0]} is left out: ${message}`
      : `${count(nics.length, 'NIC')} are left out (${shortList(nics)}): ${message}`,
  );
}
