import type { Change } from '../../../model/change.js';

/** Changes by the interface they concern, both in the order in which they come. */
export function byInterface(changes: readonly Change[]): Map<string, Change[]> {
  const grouped = new Map<string, Change[]>();
  for (const change of changes) {
    const list = grouped.get(change.interface);
    if (list === undefined) grouped.set(change.interface, [change]);
    else list.push(change);
  }
  return grouped;
}
