import type { Change, ReservationChange } from '../model/change.js';
import { type Inventory, instanceName } from '../model/instance.js';
import { markerName, parseDescription } from '../model/marker.js';
import type { SafetyLimits } from '../model/settings.js';
import { findLosses, type LossWords, type Tally } from './losses.js';
import { count } from './names.js';
import type { Objection } from './parts/types.js';
import type { SegmentOutcome } from './segment/steps.js';

/**
 * Reasons to ask a person before these changes are made: too many entries deleted or moved, a source that shows far less than before or
 * nothing, and entries of another slash32 owner. Each names the changes that it is about, of one project on one segment, so that no
 * project waits for another. `changes` are those that would be applied.
 */
export function checkSafety(
  outcomes: readonly SegmentOutcome[],
  changes: readonly Change[],
  inventory: Inventory,
  owner: string,
  limits: SafetyLimits,
  now: Date,
): Objection[] {
  const reservations = changes.filter((change): change is ReservationChange => change.kind === 'reservation');
  return [
    ...findLosses(lostOf(outcomes, reservations), limits, LOST),
    ...sourceReasons(outcomes, reservations, inventory, limits),
    ...foreignOwners(reservations, owner),
    ...takeovers(reservations, inventory, now),
  ];
}

/** Whether a change takes an address away from somebody. */
export function losesAddress(change: ReservationChange): boolean {
  const address = change.before?.address;
  if (change.action === 'delete') return true;
  return address !== undefined && change.after !== undefined && change.after.address !== address;
}

const LOST: LossWords = {
  code: 'deletes',
  of: 'owned reservation',
  what: 'would be deleted or get another address',
};

const GONE: LossWords = { code: 'source-shrank', of: 'reservation', what: 'have no NIC there any more' };

function lostOf(outcomes: readonly SegmentOutcome[], changes: readonly ReservationChange[]): Tally[] {
  const lost = changes.filter(losesAddress);
  return outcomes.flatMap(({ plan, owned }) =>
    talliesOf(
      plan.name,
      owned.map((one) => one.marker.project),
      lost.filter((change) => change.segment === plan.name),
    ),
  );
}

/** What would become of entries whose NIC was not seen. One that stays in any case, as in a project not seen completely, is no loss. */
function goneOf(outcomes: readonly SegmentOutcome[], changes: readonly ReservationChange[]): Tally[] {
  return outcomes.flatMap(({ plan, active, vanished }) => {
    const entries = new Set(vanished.map((one) => one.entry));
    return talliesOf(
      plan.name,
      active.map((one) => one.marker.project),
      changes.filter((change) => change.before !== undefined && entries.has(change.before)),
    );
  });
}

function talliesOf(segment: string, projects: readonly string[], changes: readonly ReservationChange[]): Tally[] {
  return [...new Set([...projects, ...changes.map(projectOf)])].sort().map((project) => ({
    project,
    segment,
    changes: changes.filter((change) => projectOf(change) === project),
    of: projects.filter((one) => one === project).length,
  }));
}

/** The project that a reservation is taken from: that of its marker. */
function projectOf({ before, nic }: ReservationChange): string {
  const marker = before && parseDescription(before.description).marker;
  return marker?.project ?? nic.split('/')[0] ?? '';
}

function sourceReasons(
  outcomes: readonly SegmentOutcome[],
  changes: readonly ReservationChange[],
  inventory: Inventory,
  limits: SafetyLimits,
): Objection[] {
  const gone = goneOf(outcomes, changes);
  if (inventory.instances.length > 0) return findLosses(gone, limits, GONE);
  const active = outcomes.reduce((sum, outcome) => sum + outcome.active.length, 0);
  const message = `The source shows no instance at all, but ${count(active, 'reservation')} of ours is there.`;
  return gone
    .filter((one) => one.changes.length > 0)
    .map(({ project, segment, changes: here }) => ({
      reason: { code: 'source-empty', message, overriddenBy: '--force' },
      scope: { kind: 'part', key: `reservations ${segment} ${project}`, project, segment, changes: here },
    }));
}

function foreignOwners(changes: readonly ReservationChange[], owner: string): Objection[] {
  const adopted = new Map<string, ReservationChange[]>();
  for (const change of changes) {
    if (change.action !== 'adopt' || !change.before) continue;
    const { marker } = parseDescription(change.before.description);
    if (marker === undefined || marker.owner === owner) continue;
    adopted.set(marker.owner, [...(adopted.get(marker.owner) ?? []), change]);
  }
  return [...adopted].sort().map(([name, taken]) => ({
    reason: {
      code: 'foreign-owner',
      message: `Reservations of the slash32 owner "${name}" would be taken over; that service would fight for them.`,
      overriddenBy: '--force',
    },
    scope: { kind: 'part', key: `adopt ${name}`, project: undefined, segment: undefined, changes: taken },
  }));
}

/** How long after it was made an instance is taken for one that was just moved to its project. */
const FRESH_MS = 15 * 60_000;

/**
 * An instance of one project that takes over the reservation of another one's, which is gone: that is what a move between projects looks
 * like, and what somebody looks like who took uuid and MAC. A move makes the instance anew in the project that it goes to, and the
 * old one is gone with it.
 */
function takeovers(changes: readonly ReservationChange[], { instances }: Inventory, now: Date): Objection[] {
  const made = new Map(instances.map((one) => [instanceName(one), one.createdAt]));
  return changes.flatMap((change): Objection[] => {
    const marker = change.before && parseDescription(change.before.description).marker;
    const [project = '', name = ''] = change.nic.split('/');
    if (marker === undefined || change.after === undefined || marker.project === project) return [];
    if (change.action === 'adopt') return [];
    const at = made.get(`${project}/${name}`);
    const isFresh = at === undefined || now.getTime() - Date.parse(at) < FRESH_MS;
    if (marker.retiredAt === undefined && isFresh) return [];
    const message =
      `${change.nic} has uuid and MAC of ${markerName(marker)}, which is gone, and would get its reservation ` +
      `(${change.before?.address ?? 'no address'}). If it was moved to project ${project}, say yes; if not, somebody took both.`;
    return [
      {
        reason: { code: 'takeover', message, overriddenBy: '--force' },
        scope: {
          kind: 'part',
          key: `takeover ${change.segment} ${project}`,
          project,
          segment: change.segment,
          changes: [change],
        },
      },
    ];
  });
}
