import { defineFindings } from './entry.js';

/** Why changes wait for a person, part by part, or the whole plan with exit code 3. */
export const UNSAFE_FINDINGS = defineFindings({
  deletes: {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'many reservations would go or get another address',
    effect: 'More of a project on a segment than `limits` lets go at once; they stay until somebody says yes.',
    remedy: 'Look whether the instances are really gone, then approve the part by its id.',
  },
  'source-shrank': {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'many instances of a project are missing',
    effect: 'The view of the source may be poorer than before; nothing of them is retired until somebody says yes.',
    remedy: 'Look at the source, then approve the part by its id.',
  },
  'source-empty': {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'the source shows no instance at all',
    effect: 'That is mostly a wrong certificate or file; all reservations stay.',
    remedy: 'Look at the source, then approve the part by its id.',
  },
  'foreign-owner': {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'reservations of another slash32 would be taken over',
    effect: 'That service would fight for them.',
    remedy: 'End the other one first, then approve the part by its id.',
  },
  takeover: {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'an instance has uuid and MAC address of one that is gone',
    effect: 'It would get the reservation of the other, and with it what rules let that address do.',
    remedy: 'If it was moved, approve the part by its id; if not, somebody took both.',
  },
  lockout: {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'somebody who must not be cut off would be',
    effect:
      'An address under `protect`, of slash32 itself or of the peer has no reservation with its MAC address where strangers are shut out.',
    remedy: 'Give it one on the firewall, or leave that step out of `manage`. Nothing overrides it.',
  },
  'arp-unseen': {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'it cannot be seen whom static ARP cuts off',
    effect: 'Every neighbour without a reservation is cut off, and this transport does not show which there are.',
    remedy: 'Look at the ARP table of the firewall, then say `--accept-lockout-risk`.',
  },
  'restart-closes': {
    kinds: ['unsafe', 'warning'],
    severity: 'warning',
    title: 'a restart of DHCP puts static ARP in force where it was left set',
    effect: 'Every neighbour there without a reservation is cut off, though nobody asked slash32 for that.',
    remedy: 'Clear static ARP there on the firewall first, or say `--accept-lockout-risk` if it is meant.',
  },
  'tests-fail': {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'the plan would make a test of the policy fail',
    effect: 'What the test forbids would pass, or what it asks for would not; the policy stays as it is.',
    remedy: 'Mend the policy or the test; `slash32 explain` says which rule decides.',
  },
  'watch-opens': {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'watching a segment would open what is closed',
    effect: 'A segment under `watch` lets everything pass and logs it, and rules of today let less pass.',
    remedy: 'Approve it by its id if that is meant, or go on with `deny`.',
  },
  'policy-error': {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'the policy cannot be written as it stands',
    effect: 'None of it is written; what stands goes on, and reservations do too.',
    remedy: 'Mend what is named. Nothing overrides it.',
  },
  'stays-closed': {
    kinds: ['unsafe'],
    severity: 'error',
    title: 'a release would leave clients without any address',
    effect: 'Reservations go while the range stays closed, and nobody knows what was there before.',
    remedy: 'Open the range on the firewall first, or say `--force`.',
  },
  'extra-pools': {
    kinds: ['unsafe', 'warning'],
    severity: 'warning',
    title: 'further address pools serve strangers',
    effect: 'The step that shuts strangers out is not done as long as such a pool is open.',
    remedy: 'Close them there, or update what lets slash32 do it; the message says which.',
  },
});
