import { createHash } from 'node:crypto';
import type { Change } from '../../model/change.js';
import { parseDescription } from '../../model/marker.js';
import { planChanges, policyChanges } from '../../plan/plan.js';
import type { Plan } from '../../plan/types.js';
import type { PlanMoment } from '../../state/service-state.js';

const HOUR_MS = 3_600_000;
/** The same plan applied this often within an hour, and needed once more: somebody undoes it each time. */
const MOST = 3;

/**
 * What a plan would write, as a digest: which entries and settings stand there afterwards. What was there before is left out,
 * unlike in the plan's checksum: the marks of whoever undid it differ each time, and so do moments.
 */
export function effectOf(plan: Plan): string {
  const lines = [
    ...planChanges(plan).map((change) => JSON.stringify(effect(change))),
    ...policyChanges(plan).map(({ kind, key, after }) => JSON.stringify([kind, key, after])),
  ];
  return createHash('sha256')
    .update(JSON.stringify([plan.owner, lines.sort()]))
    .digest('hex')
    .slice(0, 16);
}

function effect(change: Change): readonly unknown[] {
  if (change.kind === 'setting') return [change.interface, change.setting, change.after];
  const { action, nic, after, before } = change;
  const entry = after ?? before;
  const { text, marker } = parseDescription(after?.description ?? '');
  const timeless = marker && { ...marker, retiredAt: marker.retiredAt !== undefined };
  return [change.interface, action, nic, entry?.mac, entry?.address, entry?.hostname, text, timeless ?? null];
}

/** Those moments of a plan that lie within an hour of now, on either side: a clock may have been set back. */
export function within(moments: readonly PlanMoment[], checksum: string, now: Date): readonly PlanMoment[] {
  return recent(moments, now).filter((one) => one.checksum === checksum);
}

/** The moments of the last hour, and one more. */
export function withMoment(moments: readonly PlanMoment[], checksum: string, now: Date): readonly PlanMoment[] {
  return [...recent(moments, now), { checksum, at: now.toISOString() }];
}

/** Whether applying this plan once more would only go on with a quarrel. */
export function isReversed(writes: readonly PlanMoment[], plan: Plan, now: Date): boolean {
  return within(writes, effectOf(plan), now).length >= MOST;
}

/** Why the service pauses itself, and who the other one may be. */
export function reversalReason(plan: Plan): string {
  const strange = planChanges(plan).flatMap((change) => {
    if (change.kind !== 'reservation' || (change.action !== 'delete' && change.action !== 'retire')) return [];
    const { marker } = parseDescription(change.before?.description ?? '');
    return marker?.owner === plan.owner ? [change.nic] : [];
  });
  const who =
    strange.length > 0
      ? `Entries with the owner id ${plan.owner} came back that this configuration does not know (${strange.slice(0, 3).join(', ')}), so another slash32 with that owner id is likely at work on this firewall`
      : `Another slash32 with the owner id ${plan.owner}, a person, or a synchronisation from another node may be at work on this firewall`;
  return `What the plan ${plan.checksum} writes was written ${MOST} times within an hour, and undone by somebody each time. ${who}.`;
}

export function recent(moments: readonly PlanMoment[], now: Date): readonly PlanMoment[] {
  return moments.filter((one) => Math.abs(now.getTime() - Date.parse(one.at)) < HOUR_MS);
}
