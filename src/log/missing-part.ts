/** A file of the program that is loaded only when it is needed, and is not there by then: the path, as Node names it. */
const MISSING = /^Cannot find (?:module|package) '([^']+)'/;

/** Which part of the program an error says is gone; undefined for any other error. */
export function missingPart(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return MISSING.exec(error.message)?.[1] ?? 'a part of the program';
}

/** What that means, for people. */
export const MISSING_PART =
  'A part of the program is not there any more: slash32 was upgraded, removed or built anew while this ran.';

/** What to do about it. */
export const MISSING_PART_HINT =
  'Start it again: a command as it was typed, the service by systemctl restart slash32. If it stays, install slash32 again; in a checkout: npm run build';
