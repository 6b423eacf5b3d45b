import { Slash32Error } from '../../errors/slash32-error.js';
import { isRecord } from '../../schema/record.js';
import { filledString } from '../shared/guards.js';
import type { IncusClient } from './client.js';
import { INCUS_URLS } from './urls.js';

/** What `GET /1.0` says about the server and about us. */
export interface ServerInfo {
  readonly version: string;
  readonly clustered: boolean;
  /** `unix`, `tls`, `oidc`. */
  readonly authMethod: string;
  /** Over TLS the fingerprint of our certificate. */
  readonly authName: string;
  /** SHA-256 of the server's own certificate; undefined where it does not say. */
  readonly fingerprint: string | undefined;
}

/**
 * Reads `GET /1.0` and makes sure that Incus takes us for somebody: a stranger gets the same 200, with `auth:
 * "untrusted"` and no extensions. Throws `S32_INCUS_UNTRUSTED` or `S32_INCUS_UNEXPECTED`.
 */
export async function readServer(client: IncusClient, signal: AbortSignal): Promise<ServerInfo> {
  const metadata = await client.get(INCUS_URLS.server, signal);
  const where = `GET ${client.endpoint} ${INCUS_URLS.server}`;
  if (!isRecord(metadata) || typeof metadata.auth !== 'string') {
    throw new Slash32Error('S32_INCUS_UNEXPECTED', {
      message: `${client.endpoint} does not introduce itself as Incus does.`,
      where,
    });
  }
  if (metadata.auth !== 'trusted') {
    throw new Slash32Error('S32_INCUS_UNTRUSTED', {
      message: `${client.endpoint} does not know this client (auth: "${metadata.auth}").`,
      where,
    });
  }
  const environment = metadata.environment;
  if (
    !Array.isArray(metadata.api_extensions) ||
    !isRecord(environment) ||
    typeof environment.server_clustered !== 'boolean'
  ) {
    throw new Slash32Error('S32_INCUS_UNEXPECTED', {
      message: `${client.endpoint} says that it trusts this client but hides its extensions or its environment.`,
      where,
    });
  }
  return {
    version: filledString(environment.server_version) ?? 'unknown',
    clustered: environment.server_clustered,
    authMethod: filledString(metadata.auth_user_method) ?? 'unknown',
    authName: filledString(metadata.auth_user_name) ?? '',
    fingerprint: filledString(environment.certificate_fingerprint),
  };
}
