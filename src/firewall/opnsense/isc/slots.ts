import type { XmlElement } from '../../../xml/element.js';
import type { Edit } from '../../../xml/splice.js';
import { escapeText } from '../xml/escape.js';
import { deeper, isLineEndAfter, type Layout, layoutOf, lineStartBefore } from './style.js';

/** An element to be written: with a text, or with children. */
export interface NewElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content: string | readonly NewElement[];
}

/** One place in the list of an element's children: one that stands there, kept or removed, or a new one. */
export type Slot =
  | { readonly kind: 'kept' | 'removed'; readonly name: string; readonly element: XmlElement }
  | { readonly kind: 'new'; readonly name: string; readonly node: NewElement };

/** The children of an element as slots, all kept. */
export function slotsOf(element: XmlElement): Slot[] {
  return element.children.map((child) => ({ kind: 'kept', name: child.name, element: child }));
}

/** A slot for a new element. */
export function newSlot(name: string, content: NewElement['content']): Slot {
  return { kind: 'new', name, node: { name, content } };
}

/** The slot with its element taken away. */
export function removedSlot(slot: Slot): Slot {
  return slot.kind === 'kept' ? { ...slot, kind: 'removed' } : slot;
}

/** Whether the slots leave nothing behind where something stood, so that the element itself can go. */
export function becomesEmpty(source: string, element: XmlElement, slots: readonly Slot[]): boolean {
  return slots.length > 0 && slots.every((slot) => slot.kind === 'removed') && isBlankBeside(source, element);
}

/**
 * The edits that turn an element's children into `slots`. New ones follow the sibling before them, laid out as the
 * siblings are; a removed one takes its line along. An element without children is opened.
 */
export function slotEdits(source: string, element: XmlElement, slots: readonly Slot[]): Edit[] {
  const layout = layoutOf(source, element);
  if (element.children.length === 0 && isBlankBeside(source, element)) return fillEmpty(source, element, slots, layout);
  const edits: Edit[] = [];
  let anchor = element.innerStart;
  for (const slot of slots) {
    if (slot.kind === 'new')
      edits.push({ start: anchor, end: anchor, text: layout.before + render(slot.node, layout) });
    else if (slot.kind === 'removed') edits.push(removal(source, slot.element));
    if (slot.kind !== 'new') anchor = slot.element.end;
  }
  return edits;
}

/** The edit that takes an element away, with its line when nothing else stands on it. */
export function removal(source: string, element: XmlElement): Edit {
  const before = lineStartBefore(source, element.start);
  const alone = before !== undefined && isLineEndAfter(source, element.end);
  return { start: element.start - (alone ? before.length : 0), end: element.end, text: '' };
}

/** The edit that puts an element as it was written in the place of another one. */
export function written(element: XmlElement, text: string): Edit {
  return { start: element.start, end: element.end, text };
}

/** The edit that makes `text` the content of an element. */
export function textEdit(source: string, element: XmlElement, text: string): Edit {
  const escaped = escapeText(text);
  if (!element.selfClosing) return { start: element.innerStart, end: element.innerEnd, text: escaped };
  return { start: element.start, end: element.end, text: opened(source, element, escaped) };
}

/** A new element as text; its first line is not indented. */
export function render(node: NewElement, layout: Layout): string {
  const attributes = Object.entries(node.attributes ?? {}).map(
    ([name, value]) => ` ${name}="${escapeText(value).replaceAll('"', '&quot;')}"`,
  );
  const tag = `${node.name}${attributes.join('')}`;
  if (node.content === '') return `<${tag}/>`;
  if (typeof node.content === 'string') return `<${tag}>${escapeText(node.content)}</${node.name}>`;
  const inner = deeper(layout);
  const parts = node.content.map((child) => inner.before + render(child, inner));
  return `<${tag}>${parts.join('')}${inner.close}</${node.name}>`;
}

function fillEmpty(source: string, element: XmlElement, slots: readonly Slot[], layout: Layout): Edit[] {
  const nodes = slots.flatMap((slot) => (slot.kind === 'new' ? [slot.node] : []));
  if (nodes.length === 0) return [];
  const content = nodes.map((node) => layout.before + render(node, layout)).join('') + layout.close;
  if (!element.selfClosing) return [{ start: element.innerStart, end: element.innerEnd, text: content }];
  return [{ start: element.start, end: element.end, text: opened(source, element, content) }];
}

function opened(source: string, element: XmlElement, content: string): string {
  return `${source.slice(element.start, element.end - 2).trimEnd()}>${content}</${element.name}>`;
}

/** Whether nothing but blanks stands beside the children: no text, no comment. */
export function isBlankBeside(source: string, element: XmlElement): boolean {
  let at = element.innerStart;
  for (const child of element.children) {
    if (source.slice(at, child.start).trim() !== '') return false;
    at = child.end;
  }
  return source.slice(at, element.innerEnd).trim() === '';
}
