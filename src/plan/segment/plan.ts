import type { Segment } from '../../model/segment.js';
import type { Entries } from '../entries.js';
import type { NameBook } from '../name-book.js';
import { wantedOf } from '../narrow.js';
import { isRefused } from '../preflight.js';
import { planReservations } from '../reservations.js';
import type { Prepared, Scene } from '../scene.js';
import type { PlanInput, SegmentError, SegmentPlan } from '../types.js';
import { compareSegment } from './compare.js';
import { gatherSegment } from './gather.js';
import { judgeSegment } from './judge.js';
import type { Assigned, SegmentOutcome } from './steps.js';

/**
 * Plans one segment: gather → assign → compare → judge, one value handed on. Which address a NIC gets, and why, is decided by
 * `claimAddresses` (claims.ts), which assign asks. One that cannot be planned is left alone, and says why.
 */
export function planSegment(
  input: PlanInput,
  segment: Segment,
  prepared: Prepared | SegmentError,
  scene: Scene,
  book: NameBook,
): SegmentOutcome {
  const entries = scene.entries.get(segment) ?? { owned: [], foreign: [] };
  if (isRefused(prepared)) return refused(input, segment, entries, prepared);
  const wanted = wantedOf(input.only, segment.name);
  const gathered = gatherSegment({ input, segment, prepared, scene, book, entries, wanted });
  const assigned: Assigned = { ...gathered, reservations: planReservations(gathered.context) };
  const compared = compareSegment(assigned);
  return isRefused(compared) ? refused(input, segment, entries, compared) : judgeSegment(compared);
}

function refused(input: PlanInput, segment: Segment, entries: Entries, error: SegmentError): SegmentOutcome {
  const plan: SegmentPlan = {
    name: segment.name,
    network: segment.network,
    ...(segment.vlan === undefined ? {} : { vlan: segment.vlan }),
    interface: segment.interface,
    description: input.observed.interfaces.find((one) => one.id === segment.interface)?.description ?? '',
    subnet: undefined,
    error: wantedOf(input.only, segment.name).segment ? error : undefined,
    changes: [],
    warnings: [],
    leftOut: [],
    assignments: [],
    foreign: entries.foreign.length,
    unchanged: entries.owned.length,
  };
  return { plan, objections: [], owned: entries.owned, active: [], vanished: [] };
}
