import type { Change, Reservation, SettingChange } from '../../../model/change.js';
import { writtenReservation } from '../../../model/reservation.js';
import type { PoolAccess, SegmentState } from '../../../model/segment.js';
import { blankState } from '../../../model/segment-state.js';
import { byInterface } from '../isc/group.js';
import { projectSegments } from '../isc/project.js';
import { carriesMarker } from './ownership.js';
import type { ExpectedPolicy } from './policy-compare.js';

/** What must be on the firewall once an apply is there. */
export interface Expected {
  readonly owner: string;
  readonly changes: readonly Change[];
  /** The interfaces that change, as they must be. */
  readonly segments: readonly SegmentState[];
  /** What the policy must be; undefined when none of it changes. */
  readonly policy?: ExpectedPolicy;
}

/** What some changes of what was observed must lead to. Pure. */
export function expectationOf(owner: string, base: readonly SegmentState[], changes: readonly Change[]): Expected {
  const touched = byInterface(changes);
  return { owner, changes, segments: projectSegments(base, changes).filter((state) => touched.has(state.interface)) };
}

/**
 * Where the firewall differs from what an apply was to lead to, one sentence each; none when it is as planned. Only what
 * slash32 wrote counts: its own entries, those that it handed over, and the settings that it changed. Others may have saved
 * meanwhile, and the order of entries is theirs. Pure.
 */
export function differences(expected: Expected, found: readonly SegmentState[]): string[] {
  const changes = byInterface(expected.changes);
  return expected.segments.flatMap((asked) => {
    const id = asked.interface;
    const state = found.find((one) => one.interface === id) ?? blankState(id);
    const own = changes.get(id) ?? [];
    const settings = own.filter((change) => change.kind === 'setting');
    const entries = own.some((change) => change.kind === 'reservation')
      ? entryDifferences(expected.owner, own, asked, state)
      : [];
    return [...settings.flatMap((change) => settingDifference(change, state)), ...entries];
  });
}

function entryDifferences(
  owner: string,
  changes: readonly Change[],
  asked: SegmentState,
  found: SegmentState,
): string[] {
  const left = new Map<string, number>();
  const present = found.reservations.map(writtenReservation);
  for (const entry of present) left.set(keyOf(entry), (left.get(keyOf(entry)) ?? 0) + 1);
  const take = (entry: Reservation): boolean => {
    const count = left.get(keyOf(entry)) ?? 0;
    left.set(keyOf(entry), count - 1);
    return count > 0;
  };
  const ours = asked.reservations.map(writtenReservation).filter((entry) => carriesMarker(entry.description, owner));
  const released = changes.flatMap((change) =>
    change.kind === 'reservation' && change.after && !carriesMarker(change.after.description, owner)
      ? [{ ...change.after, description: change.after.description.trim() }]
      : [],
  );
  const missing = [...ours, ...released].filter((entry) => !take(entry));
  const surplus = present.filter(
    (entry) => carriesMarker(entry.description, owner) && (left.get(keyOf(entry)) ?? 0) > 0,
  );
  return [
    ...missing.map((entry) => `${asked.interface}: the reservation ${nameOf(entry)} is not there as planned.`),
    ...surplus.map((entry) => `${asked.interface}: the reservation ${nameOf(entry)} should not be there.`),
  ];
}

function settingDifference(change: SettingChange, state: SegmentState): string[] {
  const now = currentValue(change, state);
  if (canonical(now) === canonical(change.after)) return [];
  return [`${change.interface}: ${change.setting} is ${show(now)} and not ${show(change.after)}.`];
}

/** A list of MAC addresses means the same in upper case. */
function canonical(value: SettingChange['before']): string {
  return JSON.stringify(value).toLowerCase();
}

function currentValue(change: SettingChange, state: SegmentState): SettingChange['before'] {
  switch (change.setting) {
    case 'enabled':
      return state.enabled;
    case 'range':
      return state.range === undefined ? null : { from: state.range.from, to: state.range.to };
    case 'mask':
      return state.mask ?? null;
    case 'routes':
      return state.routes ?? null;
    case 'deny_unknown':
      return state.denyUnknown;
    case 'mac_allow':
      return state.macAllow ?? null;
    case 'static_arp':
      return state.staticArp;
    case 'router':
      return state.router ?? null;
    case 'pools':
      return state.pools;
  }
}

function show(value: SettingChange['before']): string {
  if (value === null) return 'unset';
  if (isPools(value)) return JSON.stringify(value);
  return typeof value === 'object' ? `${value.from}-${value.to}` : String(value);
}

function isPools(value: SettingChange['before']): value is readonly PoolAccess[] {
  return Array.isArray(value);
}

function keyOf({ mac, address, hostname, description, arpEntry }: Reservation): string {
  return JSON.stringify([mac, address, hostname, description, arpEntry]);
}

function nameOf({ mac, address, hostname }: Reservation): string {
  return `${address || 'without an address'} (${mac || 'no MAC'}, ${JSON.stringify(hostname)})`;
}
