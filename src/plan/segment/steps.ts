import type { Change } from '../../model/change.js';
import type { Segment } from '../../model/segment.js';
import type { SegmentContext } from '../context.js';
import type { Entries, OwnedEntry } from '../entries.js';
import type { holdProtected } from '../lockout.js';
import type { MissingPlan } from '../missing.js';
import type { NameBook } from '../name-book.js';
import type { wantedOf } from '../narrow.js';
import type { Objection } from '../parts/types.js';
import type { ReservationPlan } from '../reservations.js';
import type { Prepared, Scene } from '../scene.js';
import type { LeftOut, PlanInput, SegmentPlan } from '../types.js';

/** The one value that is handed on from step to step of a segment's plan, each adding what it found. */

/** What there is to plan. */
export interface Subject {
  readonly input: PlanInput;
  readonly segment: Segment;
  readonly prepared: Prepared;
  readonly scene: Scene;
  readonly book: NameBook;
  readonly entries: Entries;
  /** What of the segment this run was asked about. */
  readonly wanted: ReturnType<typeof wantedOf>;
}

/** After gather: who stands there, and what becomes of entries whose NIC does not. */
export interface Gathered extends Subject {
  readonly context: SegmentContext;
  readonly missing: MissingPlan;
  /** Settings, and entries that go, without those that would cut a protected address off. */
  readonly going: ReturnType<typeof holdProtected>;
}

/** After assign: which address and name each NIC is to have, and why. */
export interface Assigned extends Gathered {
  readonly reservations: ReservationPlan;
}

/** After compare: what differs from what stands there, without whatever may not be written now. */
export interface Compared extends Assigned {
  readonly changes: readonly Change[];
  /** NICs that a guard took out. */
  readonly leftOut: readonly LeftOut[];
}

/** A segment's plan with what the safety check needs to know of it. */
export interface SegmentOutcome {
  readonly plan: SegmentPlan;
  readonly objections: readonly Objection[];
  /** Entries of ours that stand there now. */
  readonly owned: readonly OwnedEntry[];
  /** Owned entries that are not retired. */
  readonly active: readonly OwnedEntry[];
  /** Those of them whose NIC this reading did not show. */
  readonly vanished: readonly OwnedEntry[];
}
