import { Slash32Error } from '../../errors/slash32-error.js';
import type { Redactor } from '../../secrets/redactor.js';
import { type Access, readAccess } from './access.js';
import { createSelfSignedCertificate, type KeyedCertificate } from './certificate.js';
import { type ClientLimits, createIncusClient, type IncusClient } from './client.js';
import { assertKeyFilesFree, type KeyPaths, prepareKeyFiles, readKeyFiles } from './key-files.js';
import { incusOrigins } from './origin.js';
import { certificateFingerprint } from './pinned-agent.js';
import { readServer } from './server.js';
import { parseTrustToken, type TrustToken } from './trust-token.js';
import { INCUS_URLS } from './urls.js';

/** What to enrol with. */
export interface EnrolRequest extends KeyPaths {
  /** What `incus config trust add` printed. */
  readonly token: string;
  /** Name in the trust store; default: the one in the token. */
  readonly name?: string;
  /** Addresses to try instead of those in the token: `host`, `host:port` or `https://host:port`. */
  readonly addresses?: readonly string[];
  /** Overwrites existing files. */
  readonly replace?: boolean;
  /** Uses the certificate and key that an earlier enrolment left under these names; where Incus trusts it, the token stays unused. */
  readonly reuse?: boolean;
}

/** What enrolling needs from outside. */
export interface EnrolDependencies {
  readonly redactor: Redactor;
  readonly now: () => Date;
  readonly limits?: ClientLimits;
}

/** What slash32.yaml needs to know afterwards. */
export interface Enrolment extends KeyPaths {
  readonly url: string;
  /** The pinned server fingerprint. */
  readonly fingerprint: string;
  readonly clientFingerprint: string;
  readonly serverVersion: string;
  /** What the new certificate may see; `projects` is what to declare as `incus.projects`. */
  readonly access: Access;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 3650;

/**
 * Makes a client certificate, has Incus trust it by the token, and checks that it does. The server is pinned by the
 * token's fingerprint. Files are written (0600) before the token is used and get their names after; a failure leaves
 * none. What `reuse` takes is not written again, and an expired token is no matter where Incus trusts it already. A token that names projects and does not restrict to them is taken for a mistake. Throws `S32_INCUS_TOKEN_*`, `S32_INCUS_KEY_*` and the client's errors.
 */
export async function enrol(
  request: EnrolRequest,
  deps: EnrolDependencies,
  signal: AbortSignal,
  progress: (step: string) => void,
): Promise<Enrolment> {
  deps.redactor.register(request.token.trim());
  const token = parseTrustToken(request.token);
  deps.redactor.register(token.text);
  deps.redactor.register(token.secret);
  const origins = incusOrigins(request.addresses ?? token.addresses);
  const name = request.name ?? token.clientName;
  const kept = request.reuse === true && request.replace !== true ? await readKeyFiles(request) : undefined;
  if (kept !== undefined) {
    const redemption = { token, name, origins, identity: kept, limits: deps.limits, mayBeTrusted: true };
    const enrolled = await redeemAnywhere(redemption, signal, progress);
    return enrolmentOf(request, token, kept, enrolled);
  }
  assertNotExpired(token, deps.now());
  await assertKeyFilesFree(request, request.replace === true);
  const identity = createCertificate(name, deps.now());
  const files = await prepareKeyFiles(request, identity);
  try {
    const enrolled = await redeemAnywhere({ token, name, origins, identity, limits: deps.limits }, signal, progress);
    const enrolment = enrolmentOf(request, token, identity, enrolled);
    await files.commit();
    return enrolment;
  } catch (error) {
    // After a failed rename the prepared file is the only copy of a key that Incus trusts.
    if (!(error instanceof Slash32Error && error.code === 'S32_INCUS_KEY_WRITE')) await files.discard();
    throw error;
  }
}

function enrolmentOf(
  { certFile, keyFile }: KeyPaths,
  { fingerprint }: TrustToken,
  { certificate }: KeyedCertificate,
  enrolled: Pick<Enrolment, 'url' | 'serverVersion' | 'access'>,
): Enrolment {
  const clientFingerprint = certificateFingerprint(certificate);
  if (enrolled.access.meant !== undefined) throw almighty(enrolled.access.meant, clientFingerprint);
  return { certFile, keyFile, fingerprint, clientFingerprint, ...enrolled };
}

/** Without the option `--restricted` Incus keeps `--projects` beside the certificate and lets it do everything everywhere. */
function almighty(projects: readonly string[], fingerprint: string): Slash32Error {
  return new Slash32Error('S32_INCUS_TOKEN_UNRESTRICTED', {
    message: `The token names ${projects.join(', ')}, but a certificate from it may do everything in every project.`,
    where: 'the trust token',
    hint:
      `On the Incus host: \`incus config trust remove ${fingerprint.slice(0, 12)}\`, then ` +
      `\`incus config trust add slash32 --restricted --projects ${projects.join(',')}\`, and enrol with the new token. ` +
      'One that may see everything is made without --projects.',
  });
}

function createCertificate(name: string, now: Date) {
  // A day of slack: a server whose clock is behind would call a new certificate not yet valid.
  const notBefore = new Date(now.getTime() - DAY_MS);
  const notAfter = new Date(now.getTime() + VALID_DAYS * DAY_MS);
  return createSelfSignedCertificate({ commonName: name, usage: 'client', notBefore, notAfter });
}

function assertNotExpired(token: TrustToken, now: Date): void {
  if (token.expiresAt === undefined || token.expiresAt > now) return;
  throw new Slash32Error('S32_INCUS_TOKEN_SPENT', {
    message: `The trust token expired on ${token.expiresAt.toISOString()}.`,
    where: 'the trust token',
  });
}

interface Redemption {
  readonly token: TrustToken;
  readonly name: string;
  readonly origins: readonly string[];
  readonly identity: KeyedCertificate;
  readonly limits: ClientLimits | undefined;
  /** The certificate is an older one: Incus is asked before the token is spent. */
  readonly mayBeTrusted?: boolean;
}

/** Errors that say something about one address only; at another one the token may still work. */
const ADDRESS_ERRORS = new Set([
  'S32_INCUS_UNREACHABLE',
  'S32_INCUS_TIMEOUT',
  'S32_INCUS_TLS',
  'S32_INCUS_FINGERPRINT',
  'S32_INCUS_UNEXPECTED',
  'S32_INCUS_INTERRUPTED',
]);

async function redeemAnywhere(redemption: Redemption, signal: AbortSignal, progress: (step: string) => void) {
  const failures: Slash32Error[] = [];
  for (const url of redemption.origins) {
    progress(`enrolling at ${url}`);
    try {
      return await redeemAt(url, redemption, signal);
    } catch (error) {
      if (!(error instanceof Slash32Error) || !ADDRESS_ERRORS.has(error.code)) throw error;
      failures.push(error);
    }
  }
  throw summary(failures);
}

function summary(failures: readonly Slash32Error[]): Slash32Error {
  // A wrong fingerprint is the one a person must hear about first.
  const worst = failures.find((failure) => failure.code === 'S32_INCUS_FINGERPRINT') ?? failures[0];
  if (worst === undefined) {
    return new Slash32Error('S32_INCUS_UNREACHABLE', {
      message: 'The trust token names no address of the server.',
      hint: 'Give the address of the Incus host, or set `core.https_address` there and make a new token.',
    });
  }
  if (failures.length === 1) return worst;
  const message = failures.map((failure) => failure.message).join(' ');
  return new Slash32Error(worst.code, {
    message,
    hint: `${worst.hint} If the token names only addresses that cannot be reached from here, give the right one.`,
    cause: worst,
  });
}

async function redeemAt(url: string, redemption: Redemption, signal: AbortSignal) {
  const { token, identity, name, limits } = redemption;
  const endpoint = {
    kind: 'https',
    url,
    cert: identity.certificate,
    key: identity.key,
    fingerprint: token.fingerprint,
  } as const;
  const client = createIncusClient(endpoint, limits);
  try {
    if (redemption.mayBeTrusted !== true || !(await isTrusted(client, signal)))
      await redeem(client, token, name, signal);
    const server = await readServer(client, signal);
    return { url, serverVersion: server.version, access: await readAccess(client, server, signal) };
  } finally {
    client.close();
  }
}

/** When the answer to the token is lost, the server may have taken it: then `GET /1.0` says that we are trusted. */
async function redeem(client: IncusClient, token: TrustToken, name: string, signal: AbortSignal): Promise<void> {
  try {
    await client.post(INCUS_URLS.addCertificate, { trust_token: token.text, name, type: 'client' }, signal);
  } catch (error) {
    if (!(error instanceof Slash32Error)) throw error;
    if (error.code !== 'S32_INCUS_INTERRUPTED' && error.code !== 'S32_INCUS_TIMEOUT') throw error;
    if (!(await isTrusted(client, signal))) throw error;
  }
}

async function isTrusted(client: IncusClient, signal: AbortSignal): Promise<boolean> {
  try {
    await readServer(client, signal);
    return true;
  } catch {
    return false;
  }
}
