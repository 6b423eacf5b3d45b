import type {
  Reservation,
  ReservationAction,
  ReservationChange,
  SettingChange,
  SettingValue,
} from '../../../../src/model/change.js';
import type { FirewallInterface } from '../../../../src/model/firewall.js';
import type { ObservedReservation, SegmentState } from '../../../../src/model/segment.js';

/** A change of a setting on opt3, or another interface. */
export function setting(value: SettingValue, id = 'opt3'): SettingChange {
  return { ...value, kind: 'setting', segment: 'servers', interface: id, reason: 'because' };
}

/** A reservation to write. */
export function reservation(number: number, more: Partial<Reservation> = {}): Reservation {
  return {
    mac: `00:16:3e:00:03:${number.toString(16).padStart(2, '0')}`,
    address: `10.10.3.${number}`,
    hostname: `host${number}`,
    description: `host${number} [slash32:home:default/host${number}/eth0:]`,
    arpEntry: false,
    ...more,
  };
}

/** A reservation to create. */
export function create(after: Reservation, id = 'opt3'): ReservationChange {
  return change('create', undefined, after, id);
}

/** Any change of a reservation. */
export function change(
  action: ReservationAction,
  before: ObservedReservation | undefined,
  after: Reservation | undefined,
  id = 'opt3',
): ReservationChange {
  return {
    kind: 'reservation',
    action,
    segment: 'servers',
    interface: id,
    nic: 'default/x/eth0',
    before,
    after,
    reason: 'because',
  };
}

/** The changes that manage a segment in full, on top of what it says. */
export function managing(
  state: SegmentState,
  reservations: readonly Reservation[] = [],
): (SettingChange | ReservationChange)[] {
  const id = state.interface;
  const range = { from: '10.10.3.254', to: '10.10.3.254' };
  return [
    setting({ setting: 'mask', before: state.mask ?? null, after: '255.255.255.255' }, id),
    setting({ setting: 'enabled', before: state.enabled, after: true }, id),
    setting({ setting: 'range', before: state.range ?? null, after: range }, id),
    setting({ setting: 'deny_unknown', before: state.denyUnknown, after: true }, id),
    setting({ setting: 'mac_allow', before: state.macAllow ?? null, after: '02:00:00:00:00:00' }, id),
    setting({ setting: 'static_arp', before: state.staticArp, after: 'on' }, id),
    setting({ setting: 'router', before: state.router ?? null, after: '10.10.3.2' }, id),
    ...reservations.map((after) => create(after, id)),
  ];
}

/** The changes that bring a segment back from `now` to what it said `before`; entries whose MAC was not there go. */
export function unmanaging(before: SegmentState, now: SegmentState): (SettingChange | ReservationChange)[] {
  const id = now.interface;
  const macs = new Set(before.reservations.map((entry) => entry.mac));
  return [
    setting(
      { setting: 'mask', before: now.mask ?? null, after: before.mask === 'invalid' ? null : (before.mask ?? null) },
      id,
    ),
    setting({ setting: 'enabled', before: now.enabled, after: before.enabled }, id),
    setting({ setting: 'range', before: now.range ?? null, after: before.range ?? null }, id),
    setting({ setting: 'deny_unknown', before: now.denyUnknown, after: before.denyUnknown }, id),
    setting({ setting: 'mac_allow', before: now.macAllow ?? null, after: before.macAllow ?? null }, id),
    setting({ setting: 'static_arp', before: now.staticArp, after: before.staticArp === 'on' ? 'on' : 'off' }, id),
    setting({ setting: 'router', before: now.router ?? null, after: before.router ?? null }, id),
    ...now.reservations.flatMap((entry) => (macs.has(entry.mac) ? [] : [change('delete', entry, undefined, id)])),
  ];
}

/** An enabled interface with 10.10.3.1/24. */
export function firewallInterface(id = 'opt3', more: Partial<FirewallInterface> = {}): FirewallInterface {
  return {
    id,
    description: id.toUpperCase(),
    device: 'em4',
    mac: undefined,
    enabled: true,
    address: '10.10.3.1',
    prefix: 24,
    virtualIps: [],
    ...more,
  };
}
