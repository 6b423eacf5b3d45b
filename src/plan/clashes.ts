import type { Change, Reservation, ReservationChange } from '../model/change.js';
import { markerName } from '../model/marker.js';
import { writtenReservation } from '../model/reservation.js';
import type { OwnedEntry } from './entries.js';
import type { LeftOut, LeftOutCode } from './types.js';

/** Changes that set nothing that another entry of ours still has, and those that would have. */
export interface Unclashed {
  readonly changes: readonly Change[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Leaves out each change that gives an entry a MAC, an address or a hostname that another owned entry of the segment
 * keeps: that of an instance that is left alone, retired or outside the filter, or one whose own change is left out.
 */
export function dropClashes(segment: string, owned: readonly OwnedEntry[], changes: readonly Change[]): Unclashed {
  const leftOut: LeftOut[] = [];
  if (changes.every((change) => change.kind === 'setting')) return { changes, leftOut };
  let rest = changes;
  for (let last = -1; leftOut.length > last; ) {
    last = leftOut.length;
    const kept = keptValues(owned, rest);
    rest = rest.filter((change) => {
      const clash = change.kind === 'reservation' ? findClash(change, kept) : undefined;
      if (clash) leftOut.push({ segment, nic: clash.nic, code: clash.code, message: clash.message });
      return clash === undefined;
    });
  }
  return { changes: rest, leftOut };
}

interface Field {
  readonly code: LeftOutCode;
  readonly value: (entry: Pick<Reservation, 'mac' | 'address' | 'hostname'>) => string;
  readonly say: (value: string) => string;
  readonly remedy: string;
}

const FIELDS: readonly Field[] = [
  {
    code: 'duplicate-mac',
    value: (entry) => entry.mac,
    say: (value) => `Its MAC ${value}`,
    remedy: 'give one of the two another MAC, or wait until that reservation goes',
  },
  {
    code: 'address-conflict',
    value: (entry) => entry.address,
    say: (value) => `The address ${value}`,
    remedy: 'it is free once that reservation changes',
  },
  {
    code: 'hostname-taken',
    value: (entry) => entry.hostname.toLowerCase(),
    say: (value) => `The hostname ${value}`,
    remedy: 'it is free once that reservation changes',
  },
];

/** Who keeps which value of a field. */
type KeptValues = ReadonlyMap<Field, ReadonlyMap<string, string>>;

/** Who keeps which value: entries that do not change, and those in which only something else does. */
function keptValues(owned: readonly OwnedEntry[], changes: readonly Change[]): KeptValues {
  const byPosition = new Map<number, ReservationChange>();
  for (const change of changes)
    if (change.kind === 'reservation' && change.before) byPosition.set(change.before.position, change);
  const kept = new Map(FIELDS.map((field) => [field, new Map<string, string>()]));
  for (const { entry, marker } of owned) {
    const change = byPosition.get(entry.position);
    if (change && !change.after) continue;
    const written = writtenReservation(entry);
    for (const [field, values] of kept) {
      const value = field.value(written);
      if (value !== '' && (!change?.after || field.value(change.after) === value))
        values.set(value, `${markerName(marker)}${entry.address === undefined ? '' : ` (${entry.address})`}`);
    }
  }
  return kept;
}

function findClash({ nic, before, after }: ReservationChange, kept: KeptValues) {
  if (!after) return undefined;
  for (const [{ code, value, say, remedy }, values] of kept) {
    const wanted = value(after);
    const holder = before && value(writtenReservation(before)) === wanted ? undefined : values.get(wanted);
    if (holder === undefined) continue;
    return { nic, code, message: `${say(wanted)} is still in the reservation of ${holder}, which stays; ${remedy}.` };
  }
  return undefined;
}
