import type { FilteredDhcp } from '../../model/instance.js';

/**
 * Whether a NIC with `security.ipv4_filtering` gets a lease from a DHCP server behind a port of its bridge: the chain for forwarded
 * packets let no DHCPDISCOVER pass until 7.0.2 of the long-term line and the first release after 7.3 (6.0.4 and 7.0.2 measured).
 * Undefined where the version cannot be read.
 */
export function filteredDhcpOf(version: string): FilteredDhcp | undefined {
  const found = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (found === null) return undefined;
  const [major = 0, minor = 0, patch = 0] = found.slice(1).map((part) => Number(part ?? 0));
  const reaches = major > 7 || (major === 7 && (minor > 3 || (minor === 0 && patch >= 2)));
  return { reaches, by: `Incus ${version}`, remedy: 'update Incus to 7.0.2, or 7.4 and later' };
}
