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

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/core\/backup\//, 'page-diagnostics-configurationhistory'],
  [/^\/api\/interfaces\/overview\//, 'page-status-interfaces'],
  [/^\/api\/dhcpv4\/leases\//, 'page-status-dhcpleases'],
  [/^\/api\/diagnostics\/interface\/(getArp|get_arp|searchArp)/, 'page-diagnostics-arptable'],
  [/^\/api\/core\/service\//, 'page-status-services'],
  [/^\/api\/dnsmasq\//, 'page-services-dnsforwarder'],
  [/^\/api\/firewall\/filter\//, 'page-filter-api'],
  [/^\/api\/firewall\/category\//, 'page-firewall-categories'],
  [/^\/api\/slash32\/state\//, 'page-services-slash32-api'],
  [/^\/xmlrpc\.php/, 'page-xmlrpclibrary'],
];

/** Whether a user may call a path (facts §1). */
export function mayCall(user: SimUser, path: string): boolean {
  if (user.privileges.includes('page-all')) return true;
  return PATTERNS.some(([pattern, privilege]) => pattern.test(path) && user.privileges.includes(privilege));
}

/** Whether OPNsense refuses the user's writes through the REST API. */
export function isReadOnly(user: SimUser): boolean {
  return user.privileges.includes('user-config-readonly');
}

function token(): string {
  return randomBytes(60).toString('base64');
}
