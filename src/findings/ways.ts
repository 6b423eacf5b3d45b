import { defineFindings } from './entry.js';

/** Ways around the firewall, on the bridge and through instances. */
export const WAY_FINDINGS = defineFindings({
  'not-isolated': {
    kinds: ['warning'],
    severity: 'warning',
    title: 'NICs reach neighbours past the firewall',
    effect: 'One port that is not isolated opens the whole segment, whatever the rules say.',
    remedy: 'Switch port isolation on for the NICs that are named.',
  },
  'isolation-unknown': {
    kinds: ['warning'],
    severity: 'warning',
    title: 'it is not known whether ports are isolated',
    effect:
      'A port that is not isolated opens the whole segment, whatever the rules say; the source does not tell of these.',
    remedy: 'Look at the ports on the host. Where the source can be told, say it there.',
  },
  'mac-filtering': {
    kinds: ['warning'],
    severity: 'info',
    title: 'NICs can send under the MAC address of a neighbour',
    effect: 'Whoever is root in such an instance can take the lease of another one.',
    remedy: 'Switch MAC filtering on for them.',
  },
  'ipv6-filtering': {
    kinds: ['warning'],
    severity: 'warning',
    title: 'the host filters the IPv6 of NICs',
    effect: 'Such a NIC starts only where the host itself gives it an address.',
    remedy: 'Take the filter off, where nothing gives one.',
  },
  'second-way': {
    kinds: ['warning'],
    severity: 'warning',
    title: 'instances stand on several segments',
    effect: 'Each is a way around the firewall: what it takes on one segment it can send on another.',
    remedy: 'Take the second NIC away, unless it is meant as that.',
  },
  'second-nic': {
    kinds: ['warning'],
    severity: 'warning',
    title: 'answers leave by another NIC than questions come in',
    effect: 'An instance with several leases of one address each is reached by the first only.',
    remedy: 'Have it route by source address, and say so on the instance.',
  },
});
