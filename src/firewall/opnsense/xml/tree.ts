import { XMLParser } from 'fast-xml-parser';
import type { XmlElement } from './element.js';
import { malformed } from './malformed.js';
import { decodeText, plainText } from './text.js';

/** The symbol under which the parser keeps the offsets of a node. */
export const META: unique symbol = XMLParser.getMetaDataSymbol() as never;

/** A node of the parser's ordered output: an element under `e`, or text. */
export interface RawNode {
  readonly e?: readonly RawNode[];
  readonly [META]?: { readonly startIndex?: number; readonly endIndex?: number };
}

const NAME = /^[\p{L}_:][\p{L}\p{N}\p{M}_:.\-·]*$/u;
const START_TAG = /<[^\s/>]+(?:\s+[^\s=/>"'<]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?>/y;
const ATTRIBUTE = /\s([^\s=/>"'<]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const KNOWN_NAMES = 5000;

/** Whether a node is an element and not text. */
export function isRawElement(node: RawNode): boolean {
  return node.e !== undefined && node[META] !== undefined;
}

/**
 * Checks that every element's offsets point at its own start and end tag. The parser closes whatever is open at any end
 * tag, so this is also the check that tags match. Throws `S32_CONFIG_XML_MALFORMED` with the line and column of the first
 * tag that is wrong, or, where all are right but one is missing, of the innermost element that is never closed.
 */
export function checkNode(source: string, root: RawNode): void {
  const known = new Set<string>();
  const wrong: Wrong[] = [];
  const stack: RawNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const start = node[META]?.startIndex ?? 0;
    const end = node[META]?.endIndex;
    const nameEnd = endOfName(source, start + 1);
    const name = source.slice(start + 1, nameEnd);
    if (!known.has(name)) {
      if (!NAME.test(name)) wrong.push({ at: start, message: 'A < stands here that begins no tag.' });
      if (known.size < KNOWN_NAMES) known.add(name);
    }
    if (source.charCodeAt(nameEnd) !== GREATER && !isStartTag(source, start))
      wrong.push({ at: start, message: 'The attributes of this tag are not well-formed.' });
    if (end === undefined) wrong.push({ at: start, message: `<${name}> is never closed.`, unclosed: true });
    else if (source.charCodeAt(end - 2) !== SLASH && !isEndTag(source, name, start, end))
      wrong.push({
        at: Math.max(source.lastIndexOf('</', end - 1), start),
        message: `This tag closes <${name}>, which has another name.`,
      });
    for (const inner of node.e ?? []) if (inner.e !== undefined) stack.push(inner);
  }
  if (wrong.length > 0) throw firstWrong(source, wrong);
}

interface Wrong {
  readonly at: number;
  readonly message: string;
  readonly unclosed?: boolean;
}

function firstWrong(source: string, wrong: readonly Wrong[]): Error {
  const tags = wrong.filter((one) => !one.unclosed).sort((left, right) => left.at - right.at);
  const unclosed = wrong.toSorted((left, right) => right.at - left.at);
  const first = tags[0] ?? unclosed[0];
  return malformed(source, first?.at ?? 0, first?.message ?? 'The tags do not match.');
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
const LAZY: Pick<XmlElement, 'children' | 'text' | 'attributes'> & ThisType<LazyElement> = {
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
};

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

function isStartTag(source: string, start: number): boolean {
  START_TAG.lastIndex = start;
  return START_TAG.test(source);
}

function isEndTag(source: string, name: string, start: number, end: number): boolean {
  const tag = source.lastIndexOf('</', end - 1);
  return tag > start && source.startsWith(name, tag + 2) && source.slice(tag + 2 + name.length, end).trim() === '>';
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
