import type { Change, ReservationChange, SettingChange } from '../model/change.js';
import { markerName, parseDescription } from '../model/marker.js';
import type { Segment, SegmentState } from '../model/segment.js';
import { blankState } from '../model/segment-state.js';
import { interfaceSubnet } from './context.js';
import { checkLockout } from './lockout.js';
import { type OwnedEntry, splitEntries } from './match.js';
import { assemblePlan } from './plan.js';
import { restoring } from './settings.js';
import type { Plan, PlanInput, SegmentPlan, UnsafeReason } from './types.js';

/** `keep` hands reservations and settings over as they are; `remove` takes ours away and puts settings back. */
export type ReleaseMode = 'keep' | 'remove';

/**
 * Plans giving up what slash32 owns on some segments. With `remove`, a reservation that was foreign before it was adopted
 * is handed back instead of deleted, and each setting goes back to what the ledger says it was.
 */
export function buildRelease(input: PlanInput, segments: readonly Segment[], mode: ReleaseMode): Plan {
  const plans: SegmentPlan[] = [];
  const unsafe: UnsafeReason[] = [];
  for (const segment of segments) {
    const state =
      input.observed.segments.find((one) => one.interface === segment.interface) ?? blankState(segment.interface);
    const { owned, foreign } = splitEntries(input.settings.owner, segment, state);
    const changes: Change[] = [
      ...(mode === 'remove' ? settingsBack(input, segment, state) : []),
      ...owned.map((own) => giveUp(segment, own, mode)),
    ];
    const firewall = input.observed.interfaces.find((one) => one.id === segment.interface);
    const subnet = firewall && interfaceSubnet(firewall);
    if (firewall && subnet) {
      const context = { input, segment, firewall, subnet, state, nics: [], allNics: [], entries: { owned, foreign } };
      const matches = { byNic: new Map(), unmatched: [] };
      const leaving = new Set(owned);
      unsafe.push(
        ...checkLockout({ ...context, matches, leaving, rangeAfter: state.range, staticArpAfter: false }, changes),
      );
    }
    plans.push({
      name: segment.name,
      network: segment.network,
      interface: segment.interface,
      description: firewall?.description ?? '',
      subnet: subnet && `${subnet.network}/${subnet.prefix}`,
      error: undefined,
      changes,
      warnings: [],
      leftOut: [],
      assignments: [],
      foreign: foreign.length,
      unchanged: 0,
    });
  }
  return assemblePlan(input, 'release', plans, [], unsafe);
}

function giveUp(segment: Segment, own: OwnedEntry, mode: ReleaseMode): ReservationChange {
  const base = {
    kind: 'reservation' as const,
    segment: segment.name,
    interface: segment.interface,
    nic: markerName(own.marker),
    before: own.entry,
  };
  if (mode === 'remove' && !own.marker.adopted)
    return { ...base, action: 'delete', after: undefined, reason: 'slash32 gives the segment up' };
  const { mac, address, hostname, arpEntry } = own.entry;
  const description = parseDescription(own.entry.description).text || hostname;
  const reason = own.marker.adopted ? 'handed back: it was foreign before' : 'handed over: it is foreign from now on';
  return { ...base, action: 'release', after: { mac, address, hostname, arpEntry, description }, reason };
}

function settingsBack(input: PlanInput, segment: Segment, state: SegmentState): SettingChange[] {
  const changes: SettingChange[] = [];
  for (const original of input.ledger.originals) {
    if (original.interface !== segment.interface) continue;
    const back = restoring(original, state);
    if (!back || JSON.stringify(back.before) === JSON.stringify(back.after)) continue;
    const reason = 'as it was before slash32 first changed it';
    changes.push({ ...back, kind: 'setting', segment: segment.name, interface: segment.interface, reason });
  }
  return changes;
}
