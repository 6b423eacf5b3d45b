import type { Reservation, ReservationChange } from '../../../model/change.js';
import { normalizeMac } from '../../../model/mac.js';
import { writtenReservation } from '../../../model/reservation.js';
import type { ObservedReservation } from '../../../model/segment.js';
import { child, type XmlElement } from '../../../xml/element.js';
import type { Edit } from '../../../xml/splice.js';
import { cannotEdit } from './cannot-edit.js';
import { bringBack, fieldEdits } from './edit-settings.js';
import { placesFor, sortedCreates } from './order.js';
import { readReservation } from './read.js';
import { type NewElement, newSlot, removal, removedSlot, type Slot } from './slots.js';
import { isEmpty, isHollow } from './values.js';
import type { Working } from './working.js';

const MAP = 'staticmap';
const ARP = 'arp_table_static_entry';

/**
 * Makes the changes of one interface's reservations. Entries are found by their position and checked to be the ones that
 * the plan saw; foreign ones and unknown fields stay; new ones go where the list stays sorted by address, in the place of the
 * blank element of an empty list.
 */
export function editReservations(working: Working, changes: readonly ReservationChange[]): void {
  const blank = blankOf(working);
  const byPosition = new Map<number, ReservationChange>();
  for (const change of changes) {
    if (change.before === undefined) continue;
    if (byPosition.has(change.before.position))
      throw cannotEdit(`Two changes concern reservation ${change.before.position + 1}.`, working.source, undefined);
    byPosition.set(change.before.position, change);
  }
  const addresses: string[] = [];
  const places: number[] = [];
  let position = 0;
  let afterLast: number | undefined;
  working.slots = working.slots.map((slot, index) => {
    if (slot.name !== MAP || slot.kind !== 'kept') return slot;
    afterLast = index + 1;
    if (slot.element === blank) return sortedCreates(changes).length === 0 ? slot : removedSlot(slot);
    const change = byPosition.get(position);
    byPosition.delete(position);
    const kept = change === undefined ? slot : editOne(working, slot, change, position);
    position += 1;
    if (kept.kind === 'removed') return kept;
    addresses.push(change?.after?.address ?? readReservation(slot.element, 0).address ?? '');
    places.push(index);
    return kept;
  });
  const missing = [...byPosition.values()][0];
  if (missing !== undefined) throw moved(working, missing, undefined);
  insertCreates(working, sortedCreates(changes), addresses, places, afterLast ?? working.slots.length);
  const maps = working.slots.filter((slot) => slot.name === MAP);
  const [gone] = maps.flatMap((slot) => (slot.kind === 'removed' ? [slot.element] : []));
  if (gone !== undefined && maps.every((slot) => slot.kind === 'removed')) bringBack(working, MAP, gone);
}

/** The blank element of a list without entries, which is none of the positions. */
function blankOf({ slots }: Working): XmlElement | undefined {
  const maps = slots.flatMap((slot) => (slot.name === MAP && slot.kind === 'kept' ? [slot.element] : []));
  return maps.length === 1 && maps[0] !== undefined && isHollow(maps[0]) ? maps[0] : undefined;
}

function insertCreates(
  working: Working,
  creates: readonly ReservationChange[],
  addresses: readonly string[],
  places: readonly number[],
  afterLast: number,
): void {
  const wanted = creates.flatMap((change) => (change.after === undefined ? [] : [change.after]));
  const where = placesFor(
    addresses,
    wanted.map((reservation) => reservation.address),
  ).map((place) => places[place] ?? afterLast);
  const slots: Slot[] = [];
  let next = 0;
  for (let index = 0; index <= working.slots.length; index += 1) {
    for (; next < wanted.length && where[next] === index; next += 1) {
      const reservation = wanted[next];
      if (reservation !== undefined) slots.push(newSlot(MAP, contentOf(reservation)));
    }
    const slot = working.slots[index];
    if (slot !== undefined) slots.push(slot);
  }
  working.slots = slots;
}

function editOne(
  working: Working,
  slot: Extract<Slot, { kind: 'kept' | 'removed' }>,
  change: ReservationChange,
  position: number,
): Slot {
  const current = readReservation(slot.element, position);
  const before = change.before;
  if (before === undefined || !isSameEntry(current, before)) throw moved(working, change, slot.element);
  if (change.after === undefined) return removedSlot(slot);
  working.edits.push(...reservationEdits(working.source, slot.element, change.after));
  return slot;
}

function reservationEdits(source: string, element: XmlElement, after: Reservation): Edit[] {
  const arp = child(element, ARP);
  const isOn = arp !== undefined && !isEmpty(arp.text.trim());
  const fields: Record<string, string> = {
    mac: after.mac,
    ipaddr: after.address,
    hostname: after.hostname,
    descr: after.description.trim(),
  };
  if (after.arpEntry && !isOn) fields[ARP] = '1';
  const edits = fieldEdits(source, element, fields, same);
  return isOn && !after.arpEntry ? [...edits, removal(source, arp)] : edits;
}

/** dhcpd takes a MAC in either case, so only another spelling than colons is put right. */
function same(name: string, current: string, wanted: string): boolean {
  if (name === 'mac' && current.includes(':')) return normalizeMac(current) === wanted;
  return current === wanted;
}

function contentOf(reservation: Reservation): NewElement[] {
  const content = [
    { name: 'mac', content: reservation.mac },
    { name: 'ipaddr', content: reservation.address },
    { name: 'hostname', content: reservation.hostname },
    { name: 'descr', content: reservation.description.trim() },
  ];
  return reservation.arpEntry ? [...content, { name: ARP, content: '1' }] : content;
}

function isSameEntry(one: ObservedReservation, other: ObservedReservation): boolean {
  const [left, right] = [writtenReservation(one), writtenReservation(other)];
  return left.mac === right.mac && left.address === right.address;
}

function moved(working: Working, change: ReservationChange, element: XmlElement | undefined): Error {
  const { before } = change;
  const entry = `reservation ${(before?.position ?? 0) + 1} on ${change.interface}`;
  const { mac, address } = before === undefined ? { mac: '', address: '' } : writtenReservation(before);
  return cannotEdit(
    `The plan changes ${entry} (${mac || 'no MAC'}, ${address || 'no address'}), but another entry stands there now.`,
    working.source,
    element,
  );
}
