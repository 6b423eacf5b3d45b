import { defineFindings } from './entry.js';

/** Why a segment is left alone as a whole: nothing is changed there, and the others go on. */
export const SEGMENT_FINDINGS = defineFindings({
  'interface-missing': {
    kinds: ['segment'],
    severity: 'error',
    title: 'the firewall has no such interface',
    effect: 'The segment cannot be planned.',
    remedy: 'Correct `interface` of the segment.',
  },
  'not-writable': {
    kinds: ['segment'],
    severity: 'error',
    title: 'the interface may not be written',
    effect: 'The firewall lets slash32 write named interfaces only, and this is none of them.',
    remedy: 'Add it there, where the message says.',
  },
  'interface-disabled': {
    kinds: ['segment'],
    severity: 'error',
    title: 'the interface is disabled on the firewall',
    effect: 'Nothing is served there.',
    remedy: 'Enable it there first.',
  },
  'interface-without-address': {
    kinds: ['segment'],
    severity: 'error',
    title: 'the interface has no static IPv4 address',
    effect: 'Without one there is no network for which DHCP could hand out leases.',
    remedy: 'Give it one on the firewall.',
  },
  'other-dhcp-server': {
    kinds: ['segment'],
    severity: 'error',
    title: 'another DHCP server serves the interface',
    effect: 'Two would answer the same clients, so nothing is written.',
    remedy: 'Switch one of them off there.',
  },
  'carp-backup': {
    kinds: ['segment'],
    severity: 'error',
    title: 'the node is not surely the master of its pair',
    effect: 'What is written here would be replaced by the next synchronisation of the master, so nothing is.',
    remedy: 'Reach the master, or say `--on-backup` if this node is meant.',
  },
  'carp-router': {
    kinds: ['segment', 'warning'],
    severity: 'warning',
    title: 'clients would not be told the shared address as their router',
    effect: 'After a failover they send to a node that is not there.',
    remedy: 'Set `router` of the segment to the shared address.',
  },
  'pool-outside': {
    kinds: ['segment'],
    severity: 'error',
    title: 'the pool or the router lies outside the network of the interface',
    effect: 'No address of it could be used there.',
    remedy: 'Correct `pool` or `router` of the segment.',
  },
  'range-address': {
    kinds: ['segment'],
    severity: 'error',
    title: 'the address that closes the dynamic range cannot be used',
    effect: 'It lies outside the network, or somebody has it.',
    remedy: 'Set `range_address` of the segment to an address that nobody has.',
  },
});
