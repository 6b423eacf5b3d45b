import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { Slash32Error } from '../errors/slash32-error.js';
import type { Redactor } from '../secrets/redactor.js';
import { parseSecretReference } from './secret-reference.js';

/** What reading a secret needs from outside. */
export interface SecretDependencies {
  /** The environment: `$CREDENTIALS_DIRECTORY` and the variables of `env:NAME`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Learns the secret before anybody else sees it. */
  readonly redactor: Redactor;
}

/** Opening a pipe would otherwise wait for a writer that may never come. */
const NEVER_WAIT = constants.O_NONBLOCK;
const LARGEST = 65_536;
/** Read by others, written or run by the group: 0600, 0400 and 0640 pass. */
const FORBIDDEN_BITS = 0o037;

/**
 * The content of a secret named by a path, `credential:NAME` or `env:NAME`. Registers it in the redactor first.
 * Throws `S32_SECRET_UNREADABLE` or `S32_SECRET_EXPOSED`, never with any of the content.
 */
export async function readSecret(reference: string, deps: SecretDependencies): Promise<string> {
  const content = await readReference(reference, deps);
  if (content.trim() === '') throw unreadable(reference, 'is empty');
  for (const part of secretParts(content)) deps.redactor.register(part);
  return content;
}

/** What must never be printed of a secret's content: the whole, each line, and the values of `key=…` lines. */
export function secretParts(content: string): string[] {
  const lines = content.split(/\r?\n/).map((line) => line.trim());
  const parts = lines.flatMap((line) => {
    if (line === '' || line.startsWith('-----')) return [];
    const value = /^(?:key|secret)\s*=\s*(.*)$/.exec(line)?.[1];
    if (value !== undefined) return [value];
    return line.length >= 8 ? [line] : [];
  });
  return [...new Set([content.trim(), ...parts])];
}

async function readReference(reference: string, deps: SecretDependencies): Promise<string> {
  const parsed = parseSecretReference(reference);
  if (parsed.kind === 'path') return readFile(reference, parsed.path);
  if (parsed.kind === 'env') {
    const value = deps.env[parsed.name];
    if (value === undefined) throw unreadable(reference, 'names an environment variable that is not set');
    return value;
  }
  const folder = deps.env.CREDENTIALS_DIRECTORY;
  if (folder === undefined || !isAbsolute(folder))
    throw unreadable(
      reference,
      'names a systemd credential, and $CREDENTIALS_DIRECTORY is not set',
      `Add LoadCredential=${parsed.name}:/path to the unit, or name a file.`,
    );
  return readFile(reference, join(folder, parsed.name));
}

async function readFile(reference: string, path: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | NEVER_WAIT);
    const stat = await handle.stat();
    if (!stat.isFile()) throw unreadable(reference, 'is not a file');
    if (stat.size > LARGEST) throw unreadable(reference, 'is far too large for a key');
    if ((stat.mode & FORBIDDEN_BITS) !== 0) throw exposed(reference, path, stat.mode);
    return await handle.readFile('utf8');
  } catch (cause) {
    if (cause instanceof Slash32Error) throw cause;
    throw unreadable(reference, REASONS[codeOf(cause)] ?? `cannot be read (${codeOf(cause)})`, undefined, cause);
  } finally {
    await handle?.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
};

function exposed(reference: string, path: string, mode: number): Slash32Error {
  const octal = (mode & 0o777).toString(8).padStart(3, '0');
  const who = (mode & 0o007) !== 0 ? 'every user of this machine' : 'its whole group, which may change it';
  return new Slash32Error('S32_SECRET_EXPOSED', {
    message: `The key file ${path} has mode ${octal}: it is open to ${who}.`,
    where: reference,
    hint: `Run: chmod 600 ${path} (a mounted secret: give it the mode 0400).`,
  });
}

function unreadable(reference: string, reason: string, hint?: string, cause?: unknown): Slash32Error {
  return new Slash32Error('S32_SECRET_UNREADABLE', {
    message: `The secret ${reference} ${reason}.`,
    where: reference,
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
}
