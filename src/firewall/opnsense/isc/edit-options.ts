import type { SettingChange } from '../../../model/change.js';
import { childrenNamed, type XmlElement } from '../../../xml/element.js';
import { cannotEdit } from './cannot-edit.js';
import { fieldEdits, insert, removeTag } from './edit-settings.js';
import { isItemOf, NUMBERED } from './read.js';
import { becomesEmpty, type NewElement, newSlot, removedSlot, type Slot, slotEdits, slotsOf } from './slots.js';
import { onlyBlank } from './values.js';
import type { Working } from './working.js';

type Numbered = Extract<SettingChange, { setting: keyof typeof NUMBERED }>;

/** Makes the changes of settings that are items of `<numberoptions>`, all of them at once. */
export function editNumberOptions(working: Working, changes: readonly SettingChange[]): void {
  const own = changes.filter((change): change is Numbered => Object.hasOwn(NUMBERED, change.setting));
  if (own.length === 0) return;
  const options = numberOptions(working);
  if (options === undefined) {
    const items = own.flatMap((change) => newItem(change) ?? []);
    if (items.length > 0) insert(working, 'numberoptions', items);
    return;
  }
  let slots = slotsOf(options);
  for (const change of own) slots = withOption(working, options, slots, change);
  const adds = slots.some((slot) => slot.kind === 'new');
  const blank = adds ? onlyBlank(options, 'item') : undefined;
  if (blank !== undefined) slots = slots.map((slot) => (isElement(slot, blank) ? removedSlot(slot) : slot));
  if (becomesEmpty(working.source, options, slots)) removeTag(working, 'numberoptions');
  else working.edits.push(...slotEdits(working.source, options, slots));
}

function withOption(working: Working, options: XmlElement, slots: readonly Slot[], change: Numbered): Slot[] {
  const { number } = NUMBERED[change.setting];
  const [kept, ...surplus] = childrenNamed(options, 'item').filter((item) => isItemOf(item, number));
  const gone = new Set(change.after === null ? [kept, ...surplus] : surplus);
  const left = slots.map((slot) => (slot.kind === 'kept' && gone.has(slot.element) ? removedSlot(slot) : slot));
  const item = newItem(change);
  if (item === undefined) return left;
  if (kept === undefined) return [...left, newSlot('item', item.content)];
  working.edits.push(...fieldEdits(working.source, kept, fieldsOf(change), sameField));
  return left;
}

function newItem(change: Numbered): NewElement | undefined {
  if (change.after === null) return undefined;
  return { name: 'item', content: Object.entries(fieldsOf(change)).map(([name, content]) => ({ name, content })) };
}

function fieldsOf({ setting, after }: Numbered): Record<string, string> {
  const { number, type } = NUMBERED[setting];
  return { number: String(number), type, value: after ?? '' };
}

function sameField(name: string, current: string, wanted: string): boolean {
  return name === 'number' ? Number(current) === Number(wanted) : current === wanted;
}

function isElement(slot: Slot, element: XmlElement): boolean {
  return slot.kind === 'kept' && slot.element === element;
}

function numberOptions(working: Working): XmlElement | undefined {
  const found = working.slots.flatMap((slot) =>
    slot.name === 'numberoptions' && slot.kind === 'kept' ? [slot.element] : [],
  );
  if (found.length > 1)
    throw cannotEdit(
      '<numberoptions> stands there twice, and OPNsense then passes over both.',
      working.source,
      found[1],
    );
  return found[0];
}
