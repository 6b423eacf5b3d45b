import { createHash } from 'node:crypto';
import type { Change } from '../model/change.js';
import { parseDescription } from '../model/marker.js';
import type { PolicyChange } from '../model/policy-entries.js';
import { writtenReservation } from '../model/reservation.js';

/**
 * Sixteen hexadecimal digits that two plans share exactly when they would do the same: the same owner and the same
 * changes, whatever the revision, the time, the order, or where in its list an entry stands.
 */
export function planChecksum(owner: string, changes: readonly Change[], policy: readonly PolicyChange[] = []): string {
  const lines = [
    ...changes.map((change) => JSON.stringify(essence(change))),
    ...policy.map(({ kind, action, key, before, after }) =>
      JSON.stringify([kind, action, key, before?.entry, before?.enabled, before?.odd, after]),
    ),
  ].sort();
  return createHash('sha256')
    .update(JSON.stringify([owner, lines]))
    .digest('hex')
    .slice(0, 16);
}

function essence(change: Change): readonly unknown[] {
  if (change.kind === 'setting') return [change.interface, change.setting, change.before, change.after];
  const { after } = change;
  const before = change.before && writtenReservation(change.before);
  return [
    change.interface,
    change.action,
    change.nic,
    before && [before.mac, before.address, before.hostname, before.description, before.arpEntry],
    after && [after.mac, after.address, after.hostname, timeless(after.description), after.arpEntry],
  ];
}

/** A retirement's moment differs between two runs that do the same. */
function timeless(description: string): readonly unknown[] {
  const { text, marker } = parseDescription(description);
  return [text, marker && { ...marker, retiredAt: marker.retiredAt !== undefined }];
}
