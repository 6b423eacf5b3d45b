import type { WireState } from '../../../../src/firewall/opnsense/plugin/wire.js';
import type { Change, Reservation, ReservationAction } from '../../../../src/model/change.js';
import type { Commitment } from '../../../../src/model/firewall.js';
import { standingReservation } from '../../../../src/model/reservation.js';
import type { ObservedReservation, SegmentState } from '../../../../src/model/segment.js';
import { blankState } from '../../../../src/model/segment-state.js';
import { dhcpdXml } from './reference.js';

export const TOKEN = '0123456789abcdef'.repeat(4);
export const REVISION = 'a'.repeat(64);
export const NEXT_REVISION = 'b'.repeat(64);

export const COMMITMENT: Commitment = {
  owner: 'home',
  token: TOKEN,
  seconds: 120,
  wait: true,
  fingerprint: 'f'.repeat(64),
  host: 'incus1',
  takeOver: false,
};

export function reservation(number: number, part: Partial<Reservation> = {}): Reservation {
  const digits = number.toString(16).padStart(2, '0');
  return {
    mac: `10:66:6a:00:00:${digits}`,
    address: `10.10.1.${number}`,
    hostname: `i${number}`,
    description: `i${number} [slash32:home:default/i${number}/eth0:a2432d30]`,
    arpEntry: false,
    ...part,
  };
}

export function segmentState(
  reservations: readonly (Reservation | ObservedReservation)[],
  part: Partial<SegmentState> = {},
): SegmentState {
  return {
    ...blankState('opt1'),
    enabled: true,
    range: { from: '10.10.1.210', to: '10.10.1.240' },
    reservations: reservations.map((one, position) =>
      'position' in one ? { ...one, position } : standingReservation(one, position),
    ),
    ...part,
  };
}

export function change(
  action: ReservationAction,
  before: ObservedReservation | undefined,
  after: Reservation | undefined,
): Change {
  return {
    kind: 'reservation',
    action,
    segment: 'edge',
    interface: 'opt1',
    nic: 'default/web/eth0',
    before,
    after,
    reason: 'a test',
  };
}

export function wireState(states: readonly SegmentState[], part: Partial<WireState> = {}): WireState {
  return {
    result: 'ok',
    api: 1,
    plugin: '1.2',
    version: '26.7.2',
    revision: REVISION,
    now: 1_795_430_000,
    caller: { address: '10.10.1.5', user: 'slash32' },
    scope: { interfaces: ['opt1'], max_confirm_seconds: 600 },
    interfaces: [
      {
        id: 'opt1',
        descr: 'EDGE',
        device: 'em2',
        mac: '00:16:3E:0A:00:02',
        enabled: true,
        ipaddr: '10.10.1.1',
        subnet: 24,
        vips: [{ address: '10.10.1.254', mode: 'carp', status: 'MASTER' }],
      },
      { id: 'wan', descr: '', device: 'em0', mac: null, enabled: true, ipaddr: 'dhcp', subnet: null, vips: [] },
    ],
    dhcpd: dhcpdXml(states),
    other_dhcp: [],
    faults: [],
    leases: [],
    neighbours: [],
    restarts: [],
    peer: null,
    owners: [],
    pending: [],
    applies: [],
    dhcpd_health: { expected: true, running: true },
    ...part,
  };
}
