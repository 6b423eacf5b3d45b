import { createHash } from 'node:crypto';
import type { Change } from '../model/change.js';
import { parseDescription } from '../model/marker.js';
import type { PolicyChange } from '../model/policy-entries.js';
import { writtenReservation } from '../model/reservation.js';

/**
 * Sixteen hexadecimal digits that two plans share exactly when they would do the same: the same owner, the same changes and the same
 * parts that wait, whatever the revision, the time, the order, or where in its list an entry stands.
 */
export function planChecksum(
  owner: string,
  changes: readonly Change[],
  policy: readonly PolicyChange[] = [],
  waiting: readonly string[] = [],
): string {
  const lines = [...changes.map(changeLine), ...policy.map(policyLine)].sort();
  return digest(waiting.length === 0 ? [owner, lines] : [owner, lines, [...waiting].sort()]);
}

/** The same for one part: a yes to it is a yes to exactly these changes, whatever else the aliases hold that they are in. */
export function partChecksum(
  owner: string,
  key: string,
  changes: readonly Change[],
  policy: readonly PolicyChange[],
): string {
  return digest([owner, key, [...changes.map(changeLine), ...policy.map(memberLine)].sort()]);
}

/** A change as a checksum knows it: two changes that do the same have the same line. */
export function changeLine(change: Change): string {
  return JSON.stringify(essence(change));
}

function policyLine({ kind, action, key, before, after }: PolicyChange): string {
  return JSON.stringify([kind, action, key, before?.entry, before?.enabled, before?.odd, after]);
}

/** Of an alias that stays, only who comes and who goes. */
function memberLine(change: PolicyChange): string {
  const { before, after } = change;
  if (change.kind !== 'alias' || before === undefined || after === undefined) return policyLine(change);
  const [old, next] = [change.before?.entry.content ?? [], change.after?.content ?? []];
  const rest = { ...change.after, content: [] };
  const comes = next.filter((one) => !old.includes(one));
  const goes = old.filter((one) => !next.includes(one));
  return JSON.stringify(['members', change.key, comes.sort(), goes.sort(), rest]);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
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
