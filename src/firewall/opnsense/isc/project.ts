import type { Change, Reservation, ReservationChange } from '../../../model/change.js';
import { standingReservation } from '../../../model/reservation.js';
import type { ObservedReservation, SegmentState } from '../../../model/segment.js';
import { blankState, withSetting } from '../../../model/segment-state.js';
import { byInterface } from './group.js';
import { placesFor, sortedCreates } from './order.js';

/**
 * What {@link readSegments} would say once `changes` are made with {@link editDhcpd}: the same values, entries and order.
 * An interface that has no settings yet is added at the end. Pure.
 */
export function projectSegments(base: readonly SegmentState[], changes: readonly Change[]): SegmentState[] {
  const ids = new Set([...base.map((state) => state.interface), ...changes.map((change) => change.interface)]);
  const grouped = byInterface(changes);
  const states = new Map(base.map((state) => [state.interface, state]));
  return [...ids].map((id) => projectOne(states.get(id) ?? blankState(id), grouped.get(id) ?? []));
}

function projectOne(state: SegmentState, changes: readonly Change[]): SegmentState {
  if (changes.length === 0) return state;
  const settings = changes.filter((change) => change.kind === 'setting');
  const reservations = changes.filter((change) => change.kind === 'reservation');
  return {
    ...settings.reduce(withSetting, state),
    reservations: withReservations(state.reservations, reservations),
  };
}

function withReservations(
  base: readonly ObservedReservation[],
  changes: readonly ReservationChange[],
): ObservedReservation[] {
  const byPosition = new Map(changes.map((change) => [change.before?.position, change]));
  const kept = base.flatMap((entry) => {
    const change = byPosition.get(entry.position);
    if (change === undefined) return [entry];
    return change.after === undefined ? [] : [standing(change.after)];
  });
  const creates = sortedCreates(changes).flatMap((change) => (change.after === undefined ? [] : [change.after]));
  const places = placesFor(
    kept.map((entry) => entry.address ?? ''),
    creates.map((entry) => entry.address),
  );
  const list: ObservedReservation[] = [];
  let next = 0;
  for (let index = 0; index <= kept.length; index += 1) {
    for (; next < creates.length && places[next] === index; next += 1) {
      const created = creates[next];
      if (created !== undefined) list.push(standing(created));
    }
    const entry = kept[index];
    if (entry !== undefined) list.push(entry);
  }
  return list.map((entry, position) => ({ ...entry, position }));
}

function standing(after: Reservation): ObservedReservation {
  return standingReservation({ ...after, description: after.description.trim() }, 0);
}
