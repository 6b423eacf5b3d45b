import { isHostLabel, toHostLabel } from '../model/hostname.js';
import type { OwnedEntry, SegmentNic } from './match.js';

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
  const choices = new Map(nics.map((nic) => [nic, candidates(nic, (nicsHere.get(nic.instance) ?? 0) > 1)]));
  const claim = (nic: SegmentNic, name: string | undefined): boolean => {
    if (name === undefined || taken.has(name.toLowerCase())) return false;
    taken.add(name.toLowerCase());
    names.set(nic, name);
    return true;
  };

  for (const nic of nics) {
    const entry = own.get(nic);
    if (entry?.marker.keptHostname !== undefined) claim(nic, entry.marker.keptHostname);
  }
  for (const nic of nics) {
    const current = own.get(nic)?.entry.hostname;
    if (!names.has(nic) && current !== undefined && choices.get(nic)?.includes(current)) claim(nic, current);
  }
  for (const nic of [...nics].sort(defaultProjectFirst)) {
    if (names.has(nic)) continue;
    if (!choices.get(nic)?.some((name) => claim(nic, name))) names.set(nic, undefined);
  }
  return names;
}

function candidates({ instance, nic }: SegmentNic, several: boolean): string[] {
  if (!isHostLabel(instance.name)) return [];
  const device = toHostLabel(nic.name) ?? 'nic';
  const project = toHostLabel(instance.project) ?? 'project';
  const base = instance.name;
  const tails = several
    ? ['', `-${device}`, `-${project}`, `-${project}-${device}`]
    : ['', `-${project}`, `-${project}-${device}`, `-${device}`];
  for (let number = 2; number < 10; number += 1) tails.push(`-${project}-${device}-${number}`);
  return tails.map(
    (tail) => toHostLabel(`${base.slice(0, 63 - Math.min(tail.length, 40))}${tail.slice(0, 40)}`) ?? base,
  );
}

function defaultProjectFirst(left: SegmentNic, right: SegmentNic): number {
  return Number(right.instance.project === 'default') - Number(left.instance.project === 'default');
}
