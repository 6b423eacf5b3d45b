import { randomBytes } from 'node:crypto';

/** A user of the simulated firewall with one API key. */
export interface SimUser {
  readonly name: string;
  readonly password: string;
  readonly key: string;
  readonly secret: string;
  /** OPNsense's privilege names; `page-all` may do everything. */
  readonly privileges: readonly string[];
}

/** A user with fresh random secrets. */
export function createSimUser(name: string, privileges: readonly string[]): SimUser {
  return { name, privileges, password: token(), key: token(), secret: token() };
}

/** The text of the file that OPNsense offers for download with a new key. */
export function keyFileOf(user: SimUser): string {
  return `key=${user.key}\nsecret=${user.secret}\n`;
}

/** Who sent a request: a user, nobody, or somebody with wrong credentials. */
export type Caller =
  | { readonly kind: 'user'; readonly user: SimUser }
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong' };

/** Reads a Basic authorization header. `passwords` also lets name and password in, as /xmlrpc.php does. */
export function callerOf(header: string | undefined, users: readonly SimUser[], passwords = false): Caller {
  if (header === undefined) return { kind: 'none' };
  const encoded = /^Basic\s+(\S+)$/i.exec(header)?.[1];
  if (encoded === undefined) return { kind: 'wrong' };
  const [name, ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const secret = rest.join(':');
  const user = users.find(
    (known) =>
      (known.key === name && known.secret === secret) ||
      (passwords && known.name === name && known.password === secret),
  );
  return user === undefined ? { kind: 'wrong' } : { kind: 'user', user };
}

/** Whether OPNsense refuses the user's writes through the REST API. */
export function isReadOnly(user: SimUser): boolean {
  return user.privileges.includes('user-config-readonly');
}

function token(): string {
  return randomBytes(60).toString('base64');
}
