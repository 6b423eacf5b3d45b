import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Slash32Error } from '../errors/slash32-error.js';
import { validatorOf } from '../schema/validator.js';
import { writeFileAtomic } from './atomic-file.js';
import { errorCode, hinted, systemReason } from './disk-errors.js';
import { refuseUnlessPlain } from './plain-file.js';
import { ROLES, type Role } from './roles.js';
import { acquireRunLock, type RunLock } from './run-lock.js';
import { stepsForOwnerOf } from './same-owner.js';

/** An API token as it is stored: never the token itself. */
export interface StoredToken {
  readonly name: string;
  readonly role: Role;
  /** 64 hexadecimal digits. A plain hash is enough: the token has 256 random bits, which nobody can try. */
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly expiresAt?: string;
}

/** What a presented token is. */
export type TokenVerdict =
  | { readonly kind: 'valid'; readonly name: string; readonly role: Role }
  | { readonly kind: 'expired'; readonly name: string }
  | { readonly kind: 'unknown' };

/** The API tokens of one service. Everything throws `S32_TOKENS_FILE` when the file cannot be used. */
export interface TokenStore {
  list(): Promise<readonly StoredToken[]>;
  /** Judges a token in a time that does not depend on it. Notices within a second that the file was changed. */
  check(token: string): Promise<TokenVerdict>;
  /** Answers the token, which nobody can be told again. Throws `S32_TOKENS_NAME` when the name is taken. */
  create(name: string, role: Role, expiresAt: Date | undefined): Promise<string>;
  /** Throws `S32_TOKENS_NAME` when there is none of that name. */
  revoke(name: string): Promise<void>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const FRESH_MS = 1000;
const LARGEST = 1_000_000;
const OWNER = 'Run the command as that user, as the service does, or as root.';
/** Making and revoking take milliseconds: whoever meets another one waits for it. */
const LOCK_TRIES = 100;
const LOCK_WAIT_MS = 50;

/** The form of the file of API tokens. */
export const TOKENS_SCHEMA = {
  type: 'object',
  required: ['version', 'tokens'],
  properties: {
    version: { const: 1 },
    tokens: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'role', 'sha256', 'createdAt'],
        properties: {
          name: { type: 'string' },
          role: { enum: ROLES },
          sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
          createdAt: { type: 'string' },
          expiresAt: { type: 'string' },
        },
      },
    },
  },
} as const;

const TOKENS = validatorOf<{ tokens: StoredToken[] }>('tokens', TOKENS_SCHEMA, {});

/** The tokens in a JSON file of mode 0600, replaced as a whole. No file is no token. */
export function createTokenStore(file: string, now: () => Date): TokenStore {
  const validate = TOKENS();
  let known: { readonly at: number; readonly tokens: readonly StoredToken[] } | undefined;

  async function load(): Promise<readonly StoredToken[]> {
    const text = await read(file);
    if (text === undefined) return [];
    const content = parse(text);
    if (validate(content) && content.tokens.every(hasReadableEnd)) return content.tokens;
    throw unusable(file, 'it is damaged, or a later version wrote it');
  }

  /** One at a time, also among processes: each change is made of the newest file. */
  async function change<T>(make: (tokens: readonly StoredToken[]) => { tokens: readonly StoredToken[]; answer: T }) {
    const lock = await takeLock(file);
    try {
      const { tokens, answer } = make(await load());
      await save(tokens);
      return answer;
    } finally {
      await lock.release();
    }
  }

  async function save(tokens: readonly StoredToken[]): Promise<void> {
    try {
      await writeFileAtomic(file, `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`, 0o600, stepsForOwnerOf(file));
    } catch (cause) {
      throw unusable(file, `it could not be written: ${systemReason(cause)}`, cause);
    }
    known = undefined;
  }

  return {
    list: load,
    async check(token) {
      const at = now().getTime();
      if (known === undefined || Math.abs(at - known.at) >= FRESH_MS) known = { at, tokens: await load() };
      const presented = createHash('sha256').update(token).digest();
      let found: StoredToken | undefined;
      for (const one of known.tokens) if (timingSafeEqual(presented, Buffer.from(one.sha256, 'hex'))) found = one;
      if (found === undefined) return { kind: 'unknown' };
      const { name, role, expiresAt } = found;
      if (expiresAt !== undefined && Date.parse(expiresAt) <= at) return { kind: 'expired', name };
      return { kind: 'valid', name, role };
    },
    async create(name, role, expiresAt) {
      if (!NAME.test(name)) throw badName(file, `"${name}" is no name: up to 63 of A-Z, a-z, 0-9, ".", "_" and "-".`);
      const token = `s32_${randomBytes(32).toString('base64url')}`;
      const sha256 = createHash('sha256').update(token).digest('hex');
      const times = { createdAt: now().toISOString(), ...(expiresAt && { expiresAt: expiresAt.toISOString() }) };
      return change((tokens) => {
        if (tokens.some((one) => one.name === name)) throw badName(file, `There is an API token "${name}" already.`);
        return { tokens: [...tokens, { name, role, sha256, ...times }], answer: token };
      });
    },
    async revoke(name) {
      await change((tokens) => {
        const rest = tokens.filter((one) => one.name !== name);
        if (rest.length === tokens.length) throw badName(file, `There is no API token "${name}".`);
        return { tokens: rest, answer: undefined };
      });
    },
  };
}

async function takeLock(file: string): Promise<RunLock> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await acquireRunLock(`${file}.lock`, 'slash32 token');
    } catch (cause) {
      const isHeld = cause instanceof Slash32Error && cause.code === 'S32_RUN_LOCKED';
      if (!isHeld)
        throw unusable(
          file,
          `it could not be locked: ${cause instanceof Slash32Error ? systemReason(cause.cause) : systemReason(cause)}`,
          cause instanceof Slash32Error ? cause.cause : cause,
        );
      if (tries === LOCK_TRIES) throw unusable(file, cause.message.replace(/\.$/, ''), cause);
      await sleep(LOCK_WAIT_MS);
    }
  }
}

/** An end that nobody can read would never come. */
function hasReadableEnd({ expiresAt }: StoredToken): boolean {
  return expiresAt === undefined || !Number.isNaN(Date.parse(expiresAt));
}

async function read(file: string): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    await refuseUnlessPlain(file);
    // Without waiting: a pipe of that name would have no end.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await handle.stat();
    const { mode, uid, size } = found;
    const own = process.getuid?.();
    if (!found.isFile()) throw unusable(file, 'it is not a file');
    if ((mode & 0o077) !== 0)
      throw unusable(file, 'others than its owner may read or write it', undefined, `Run: chmod 600 ${file}`);
    if (own !== undefined && own !== 0 && uid !== own)
      throw unusable(file, 'it belongs to another user', undefined, OWNER);
    if (size > LARGEST) throw unusable(file, 'it is far too large');
    return await handle.readFile('utf8');
  } catch (cause) {
    if (cause instanceof Slash32Error) throw cause;
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw unusable(file, `it could not be read: ${systemReason(cause)}`, cause);
  } finally {
    await handle?.close();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unusable(file: string, reason: string, cause?: unknown, hint?: string): Slash32Error {
  return new Slash32Error('S32_TOKENS_FILE', {
    message: `The file of the API tokens, ${file}, cannot be used: ${reason}.`,
    where: file,
    ...(hint === undefined ? hinted(cause) : { hint }),
    cause,
  });
}

function badName(file: string, message: string): Slash32Error {
  return new Slash32Error('S32_TOKENS_NAME', { message, where: file });
}
