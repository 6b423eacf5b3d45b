import { Slash32Error } from '../errors/slash32-error.js';
import type { Observed } from '../model/firewall.js';
import { type Inventory, instanceName, nicName } from '../model/instance.js';
import { markerName, parseDescription } from '../model/marker.js';
import { writtenReservation } from '../model/reservation.js';
import { similarNames } from '../model/similar.js';
import { shortList } from './names.js';
import type { Adoption, PlanFilter } from './types.js';

/** Whom a name may mean. */
export interface KnownInstances {
  /** `project/name`. */
  readonly instances: ReadonlySet<string>;
  /** `project/name/nic`. */
  readonly nics: ReadonlySet<string>;
}

/** What cannot be answered, and what to write instead. */
export interface Misnamed {
  readonly message: string;
  readonly hint: string;
}

/** How an instance and a NIC are named, for hints. */
export const NAMING = 'Name an instance as project/name, one of its NICs as project/name/nic';

const MOST = 8;

/**
 * Everybody whom a name as people write it can mean: `edge/proxy` and `edge/proxy/eth1` only the one that is called so, `proxy` every
 * instance of that name, whatever its project, and `proxy/eth1` that NIC of each of them. Pure.
 */
export function instancesNamed(word: string, { instances, nics }: KnownInstances): readonly string[] {
  if (instances.has(word) || nics.has(word)) return [word];
  const parts = word.split('/').length;
  if (parts > 2) return [];
  return [...(parts === 1 ? instances : nics)].filter((name) => name.endsWith(`/${word}`)).sort();
}

/** What is said of a name that several bear. */
export function ambiguous(word: string, several: readonly string[]): Misnamed {
  const what = word.includes('/') ? 'NICs' : 'instances';
  return {
    message: `${word} is ambiguous: ${several.length} ${what} are called so.`,
    hint: `Name one of them: ${several.slice(0, MOST).join(', ')}${several.length > MOST ? ', …' : ''}.`,
  };
}

/** `Did you mean edge/proxy? `, with what is to be written before each name; empty where nothing is near. */
export function meant(word: string, names: Iterable<string>, prefix = ''): string {
  const near = similarNames(word, names);
  return near.length === 0 ? '' : `Did you mean ${near.map((one) => `${prefix}${one}`).join(', ')}? `;
}

/**
 * A filter whose instances are named in full. Throws `S32_NO_MATCH`, with what it could mean, for a name that nobody bears on either
 * side, or that several do: a plan of nobody would look as if nothing were to be done.
 */
export function namedInFull(only: PlanFilter, owner: string, inventory: Inventory, observed: Observed): PlanFilter {
  if (only.instances.length === 0) return only;
  const known = knownInstances(owner, inventory, observed);
  return { ...only, instances: only.instances.map((word) => oneNamed(word, known, inventory.source)) };
}

/** Throws `S32_NO_MATCH`, with what it could mean, for a segment or a project that is not known: what it narrows would silently be empty. */
export function refuseUnknown(kind: 'segment' | 'project', asked: readonly string[], known: readonly string[]): void {
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = meant(unknown, known).trim();
  throw new Slash32Error('S32_NO_MATCH', {
    message: `There is no ${kind} "${unknown}"; there is ${shortList(known, MOST) || 'none'}.`,
    ...(near === '' ? {} : { hint: near }),
    where: `${kind} ${unknown}`,
  });
}

/** Throws `S32_NO_MATCH` when a MAC or an address that is to be adopted is that of no reservation of the firewall. */
export function refuseUnknownAdoptions(adopt: Adoption, observed: Observed): void {
  if (typeof adopt === 'string') return;
  const entries = observed.segments.flatMap((state) => state.reservations.map(writtenReservation));
  const known = new Set(entries.flatMap(({ mac, address }) => [mac.toLowerCase(), address]));
  const unknown = adopt.find((one) => !known.has(one.toLowerCase()));
  if (unknown === undefined) return;
  throw new Slash32Error('S32_NO_MATCH', {
    message: `No reservation of the firewall has the MAC or the address "${unknown}".`,
    where: `adopt ${unknown}`,
  });
}

function oneNamed(word: string, known: KnownInstances, source: string): string {
  const [only, ...others] = instancesNamed(word, known);
  if (only !== undefined && others.length === 0) return only;
  const where = `instance ${word}`;
  if (only !== undefined) throw new Slash32Error('S32_NO_MATCH', { ...ambiguous(word, [only, ...others]), where });
  throw new Slash32Error('S32_NO_MATCH', {
    message: `There is no instance "${word}" in ${source}, and no reservation of ours for one.`,
    hint: `${meant(word, [...known.instances, ...known.nics])}${NAMING}${listed(known)}.`,
    where,
  });
}

/** A few names are named; of many one looks for oneself. */
function listed({ instances }: KnownInstances): string {
  return instances.size === 0 ? '' : `; there is ${shortList([...instances].sort(), MOST)}`;
}

/** Everybody whom the inventory shows, and whom a reservation of ours is for. */
function knownInstances(owner: string, inventory: Inventory, observed: Observed): KnownInstances {
  const instances = new Set(inventory.instances.map(instanceName));
  const nics = new Set(inventory.instances.flatMap((one) => one.nics.map((nic) => nicName(one, nic.name))));
  for (const state of observed.segments)
    for (const { description } of state.reservations) {
      const { marker } = parseDescription(description);
      if (marker === undefined || marker.owner !== owner) continue;
      instances.add(instanceName({ project: marker.project, name: marker.instance }));
      nics.add(markerName(marker));
    }
  return { instances, nics };
}
