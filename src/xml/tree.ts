import { XMLParser } from 'fast-xml-parser';
import type { XmlElement } from './element.js';
import { malformed } from './fault.js';
import { decodeText, plainText } from './text.js';
import type { Spans } from './well-formed.js';

/** The symbol under which the parser keeps the offsets of a node. */
export const META: unique symbol = XMLParser.getMetaDataSymbol() as never;

/** A node of the parser's ordered output: an element under `e`, or text. */
export interface RawNode {
  readonly e?: readonly RawNode[];
  readonly [META]?: { readonly startIndex?: number; readonly endIndex?: number };
}

const START_TAG = /<[^\s/>]+(?:\s+[^\s=/>"'<]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?>/y;
const ATTRIBUTE = /\s([^\s=/>"'<]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;

/** Whether a node is an element and not text. */
export function isRawElement(node: RawNode): boolean {
  return node.e !== undefined && node[META] !== undefined;
}

/**
 * Checks that the parser found exactly the elements of `spans`, each with its own start and end. Throws
 * an `XmlFault` at the first one that it reads in another way.
 */
export function checkNodes(source: string, root: RawNode, spans: Spans): void {
  const stack: RawNode[] = [root];
  let at = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const meta = node[META];
    if (meta?.startIndex !== spans[at] || meta?.endIndex !== spans[at + 1]) throw readDifferently(source, spans[at]);
    at += 2;
    const inner = node.e ?? [];
    for (let index = inner.length - 1; index >= 0; index -= 1) {
      const child = inner[index];
      if (child?.e !== undefined) stack.push(child);
    }
  }
  if (at !== spans.length) throw readDifferently(source, spans[at]);
}

function readDifferently(source: string, at: number | undefined): Error {
  return malformed(source, at ?? 0, 'slash32 cannot tell for sure where this element begins and ends.');
}

/** The element of a checked node. Its parts are read when they are first asked for. */
export function toElement(source: string, node: RawNode): XmlElement {
  const start = node[META]?.startIndex ?? 0;
  const end = node[META]?.endIndex ?? start;
  const nameEnd = endOfName(source, start + 1);
  const name = source.slice(start + 1, nameEnd);
  const selfClosing = source.charCodeAt(end - 2) === SLASH;
  const innerStart = selfClosing ? end : endOfStartTag(source, start, nameEnd);
  const innerEnd = selfClosing ? end : source.lastIndexOf('</', end - 1);
  return {
    __proto__: LAZY,
    name,
    start,
    end,
    innerStart,
    innerEnd,
    selfClosing,
    ownSource: source,
    ownNode: node,
    knownChildren: undefined,
    knownText: undefined,
    knownAttributes: undefined,
  } as unknown as XmlElement;
}

/** An element with what its shared getters work on; the `known` parts are filled when they are first asked for. */
interface LazyElement extends XmlElement {
  readonly ownSource: string;
  readonly ownNode: RawNode;
  knownChildren: readonly XmlElement[] | undefined;
  knownText: string | undefined;
  knownAttributes: Readonly<Record<string, string>> | undefined;
}

/** What every element shares: getters of its own would cost each of many thousands more than reading it. */
const LAZY: Pick<XmlElement, 'children' | 'text' | 'attributes' | 'mayHold'> & ThisType<LazyElement> = {
  get children() {
    this.knownChildren ??= (this.ownNode.e ?? []).filter(isRawElement).map((inner) => toElement(this.ownSource, inner));
    return this.knownChildren;
  },
  get text() {
    this.knownText ??= ownText(this.ownSource, this.innerStart, this.innerEnd, this.ownNode.e ?? []);
    return this.knownText;
  },
  get attributes() {
    this.knownAttributes ??= readAttributes(startTagOf(this));
    return this.knownAttributes;
  },
  mayHold(word) {
    const source = this.ownSource.slice(this.start, this.end);
    return source.includes(word) || BROKEN_UP.test(source);
  },
};

/** Markup inside a text, and characters by their number: with these a word may be written in pieces. */
const BROKEN_UP = /<[!?]|&#/;

/** The start tag of an element behind its name. */
function startTagOf(element: LazyElement): string {
  const from = element.start + 1 + element.name.length;
  return element.ownSource.slice(from, element.selfClosing ? element.end : element.innerStart);
}

const SLASH = 47;
const GREATER = 62;

function endOfName(source: string, from: number): number {
  let at = from;
  for (; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === GREATER || code === SLASH || code <= 32) break;
  }
  return at;
}

function endOfStartTag(source: string, start: number, nameEnd: number): number {
  if (source.charCodeAt(nameEnd) === GREATER) return nameEnd + 1;
  START_TAG.lastIndex = start;
  START_TAG.exec(source);
  return START_TAG.lastIndex;
}

function ownText(source: string, from: number, to: number, inner: readonly RawNode[]): string {
  if (inner.length === 0) return plainText(source, from, to);
  let text = '';
  let at = from;
  for (const node of inner) {
    const meta = node[META];
    if (node.e === undefined || meta?.startIndex === undefined || meta.endIndex === undefined) continue;
    text += plainText(source, at, meta.startIndex);
    at = meta.endIndex;
  }
  return text + plainText(source, at, to);
}

function readAttributes(tag: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = Object.create(null);
  for (const [, name, double, single] of tag.matchAll(ATTRIBUTE))
    attributes[name ?? ''] = decodeText(double ?? single ?? '');
  return attributes;
}
