import type { SettingChange } from '../../../model/change.js';
import type { PoolAccess } from '../../../model/segment.js';
import { child, type XmlElement } from '../../../xml/element.js';
import type { Edit } from '../../../xml/splice.js';
import { cannotEdit } from './cannot-edit.js';
import { readPool } from './read.js';
import { newSlot, removedSlot, type Slot, slotEdits, slotsOf, textEdit } from './slots.js';
import { isHollow } from './values.js';
import type { Working } from './working.js';

/**
 * Lets nobody into the further pools of an interface, or those again who were let in before. Pools are told by their order and
 * checked to be the ones that the plan saw; the rest of what they say stays.
 */
export function editPools(working: Working, change: Extract<SettingChange, { setting: 'pools' }>): void {
  const pools = poolsOf(working);
  if (pools.length !== change.before.length || pools.length !== change.after.length) throw moved(working, pools[0]);
  for (const [index, element] of pools.entries()) {
    const now = readPool(element);
    const [before, after] = [change.before[index], change.after[index]];
    if (before === undefined || after === undefined || now.from !== before.from || now.to !== before.to)
      throw moved(working, element);
    working.edits.push(...poolEdits(working.source, element, after));
  }
}

/** As OPNsense reads the list: a leading blank one is none unless one with tags follows. */
function poolsOf({ slots }: Working): XmlElement[] {
  const found = slots.flatMap((slot) => (slot.name === 'pool' && slot.kind === 'kept' ? [slot.element] : []));
  const [first, second] = found;
  const isBlank = first !== undefined && isHollow(first) && (second === undefined || isHollow(second));
  return isBlank ? found.slice(1) : found;
}

function poolEdits(source: string, pool: XmlElement, after: PoolAccess): Edit[] {
  const edits: Edit[] = [];
  let slots = slotsOf(pool);
  const set = (name: string, text: string | null, fits: (now: string) => boolean): void => {
    const present = child(pool, name);
    if (text === null) slots = slots.map((slot) => (slot.name === name ? removedSlot(slot) : slot));
    else if (present === undefined) slots = withNew(slots, name, text);
    else if (!fits(present.text.trim())) edits.push(textEdit(source, present, text));
  };
  set('denyunknown', after.denyUnknown ? '1' : null, () => true);
  set('mac_allow', after.macAllow, (now) => now === after.macAllow);
  return slots.every((slot) => slot.kind === 'kept') ? edits : [...edits, ...slotEdits(source, pool, slots)];
}

/** Behind the range, where there is one. */
function withNew(slots: readonly Slot[], name: string, text: string): Slot[] {
  const after = slots.findLastIndex((slot) => ['range', 'denyunknown'].includes(slot.name));
  return slots.toSpliced(after < 0 ? slots.length : after + 1, 0, newSlot(name, text));
}

function moved({ id, source }: Working, element: XmlElement | undefined): Error {
  return cannotEdit(`The further address pools of ${id} are not the ones that the plan saw.`, source, element);
}
