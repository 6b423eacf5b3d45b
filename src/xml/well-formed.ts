import { malformed } from './fault.js';
import {
  checkReference,
  endOfAttributes,
  endOfCdata,
  endOfComment,
  endOfDeclaration,
  endOfInstruction,
  endOfMisc,
  endOfTagName,
} from './markup.js';
import { forbiddenCharacter, skipBlanks } from './names.js';

/** The start and the end of every element, one pair each, in the order of their start tags. */
export type Spans = readonly number[];

/** What stands where in a well-formed text. */
export interface Places {
  readonly elements: Spans;
  /** The start and the end of every processing instruction behind the declaration. */
  readonly instructions: Spans;
  /** Where each declaration of a namespace stands. */
  readonly namespaces: readonly number[];
}

interface Open {
  readonly name: string;
  readonly start: number;
  /** Where its end belongs in the spans. */
  readonly slot: number;
}

interface Scan {
  readonly source: string;
  readonly spans: number[];
  readonly instructions: number[];
  readonly namespaces: number[];
  readonly open: Open[];
  /** The next `&` and the next `]]>` at or behind the place that was looked at last; -1: none is left. */
  ampersand: number;
  sectionEnd: number;
}

/** libxml2 stops at this depth unless it is told otherwise. */
export const DEEPEST = 256;

const BANG = 33;
const GREATER = 62;
const QUESTION = 63;
const SLASH = 47;

/**
 * Checks in one pass that a text is well-formed XML 1.0, as libxml2 does: what that refuses is refused here, and a document type as
 * well. Throws an `XmlFault` at the first thing that is wrong.
 */
export function checkWellFormed(source: string): Places {
  const forbidden = forbiddenCharacter(source);
  if (forbidden !== undefined)
    throw malformed(source, forbidden, 'A control character, or another one that XML forbids, stands in the file.');
  const scan: Scan = {
    source,
    spans: [],
    instructions: [],
    namespaces: [],
    open: [],
    ampersand: source.indexOf('&'),
    sectionEnd: source.indexOf(']]>'),
  };
  let at = startTag(scan, startOfRoot(scan));
  for (let open = scan.open.at(-1); open !== undefined; open = scan.open.at(-1)) {
    const next = source.indexOf('<', at);
    if (next === -1) throw malformed(source, open.start, `<${open.name}> is never closed.`);
    checkText(scan, at, next);
    at = markup(scan, next, open);
  }
  const tail = endOfMisc(source, at, scan.instructions);
  if (tail !== source.length) throw malformed(source, tail, 'Nothing but comments may stand after the last end tag.');
  return { elements: scan.spans, instructions: scan.instructions, namespaces: scan.namespaces };
}

function startOfRoot({ source, instructions }: Scan): number {
  if (source.startsWith('\ufeff'))
    throw malformed(source, 0, 'A second byte order mark stands at the start of the file.');
  const at = endOfMisc(source, endOfDeclaration(source), instructions);
  if (at === source.length) throw malformed(source, 0, 'The file holds no XML element.');
  if (source.startsWith('<!DOCTYPE', at))
    throw malformed(source, at, 'The file declares a document type, which is never read here.');
  if (source.startsWith('<', at)) return at;
  throw malformed(source, at, 'Only comments may stand before the first element.');
}

/** Behind the tag, comment, section or instruction that begins at `at` inside the element `open`. */
function markup(scan: Scan, at: number, open: Open): number {
  const { source } = scan;
  switch (source.charCodeAt(at + 1)) {
    case SLASH:
      return endTag(scan, at, open);
    case QUESTION:
      return endOfInstruction(source, at, scan.instructions);
    case BANG:
      if (source.startsWith('--', at + 2)) return endOfComment(source, at);
      if (source.startsWith('[CDATA[', at + 2)) return endOfCdata(source, at);
      throw malformed(source, at, 'A <! stands here that begins neither a comment nor a CDATA section.');
    default:
      return startTag(scan, at);
  }
}

function startTag(scan: Scan, at: number): number {
  const { source, spans, open } = scan;
  const nameEnd = endOfTagName(source, at);
  const end = source.charCodeAt(nameEnd) === GREATER ? nameEnd : endOfAttributes(source, at, nameEnd, scan.namespaces);
  const slot = spans.push(at, at) - 1;
  if (open.length === DEEPEST)
    throw malformed(source, at, `Elements stand more than ${DEEPEST} deep in each other, which libxml2 refuses.`);
  if (source.charCodeAt(end) === SLASH) {
    spans[slot] = end + 2;
    return end + 2;
  }
  open.push({ name: source.slice(at + 1, nameEnd), start: at, slot });
  return end + 1;
}

function endTag(scan: Scan, at: number, { name, slot }: Open): number {
  const { source } = scan;
  const end = source.startsWith(name, at + 2) ? skipBlanks(source, at + 2 + name.length) : -1;
  if (source.charCodeAt(end) !== GREATER)
    throw malformed(source, at, `This tag closes <${name}>, which has another name.`);
  scan.spans[slot] = end + 1;
  scan.open.pop();
  return end + 1;
}

function checkText(scan: Scan, from: number, to: number): void {
  const { source } = scan;
  scan.ampersand = nextFrom(source, '&', scan.ampersand, from);
  while (scan.ampersand !== -1 && scan.ampersand < to) {
    checkReference(source, scan.ampersand);
    scan.ampersand = source.indexOf('&', scan.ampersand + 1);
  }
  scan.sectionEnd = nextFrom(source, ']]>', scan.sectionEnd, from);
  if (scan.sectionEnd !== -1 && scan.sectionEnd < to)
    throw malformed(source, scan.sectionEnd, 'The end of a CDATA section, ]]>, stands in a text.');
}

/** The next place of `what` at or behind `from`; looked for anew only where the `known` one lies before. */
function nextFrom(source: string, what: string, known: number, from: number): number {
  return known === -1 || known >= from ? known : source.indexOf(what, from);
}
