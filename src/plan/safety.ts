import type { Change, ReservationChange } from '../model/change.js';
import type { Inventory } from '../model/instance.js';
import { parseDescription } from '../model/marker.js';
import type { SafetyLimits } from '../model/settings.js';
import { count } from './names.js';
import type { SegmentOutcome } from './segment.js';
import type { UnsafeReason } from './types.js';

/**
 * Reasons to ask a person before these changes are made: too many entries deleted or moved, a source that shows far less
 * than before, nothing, or only a part, and entries of another slash32 owner. `changes` are those that would be applied.
 */
export function checkSafety(
  outcomes: readonly SegmentOutcome[],
  changes: readonly Change[],
  inventory: Inventory,
  owner: string,
  limits: SafetyLimits,
): UnsafeReason[] {
  const reservations = changes.filter((change): change is ReservationChange => change.kind === 'reservation');
  return [
    ...tooMuchLost(outcomes, reservations, limits),
    ...sourceReasons(outcomes, inventory, limits),
    ...foreignOwners(reservations, owner),
  ];
}

/** Whether a change takes an address away from somebody. */
export function losesAddress(change: ReservationChange): boolean {
  const address = change.before?.address;
  if (change.action === 'delete') return true;
  return address !== undefined && change.after !== undefined && change.after.address !== address;
}

function tooMuchLost(
  outcomes: readonly SegmentOutcome[],
  changes: readonly ReservationChange[],
  limits: SafetyLimits,
): UnsafeReason[] {
  const reasons: UnsafeReason[] = [];
  const lost = changes.filter(losesAddress);
  for (const { plan, owned } of outcomes) {
    const here = lost.filter((change) => change.segment === plan.name).length;
    if (here < limits.shareFrom || here <= owned * limits.share) continue;
    const message =
      `${plan.name}: ${here} of ${count(owned, 'owned reservation')} would be deleted or get another address ` +
      `(${percent(here / owned)}, limit ${percent(limits.share)}).`;
    reasons.push({ code: 'deletes', message, overriddenBy: '--force' });
  }
  if (lost.length > limits.total) {
    const message = `${lost.length} reservations would be deleted or get another address in all (limit ${limits.total}).`;
    reasons.push({ code: 'deletes', message, overriddenBy: '--force' });
  }
  return reasons;
}

function sourceReasons(
  outcomes: readonly SegmentOutcome[],
  inventory: Inventory,
  limits: SafetyLimits,
): UnsafeReason[] {
  const active = outcomes.flatMap((outcome) => outcome.active);
  const complete = inventory.projects.every((project) => project.complete);
  if (active.length > 0 && inventory.instances.length === 0) {
    const message = `The source shows no instance at all, but ${count(active.length, 'reservation')} of ours is there.`;
    return [{ code: 'source-empty', message, overriddenBy: '--force' }];
  }
  const reasons: UnsafeReason[] = [];
  const code = complete ? 'source-shrank' : 'restricted-view';
  for (const { plan, active: here, vanished } of outcomes) {
    if (vanished.length < limits.shareFrom || vanished.length <= here.length * limits.share) continue;
    const message =
      `${plan.name}: ${vanished.length} of ${count(here.length, 'reservation')} have no NIC there any more ` +
      `(${percent(vanished.length / here.length)}, limit ${percent(limits.share)}).`;
    reasons.push({ code, message, overriddenBy: '--force' });
  }
  const gone = outcomes.reduce((sum, outcome) => sum + outcome.vanished.length, 0);
  if (gone > limits.total) {
    const message = `${gone} reservations have no NIC there any more in all (limit ${limits.total}).`;
    reasons.push({ code, message, overriddenBy: '--force' });
  }
  return reasons;
}

function foreignOwners(changes: readonly ReservationChange[], owner: string): UnsafeReason[] {
  const owners = new Set<string>();
  for (const change of changes) {
    if (change.action !== 'adopt' || !change.before) continue;
    const { marker } = parseDescription(change.before.description);
    if (marker && marker.owner !== owner) owners.add(marker.owner);
  }
  return [...owners].sort().map((name) => ({
    code: 'foreign-owner',
    message: `Reservations of the slash32 owner "${name}" would be taken over; that service would fight for them.`,
    overriddenBy: '--force',
  }));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
