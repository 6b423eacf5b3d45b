import { isIPv6 } from 'node:net';
import { Slash32Error } from '../../errors/slash32-error.js';

const INCUS_PORT = '8443';

/** HTTPS origins for addresses as Incus and people write them, without doubles, in the same order. */
export function incusOrigins(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.map(incusOrigin))];
}

/**
 * The origin of `host`, `host:port`, `[v6]:port`, a bare IPv6 address, or `https://…`; the port is 8443 unless it is
 * named. Throws `S32_INCUS_UNREACHABLE` for anything else.
 */
export function incusOrigin(address: string): string {
  const bare = address
    .trim()
    .replace(/^https:\/\//i, '')
    .replace(/\/+$/, '');
  const host = isIPv6(bare) ? `[${bare}]` : bare;
  const url = URL.canParse(`https://${host}`) ? new URL(`https://${host}`) : undefined;
  if (
    url === undefined ||
    host === '' ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.username !== '' ||
    url.hash !== ''
  ) {
    throw new Slash32Error('S32_INCUS_UNREACHABLE', {
      message: `${JSON.stringify(address)} is not an address of an Incus server.`,
      hint: 'Write it as `host`, `host:port` or `https://host:port`.',
    });
  }
  // URL drops 443 as the default of https, so the text itself is asked.
  const port = /:(\d+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1] ?? INCUS_PORT;
  return `https://${url.hostname}:${port}`;
}
