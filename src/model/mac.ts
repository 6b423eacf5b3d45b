/** MAC addresses. The canonical form is what OPNsense's pages store: lower case, six octets, colons. */

const COLONS = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const DASHES = /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/;
const DOTS = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/;

/**
 * The canonical form of a MAC address in any of its usual spellings (colons, dashes, Cisco dots), or undefined.
 * ISC dhcpd refuses its whole file for a dashed or dotted one, so what is written must always be canonical.
 */
export function normalizeMac(text: string): string | undefined {
  const lower = text.trim().toLowerCase();
  if (COLONS.test(lower)) return lower;
  if (DASHES.test(lower)) return lower.replaceAll('-', ':');
  if (DOTS.test(lower)) return lower.replaceAll('.', '').replace(/(..)(?=.)/g, '$1:');
  return undefined;
}

/** Whether a canonical MAC may belong to one NIC: neither multicast (RFC 7042 §2.1, which includes broadcast) nor all zero. */
export function isUnicastMac(mac: string): boolean {
  return mac !== '00:00:00:00:00:00' && (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0;
}
