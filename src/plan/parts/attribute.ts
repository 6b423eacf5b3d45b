import type { Change, ReservationChange } from '../../model/change.js';
import { parseDescription } from '../../model/marker.js';
import type { PolicyChange } from '../../model/policy-entries.js';
import type { ObservedReservation } from '../../model/segment.js';
import { stepOf } from '../settings.js';
import type { SegmentPlan, UnsafeReason } from '../types.js';
import { type Withheld, withhold } from './types.js';

/** What of a plan tells who brought a reason of its policy about. */
export interface PolicyDraft {
  readonly segments: readonly SegmentPlan[];
  /** Changes of aliases, rules and redirects. */
  readonly policyChanges: readonly PolicyChange[];
  /** What speaks against them. */
  readonly policyUnsafe: readonly UnsafeReason[];
}

/** What brings some reasons about. */
export interface Culprit {
  readonly key: string;
  /** Undefined where it is no project's instances. */
  readonly project: string | undefined;
  readonly segment: string | undefined;
  readonly reasons: readonly UnsafeReason[];
  readonly changes: readonly Change[];
  readonly policy: readonly PolicyChange[];
  readonly withhold: (before: Withheld) => Withheld;
}

/** Something that can be left as it is by itself. */
interface Unit {
  readonly key: string;
  readonly project: string | undefined;
  readonly segment: string | undefined;
  readonly hold: (before: Withheld) => Withheld;
}

/**
 * Finds whose doing makes a policy unsafe: the fewest projects without whose doing the reason is gone, or else the fewest steps of
 * segments. Where it is neither, the policy itself brings it about, and waits as one whole: half of a policy is one that nobody
 * declared. What holding the policy does not help against is looked for among the instances that come. Undefined where nothing helps,
 * so that the whole plan has to wait.
 */
export function attributePolicy<D extends PolicyDraft>(
  draft: D,
  reasons: readonly UnsafeReason[],
  withheld: Withheld,
  make: (withheld: Withheld) => D,
  standing: readonly ObservedReservation[],
): Culprit[] | undefined {
  const projects = projectsOf(draft, standing).filter((project) => !withheld.frozen.has(project));
  const levels: readonly (readonly Unit[])[] = [
    projects.map(membersOf),
    projects.map((project) => standingOf(draft, project)),
    stepsOf(draft),
    draft.policyChanges.length === 0 ? [] : [WHOLE_POLICY],
    projects.map(everythingOf),
  ];
  const guilty = new Map<string, { unit: Unit; reasons: UnsafeReason[] }>();
  for (const code of new Set(reasons.map((reason) => reason.code))) {
    const isGone = (units: readonly Unit[]): boolean => {
      const held = units.reduce((before, unit) => unit.hold(before), withheld);
      return !make(held).policyUnsafe.some((reason) => reason.code === code);
    };
    const level = levels.find((units) => units.length > 0 && isGone(units));
    if (level === undefined) return undefined;
    if (level[0] === WHOLE_POLICY) return [culprit(draft, WHOLE_POLICY, reasons, withheld, make)];
    const here = reasons.filter((reason) => reason.code === code);
    for (const unit of fewest(level, isGone)) {
      const known = guilty.get(unit.key);
      guilty.set(unit.key, { unit, reasons: [...(known?.reasons ?? []), ...here] });
    }
  }
  return [...guilty.values()].map(({ unit, reasons: why }) => culprit(draft, unit, why, withheld, make));
}

const WHOLE_POLICY: Unit = {
  key: 'policy',
  project: undefined,
  segment: undefined,
  hold: (before) => ({ ...before, policy: true }),
};

/** Who of a project is in which alias. */
function membersOf(project: string): Unit {
  return {
    key: `policy ${project}`,
    project,
    segment: undefined,
    hold: (before) => ({ ...before, projects: new Set([...before.projects, project]) }),
  };
}

/** That, and the reservations that it has already. */
function standingOf(draft: PolicyDraft, project: string): Unit {
  const standing = changesOf(draft).filter(
    (change) => change.kind === 'reservation' && change.before !== undefined && projectOf(change) === project,
  );
  const members = membersOf(project);
  return { ...members, key: `standing ${project}`, hold: (before) => withhold(members.hold(before), standing) };
}

/** That, and those that it gets. */
function everythingOf(project: string): Unit {
  const members = membersOf(project);
  return {
    ...members,
    key: `everything ${project}`,
    hold: (before) => ({ ...members.hold(before), frozen: new Set([...before.frozen, project]) }),
  };
}

function stepsOf({ segments }: PolicyDraft): Unit[] {
  const steps = new Map<string, Unit>();
  for (const { name, changes } of segments)
    for (const change of changes) {
      const step = change.kind === 'setting' ? stepOf(change.setting) : undefined;
      if (step === undefined) continue;
      const concerned = changes.filter((one) => one.kind === 'setting' && stepOf(one.setting) === step);
      const key = `${step} ${name}`;
      steps.set(key, { key, project: undefined, segment: name, hold: (before) => withhold(before, concerned) });
    }
  return [...steps.values()];
}

/** What a unit does, as the difference that it makes to leave it as it is. */
function culprit<D extends PolicyDraft>(
  draft: D,
  unit: Unit,
  reasons: readonly UnsafeReason[],
  withheld: Withheld,
  make: (withheld: Withheld) => D,
): Culprit {
  const held = make(unit.hold(withheld));
  const stays = new Set(changesOf(held).map((change) => JSON.stringify(change)));
  return {
    key: unit.key,
    project: unit.project,
    segment: unit.segment,
    reasons,
    changes: changesOf(draft).filter((change) => isOf(change, unit) && !stays.has(JSON.stringify(change))),
    policy: difference(draft.policyChanges, held.policyChanges),
    withhold: unit.hold,
  };
}

/** What others get otherwise while it waits is no part of it. */
function isOf(change: Change, { project, segment }: Unit): boolean {
  if (change.kind === 'setting') return change.segment === segment;
  return change.kind === 'reservation' && projectOf(change) === project;
}

/** The smallest part of `all` that is still enough, by leaving out ever smaller pieces. */
export function fewest<T>(all: readonly T[], isEnough: (some: readonly T[]) => boolean): readonly T[] {
  let needed = all;
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < needed.length; ) {
      const rest = [...needed.slice(0, at), ...needed.slice(at + size)];
      if (rest.length > 0 && isEnough(rest)) needed = rest;
      else at += size;
    }
  }
  return needed;
}

/** Projects whose instances come into an alias or leave one by this plan, or whose reservations change. */
function projectsOf(draft: PolicyDraft, standing: readonly ObservedReservation[]): string[] {
  const byAddress = new Map<string, Set<string>>();
  const know = (address: string | undefined, project: string): void => {
    if (address === undefined) return;
    byAddress.set(address, (byAddress.get(address) ?? new Set()).add(project));
  };
  const found = new Set<string>();
  for (const { assignments } of draft.segments)
    for (const { address, nic } of assignments) know(address, projectOfNic(nic));
  for (const { address, description } of standing) {
    const { marker } = parseDescription(description);
    if (marker !== undefined) know(address, marker.project);
  }
  for (const change of changesOf(draft)) if (change.kind === 'reservation') found.add(projectOf(change));
  const moved = draft.policyChanges.flatMap(({ kind, before, after }) =>
    kind === 'alias' ? exclusive(before?.entry.content ?? [], after?.content ?? []) : [],
  );
  for (const address of moved) for (const project of byAddress.get(address) ?? []) found.add(project);
  return [...found].sort();
}

function exclusive(one: readonly string[], other: readonly string[]): string[] {
  const [left, right] = [new Set(one), new Set(other)];
  return [...one.filter((item) => !right.has(item)), ...other.filter((item) => !left.has(item))];
}

function changesOf({ segments }: PolicyDraft): Change[] {
  return segments.flatMap((segment) => segment.changes);
}

function projectOf({ before, nic }: ReservationChange): string {
  const marker = before && parseDescription(before.description).marker;
  return marker?.project ?? projectOfNic(nic);
}

function projectOfNic(nic: string): string {
  return nic.split('/')[0] ?? '';
}

/** What is changed only, or otherwise, where something is not held: of an alias, from what it holds until then. */
function difference(all: readonly PolicyChange[], held: readonly PolicyChange[]): PolicyChange[] {
  const rest = new Map(held.map((change) => [nameOf(change), change]));
  return all.flatMap((change): PolicyChange[] => {
    const other = rest.get(nameOf(change));
    if (other === undefined) return [change];
    if (JSON.stringify(other.after) === JSON.stringify(change.after)) return [];
    if (change.kind !== 'alias' || other.kind !== 'alias' || change.before === undefined || other.after === undefined)
      return [change];
    return [{ ...change, before: { ...change.before, entry: other.after } }];
  });
}

function nameOf({ kind, key }: PolicyChange): string {
  return `${kind} ${key}`;
}
