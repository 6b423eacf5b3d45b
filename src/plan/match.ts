import { markerName } from '../model/marker.js';
import type { Segment } from '../model/segment.js';
import type { OwnedEntry, SegmentNic } from './entries.js';
import {
  entryInstanceUuid,
  entryMovedUuid,
  entryProjectUuid,
  instanceUuid,
  movedUuid,
  projectUuid,
} from './identity.js';

/** Which owned entry belongs to which NIC. */
export interface Matches {
  readonly byNic: ReadonlyMap<SegmentNic, OwnedEntry>;
  /** Entries that no NIC of their segment has. */
  readonly unmatched: readonly OwnedEntry[];
}

/**
 * Finds each NIC's own entry on its segment. The uuid decides first, since it survives renames and moves, and within one instance the MAC
 * before the name: a name that a device gave up may be another one's by now. Then the name, for an instance that was rebuilt; then the
 * MAC, for a device that was renamed. Each entry goes to one NIC at most. A
 * NIC of another project takes over what is left, and only by uuid and MAC together, and only where `covered` says that
 * the entry's project was seen completely, so that its instance is known to have left it.
 */
export function matchEntries(
  nics: readonly SegmentNic[],
  owned: readonly OwnedEntry[],
  covered: (project: string) => boolean,
): Matches {
  const byNic = new Map<SegmentNic, OwnedEntry>();
  const free = new Set(owned);
  for (const pass of [BY_UUID_AND_MAC, BY_UUID_AND_NAME, BY_UUID]) matchPass(pass, nics, free, byNic);
  // An entry whose instance lives on elsewhere, under another name or on another segment, is not up for a reused name.
  const available = free.size === 0 ? free : withoutLiving(free, nics);
  matchPass(BY_NAME, nics, available, byNic);
  matchPass(BY_MAC, nics, available, byNic);
  const left = new Set([...available].filter((own) => covered(own.marker.project)));
  matchPass(BY_MOVED, nics, left, byNic);
  const taken = new Set(byNic.values());
  return { byNic, unmatched: owned.filter((own) => !taken.has(own)) };
}

function withoutLiving(free: ReadonlySet<OwnedEntry>, nics: readonly SegmentNic[]): Set<OwnedEntry> {
  const alive = new Set(nics.map(projectUuid));
  return new Set([...free].filter((own) => own.marker.uuid === '' || !alive.has(entryProjectUuid(own))));
}

interface Pass {
  readonly nicKey: (nic: SegmentNic) => string | undefined;
  readonly entryKey: (own: OwnedEntry) => string | undefined;
}

/** Also tells copies of one instance apart, which have its uuid as well. */
const BY_UUID_AND_MAC: Pass = {
  nicKey: (nic) => and(instanceUuid(nic), nic.nic.mac ?? ''),
  entryKey: (own) => (own.entry.mac === undefined ? undefined : and(entryInstanceUuid(own), own.entry.mac)),
};
const BY_UUID_AND_NAME: Pass = {
  nicKey: (nic) => and(projectUuid(nic), nic.id),
  entryKey: (own) => and(entryProjectUuid(own), markerName(own.marker)),
};
const BY_UUID: Pass = { nicKey: projectUuid, entryKey: entryProjectUuid };
const BY_NAME: Pass = { nicKey: (nic) => nic.id, entryKey: (own) => markerName(own.marker) };
const BY_MAC: Pass = {
  nicKey: (nic) => and(nic.nic.mac, nic.instance.project),
  entryKey: (own) => and(own.entry.mac, own.marker.project),
};

const BY_MOVED: Pass = { nicKey: movedUuid, entryKey: entryMovedUuid };

function matchPass(
  pass: Pass,
  nics: readonly SegmentNic[],
  free: Set<OwnedEntry>,
  byNic: Map<SegmentNic, OwnedEntry>,
): void {
  if (free.size === 0) return;
  const entries = groupBy([...free], (own) => scoped(own.segment, pass.entryKey(own)));
  // Those that have an entry by now count as well, or the next plan would see fewer rivals and decide otherwise.
  const claims = groupBy(nics, (nic) => scoped(nic.segment, pass.nicKey(nic)));
  for (const [key, claimants] of claims) {
    const [nic, rival] = claimants;
    const group = entries.get(key);
    if (nic === undefined || group === undefined || rival !== undefined || byNic.has(nic)) continue;
    // Of an entry and its copies, made by hand in OPNsense with the marker in it, the one with the NIC's MAC is meant.
    const own = group.find((one) => one.entry.mac === nic.nic.mac) ?? group[0];
    if (own === undefined) continue;
    byNic.set(nic, own);
    free.delete(own);
  }
}

function scoped(segment: Segment, key: string | undefined): string | undefined {
  return key === undefined ? undefined : `${segment.name}\n${key}`;
}

function and(key: string | undefined, more: string): string | undefined {
  return key === undefined ? undefined : `${key} ${more}`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
