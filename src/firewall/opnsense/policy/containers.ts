import { type NewElement, newSlot, removedSlot, type Slot, slotEdits, slotsOf } from '../isc/slots.js';
import { child, type XmlElement } from '../xml/element.js';
import type { Edit } from '../xml/splice.js';

/** New elements and the names of the elements that they go into, from the root on. */
export interface Additions {
  readonly path: readonly string[];
  readonly nodes: readonly NewElement[];
}

/** The edits that put new elements where they belong and take `gone` away; containers that are missing are made, each once. */
export function placeAdditions(
  source: string,
  root: XmlElement,
  additions: readonly Additions[],
  gone: ReadonlySet<XmlElement>,
): Edit[] {
  const groups = new Map<string, Additions[]>();
  const slots: Slot[] = slotsOf(root).map((slot) =>
    slot.kind === 'kept' && gone.has(slot.element) ? removedSlot(slot) : slot,
  );
  for (const { path, nodes } of additions) {
    const [first, ...rest] = path;
    if (first === undefined) slots.push(...nodes.map((node): Slot => ({ kind: 'new', name: node.name, node })));
    else groups.set(first, [...(groups.get(first) ?? []), { path: rest, nodes }]);
  }
  const edits: Edit[] = [];
  for (const [name, inner] of groups) {
    const present = child(root, name);
    if (present !== undefined) edits.push(...placeAdditions(source, present, inner, gone));
    else if (inner.some((one) => one.nodes.length > 0)) slots.push(newSlot(name, nestedIn(inner)));
  }
  return slots.some((slot) => slot.kind !== 'kept') ? [...edits, ...slotEdits(source, root, slots)] : edits;
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
