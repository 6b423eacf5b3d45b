import { isHostLabel, toHostLabel } from '../model/hostname.js';
import { instanceName } from '../model/instance.js';
import type { OwnedEntry, SegmentNic } from './entries.js';
import type { NameBook } from './name-book.js';

/** What a name was given, or left, for. */
export interface PassedName {
  readonly nic: SegmentNic;
  /** The name that stands for somebody else. */
  readonly name: string;
  readonly holder: string;
}

/** Hostnames of a segment's NICs. */
export interface Hostnames {
  /** Undefined for one that gets none: DHCP or DNS would refuse its instance's name, or every form of it is taken. */
  readonly byNic: ReadonlyMap<SegmentNic, string | undefined>;
  /** NICs that are called otherwise than their instance, because its name stands for somebody else. */
  readonly passed: readonly PassedName[];
  /** NICs that keep a name which stands for somebody else as well, until a person says that they give way. */
  readonly shared: readonly PassedName[];
}

/** What names are given by. */
export interface NameRules {
  /** Who has a name on this segment and is no NIC that is named here, for people; keys in small letters. */
  readonly taken: ReadonlyMap<string, string>;
  readonly book: NameBook;
  /** Whether a NIC gives up a name that it has for one who came before it elsewhere. */
  readonly givesWay: boolean;
  readonly asked: GivenHostnames;
}

/**
 * Gives each NIC a hostname that is unique on the firewall, compared without case. A name that a NIC already has stays
 * its name. Otherwise the bare name goes to the default project first, then `name-nic` where one instance has
 * several NICs, then `name-project`, then `name-project-nic`.
 */
export function assignHostnames(
  nics: readonly SegmentNic[],
  own: ReadonlyMap<SegmentNic, OwnedEntry>,
  isMultihomed: (nic: SegmentNic) => boolean,
  { taken, book, givesWay, asked }: NameRules,
): Hostnames {
  const names = new Map<SegmentNic, string | undefined>();
  const here = new Map(taken);
  const passed: PassedName[] = [];
  const shared: PassedName[] = [];
  const choices = (nic: SegmentNic): Iterable<string> => candidates(nic, isMultihomed(nic), asked);
  const claim = (nic: SegmentNic, name: string): boolean => {
    if (here.has(name.toLowerCase())) return false;
    here.set(name.toLowerCase(), nic.id);
    names.set(nic, name);
    return true;
  };

  for (const nic of nics) {
    const kept = own.get(nic)?.marker.keptHostname;
    if (kept !== undefined && isHostLabel(kept)) claim(nic, kept);
  }
  for (const nic of nics) {
    const current = own.get(nic)?.entry.hostname;
    if (names.has(nic) || current === undefined || !some(choices(nic), (name) => name === current)) continue;
    const elder = book.elder(current, nic);
    if (elder !== undefined && givesWay) continue;
    if (claim(nic, current) && elder !== undefined) shared.push({ nic, name: current, holder: elder });
  }
  for (const nic of [...nics].sort(defaultProjectFirst)) {
    if (names.has(nic)) continue;
    const first = { holder: '' };
    const got = some(choices(nic), (name) => {
      const holder = here.get(name.toLowerCase()) ?? book.holder(name, nic);
      if (holder !== undefined) first.holder ||= holder;
      return holder === undefined && claim(nic, name);
    });
    if (!got) names.set(nic, undefined);
    if (first.holder !== '')
      passed.push({ nic, name: askedHostname(nic, asked) ?? nic.instance.name, holder: first.holder });
  }
  return { byNic: names, passed, shared };
}

/**
 * The name that a NIC asks for: the one that the configuration gives it or its instance, else the instance's, with a hyphen for whatever
 * DNS does not take. Undefined when nothing is left of it.
 */
export function askedHostname({ id, instance }: SegmentNic, given: GivenHostnames): string | undefined {
  return given[id] ?? given[instanceName(instance)] ?? toHostLabel(instance.name);
}

/** Hostnames that the configuration gives, by `project/name` or `project/name/nic`. */
export type GivenHostnames = Readonly<Record<string, string>>;

/** One after the other, for the first is nearly always free. */
function* candidates(one: SegmentNic, several: boolean, given: GivenHostnames): Generator<string> {
  const { instance, nic } = one;
  const base = askedHostname(one, given);
  if (base === undefined) return;
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
