import type { Change } from '../../model/change.js';
import { dropClashes } from '../clashes.js';
import type { SegmentContext } from '../context.js';
import { dampFlapping } from '../flapping.js';
import { guardValues } from '../guards.js';
import { holdProtected } from '../lockout.js';
import { narrowChanges } from '../narrow.js';
import type { Fit } from '../preflight.js';
import { projectState } from '../project.js';
import type { SegmentError } from '../types.js';
import type { Assigned, Compared } from './steps.js';

/**
 * Compares what each NIC is to have with what stands on the firewall, and takes out what may not be written: values that belong to others,
 * what would cut a protected address off, what this run was not asked about, what changes too often, what clashes with what stays.
 */
export function compareSegment(assigned: Assigned): Compared | SegmentError {
  const { input, segment, prepared, entries, wanted, context, going, reservations } = assigned;
  const guarded = guardValues(context, reservations.changes);
  const all = holdProtected(context, [...going.changes, ...guarded.changes]);
  const conflict = rangeConflict(context, all.changes, prepared.fit);
  if (conflict) return conflict;
  const damped = dampFlapping(input, segment.name, narrowChanges(all.changes, wanted));
  const { changes, leftOut } = dropClashes(segment.name, entries.owned, damped.changes);
  const why = [...going.leftOut, ...all.leftOut, ...guarded.leftOut, ...damped.leftOut, ...leftOut];
  return { ...assigned, changes, leftOut: why };
}

function rangeConflict(context: SegmentContext, changes: readonly Change[], fit: Fit): SegmentError | undefined {
  if (!context.segment.manage.includes('deny_unknown')) return undefined;
  const after = projectState(context.state, changes);
  const closed = after.range?.from;
  const holder = after.reservations.find((entry) => entry.address === closed);
  if (!holder) return undefined;
  const name = `${context.segment.interface} (${fit.firewall.description})`;
  const message =
    `The closed range of ${name} would be ${closed}, which the reservation of ${holder.hostname ?? holder.mac ?? 'no MAC'} has; ` +
    'set range_address in the segment to an address that nobody has.';
  return { code: 'range-address', message };
}
