import type { Change } from '../model/change.js';
import type { PlanFilter } from './types.js';

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
    nic: (nic) =>
      only.instances.length === 0 || only.instances.some((name) => nic === name || nic.startsWith(`${name}/`)),
  };
}

/** The changes that a filter leaves; settings go with the whole segment. */
export function narrowChanges(changes: readonly Change[], wanted: Wanted): readonly Change[] {
  if (!wanted.segment) return [];
  if (!wanted.instancesOnly) return changes;
  return changes.filter((change) => change.kind === 'reservation' && wanted.nic(change.nic));
}
