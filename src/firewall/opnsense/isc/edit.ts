import type { Change } from '../../../model/change.js';
import type { Places } from '../../../model/firewall.js';
import { childrenNamed, type XmlElement } from '../../../xml/element.js';
import { type Edit, inOrder, splice } from '../../../xml/splice.js';
import { cannotEdit } from './cannot-edit.js';
import { editNumberOptions } from './edit-options.js';
import { editReservations } from './edit-reservations.js';
import { editSetting } from './edit-settings.js';
import { byInterface } from './group.js';
import { placeName } from './places.js';
import {
  becomesEmpty,
  type NewElement,
  newSlot,
  removal,
  removedSlot,
  type Slot,
  slotEdits,
  slotsOf,
  written,
} from './slots.js';
import type { Working } from './working.js';

const SECTION = 'dhcpd';

/**
 * The source of a config.xml with `changes` made under `<dhcpd>`. Every byte outside the changed values, tags and entries
 * stays as it is; nothing is written anew. What is missing (`<dhcpd>`, an interface) is made in the layout of the file
 * around it. A place that becomes empty looks as `places` says that it did before, an interface without a tag goes, and a blank
 * element that stands for an empty list makes way for what is added to it. `root` must be the parse of `source`. Throws
 * `S32_CONFIG_XML_EDIT` when a place is not as the plan saw it or has no single meaning. Pure.
 */
export function editDhcpd(source: string, root: XmlElement, changes: readonly Change[], places: Places = {}): string {
  return splice(source, dhcpdEdits(source, root, changes, places));
}

/** What {@link editDhcpd} does to the source, in order. */
export function dhcpdEdits(
  source: string,
  root: XmlElement,
  changes: readonly Change[],
  places: Places = {},
): readonly Edit[] {
  if (changes.length === 0) return [];
  const sections = childrenNamed(root, SECTION);
  const section = sections[0];
  if (sections.length > 1) throw cannotEdit(`<${SECTION}> stands in the file twice.`, source, sections[1]);
  const edits: Edit[] = [];
  const added: Slot[] = [];
  const gone = new Set<XmlElement>();
  for (const [id, own] of byInterface(changes)) {
    const elements = childrenNamed(section, id);
    if (elements.length > 1) throw cannotEdit(`<${SECTION}><${id}> stands in the file twice.`, source, elements[1]);
    const element = elements[0];
    const working = workOn(
      { source, id, places, slots: element === undefined ? [] : slotsOf(element), edits: [] },
      element,
      own,
    );
    if (element === undefined) added.push(...newInterface(id, working));
    else if (becomesEmpty(source, element, working.slots)) {
      const before = places[placeName(id)] ?? '';
      if (before === '') gone.add(element);
      else edits.push(written(element, before));
    } else edits.push(...working.edits, ...slotEdits(source, element, working.slots));
  }
  edits.push(...sectionEdits(source, root, section, added, gone, places[SECTION]));
  return inOrder(edits);
}

function workOn(working: Working, element: XmlElement | undefined, changes: readonly Change[]): Working {
  const { source } = working;
  const settings = changes.filter((change) => change.kind === 'setting');
  const names = settings.map((change) => change.setting);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw cannotEdit(`Two changes concern the setting ${twice}.`, source, element);
  for (const change of settings) editSetting(working, change);
  editNumberOptions(working, settings);
  editReservations(
    working,
    changes.filter((change) => change.kind === 'reservation'),
  );
  return working;
}

function newInterface(id: string, working: Working): Slot[] {
  const content = working.slots.flatMap((slot): NewElement[] => (slot.kind === 'new' ? [slot.node] : []));
  return content.length === 0 ? [] : [newSlot(id, content)];
}

function sectionEdits(
  source: string,
  root: XmlElement,
  section: XmlElement | undefined,
  added: readonly Slot[],
  gone: ReadonlySet<XmlElement>,
  before: string | undefined,
): Edit[] {
  if (added.length === 0 && gone.size === 0) return [];
  if (section === undefined) {
    const content = added.flatMap((slot) => (slot.kind === 'new' ? [slot.node] : []));
    return slotEdits(source, root, [...slotsOf(root), newSlot(SECTION, content)]);
  }
  const kept = slotsOf(section).map((slot) =>
    slot.kind === 'kept' && gone.has(slot.element) ? removedSlot(slot) : slot,
  );
  if (added.length === 0 && becomesEmpty(source, section, kept)) {
    if (before === undefined) return [emptied(source, section)];
    return [before === '' ? removal(source, section) : written(section, before)];
  }
  return slotEdits(source, section, [...kept, ...added]);
}

/** The section without content, where nobody knows whether it was there: the status page of OPNsense's DHCP fails without it. */
function emptied(source: string, section: XmlElement): Edit {
  const tag = source.slice(section.start, section.innerStart - 1).trimEnd();
  return { start: section.start, end: section.end, text: `${tag}/>` };
}
