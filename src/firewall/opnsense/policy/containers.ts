import type { Places } from '../../../model/firewall.js';
import { child, type XmlElement } from '../../../xml/element.js';
import type { Edit } from '../../../xml/splice.js';
import {
  becomesEmpty,
  type NewElement,
  newSlot,
  removedSlot,
  type Slot,
  slotEdits,
  slotsOf,
  written,
} from '../isc/slots.js';
import { onlyBlank } from '../isc/values.js';

/** New elements and the names of the elements that they go into, from the root on. */
export interface Additions {
  readonly path: readonly string[];
  readonly nodes: readonly NewElement[];
}

/** What is edited, and what stays the same on the way down. */
export interface Placing {
  readonly source: string;
  readonly gone: ReadonlySet<XmlElement>;
  /** What a place looked like that becomes empty; a container that was not there goes. */
  readonly places: Places;
}

/**
 * The edits that put new elements where they belong and take those away that are gone. Containers that are missing are made, each
 * once; a blank element that stands for an empty list makes way; a container that becomes empty looks as it did before.
 */
export function placeAdditions(placing: Placing, root: XmlElement, additions: readonly Additions[]): Edit[] {
  return placeIn(placing, root, additions, '') ?? [];
}

/** Undefined where the element itself is to go. */
function placeIn(
  placing: Placing,
  element: XmlElement,
  additions: readonly Additions[],
  at: string,
): Edit[] | undefined {
  const { source, gone, places } = placing;
  const own: Slot[] = [];
  const groups = new Map<string, Additions[]>();
  for (const { path, nodes } of additions) {
    const [first, ...rest] = path;
    if (first === undefined) own.push(...nodes.map((node): Slot => ({ kind: 'new', name: node.name, node })));
    else groups.set(first, [...(groups.get(first) ?? []), { path: rest, nodes }]);
  }
  const edits: Edit[] = [];
  const emptied = new Set<XmlElement>();
  for (const [name, inner] of groups) {
    const present = child(element, name);
    if (present !== undefined) {
      const below = placeIn(placing, present, inner, at === '' ? name : `${at}/${name}`);
      if (below === undefined) emptied.add(present);
      else edits.push(...below);
    } else if (inner.some((one) => one.nodes.length > 0)) own.push(newSlot(name, nestedIn(inner)));
  }
  const blanks = new Set(own.map((slot) => onlyBlank(element, slot.name)));
  const kept = slotsOf(element).map((slot) =>
    slot.kind === 'kept' && (gone.has(slot.element) || emptied.has(slot.element) || blanks.has(slot.element))
      ? removedSlot(slot)
      : slot,
  );
  const slots = [...kept, ...own];
  const before = places[at];
  if (at !== '' && before !== undefined && becomesEmpty(source, element, slots))
    return before === '' ? undefined : [written(element, before)];
  return slots.some((slot) => slot.kind !== 'kept') ? [...edits, ...slotEdits(source, element, slots)] : edits;
}

function nestedIn(additions: readonly Additions[]): NewElement[] {
  const own = additions.flatMap(({ path, nodes }) => (path.length === 0 ? nodes : []));
  const names = [...new Set(additions.flatMap(({ path, nodes }) => (nodes.length === 0 ? [] : (path[0] ?? []))))];
  const inner = names.map((name): NewElement => {
    const below = additions
      .filter(({ path }) => path[0] === name)
      .map(({ path, nodes }) => ({ path: path.slice(1), nodes }));
    return { name, content: nestedIn(below) };
  });
  return [...own, ...inner];
}
