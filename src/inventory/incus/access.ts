import { Slash32Error } from '../../errors/slash32-error.js';
import { isRecord } from '../../schema/record.js';
import type { IncusClient } from './client.js';
import type { ServerInfo } from './server.js';
import { INCUS_URLS } from './urls.js';

/**
 * How much of the server we may see.
 * - `all`: everything.
 * - `projects`: whole projects only (a restricted certificate, also the one behind the socket of `incus-user`).
 * - `unknown`: it cannot be told, because permissions may hide single instances.
 */
export interface Access {
  readonly scope: 'all' | 'projects' | 'unknown';
  /** Half a sentence for people: what limits the view. */
  readonly why: string;
  /** The projects that a restricted certificate is for, by name, where the server says so. */
  readonly projects: readonly string[] | undefined;
  /** Projects that stand beside a certificate without restricting it: whoever named them believed that they do. */
  readonly meant?: readonly string[];
}

/**
 * Finds out how much we may see. The socket of root is unrestricted; a certificate is looked up in the trust store by
 * its own fingerprint. One that the store does not show is taken for restricted, which never sees a part of a project.
 */
export async function readAccess(client: IncusClient, server: ServerInfo, signal: AbortSignal): Promise<Access> {
  if (server.authMethod === 'unix') return { scope: 'all', why: '', projects: undefined };
  if (server.authMethod !== 'tls') {
    const why = `this client is signed in by ${server.authMethod}, whose permissions may hide single instances`;
    return { scope: 'unknown', why, projects: undefined };
  }
  const own = await findOwnCertificate(client, server.authName, signal);
  if (own === undefined) {
    return { scope: 'projects', why: 'the trust store does not show this certificate', projects: undefined };
  }
  const projects = Array.isArray(own.projects)
    ? own.projects.filter((name) => typeof name === 'string').sort()
    : undefined;
  if (own.restricted === false) {
    const meant = projects !== undefined && projects.length > 0 ? { meant: projects } : {};
    return { scope: 'all', why: '', projects: undefined, ...meant };
  }
  return { scope: 'projects', why: 'this certificate is restricted to some projects', projects };
}

async function findOwnCertificate(client: IncusClient, fingerprint: string, signal: AbortSignal) {
  const list = await readCertificates(client, signal);
  if (!Array.isArray(list)) return undefined;
  return list.filter(isRecord).find((entry) => entry.fingerprint === fingerprint);
}

async function readCertificates(client: IncusClient, signal: AbortSignal): Promise<unknown> {
  try {
    return await client.get(INCUS_URLS.certificates, signal);
  } catch (error) {
    if (error instanceof Slash32Error && error.code === 'S32_INCUS_FORBIDDEN') return undefined;
    throw error;
  }
}
