import type { Instance } from '../model/instance.js';
import { instanceName } from '../model/instance.js';
import { matchPattern } from '../model/pattern.js';
import { writtenReservation } from '../model/reservation.js';
import type { ObservedReservation } from '../model/segment.js';

/** A test for `project/name` against patterns in which `*` stands for any characters but a slash; a pattern without `/` means the default project. */
export function matchInstances(patterns: readonly string[]): (instance: Pick<Instance, 'project' | 'name'>) => boolean {
  const fits = patterns.map((pattern) => matchPattern(pattern.includes('/') ? pattern : `default/${pattern}`));
  return (instance) => {
    const name = instanceName(instance);
    return fits.some((isFit) => isFit(name));
  };
}

/** `1 instance`, `2 instances`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The address of an entry in a sentence: as it is written there, or that there is none. */
export function shownAddress(entry: ObservedReservation): string {
  return writtenReservation(entry).address || 'no address';
}

/** The first few of a list, and how many more there are. */
export function shortList(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
