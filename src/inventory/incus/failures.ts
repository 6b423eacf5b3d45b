import { readFile, stat } from 'node:fs/promises';
import { Slash32Error } from '../../errors/slash32-error.js';

/** What a failure is reported against. */
export interface FailureContext {
  /** The request for people: `GET https://… /1.0`. */
  readonly where: string;
  /** The server for people: `unix:/…` or `https://…`. */
  readonly endpoint: string;
  /** Path of the socket; undefined over HTTPS. */
  readonly socketPath: string | undefined;
  readonly timeoutMs: number;
}

/** Turns a failure of the connection, as Node or axios report it, into one of ours. One of ours stays as it is. */
export async function connectionFailure(error: unknown, context: FailureContext): Promise<Slash32Error> {
  const own = findOwnError(error);
  if (own) return own;
  const code = codeOf(error);
  const { where, endpoint } = context;
  if (code === 'EACCES' || code === 'EPERM') return socketDenied(context, error);
  if (isTimeout(error, code)) {
    const seconds = context.timeoutMs / 1000;
    const message = `${endpoint} did not answer completely within ${seconds} s.`;
    return new Slash32Error('S32_INCUS_TIMEOUT', { message, where, cause: error });
  }
  if (/maxContentLength/.test(textOf(error))) {
    const message = `${endpoint} sends more than any inventory can be.`;
    return new Slash32Error('S32_INCUS_UNEXPECTED', { message, where, cause: error });
  }
  const unreachable = unreachableReason(code, context);
  if (unreachable !== undefined) {
    return new Slash32Error('S32_INCUS_UNREACHABLE', { message: unreachable, where, cause: error });
  }
  if (isTlsCode(code, textOf(error))) {
    const message = `No TLS connection to ${endpoint}: ${textOf(error)}.`;
    return new Slash32Error('S32_INCUS_TLS', { message, where, cause: error });
  }
  const message = `The connection to ${endpoint} broke off before the answer was complete (${code ?? textOf(error)}).`;
  return new Slash32Error('S32_INCUS_INTERRUPTED', { message, where, cause: error });
}

function findOwnError(error: unknown): Slash32Error | undefined {
  if (error instanceof Slash32Error) return error;
  if (error instanceof Error && error.cause !== undefined && error.cause !== error) return findOwnError(error.cause);
  return undefined;
}

function unreachableReason(code: string | undefined, context: FailureContext): string | undefined {
  const { endpoint, socketPath } = context;
  if (code === 'ENOENT') return `There is no socket ${socketPath ?? endpoint}.`;
  if (code === 'ENOTSOCK') return `${socketPath ?? endpoint} is not a socket.`;
  if (code === 'ECONNREFUSED') return `Nobody listens at ${endpoint}.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The name in ${endpoint} cannot be resolved.`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EHOSTDOWN' || code === 'EADDRNOTAVAIL') {
    return `There is no route to ${endpoint}.`;
  }
  return undefined;
}

function isTimeout(error: unknown, code: string | undefined): boolean {
  return code === 'ETIMEDOUT' || code === 'ECONNABORTED' || (error instanceof Error && error.name === 'TimeoutError');
}

function isTlsCode(code: string | undefined, text: string): boolean {
  return (
    code?.startsWith('ERR_SSL_') === true ||
    code?.startsWith('ERR_TLS_') === true ||
    code === 'EPROTO' ||
    /SSL routines/.test(text)
  );
}

async function socketDenied(context: FailureContext, cause: unknown): Promise<Slash32Error> {
  const path = context.socketPath ?? context.endpoint;
  const group = await groupOf(path);
  const whose = group === undefined ? '' : ` It belongs to the group \`${group}\`.`;
  return new Slash32Error('S32_INCUS_SOCKET_DENIED', {
    message: `This user may not open ${path}.${whose}`,
    where: context.where,
    ...(group === undefined ? {} : { hint: groupHint(group) }),
    cause,
  });
}

function groupHint(group: string): string {
  if (group === 'root')
    return 'The socket is for root only: run slash32 as root, or give incusd a group (`--group incus-admin`).';
  return `Add the user to it (\`sudo usermod -aG ${group} USER\`) and log in again. Who is in this group controls the host.`;
}

async function groupOf(path: string): Promise<string | undefined> {
  try {
    const { gid } = await stat(path);
    const lines = (await readFile('/etc/group', 'utf8')).split('\n').map((line) => line.split(':'));
    return lines.find((fields) => fields[2] === String(gid))?.[0] ?? `with the number ${gid}`;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // axios puts its own word over the system's when a stream fails; the system's says more.
  if ((code === undefined || code.startsWith('ERR_BAD')) && error.cause instanceof Error)
    return codeOf(error.cause) ?? code;
  return code;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
