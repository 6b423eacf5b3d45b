import { type Instance, type Nic, nicName } from '../model/instance.js';
import { type Marker, parseDescription } from '../model/marker.js';
import type { ObservedReservation, Segment, SegmentState } from '../model/segment.js';
import { segmentFinder } from '../model/standing-place.js';

/** A NIC that stands on a configured segment. */
export interface SegmentNic {
  readonly id: string;
  readonly instance: Instance;
  readonly nic: Nic;
  readonly segment: Segment;
}

/** A reservation that carries our marker. */
export interface OwnedEntry {
  readonly segment: Segment;
  readonly entry: ObservedReservation;
  readonly marker: Marker;
  readonly text: string;
}

/** A reservation that is not ours; `marker` is set when another slash32 owner has it. */
export interface ForeignEntry {
  readonly entry: ObservedReservation;
  readonly marker: Marker | undefined;
}

/** The reservations of a segment, split by owner. */
export interface Entries {
  readonly owned: readonly OwnedEntry[];
  readonly foreign: readonly ForeignEntry[];
}

/** Splits what stands on a segment into ours and everybody else's. */
export function splitEntries(owner: string, segment: Segment, state: SegmentState | undefined): Entries {
  const owned: OwnedEntry[] = [];
  const foreign: ForeignEntry[] = [];
  for (const entry of state?.reservations ?? []) {
    const { text, marker } = parseDescription(entry.description);
    if (marker?.owner === owner) owned.push({ segment, entry, marker, text });
    else foreign.push({ entry, marker });
  }
  return { owned, foreign };
}

/** Every NIC that stands on a configured segment (one on another VLAN of its bridge does not), in a fixed order: project, name, device. */
export function segmentNics(instances: readonly Instance[], segments: readonly Segment[]): SegmentNic[] {
  const segmentOf = segmentFinder(segments);
  const nics: SegmentNic[] = [];
  for (const instance of instances) {
    for (const nic of instance.nics) {
      const segment = segmentOf(nic);
      if (segment !== undefined) nics.push({ id: nicName(instance, nic.name), instance, nic, segment });
    }
  }
  return nics.sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
}
