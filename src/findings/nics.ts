import { defineFindings } from './entry.js';

/** Why a NIC gets no change: its reservation, if it has one, stays as it is, and the rest of the plan goes on. */
export const NIC_FINDINGS = defineFindings({
  'no-mac': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'a NIC has no MAC address yet',
    effect: 'A reservation is for a MAC address, so there is none until the source has given one.',
    remedy: 'Start the instance once, or set the address on its NIC.',
  },
  'bad-mac': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'a MAC address is not that of one host',
    effect: 'It is malformed, a group address, or one that stands for nobody; no reservation is made for it.',
    remedy: 'Set another MAC address on the NIC.',
  },
  'duplicate-mac': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'a MAC address is claimed twice',
    effect:
      'DHCP goes by the MAC address and would give both the same lease. Who has the reservation keeps it; of two that are new the older instance gets it.',
    remedy: 'Give the other one another MAC address, or remove the entry that slash32 does not own.',
  },
  'bad-hostname': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'a name is no hostname',
    effect:
      'DNS takes letters, digits and inner hyphens, 63 at most, and a description on the firewall 255 bytes, so no reservation is made.',
    remedy: 'Rename the instance.',
  },
  'hostname-taken': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'every form of a name stands for somebody else in DNS',
    effect: 'Clients trust whoever has the name, so it is not given to another one.',
    remedy: 'Rename one of the two.',
  },
  'pin-invalid': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'an instance asks for an address that is none here',
    effect: 'The pin is malformed or outside the network of its segment; the NIC keeps what it has.',
    remedy: 'Correct the pin on the instance.',
  },
  'pin-outside': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'an instance asks for an address that its project may not choose',
    effect: 'Rules may trust that address, so whoever edits an instance does not get it.',
    remedy: 'Choose one of the pool, or give the project that address under `pins` of the segment.',
  },
  'pin-taken': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'an instance asks for an address that somebody holds',
    effect: 'The NIC keeps what it has, or gets nothing, until the address is free.',
    remedy: 'Pin another address, or take it from whoever holds it first.',
  },
  'address-conflict': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'an address is held by two',
    effect: 'The firewall would answer for one of them only, so nothing is changed about it.',
    remedy: 'Move one of the two.',
  },
  protected: {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'a reservation belongs to an address that must not be cut off',
    effect:
      'It stays as it is, since the change would take the way in of an address under `protect`, of slash32 or of the peer.',
    remedy: 'Take the address out of `protect` if that is meant.',
  },
  'pool-exhausted': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'no free address is left in the pool',
    effect: 'New NICs of the segment get no reservation; the message says who holds how many.',
    remedy: 'Widen `pool`, or take away what is not needed; an address in quarantine comes back by itself.',
  },
  share: {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'a project or an instance has what it may have',
    effect: 'Nothing more is given to it, so that the others are served; what it has stays.',
    remedy: 'Take away what is not needed, or raise the limit under `limits`.',
  },
  flapping: {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'a NIC, its tags or its project change all the time',
    effect:
      'Each change restarts DHCP or loads the rules for everybody, so the next one is made at the time that is named.',
    remedy: 'Look what changes it. It ends by itself; `--force` makes it now.',
  },
  'other-owner': {
    kinds: ['left-out'],
    severity: 'warning',
    title: 'a reservation belongs to another slash32',
    effect: 'Two services would fight for it, so it is left to the one whose marker it carries.',
    remedy: 'Have that service release it, or take it over with `--adopt` and its address.',
  },
  'ipv4-filtering': {
    kinds: ['left-out', 'warning'],
    severity: 'warning',
    title: 'the host filters the IPv4 of a NIC so that it could not use its lease',
    effect: 'Either no DHCP answer gets in, or nothing goes out from the address that it would have.',
    remedy: 'Name the address on the NIC itself, the same as its reservation, or take the filter off.',
  },
  vlan: {
    kinds: ['left-out', 'warning'],
    severity: 'warning',
    title: 'a NIC stands on VLANs of its bridge',
    effect: 'It does not stand on the segment, takes part in several, or it is not known where its untagged frames go.',
    remedy: 'Say where its untagged frames go; a segment with that `vlan` would have it.',
  },
});
