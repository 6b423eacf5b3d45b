import type { Change, ReservationChange } from '../model/change.js';
import type { SegmentState } from '../model/segment.js';
import { projectState } from './project.js';
import type { LeftOut, PlanFilter } from './types.js';

/** Whether a filter is for this segment, for single instances only, and for which NICs. */
export interface Wanted {
  readonly segment: boolean;
  readonly instancesOnly: boolean;
  readonly nic: (nic: string) => boolean;
}

/** What a filter asks of a segment. */
export function wantedOf(only: PlanFilter, segment: string): Wanted {
  const here = only.segments.length === 0 || only.segments.includes(segment);
  return {
    segment: here,
    instancesOnly: only.instances.length > 0,
    nic: (nic) => only.instances.length === 0 || only.instances.some((instance) => nic.startsWith(`${instance}/`)),
  };
}

/**
 * The changes that a filter leaves. Settings go with the whole segment. A reservation whose address is only free once a
 * change is made that the filter leaves out is left out as well, or one address would stand in two entries.
 */
export function narrowChanges(
  segment: string,
  state: SegmentState,
  changes: readonly Change[],
  wanted: Wanted,
): { readonly changes: readonly Change[]; readonly leftOut: readonly LeftOut[] } {
  if (!wanted.segment) return { changes: [], leftOut: [] };
  if (!wanted.instancesOnly) return { changes, leftOut: [] };
  let kept = changes.filter(
    (change): change is ReservationChange => change.kind === 'reservation' && wanted.nic(change.nic),
  );
  const leftOut: LeftOut[] = [];
  for (let clash = findClash(state, kept); clash !== undefined; clash = findClash(state, kept)) {
    const { nic, after } = clash;
    const message = `${after?.address} is still in another reservation, whose change this filter leaves out.`;
    leftOut.push({ segment, nic, code: 'address-conflict', message });
    kept = kept.filter((change) => change !== clash);
  }
  return { changes: kept, leftOut };
}

function findClash(state: SegmentState, changes: readonly ReservationChange[]): ReservationChange | undefined {
  const counts = new Map<string, number>();
  for (const { address } of projectState(state, changes).reservations)
    if (address !== '') counts.set(address, (counts.get(address) ?? 0) + 1);
  return changes.find(
    ({ before, after }) =>
      after !== undefined && after.address !== before?.address && (counts.get(after.address) ?? 0) > 1,
  );
}
