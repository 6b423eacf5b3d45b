import { isHostLabel, toHostLabel } from '../model/hostname.js';
import type { OwnedEntry, SegmentNic } from './entries.js';

/** Hostnames of a segment's NICs; undefined for one whose instance name DHCP or DNS would refuse. */
export type Hostnames = ReadonlyMap<SegmentNic, string | undefined>;

/**
 * Gives each NIC a hostname that is unique on its segment, compared without case. A name that a NIC already has stays
 * its name. Otherwise the bare instance name goes to the default project first, then `name-nic` where one instance has
 * several NICs here, then `name-project`, then `name-project-nic`.
 */
export function assignHostnames(
  nics: readonly SegmentNic[],
  own: ReadonlyMap<SegmentNic, OwnedEntry>,
  foreign: readonly string[],
): Hostnames {
  const names = new Map<SegmentNic, string | undefined>();
  const taken = new Set(foreign.map((name) => name.toLowerCase()).filter((name) => name !== ''));
  const nicsHere = new Map<unknown, number>();
  for (const nic of nics) nicsHere.set(nic.instance, (nicsHere.get(nic.instance) ?? 0) + 1);
  const choices = (nic: SegmentNic): Iterable<string> => candidates(nic, (nicsHere.get(nic.instance) ?? 0) > 1);
  const claim = (nic: SegmentNic, name: string | undefined): boolean => {
    if (name === undefined || taken.has(name.toLowerCase())) return false;
    taken.add(name.toLowerCase());
    names.set(nic, name);
    return true;
  };

  for (const nic of nics) {
    const entry = own.get(nic);
    const kept = entry?.marker.keptHostname;
    if (kept !== undefined && isHostLabel(kept)) claim(nic, kept);
  }
  for (const nic of nics) {
    const current = own.get(nic)?.entry.hostname;
    if (!names.has(nic) && current !== undefined && some(choices(nic), (name) => name === current)) claim(nic, current);
  }
  for (const nic of [...nics].sort(defaultProjectFirst)) {
    if (names.has(nic)) continue;
    if (!some(choices(nic), (name) => claim(nic, name))) names.set(nic, undefined);
  }
  return names;
}

/** One after the other, for the first is nearly always free. */
function* candidates({ instance, nic }: SegmentNic, several: boolean): Generator<string> {
  if (!isHostLabel(instance.name)) return;
  const base = instance.name;
  const named = (tail: string): string =>
    toHostLabel(`${base.slice(0, 63 - Math.min(tail.length, 40))}${tail.slice(0, 40)}`) ?? base;
  yield named('');
  const device = toHostLabel(nic.name) ?? 'nic';
  const project = toHostLabel(instance.project) ?? 'project';
  const tails = several
    ? [`-${device}`, `-${project}`, `-${project}-${device}`]
    : [`-${project}`, `-${project}-${device}`, `-${device}`];
  for (const tail of tails) yield named(tail);
  for (let number = 2; number < 10; number += 1) yield named(`-${project}-${device}-${number}`);
}

function some(names: Iterable<string>, wanted: (name: string) => boolean): boolean {
  for (const name of names) if (wanted(name)) return true;
  return false;
}

function defaultProjectFirst(left: SegmentNic, right: SegmentNic): number {
  return Number(right.instance.project === 'default') - Number(left.instance.project === 'default');
}
