import type { Change, Reservation, ReservationChange, SettingChange } from '../../../model/change.js';
import type { Commitment } from '../../../model/firewall.js';
import { writtenReservation } from '../../../model/reservation.js';
import type { SegmentState } from '../../../model/segment.js';
import { blankState } from '../../../model/segment-state.js';
import { byInterface } from '../isc/group.js';
import { type Cut, wireCut } from './cut.js';
import { carriesMarker } from './ownership.js';
import type { PolicyLists } from './policy-lists.js';
import { wirePolicy } from './policy-wire.js';
import type { WireApply, WireReservation, WireSegment, WireSettings } from './wire.js';

/** What an apply is made of. */
export interface PayloadInput {
  readonly segments: readonly SegmentState[];
  readonly revision: string;
  readonly changes: readonly Change[];
  /** The owner's aliases, rules and redirects as they are to be, of the kinds that change. */
  readonly policy?: PolicyLists;
  readonly message: string;
  readonly commitment: Commitment;
  /** Interfaces on which static ARP that was left set may come into force. */
  readonly accepted?: readonly string[];
  /** Whether a person means this node though it is not the master; only for a plugin that asks. */
  readonly onBackup?: boolean;
  /** The ways whose open connections end with it. */
  readonly cut?: Cut | undefined;
}

/**
 * The body of `state/apply` for some changes of what was observed. The plugin takes whole lists: where a reservation
 * changes, every entry of the owner on that interface is named, the ones that stay with their index and as they are. Of
 * foreign entries only those are named that are taken over; interfaces, settings and kinds of policy entries without a change are
 * left out. Pure.
 */
export function buildPayload(input: PayloadInput): WireApply {
  const { commitment } = input;
  const states = new Map(input.segments.map((state) => [state.interface, state]));
  return {
    owner: commitment.owner,
    fingerprint: commitment.fingerprint,
    host: commitment.host.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 253),
    take_over: commitment.takeOver,
    base_revision: input.revision,
    message: input.message,
    confirm_seconds: commitment.seconds,
    token: commitment.token,
    dry_run: false,
    segments: [...byInterface(input.changes)].map(([id, changes]) =>
      segment(states.get(id) ?? blankState(id), changes, commitment.owner),
    ),
    ...(input.accepted?.length ? { accept_static_arp: input.accepted } : {}),
    ...(input.onBackup === true ? { on_backup: true as const } : {}),
    ...(input.cut === undefined ? {} : { cut: wireCut(input.cut) }),
    ...wirePolicy(input.policy ?? {}),
  };
}

function segment(state: SegmentState, changes: readonly Change[], owner: string): WireSegment {
  const settings = changes.filter((change) => change.kind === 'setting');
  const reservations = changes.filter((change) => change.kind === 'reservation');
  return {
    interface: state.interface,
    ...(settings.length === 0 ? {} : { settings: Object.assign({}, ...settings.map(setting)) as WireSettings }),
    ...(reservations.length === 0 ? {} : lists(state, reservations, owner)),
  };
}

function setting(change: SettingChange): WireSettings {
  switch (change.setting) {
    case 'enabled':
      return { enabled: change.after };
    case 'range':
      return { range: change.after };
    case 'mask':
      return { mask: change.after };
    case 'routes':
      return { routes: change.after };
    case 'deny_unknown':
      return { deny_unknown: change.after };
    case 'mac_allow':
      return { mac_allow: change.after?.toLowerCase() ?? null };
    case 'static_arp':
      return { static_arp: change.after === 'on' };
    case 'router':
      return { router: change.after };
    case 'pools':
      return {
        pools: change.after.map(({ from, to, denyUnknown, macAllow }) => ({
          from,
          to,
          deny_unknown: denyUnknown,
          mac_allow: macAllow?.toLowerCase() ?? null,
        })),
      };
  }
}

function lists(
  state: SegmentState,
  changes: readonly ReservationChange[],
  owner: string,
): Pick<WireSegment, 'reservations' | 'adopt' | 'release'> {
  const byPosition = new Map(changes.flatMap((change) => (change.before ? [[change.before.position, change]] : [])));
  const reservations: WireReservation[] = [];
  const adopt: { at: number; mac: string }[] = [];
  const release: WireReservation[] = [];
  for (const entry of state.reservations) {
    const change = byPosition.get(entry.position);
    const at = entry.position;
    if (change === undefined) {
      if (carriesMarker(entry.description, owner)) reservations.push({ at, ...wire(writtenReservation(entry)) });
      continue;
    }
    if (change.after === undefined) continue;
    if (!carriesMarker(change.after.description, owner)) release.push({ at, ...wire(change.after) });
    else {
      reservations.push({ at, ...wire(change.after) });
      if (!carriesMarker(entry.description, owner)) adopt.push({ at, mac: writtenReservation(entry).mac });
    }
  }
  for (const change of changes) if (!change.before && change.after) reservations.push(wire(change.after));
  return {
    reservations,
    ...(adopt.length === 0 ? {} : { adopt }),
    ...(release.length === 0 ? {} : { release }),
  };
}

function wire(reservation: Reservation): WireReservation {
  const { mac, address, hostname, description, arpEntry } = reservation;
  return { mac, ipaddr: address, hostname, descr: description, arp: arpEntry };
}
