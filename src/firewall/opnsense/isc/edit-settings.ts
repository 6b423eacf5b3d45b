import type { SettingChange } from '../../../model/change.js';
import { child, type XmlElement } from '../../../xml/element.js';
import type { Edit } from '../../../xml/splice.js';
import { editPools } from './edit-pools.js';
import { placeName } from './places.js';
import { type NewElement, newSlot, removedSlot, type Slot, slotEdits, slotsOf, textEdit, written } from './slots.js';
import { isEmpty } from './values.js';
import type { Working } from './working.js';

/** The order in which settings are written; a new one goes behind the last of those before it. */
const ORDER = ['enable', 'range', 'denyunknown', 'mac_allow', 'staticarp', 'gateway', 'numberoptions'];

/** Makes one change of a setting on an interface's children. A setting that is switched off is a tag taken away. */
export function editSetting(working: Working, change: SettingChange): void {
  switch (change.setting) {
    case 'enabled':
      toggle(working, 'enable', change.after);
      break;
    case 'deny_unknown':
      toggle(working, 'denyunknown', change.after);
      break;
    case 'static_arp':
      setText(working, 'staticarp', change.after === 'on' ? '1' : null, isOn);
      break;
    case 'mac_allow':
      setText(working, 'mac_allow', change.after);
      break;
    case 'router':
      setText(working, 'gateway', change.after);
      break;
    case 'range':
      if (change.after === null) removeTag(working, 'range');
      else setFields(working, 'range', { from: change.after.from, to: change.after.to });
      break;
    case 'pools':
      editPools(working, change);
      break;
    case 'mask':
    case 'routes':
      // Both are items of one list, which is edited once.
      break;
  }
}

/** Where a new tag of this name goes among the slots. */
export function placeOf(slots: readonly Slot[], order: readonly string[], name: string): number {
  const before = order.slice(0, order.indexOf(name));
  return slots.findLastIndex((slot) => before.includes(slot.name)) + 1;
}

/** Writes texts into fields of an element, adding those that it lacks in the order given. Values that stand there already stay. */
export function fieldEdits(
  source: string,
  element: XmlElement,
  fields: Readonly<Record<string, string>>,
  same: (name: string, current: string, wanted: string) => boolean = (_name, current, wanted) => current === wanted,
): Edit[] {
  const edits: Edit[] = [];
  const order = Object.keys(fields);
  let slots = slotsOf(element);
  for (const [name, wanted] of Object.entries(fields)) {
    const found = child(element, name);
    if (found === undefined) {
      if (wanted !== '') slots = slots.toSpliced(placeOf(slots, order, name), 0, newSlot(name, wanted));
    } else if (found.children.length > 0 || !same(name, found.text.trim(), wanted)) {
      edits.push(textEdit(source, found, wanted));
    }
  }
  return [...edits, ...slotEdits(source, element, slots)];
}

function isOn(current: string): boolean {
  return !isEmpty(current);
}

/** Any form of the tag counts as on, so one that is there stays as it is. */
function toggle(working: Working, name: string, on: boolean): void {
  if (!on) removeTag(working, name);
  else if (first(working, name) === undefined) insert(working, name, '1');
}

/** Takes every tag of a name away; what the place held while it said nothing comes back. */
export function removeTag(working: Working, name: string): void {
  const found = first(working, name);
  working.slots = working.slots.map((slot) => (slot.name === name ? removedSlot(slot) : slot));
  if (found !== undefined) bringBack(working, name, found);
}

/** What a place held while it said nothing stands there again, in the place of an element that goes. */
export function bringBack(working: Working, name: string, gone: XmlElement): void {
  const before = working.places[placeName(working.id, name)] ?? '';
  if (before === '') return;
  working.slots = working.slots.map((slot) =>
    slot.kind === 'removed' && slot.element === gone ? { ...slot, kind: 'kept' } : slot,
  );
  working.edits.push(written(gone, before));
}

function setText(
  working: Working,
  name: string,
  text: string | null,
  fits: (current: string) => boolean = (current) => current === text,
): void {
  const found = first(working, name);
  if (text === null) removeTag(working, name);
  else if (found === undefined) insert(working, name, text);
  else if (found.children.length > 0 || !fits(found.text.trim()))
    working.edits.push(textEdit(working.source, found, text));
}

function setFields(working: Working, name: string, fields: Readonly<Record<string, string>>): void {
  const found = first(working, name);
  if (found === undefined)
    insert(
      working,
      name,
      Object.entries(fields).map(([field, content]) => ({ name: field, content })),
    );
  else working.edits.push(...fieldEdits(working.source, found, fields));
}

function first(working: Working, name: string): XmlElement | undefined {
  const slot = working.slots.find((candidate) => candidate.name === name && candidate.kind === 'kept');
  return slot?.kind === 'kept' ? slot.element : undefined;
}

/** Puts a new tag where it belongs among the settings. */
export function insert(working: Working, name: string, content: NewElement['content']): void {
  working.slots = working.slots.toSpliced(placeOf(working.slots, ORDER, name), 0, newSlot(name, content));
}
