import { parseAddress } from '../model/address.js';
import { isUnicastMac, normalizeMac } from '../model/mac.js';
import type { SegmentContext } from './context.js';
import type { ForeignEntry, OwnedEntry, SegmentNic } from './entries.js';
import { shortList } from './names.js';
import { unreachableNic } from './nic-keys.js';
import { NOBODYS_MAC } from './pools.js';
import type { Adoption, LeftOut, LeftOutCode } from './types.js';

/** A NIC that gets a reservation: its MAC, and the entry it builds on. */
export interface Eligible {
  readonly nic: SegmentNic;
  readonly mac: string;
  readonly own: OwnedEntry | undefined;
  /** The foreign entry that is taken over. */
  readonly adopted: ForeignEntry | undefined;
}

/** The NICs of a segment, sorted out. */
export interface Sorted {
  readonly eligible: readonly Eligible[];
  readonly leftOut: readonly LeftOut[];
  /** NICs that a foreign reservation serves and that may be adopted. */
  readonly served: readonly { readonly nic: SegmentNic; readonly mac: string; readonly foreign: ForeignEntry }[];
  /** Owned entries whose MAC also stands in a foreign entry of the segment. */
  readonly doubled: readonly { readonly nic: SegmentNic; readonly foreign: ForeignEntry }[];
}

/** Says for each NIC of a segment whether it can have a reservation of ours, and why not. */
export function sortNics(context: SegmentContext): Sorted {
  const eligible: Eligible[] = [];
  const leftOut: LeftOut[] = [];
  const served: { nic: SegmentNic; mac: string; foreign: ForeignEntry }[] = [];
  const doubled: { nic: SegmentNic; foreign: ForeignEntry }[] = [];
  const rivals = nicsByMac(context.nics);
  // dhcpd goes by the first of several entries with one MAC.
  const foreignByMac = new Map([...context.entries.foreign].reverse().map((foreign) => [foreign.entry.mac, foreign]));
  const leave = (nic: SegmentNic, code: LeftOutCode, message: string): void => {
    leftOut.push({ segment: context.segment.name, nic: nic.id, code, message });
  };

  for (const nic of context.nics) {
    const own = context.matches.byNic.get(nic);
    const mac = nic.nic.mac === undefined ? undefined : normalizeMac(nic.nic.mac);
    if (nic.nic.mac === undefined) {
      leave(nic, 'no-mac', 'The source has not given this NIC a MAC address yet.');
      continue;
    }
    if (mac === undefined || !isUnicastMac(mac)) {
      leave(nic, 'bad-mac', `"${nic.nic.mac}" is not the MAC address of one host; give the NIC another one.`);
      continue;
    }
    if (mac === NOBODYS_MAC && own?.entry.mac !== mac) {
      leave(nic, 'bad-mac', `${mac} stands for nobody: closed ranges are open to it alone; give the NIC another one.`);
      continue;
    }
    const unreachable = unreachableNic(nic, context);
    if (unreachable !== undefined) {
      leave(nic, unreachable.code, unreachable.message);
      continue;
    }
    const same = rivals.get(mac) ?? [];
    const holder = same.length > 1 && own?.entry.mac !== mac ? holderOf(mac, same, context) : undefined;
    if (same.length > 1 && own?.entry.mac !== mac && holder !== nic) {
      const all = shortList(same.map((one) => one.id));
      const kept = holder === undefined ? '' : ` It is that of ${holder.id}, ${whyHolder(mac, holder, context)}.`;
      leave(nic, 'duplicate-mac', `${same.length} NICs have the MAC ${mac} (${all}); give each another one.${kept}`);
      continue;
    }
    const foreign = foreignByMac.get(mac);
    if (own || !foreign) {
      if (own && foreign && own.entry.mac === mac) doubled.push({ nic, foreign });
      eligible.push({ nic, mac, own, adopted: undefined });
      continue;
    }
    if (isAdopted(foreign, context.input.adopt) && !context.withheld.entries.has(foreign.entry)) {
      eligible.push({ nic, mac, own: undefined, adopted: foreign });
      continue;
    }
    if (foreign.marker) {
      leave(nic, 'other-owner', `Its reservation belongs to the slash32 owner "${foreign.marker.owner}".`);
      continue;
    }
    served.push({ nic, mac, foreign });
  }
  return { eligible, leftOut, served, doubled };
}

/**
 * Whose a MAC is that several NICs have: whoever has a reservation with it keeps it; of those that are new the older instance gets it,
 * so that nobody loses his to a copy. Nobody's where that cannot be told.
 */
function holderOf(mac: string, same: readonly SegmentNic[], { matches }: SegmentContext): SegmentNic | undefined {
  const holder = same.find((nic) => matches.byNic.get(nic)?.entry.mac === mac);
  if (holder !== undefined) return holder;
  const fresh = same.filter((nic) => !matches.byNic.has(nic));
  const [oldest, next] = fresh.toSorted((one, other) => (ageOf(one) < ageOf(other) ? -1 : 1));
  if (oldest?.instance.createdAt === undefined) return undefined;
  return next !== undefined && ageOf(next) === ageOf(oldest) ? undefined : oldest;
}

/** Who does not say since when he is there comes last. */
function ageOf({ instance }: SegmentNic): string {
  return instance.createdAt ?? '9';
}

function whyHolder(mac: string, holder: SegmentNic, { matches }: SegmentContext): string {
  return matches.byNic.get(holder)?.entry.mac === mac ? 'which has the reservation' : 'whose instance is the oldest';
}

/** Whether `adopt` names this entry: by `all`, its MAC or its address. `all` never takes another slash32 owner's entry. */
export function isAdopted(foreign: ForeignEntry, adopt: Adoption): boolean {
  if (adopt === 'none') return false;
  if (adopt === 'all') return foreign.marker === undefined;
  return adopt.some((name) => name === foreign.entry.address || normalizeMac(name) === foreign.entry.mac);
}

function nicsByMac(nics: readonly SegmentNic[]): Map<string, SegmentNic[]> {
  const byMac = new Map<string, SegmentNic[]>();
  for (const nic of nics) {
    const mac = nic.nic.mac === undefined ? undefined : normalizeMac(nic.nic.mac);
    if (mac === undefined) continue;
    const known = byMac.get(mac);
    if (known) known.push(nic);
    else byMac.set(mac, [nic]);
  }
  return byMac;
}

/** The address that a NIC's entry has; undefined without an entry or a usable address in it. */
export function currentAddress(one: Eligible): string | undefined {
  const address = one.own?.entry.address ?? one.adopted?.entry.address;
  return address === undefined || parseAddress(address) === undefined ? undefined : address;
}
