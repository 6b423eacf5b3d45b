import type { Change } from '../model/change.js';
import type { PolicyChange } from '../model/policy-entries.js';
import { planChecksum } from './checksum.js';
import { startWarnings } from './dhcp-start.js';
import { dampedTags, tagLeftOut } from './flapping.js';
import { instant } from './instant.js';
import { openNameBook } from './name-book.js';
import { withNamed } from './named.js';
import { otherNetworks } from './other-networks.js';
import { ownerKeyWarnings } from './owner-key.js';
import { pairWarnings } from './pair.js';
import { type Draft, settleParts } from './parts/settle.js';
import type { Withheld } from './parts/types.js';
import { draftPolicy, type PolicyDraft } from './policy/plan.js';
import type { PolicyPlan } from './policy/types.js';
import { restartFindings } from './restart.js';
import { checkSafety } from './safety.js';
import { buildScene } from './scene.js';
import { planSegment } from './segment/plan.js';
import type { SegmentOutcome } from './segment/steps.js';
import type { Plan, PlanInput, PlanSummary, SegmentPlan, UnsafeReason, WaitingPart, Warning } from './types.js';
import { wayWarnings } from './ways.js';

/**
 * Computes the plan: desired minus observed, with reasons, warnings and everything that speaks against it. What is unsafe is taken out
 * of it and waits; what cuts nobody off goes on. Pure.
 */
export function buildPlan(input: PlanInput): Plan {
  const { draft, ...settled } = settleParts(input, (withheld) => makeDraft(input, withheld));
  const warnings = [
    ...generalWarnings(input),
    ...wayWarnings(input, draft.segments),
    ...startWarnings(input, draft.segments),
    ...draft.planned.warnings,
  ];
  const named = withNamed(input, draft.segments, settled.waiting);
  const plan = assemblePlan(input, 'sync', named.segments, warnings, settled, draft.planned.tell());
  const notes = [...otherNetworks(input), ...named.notes];
  return notes.length === 0 ? plan : { ...plan, notes };
}

/** A plan that leaves some things as they are, before what speaks against it is sorted out. */
interface PlanDraft extends Draft {
  readonly planned: PolicyDraft;
}

function makeDraft(input: PlanInput, withheld: Withheld): PlanDraft {
  const { settings, inventory, observed } = input;
  const scene = buildScene(input, withheld);
  const outcomes: SegmentOutcome[] = [];
  const given = new Map<string, string>();
  const book = openNameBook({ ...scene, observed, segments: settings.segments }, given);
  for (const [segment, prepared] of scene.prepared) {
    const outcome = planSegment(input, segment, prepared, scene, book);
    for (const { hostname, nic } of outcome.plan.assignments)
      if (hostname !== undefined) given.set(hostname.toLowerCase(), nic);
    outcomes.push(outcome);
  }
  const segments = withDampedTags(
    input,
    outcomes.map((outcome) => outcome.plan),
  );
  const changes = segments.flatMap((segment) => segment.changes);
  const planned = draftPolicy(input, segments, withheld);
  return {
    segments,
    planned,
    objections: [
      ...outcomes.flatMap((outcome) => outcome.objections),
      ...checkSafety(outcomes, changes, inventory, settings.owner, settings.limits, input.now),
    ],
    policyChanges: planned.changes,
    policyUnsafe: planned.unsafe,
  };
}

/** Says of instances whose tags are damped that they are. */
function withDampedTags(input: PlanInput, segments: readonly SegmentPlan[]): readonly SegmentPlan[] {
  const damped = input.observed.policy === undefined ? new Map<string, string>() : dampedTags(input);
  if (damped.size === 0) return segments;
  return segments.map((one) => ({ ...one, leftOut: [...one.leftOut, ...tagLeftOut(one, damped)] }));
}

/** What speaks against a plan, and what of it waits for that. */
export interface Verdict {
  /** What the whole plan waits for. */
  readonly unsafe: readonly UnsafeReason[];
  readonly waiting?: readonly WaitingPart[];
  readonly approved?: readonly string[];
}

/** Puts a plan together from its segments: summary, faults, checksum and what a restart sets off follow from their changes. */
export function assemblePlan(
  input: PlanInput,
  purpose: Plan['purpose'],
  segments: readonly SegmentPlan[],
  warnings: readonly Warning[],
  { unsafe, waiting = [], approved = [] }: Verdict,
  policy?: PolicyPlan,
): Plan {
  const { settings, inventory, observed } = input;
  const changes = segments.flatMap((segment) => segment.changes);
  const { transport, target: name, revision, version } = observed;
  const restart = restartFindings(input, changes);
  const ids = waiting.map((part) => part.id);
  return {
    format: 'slash32.plan/2',
    purpose,
    createdAt: instant(input.now.getTime()),
    owner: settings.owner,
    target: { transport, name, revision, version },
    source: { name: inventory.source, projects: inventory.projects },
    segments,
    ...(policy === undefined ? {} : { policy }),
    warnings: [...warnings, ...restart.warnings],
    unsafe: [...waiting.flatMap((part) => part.reasons), ...unsafe, ...restart.unsafe],
    waiting,
    approved,
    faults: changes.length === 0 && (policy?.changes.length ?? 0) > 0 ? [] : input.check(changes),
    reloadPending: input.ledger.unfinishedSince !== undefined,
    summary: { ...summarize(segments, policy?.changes.length), waiting: waiting.length },
    checksum: planChecksum(settings.owner, changes, policy?.changes, ids),
  };
}

/** Every change of a plan, in its order. */
export function planChanges(plan: Plan): Change[] {
  return plan.segments.flatMap((segment) => segment.changes);
}

/** Every change of aliases, rules and redirects. */
export function policyChanges(plan: Plan): readonly PolicyChange[] {
  return plan.policy?.changes ?? [];
}

/** How many things a plan changes. */
export function countChanges(plan: Plan): number {
  return planChanges(plan).length + policyChanges(plan).length;
}

/** How many changes of each kind there are. */
export function summarize(segments: readonly SegmentPlan[], policy = 0): PlanSummary {
  const counts = new Map<string, number>();
  for (const { changes } of segments)
    for (const change of changes) {
      const what = change.kind === 'reservation' ? change.action : change.kind;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  const actions = (what: string): number => counts.get(what) ?? 0;
  return {
    create: actions('create'),
    update: actions('update'),
    adopt: actions('adopt'),
    retire: actions('retire'),
    restore: actions('restore'),
    release: actions('release'),
    delete: actions('delete'),
    settings: actions('setting'),
    policy,
    unchanged: segments.reduce((sum, segment) => sum + segment.unchanged, 0),
    foreign: segments.reduce((sum, segment) => sum + segment.foreign, 0),
    leftOut: segments.reduce((sum, segment) => sum + segment.leftOut.length, 0),
    waiting: 0,
  };
}

function generalWarnings(input: PlanInput): Warning[] {
  const { inventory, observed, settings } = input;
  const warnings: Warning[] = [];
  for (const project of inventory.projects) {
    if (project.complete) continue;
    const message = `Project ${project.name} was not seen completely, so nothing of it is deleted: ${project.reason ?? 'no reason given'}.`;
    warnings.push({ code: 'project-incomplete', message });
  }
  for (const message of inventory.notes) warnings.push({ code: 'source-note', message });
  warnings.push(...firewallNotes(input));
  const configured = new Set(settings.segments.map((segment) => segment.interface));
  for (const state of observed.segments) {
    if (configured.has(state.interface)) continue;
    const orphans = state.reservations.filter((entry) => entry.description.includes(`[slash32:${settings.owner}:`));
    if (orphans.length === 0) continue;
    const message =
      `${orphans.length} reservations of ours stand on ${state.interface}, which is no segment of the configuration; ` +
      `they stay. Hand them over or remove them with: slash32 release --interface ${state.interface} --keep|--remove`;
    warnings.push({ code: 'orphaned', message });
  }
  return warnings;
}

/** What the reading of the firewall itself has to say. */
export function firewallNotes(input: PlanInput): Warning[] {
  const notes = input.observed.notes.map((message): Warning => ({ code: 'firewall-note', message }));
  return [...notes, ...ownerKeyWarnings(input), ...pairWarnings(input)];
}
