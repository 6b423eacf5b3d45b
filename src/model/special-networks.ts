import { type Family, parseIp, parseSpan } from './ip.js';

/** Addresses that nobody on the internet has (RFC 6890 and later entries of IANA's special-purpose registries). */
export const NOT_PUBLIC: Readonly<Record<Family, readonly string[]>> = {
  inet: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  inet6: ['2001::/23', '2001:db8::/32', '3fff::/20'],
};

/** Networks of which each place has its own (RFC 1918, 3927, 6598), so that nobody elsewhere has a way to them. */
const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
].flatMap((text) => parseSpan(text) ?? []);

/** Whether an IPv4 address is of a network to which the internet has no way. */
export function isPrivate(address: string): boolean {
  const ip = parseIp(address);
  return ip?.family === 'inet' && PRIVATE.some((span) => ip.value >= span.first && ip.value <= span.last);
}
