import type { Family } from './ip.js';

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
