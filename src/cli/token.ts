import { EXIT } from '../plan/exit.js';
import { inColumns } from '../plan/render/columns.js';
import type { Role } from '../state/roles.js';
import { createTokenStore, type TokenStore } from '../state/token-store.js';
import { openEssentials } from './essentials.js';
import { type Io, print, printError } from './io.js';
import { widthOf } from './width.js';

/** Options of `slash32 token list` and `token revoke`. */
export interface TokenOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Options of `slash32 token create`. */
export interface TokenCreateOptions extends TokenOptions {
  readonly name: string;
  readonly role: Role;
  /** Seconds. */
  readonly expires?: number;
}

/** `slash32 token create`: prints the token, which nobody can be told again. Returns the exit code. */
export async function runTokenCreate(io: Io, options: TokenCreateOptions): Promise<number> {
  const { name, role, expires } = options;
  const until = expires === undefined ? undefined : new Date(io.now().getTime() + expires * 1000);
  const token = await (await storeOf(io, options)).create(name, role, until);
  // Past the redactor, which would mask it: this is the one place that shows it.
  io.stdout.write(`${token}\n`);
  printError(io, `API token "${name}" (${role}): keep it now, it is not shown again.\n`);
  return EXIT.done;
}

/** `slash32 token list`. Returns the exit code. */
export async function runTokenList(io: Io, options: TokenOptions): Promise<number> {
  const tokens = (await (await storeOf(io, options)).list()).map(({ sha256: _hash, ...rest }) => rest);
  if (options.json === true) {
    print(io, `${JSON.stringify({ format: 'slash32.tokens/1', tokens }, null, 2)}\n`);
    return EXIT.done;
  }
  if (tokens.length === 0) {
    print(io, 'There is no API token yet: slash32 token create --name NAME --role ROLE\n');
    return EXIT.done;
  }
  const rows = tokens.map((one) => [one.name, one.role, one.createdAt, expiry(one.expiresAt, io.now())]);
  print(io, inColumns(['name', 'role', 'created', 'expires'], rows, widthOf(io)));
  return EXIT.done;
}

/** `slash32 token revoke NAME`. Returns the exit code. */
export async function runTokenRevoke(io: Io, name: string, options: TokenOptions): Promise<number> {
  await (await storeOf(io, options)).revoke(name);
  print(io, `API token "${name}" is not valid any more.\n`);
  return EXIT.done;
}

async function storeOf(io: Io, options: TokenOptions): Promise<TokenStore> {
  return createTokenStore((await openEssentials(io, options.config)).service.tokensFile, io.now);
}

function expiry(at: string | undefined, now: Date): string {
  if (at === undefined) return 'never';
  return Date.parse(at) <= now.getTime() ? `${at} (over)` : at;
}
