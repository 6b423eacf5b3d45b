import { child, type XmlElement } from '../../../xml/element.js';
import type { Edit } from '../../../xml/splice.js';
import { type NewElement, newSlot, type Slot, slotEdits, slotsOf, textEdit } from '../isc/slots.js';

/** Fields by name, nested ones with a dot. */
type Fields = Readonly<Record<string, string>>;

/** A new entry with these fields, in their order. */
export function newElement(tag: string, uuid: string, fields: Fields): NewElement {
  return { name: tag, attributes: { uuid }, content: nested(Object.entries(fields)) };
}

function nested(fields: readonly (readonly [string, string])[]): NewElement[] {
  const names = [...new Set(fields.map(([name]) => name.split('.')[0] ?? name))];
  return names.map((name) => {
    const plain = fields.find(([field]) => field === name);
    if (plain !== undefined) return { name, content: plain[1] };
    const inner = fields.flatMap(([field, text]) =>
      field.startsWith(`${name}.`) ? [[field.slice(name.length + 1), text] as const] : [],
    );
    return { name, content: nested(inner) };
  });
}

/** Other ways of saying who is meant, which OPNsense's older pages wrote and which would go before ours. */
const OLDER_ENDS = ['any', 'address'];

/** The edits that give an entry these fields: only what differs is touched. `reset` is written only where the entry has the field. */
export function updateElement(source: string, element: XmlElement, fields: Fields, reset: Fields): Edit[] {
  const edits: Edit[] = [];
  const slots: Slot[] = slotsOf(element);
  const groups = new Map<string, [string, string][]>();
  for (const [name, text] of Object.entries(fields)) {
    const [first = name, ...rest] = name.split('.');
    if (rest.length > 0) groups.set(first, [...(groups.get(first) ?? []), [rest.join('.'), text]]);
    else edits.push(...setText(source, element, name, text, slots));
  }
  for (const [name, text] of Object.entries(reset)) {
    const present = child(element, name);
    if (present !== undefined && !isSame(present.text, text)) edits.push(textEdit(source, present, text));
  }
  for (const [name, inner] of groups) {
    const present = child(element, name);
    if (present === undefined) slots.push(newSlot(name, nested(inner)));
    else edits.push(...updateEnd(source, present, Object.fromEntries(inner)));
  }
  return [...edits, ...(slots.some((slot) => slot.kind !== 'kept') ? slotEdits(source, element, slots) : [])];
}

function updateEnd(source: string, element: XmlElement, fields: Fields): Edit[] {
  const edits: Edit[] = [];
  const slots = slotsOf(element).map(
    (slot): Slot => (slot.kind === 'kept' && OLDER_ENDS.includes(slot.name) ? { ...slot, kind: 'removed' } : slot),
  );
  for (const [name, text] of Object.entries(fields)) edits.push(...setText(source, element, name, text, slots));
  return [...edits, ...(slots.some((slot) => slot.kind !== 'kept') ? slotEdits(source, element, slots) : [])];
}

function setText(source: string, element: XmlElement, name: string, text: string, slots: Slot[]): Edit[] {
  const present = child(element, name);
  if (present === undefined) {
    if (text !== '') slots.push(newSlot(name, text));
    return [];
  }
  return present.text.trim() === text ? [] : [textEdit(source, present, text)];
}

/** `0` and nothing are the same to OPNsense. */
function isSame(present: string, wanted: string): boolean {
  const plain = (text: string): string => (text.trim() === '0' ? '' : text.trim());
  return plain(present) === plain(wanted) || (wanted === 'keep' && present.trim() === '');
}
