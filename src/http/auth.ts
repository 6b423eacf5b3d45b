import type { Request } from 'express';
import { Slash32Error } from '../errors/slash32-error.js';
import { ROLES, type Role } from '../state/roles.js';
import type { ApiDeps, Caller } from './types.js';

/** Whether callers show an API token, or are trusted because they could open the unix socket. */
export type Trust = 'token' | 'socket';

/** Whoever could open the unix socket. */
const SOCKET_CALLER: Caller = { actor: { kind: 'socket', name: 'unix socket', from: 'local' }, role: 'admin' };

/** Who asks. Throws `S32_HTTP_TOKEN` or `S32_HTTP_TOKEN_EXPIRED`, or `S32_TOKENS_FILE` when nobody can say. */
export async function authenticate(request: Request, trust: Trust, deps: ApiDeps): Promise<Caller> {
  if (trust === 'socket') return SOCKET_CALLER;
  const token = /^Bearer +([\x21-\x7e]{1,200}) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined)
    throw new Slash32Error('S32_HTTP_TOKEN', {
      message: 'The request carries no API token (Authorization: Bearer …).',
    });
  const verdict = await deps.checkToken(token).catch((error: unknown) => {
    deps.onDefect(error, 'authentication');
    // Whoever has shown no token yet is told no path of this machine.
    throw new Slash32Error('S32_TOKENS_FILE', {
      message: 'No API token can be judged: their file cannot be used.',
      hint: 'The log of the service says why.',
    });
  });
  if (verdict.kind === 'unknown')
    throw new Slash32Error('S32_HTTP_TOKEN', { message: 'The API token is not known here.' });
  if (verdict.kind === 'expired')
    throw new Slash32Error('S32_HTTP_TOKEN_EXPIRED', { message: `The API token "${verdict.name}" has expired.` });
  const from = request.socket.remoteAddress ?? 'unknown';
  return { actor: { kind: 'token', name: verdict.name, from }, role: verdict.role };
}

/** Throws `S32_HTTP_ROLE` unless the caller's role is at least this one. */
export function requireRole(caller: Caller, role: Role): void {
  if (ROLES.indexOf(caller.role) >= ROLES.indexOf(role)) return;
  throw new Slash32Error('S32_HTTP_ROLE', {
    message: `This needs the role ${role}, and ${caller.actor.name} is ${caller.role}.`,
  });
}
