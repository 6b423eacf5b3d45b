import { parseAddress } from '../../../model/address.js';
import type { ReservationChange } from '../../../model/change.js';

/** Reservations to create on one interface, by address, so that the list comes out sorted as far as foreign order allows. */
export function sortedCreates(changes: readonly ReservationChange[]): ReservationChange[] {
  return changes
    .filter((change) => change.before === undefined && change.after !== undefined)
    .map((change) => ({ change, number: numberOf(change.after?.address ?? '') }))
    .sort((left, right) => left.number - right.number)
    .map(({ change }) => change);
}

/**
 * Where each of the sorted `created` addresses goes in a list that is kept in its order: before the first entry with a
 * greater address, else at the end. Returns the index of that entry (the list's length for the end). Linear.
 */
export function placesFor(existing: readonly string[], created: readonly string[]): number[] {
  let at = 0;
  return created.map((address) => {
    const number = numberOf(address);
    while (at < existing.length && numberOf(existing[at] ?? '') <= number) at += 1;
    return at;
  });
}

/** An address as a number; -1 for an entry without one, which never stops an insertion. */
function numberOf(address: string): number {
  return parseAddress(address) ?? -1;
}
