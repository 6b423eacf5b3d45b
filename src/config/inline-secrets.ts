import type { Finding, PathPart } from './problem.js';

const SECRET_KEY =
  /^(secret|password|passwd|pass|passphrase|pin|api_?key|api_?secret|apikeys?|token|trust_?token|api_?token|private_?key|key_?data|credentials?)$/i;
const HINT = 'Put it into a file of mode 0600 and name the file with key_file (or credential:NAME, env:NAME).';
const HOOK_HINT = 'Put it into a file of mode 0600 and write the name of the file here (or credential:NAME, env:NAME).';

/**
 * Secrets do not belong into slash32.yaml, which is committed, mailed and pasted. Finds keys that promise one anywhere
 * in the file, and places for a file name that hold the key itself. No finding repeats the value.
 */
export function findInlineSecrets(value: unknown, path: readonly PathPart[] = []): Finding[] {
  if (path.length > 20) return [];
  if (typeof value === 'string' && isHookSecret(path) && looksLikeSecret(value))
    return [
      { path, at: 'value', message: 'This is a secret itself instead of the place where it is.', hint: HOOK_HINT },
    ];
  if (Array.isArray(value)) return value.flatMap((item, index) => findInlineSecrets(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => {
    const here = [...path, key];
    if (isNameOfOwner(path)) return findInlineSecrets(child, here);
    if (SECRET_KEY.test(key) || (key === 'key' && path[0] === 'opnsense'))
      return [{ path: here, at: 'key', message: `'${key}' would put a secret into this file.`, hint: HINT } as const];
    if ((key === 'key_file' || key === 'key') && typeof child === 'string' && looksLikeKey(child))
      return [
        {
          path: here,
          at: 'value',
          message: `'${key}' holds the key itself instead of naming its file.`,
          hint: HINT,
        } as const,
      ];
    return findInlineSecrets(child, here);
  });
}

/** Keys below `segments` and `pins` are names that people choose: a segment may be called `pin` or `token`. */
function isNameOfOwner(path: readonly PathPart[]): boolean {
  return path[0] === 'segments' && (path.length === 1 || (path.length === 3 && path[2] === 'pins'));
}

function isHookSecret(path: readonly PathPart[]): boolean {
  return path.length === 4 && path[0] === 'service' && path[1] === 'hooks';
}

/** What `openssl rand` and the like print: long, without a dot or slash, and with digits as no file is named. */
function looksLikeSecret(text: string): boolean {
  if (looksLikeKey(text) || /^[0-9a-fA-F]{24,}$/.test(text)) return true;
  return /^[A-Za-z0-9+_=-]{24,}$/.test(text) && (text.match(/\d/g) ?? []).length >= 3 && /[A-Z]/.test(text);
}

/** PEM, the two lines of an OPNsense key file, or the 80 Base64 characters of an OPNsense key. */
export function looksLikeKey(text: string): boolean {
  if (text.includes('-----BEGIN') || text.includes('\n') || /(^|\s)(key|secret)=/.test(text)) return true;
  return /^[A-Za-z0-9+][A-Za-z0-9+/]{59,}={0,2}$/.test(text);
}
