import type { XmlElement } from '../../../xml/element.js';

/** How the children of an element are laid out: each on a line of its own at an indentation, or all in one line. */
export interface Layout {
  /** Line end and indentation before a child; empty in one line. */
  readonly before: string;
  /** Line end and indentation before the end tag; empty in one line. */
  readonly close: string;
  /** What one more level adds; empty in one line. */
  readonly unit: string;
}

const INDENT = '  ';
const IN_ONE_LINE: Layout = { before: '', close: '', unit: '' };

/** The layout of an element's children as it stands, or, where it has none, as it follows from its own place. */
export function layoutOf(source: string, element: XmlElement): Layout {
  const own = lineStartBefore(source, element.start);
  const first = element.children[0];
  const before = first === undefined ? undefined : lineStartBefore(source, first.start);
  if (before !== undefined) {
    const close = lineStartBefore(source, element.innerEnd) ?? own ?? '';
    const unit = before.startsWith(close) && before.length > close.length ? before.slice(close.length) : INDENT;
    return { before, close, unit };
  }
  if (first !== undefined || own === undefined) return IN_ONE_LINE;
  const unit = own.endsWith('\t') ? '\t' : INDENT;
  return { before: own + unit, close: own, unit };
}

/** The layout one level deeper. */
export function deeper(layout: Layout): Layout {
  return { before: layout.before + layout.unit, close: layout.before, unit: layout.unit };
}

/** The line end and blanks right before `offset`; undefined when something else stands before it on its line. */
export function lineStartBefore(source: string, offset: number): string | undefined {
  let at = offset;
  while (at > 0 && isBlank(source.charCodeAt(at - 1))) at -= 1;
  if (source.charCodeAt(at - 1) !== LINE_FEED) return undefined;
  at -= source.charCodeAt(at - 2) === CARRIAGE_RETURN ? 2 : 1;
  return source.slice(at, offset);
}

/** Whether nothing but blanks stands between `offset` and the end of its line. */
export function isLineEndAfter(source: string, offset: number): boolean {
  let at = offset;
  while (isBlank(source.charCodeAt(at))) at += 1;
  const code = source.charCodeAt(at);
  return code === LINE_FEED || (code === CARRIAGE_RETURN && source.charCodeAt(at + 1) === LINE_FEED);
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
