import type { Change } from '../../model/change.js';
import { changeLine, partChecksum } from '../checksum.js';
import { instant } from '../instant.js';
import type { Overrides, PlanInput, UnsafeReason, WaitingPart } from '../types.js';
import { attributePolicy, type PolicyDraft } from './attribute.js';
import { isLifted } from './lifted.js';
import { NOTHING_WITHHELD, type Objection, type PartScope, type Withheld, withhold } from './types.js';

/** A plan as far as the parts need to know it. */
export interface Draft extends PolicyDraft {
  readonly objections: readonly Objection[];
}

/** A plan without what waits, and what that is. */
export interface Settled<D extends Draft> {
  readonly draft: D;
  /** What the whole plan waits for, whether somebody lifts it or not. */
  readonly unsafe: readonly UnsafeReason[];
  readonly waiting: readonly WaitingPart[];
  readonly approved: readonly string[];
}

/** Rounds until everything is settled. A part that waits may make another one unsafe; each round takes at least one change out. */
const MOST_ROUNDS = 100;

/**
 * Takes what is unsafe out of a plan, part by part, until the rest is safe or unsafe as a whole: what waits stands as it is, and the
 * rest is planned anew around it, since an address, a name or a membership that waits is not free. Pure.
 */
export function settleParts<D extends Draft>(input: PlanInput, make: (withheld: Withheld) => D): Settled<D> {
  const overrides = input.overrides ?? NO_OVERRIDES;
  const yes = new Set(input.approvedParts ?? []);
  const waiting: WaitingPart[] = [];
  const approved = new Map<string, readonly string[]>();
  const reservations = input.observed.segments.flatMap((state) => state.reservations);
  let withheld = NOTHING_WITHHELD;
  for (let round = 1; ; round += 1) {
    const draft = make(withheld);
    const standing = draft.objections.filter(({ reason }) => !isLifted(reason, overrides));
    const policy = draft.policyUnsafe.filter((reason) => !isLifted(reason, overrides));
    const fresh: Fresh[] = groupParts(input, standing);
    const isSettled = fresh.every(({ part }) => isApproved(part, yes, approved));
    const culprits = isSettled && policy.length > 0 ? attributePolicy(draft, policy, withheld, make, reservations) : [];
    for (const { withhold: hold, reasons, ...scope } of culprits ?? [])
      fresh.push({ part: makePart(input, scope, reasons), withhold: hold });
    for (const { part } of fresh) if (part.approvable && yes.has(part.id)) approved.set(part.id, linesOf(part));
    const open = fresh.filter(({ part }) => !isApproved(part, yes, approved));
    if (open.length === 0 || round > MOST_ROUNDS) {
      const whole = standing.flatMap(({ reason, scope }) => (scope.kind === 'plan' ? [reason] : []));
      const rest = culprits === undefined ? policy : open.flatMap(({ part }) => part.reasons);
      return {
        draft,
        unsafe: [...whole, ...rest, ...liftedOf(draft, overrides)],
        waiting,
        approved: [...approved.keys()],
      };
    }
    for (const { part, withhold: take } of open) {
      waiting.push(part);
      withheld = take(withheld);
    }
  }
}

const NO_OVERRIDES: Overrides = { force: false, acceptLockoutRisk: false };

interface Fresh {
  readonly part: WaitingPart;
  readonly withhold: (before: Withheld) => Withheld;
}

/** Reasons that somebody lifted stay in the plan: it says what was passed over. */
function liftedOf({ objections, policyUnsafe }: Draft, overrides: Overrides): UnsafeReason[] {
  return [...objections.map((one) => one.reason), ...policyUnsafe].filter((reason) => isLifted(reason, overrides));
}

/** Objections that are about the same thing make one part. */
function groupParts(input: PlanInput, objections: readonly Objection[]): Fresh[] {
  const groups = new Map<string, { scope: PartScope; reasons: UnsafeReason[]; changes: Set<Change> }>();
  for (const { reason, scope } of objections) {
    if (scope.kind !== 'part' || scope.changes.length === 0) continue;
    const group = groups.get(scope.key) ?? { scope, reasons: [], changes: new Set<Change>() };
    group.reasons.push(reason);
    for (const change of scope.changes) group.changes.add(change);
    groups.set(scope.key, group);
  }
  return [...groups.values()].map(({ scope, reasons, changes }) => {
    const part = makePart(input, { ...scope, changes: [...changes], policy: [] }, reasons);
    return { part, withhold: (before) => withhold(before, part.changes) };
  });
}

function makePart(
  { settings, ledger, now }: PlanInput,
  { key, project, segment, changes, policy }: Pick<WaitingPart, 'key' | 'project' | 'segment' | 'changes' | 'policy'>,
  reasons: readonly UnsafeReason[],
): WaitingPart {
  const id = partChecksum(settings.owner, key, changes, policy);
  return {
    id,
    key,
    project,
    segment,
    since: ledger.waiting?.find((one) => one.key === key)?.since ?? instant(now.getTime()),
    reasons: reasons.map((reason) => ({ ...reason, part: id })),
    approvable: reasons.every((reason) => reason.overriddenBy !== undefined),
    changes,
    policy,
  };
}

/**
 * Whether a person said yes to a part, or to one that does all that this one does: once others wait, less of it may be left. Nobody
 * can say yes to what nothing overrides.
 */
function isApproved(
  part: WaitingPart,
  yes: ReadonlySet<string>,
  approved: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (!part.approvable) return false;
  if (yes.has(part.id)) return true;
  if (part.policy.length > 0 || part.changes.length === 0) return false;
  const known = new Set([...approved.values()].flat());
  return linesOf(part).every((line) => known.has(line));
}

function linesOf({ changes }: WaitingPart): string[] {
  return changes.map(changeLine);
}
