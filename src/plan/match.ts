import { type Instance, instanceName, type Nic, nicName } from '../model/instance.js';
import { type Marker, markerName, parseDescription, uuidPart } from '../model/marker.js';
import type { ObservedReservation, Segment, SegmentState } from '../model/segment.js';

/** A NIC that stands on a configured segment. */
export interface SegmentNic {
  readonly id: string;
  readonly instance: Instance;
  readonly nic: Nic;
  readonly segment: Segment;
}

/** A reservation that carries our marker. */
export interface OwnedEntry {
  readonly segment: Segment;
  readonly entry: ObservedReservation;
  readonly marker: Marker;
  readonly text: string;
}

/** A reservation that is not ours; `marker` is set when another slash32 owner has it. */
export interface ForeignEntry {
  readonly entry: ObservedReservation;
  readonly marker: Marker | undefined;
}

/** The reservations of a segment, split by owner. */
export interface Entries {
  readonly owned: readonly OwnedEntry[];
  readonly foreign: readonly ForeignEntry[];
}

/** Splits what stands on a segment into ours and everybody else's. */
export function splitEntries(owner: string, segment: Segment, state: SegmentState | undefined): Entries {
  const owned: OwnedEntry[] = [];
  const foreign: ForeignEntry[] = [];
  for (const entry of state?.reservations ?? []) {
    const { text, marker } = parseDescription(entry.description);
    if (marker?.owner === owner) owned.push({ segment, entry, marker, text });
    else foreign.push({ entry, marker });
  }
  return { owned, foreign };
}

/** Which owned entry belongs to which NIC. */
export interface Matches {
  readonly byNic: ReadonlyMap<SegmentNic, OwnedEntry>;
  /** Entries that no NIC of their segment has. */
  readonly unmatched: readonly OwnedEntry[];
}

/**
 * Finds each NIC's own entry on its segment. The uuid decides first, since it survives renames and moves; then the name,
 * for an instance that was rebuilt; then the MAC, for a device that was renamed. Each entry goes to one NIC at most.
 */
export function matchEntries(nics: readonly SegmentNic[], owned: readonly OwnedEntry[]): Matches {
  const byNic = new Map<SegmentNic, OwnedEntry>();
  const free = new Set(owned);
  matchPass(BY_UUID_AND_NAME, nics, free, byNic);
  matchPass(BY_UUID, nics, free, byNic);
  // An entry whose instance lives on elsewhere, under another name or on another segment, is not up for a reused name.
  const available = free.size === 0 ? free : withoutLiving(free, nics);
  matchPass(BY_NAME, nics, available, byNic);
  matchPass(BY_MAC, nics, available, byNic);
  const taken = new Set(byNic.values());
  return { byNic, unmatched: owned.filter((own) => !taken.has(own)) };
}

function withoutLiving(free: ReadonlySet<OwnedEntry>, nics: readonly SegmentNic[]): Set<OwnedEntry> {
  const alive = new Set(nics.map((nic) => uuidKey(nic, '')).filter((key) => key !== undefined));
  return new Set([...free].filter((own) => !alive.has(ownUuidKey(own, '') ?? '')));
}

interface Pass {
  readonly nicKey: (nic: SegmentNic) => string | undefined;
  readonly entryKey: (own: OwnedEntry) => string | undefined;
}

const BY_UUID_AND_NAME: Pass = {
  nicKey: (nic) => uuidKey(nic, nic.id),
  entryKey: (own) => ownUuidKey(own, markerName(own.marker)),
};
const BY_UUID: Pass = { nicKey: (nic) => uuidKey(nic, ''), entryKey: (own) => ownUuidKey(own, '') };
const BY_NAME: Pass = { nicKey: (nic) => nic.id, entryKey: (own) => markerName(own.marker) };
const BY_MAC: Pass = { nicKey: (nic) => nic.nic.mac, entryKey: (own) => own.entry.mac || undefined };

function matchPass(
  pass: Pass,
  nics: readonly SegmentNic[],
  free: Set<OwnedEntry>,
  byNic: Map<SegmentNic, OwnedEntry>,
): void {
  if (free.size === 0) return;
  const entries = groupBy([...free], (own) => scoped(own.segment, pass.entryKey(own)));
  const claims = groupBy(
    nics.filter((nic) => !byNic.has(nic)),
    (nic) => scoped(nic.segment, pass.nicKey(nic)),
  );
  for (const [key, claimants] of claims) {
    const [nic, rival] = claimants;
    const own = entries.get(key)?.[0];
    if (nic === undefined || own === undefined || rival !== undefined) continue;
    byNic.set(nic, own);
    free.delete(own);
  }
}

function scoped(segment: Segment, key: string | undefined): string | undefined {
  return key === undefined ? undefined : `${segment.name}\n${key}`;
}

function uuidKey(nic: SegmentNic, name: string): string | undefined {
  const uuid = uuidPart(nic.instance.uuid);
  return uuid === '' ? undefined : `${uuid}/${nic.nic.name}/${name}`;
}

function ownUuidKey(own: OwnedEntry, name: string): string | undefined {
  return own.marker.uuid === '' ? undefined : `${own.marker.uuid}/${own.marker.nic}/${name}`;
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

/** Every NIC that stands on a configured segment, in a fixed order: project, name, device. */
export function segmentNics(instances: readonly Instance[], segments: readonly Segment[]): SegmentNic[] {
  const byNetwork = new Map(segments.map((segment) => [segment.network, segment]));
  const nics: SegmentNic[] = [];
  for (const instance of instances) {
    for (const nic of instance.nics) {
      const segment = byNetwork.get(nic.network);
      if (segment) nics.push({ id: nicName(instance, nic.name), instance, nic, segment });
    }
  }
  return nics.sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
}

/** Keys under which an entry of a NIC may be found elsewhere: by uuid and by name. */
export function identityKeys(nic: SegmentNic): string[] {
  const uuid = uuidKey(nic, '');
  return uuid === undefined ? [nic.id] : [nic.id, uuid];
}

/** The same keys for an owned entry. */
export function entryIdentityKeys(own: OwnedEntry): string[] {
  const uuid = ownUuidKey(own, '');
  return uuid === undefined ? [markerName(own.marker)] : [uuid];
}

/** `project/name` of an entry's marker. */
export function entryInstance(own: OwnedEntry): string {
  return instanceName({ project: own.marker.project, name: own.marker.instance });
}
