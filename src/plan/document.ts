import type { Change } from '../model/change.js';
import { writtenReservation } from '../model/reservation.js';
import type { Assignment, Plan, SegmentPlan, WaitingPart } from './types.js';

/** A plan as `slash32.plan/2` (schema.ts) has it: an entry that has no MAC, address or hostname says so by an empty text. Pure. */
export function planDocument(plan: Plan) {
  return { ...plan, segments: plan.segments.map(segmentDocument), waiting: plan.waiting.map(partDocument) };
}

function partDocument(part: WaitingPart) {
  return { ...part, changes: part.changes.map(changeDocument) };
}

function segmentDocument(segment: SegmentPlan) {
  return {
    ...segment,
    changes: segment.changes.map(changeDocument),
    assignments: segment.assignments.map(assignmentDocument),
  };
}

function changeDocument(change: Change) {
  if (change.kind === 'setting' || change.before === undefined) return change;
  const { position } = change.before;
  return { ...change, before: { position, ...writtenReservation(change.before) } };
}

function assignmentDocument(one: Assignment) {
  return { ...one, address: one.address ?? '', hostname: one.hostname ?? '' };
}
