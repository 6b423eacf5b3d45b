import type { Change, ReservationChange, SettingChange } from '../model/change.js';
import { markerName, parseDescription } from '../model/marker.js';
import { writtenReservation } from '../model/reservation.js';
import type { Segment, SegmentState } from '../model/segment.js';
import { blankState } from '../model/segment-state.js';
import { interfaceSubnet } from './context.js';
import { type OwnedEntry, splitEntries } from './entries.js';
import { checkLockout } from './lockout.js';
import { count } from './names.js';
import { notMaster } from './pair.js';
import { assemblePlan, firewallNotes } from './plan.js';
import { planPolicyRelease } from './policy/release.js';
import { notWritable } from './preflight.js';
import { projectState } from './project.js';
import { restoring } from './settings.js';
import { closings, knowsBeginning, stayingWarnings } from './staying.js';
import { withoutStuck } from './stuck.js';
import type { Plan, PlanInput, SegmentPlan, UnsafeReason } from './types.js';

/** `keep` hands reservations and settings over as they are; `remove` takes ours away and puts settings back. */
export type ReleaseMode = 'keep' | 'remove';

/**
 * Plans giving up what slash32 owns on some segments. With `remove`, a reservation that was foreign before it was adopted
 * is handed back instead of deleted, and each setting goes back to what the ledger says it was. A segment that may not
 * be written is refused as a whole.
 */
export function buildRelease(input: PlanInput, segments: readonly Segment[], mode: ReleaseMode): Plan {
  const released = segments.map((segment) => releaseSegment(input, segment, mode));
  const plans = released.map((one) => one.plan);
  const planned = planPolicyRelease(input, segments, plans, mode);
  return assemblePlan(
    input,
    'release',
    plans,
    [...firewallNotes(input), ...planned.warnings],
    { unsafe: [...released.flatMap((one) => one.unsafe), ...planned.unsafe] },
    planned.policy,
  );
}

function releaseSegment(
  input: PlanInput,
  segment: Segment,
  mode: ReleaseMode,
): { readonly plan: SegmentPlan; readonly unsafe: readonly UnsafeReason[] } {
  const state =
    input.observed.segments.find((one) => one.interface === segment.interface) ?? blankState(segment.interface);
  const { owned, foreign } = splitEntries(input.settings.owner, segment, state);
  const firewall = input.observed.interfaces.find((one) => one.id === segment.interface);
  const subnet = firewall && interfaceSubnet(firewall);
  const error = notWritable(segment, input.observed) ?? notMaster(input);
  const back = withoutStuck(state, error || mode !== 'remove' ? [] : settingsBack(input, segment, state));
  const changes: Change[] = error ? [] : [...back.changes, ...owned.map((own) => giveUp(segment, own, mode))];
  const plan: SegmentPlan = {
    name: segment.name,
    network: segment.network,
    ...(segment.vlan === undefined ? {} : { vlan: segment.vlan }),
    interface: segment.interface,
    description: firewall?.description ?? '',
    subnet: subnet && `${subnet.network}/${subnet.prefix}`,
    error,
    changes,
    warnings: error
      ? []
      : [...back.warnings, ...stayingWarnings(input.ledger, segment, projectState(state, changes), mode)],
    leftOut: [],
    assignments: [],
    foreign: foreign.length,
    unchanged: error ? owned.length : 0,
  };
  const unsafe = firewall && subnet ? checkLockout({ input, segment, firewall, subnet, state }, changes) : [];
  return { plan, unsafe: [...unsafe, ...staysClosed(input, segment, state, changes)] };
}

/**
 * Without the originals a segment that we closed stays closed, and whoever had a reservation there gets no address any more.
 * What was closed before we came is not ours to open; that it was, the ledger knows if it was there from the beginning.
 */
function staysClosed(
  input: PlanInput,
  segment: Segment,
  state: SegmentState,
  changes: readonly Change[],
): UnsafeReason[] {
  const deleted = changes.filter((change) => change.kind === 'reservation' && change.action === 'delete').length;
  if (deleted === 0 || knowsBeginning(input.ledger, segment.interface)) return [];
  const left = closings(projectState(state, changes)).map(({ what }) => what);
  if (left.length === 0) return [];
  const message =
    `${segment.name}: ${count(deleted, 'reservation')} would go, but ${left.join(', ')}, and the state file does not know ` +
    `what was there before slash32. Clients of ${segment.interface} would get no address any more: change that in OPNsense ` +
    'first (Services: ISC DHCPv4), or use --keep.';
  return [{ code: 'stays-closed', message, overriddenBy: '--force' }];
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
  const written = writtenReservation(own.entry);
  const description = parseDescription(own.entry.description).text || written.hostname;
  const reason = own.marker.adopted ? 'handed back: it was foreign before' : 'handed over: it is foreign from now on';
  return { ...base, action: 'release', after: { ...written, description }, reason };
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
