import { chmod, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { dirname } from 'node:path';
import { isLoopback, type Listen } from '../config/listen.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { limitConnections } from './connections.js';

/** A server that listens. */
export interface Listening {
  /** `https://127.0.0.1:3232`, `unix:/run/slash32/api.sock`. */
  readonly address: string;
  /** Shows another certificate to whoever connects from now on. Throws `S32_HTTP_TLS`, and goes on with the one that it has. Only with TLS. */
  renew?(identity: ServerIdentity): void;
  /** Takes nothing new, and ends what is open when the grace is over. */
  close(): Promise<void>;
}

/** Certificate and key, PEM. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

const GRACE_MS = 2_000;
/** `sun_path` of unix(7) without its last zero, on the system that has least of it. */
const LONGEST_PATH = 103;

/** Throws `S32_HTTP_EXPOSED` where others could use the API without proving who they are, or read along. */
export function refuseExposure(listen: Listen, identity: ServerIdentity | undefined, tokens: number): void {
  if (isLoopback(listen.host)) return;
  if (identity !== undefined && tokens > 0) return;
  const lacks = identity === undefined ? 'a certificate' : 'an API token';
  throw new Slash32Error('S32_HTTP_EXPOSED', {
    message: `Others reach ${listen.host}:${listen.port}, and there is not even ${lacks}.`,
    where: `${listen.host}:${listen.port}`,
  });
}

/** Listens on TCP, with TLS where there is an identity. Throws `S32_HTTP_LISTEN` or `S32_HTTP_TLS`. */
export async function listenTcp(
  app: RequestListener,
  listen: Listen,
  identity: ServerIdentity | undefined,
): Promise<Listening> {
  const secure = identity === undefined ? undefined : createTls(app, identity);
  const server = secure ?? createServer(app);
  harden(server);
  await started(server, `${listen.host}:${listen.port}`, () => server.listen(listen.port, listen.host));
  const bound = server.address() as AddressInfo;
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    address: `${identity === undefined ? 'http' : 'https'}://${host}:${bound.port}`,
    ...(secure === undefined
      ? {}
      : { renew: (fresh) => orUnusable(() => secure.setSecureContext(secureOptions(fresh))) }),
    close: () => close(server),
  };
}

/**
 * Listens on a unix socket of mode 0660. A socket that a dead process left behind is replaced, one that somebody listens on
 * is refused with `S32_HTTP_LISTEN`.
 */
export async function listenSocket(app: RequestListener, path: string): Promise<Listening> {
  await clear(path);
  const server = createServer(app);
  harden(server);
  // Open to others not even until its mode is set: listening binds at once.
  const umask = process.umask(0o117);
  const bound = started(server, path, () => server.listen(path));
  process.umask(umask);
  await bound;
  await chmod(path, 0o660);
  return { address: `unix:${path}`, close: () => close(server) };
}

/** Reads certificate and key of the API. Throws `S32_HTTP_TLS`. */
export async function readIdentity(certFile: string, key: () => Promise<string>): Promise<ServerIdentity> {
  try {
    return { cert: await readFile(certFile, 'utf8'), key: await key() };
  } catch (cause) {
    if (cause instanceof Slash32Error) throw cause;
    throw unusable(`The certificate cannot be read (${reasonOf(cause)}).`, certFile, cause);
  }
}

function createTls(app: RequestListener, identity: ServerIdentity): TlsServer {
  return orUnusable(() => createTlsServer(secureOptions(identity), app));
}

function secureOptions({ cert, key }: ServerIdentity) {
  return { cert, key, minVersion: 'TLSv1.2' } as const;
}

function orUnusable<T>(use: () => T): T {
  try {
    return use();
  } catch (cause) {
    throw unusable(`Certificate and key cannot be used (${reasonOf(cause)}).`, 'service.tls', cause);
  }
}

/** Whoever sends slowly, or not at all, keeps a connection only so long. */
export function harden(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 5_000;
  limitConnections(server);
}

async function started(server: Server, where: string, listen: () => void): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.once('listening', resolve);
      listen();
    });
  } catch (cause) {
    throw new Slash32Error('S32_HTTP_LISTEN', {
      message: `The HTTP API cannot listen on ${where}: ${reasonOf(cause)}.`,
      where,
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EACCES: 'this user may not',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOENT: 'its folder does not exist',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/** Takes away the socket of a process that is gone. */
async function clear(path: string): Promise<void> {
  const refuse = (why: string): never => {
    throw new Slash32Error('S32_HTTP_LISTEN', {
      message: `The HTTP API cannot listen on ${path}: ${why}.`,
      where: path,
    });
  };
  // Node would cut the path short without a word, and the system calls a missing folder a missing permission.
  if (Buffer.byteLength(path) > LONGEST_PATH) refuse(`the path of a socket has ${LONGEST_PATH} bytes at most`);
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (folder === undefined) refuse(REASONS.ENOENT ?? '');
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket()) refuse('there is a file of that name, and it is no socket');
  if (await isAnswered(path)) refuse(REASONS.EADDRINUSE ?? '');
  await rm(path, { force: true });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  });
}

function unusable(message: string, where: string, cause: unknown): Slash32Error {
  return new Slash32Error('S32_HTTP_TLS', { message, where, cause });
}
