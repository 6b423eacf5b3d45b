import type { Change, ReservationChange } from '../model/change.js';
import { standingReservation } from '../model/reservation.js';
import type { ObservedReservation, SegmentState } from '../model/segment.js';
import { withSetting } from '../model/segment-state.js';

/** What an interface's state is once `changes` (those of other interfaces are passed over) are made. */
export function projectState(state: SegmentState, changes: readonly Change[]): SegmentState {
  let next = state;
  for (const change of changes) {
    if (change.kind !== 'setting' || change.interface !== state.interface) continue;
    next = withSetting(next, change);
  }
  const own = changes.filter(
    (change): change is ReservationChange => change.kind === 'reservation' && change.interface === state.interface,
  );
  if (own.length === 0) return next;
  let reservations: readonly ObservedReservation[] | undefined;
  return {
    ...next,
    // most who ask want a setting, and a long list is not made for them
    get reservations() {
      reservations ??= projectReservations(state.reservations, own);
      return reservations;
    },
  };
}

function projectReservations(
  reservations: readonly ObservedReservation[],
  changes: readonly ReservationChange[],
): ObservedReservation[] {
  const byPosition = new Map<number, ReservationChange>();
  for (const change of changes) if (change.before !== undefined) byPosition.set(change.before.position, change);
  const projected: ObservedReservation[] = [];
  for (const entry of reservations) {
    const change = byPosition.get(entry.position);
    if (!change) projected.push(entry);
    else if (change.after) projected.push(standingReservation(change.after, entry.position));
  }
  let position = reservations.length;
  for (const change of changes) {
    if (change.before || !change.after) continue;
    projected.push(standingReservation(change.after, position));
    position += 1;
  }
  return projected;
}
