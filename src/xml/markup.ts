import { malformed } from './fault.js';
import { endOfName, isAllowedCharacter, isBlank, skipBlanks } from './names.js';

/** The well-formedness of the single pieces of markup (XML 1.0 §2.5 to §2.8, §3.1, §4.1). Each throws an `XmlFault`. */

const BLANK = '[ \\t\\r\\n]';
const EQUALS = `${BLANK}*=${BLANK}*`;
const DECLARATION = new RegExp(
  `<\\?xml${BLANK}+version${EQUALS}(?:"1\\.[0-9]*"|'1\\.[0-9]*')` +
    `(?:${BLANK}+encoding${EQUALS}(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?` +
    `(?:${BLANK}+standalone${EQUALS}(?:"(?:yes|no)"|'(?:yes|no)'))?${BLANK}*\\?>`,
  'y',
);
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#([0-9]+)|#x([0-9a-fA-F]+));/y;
/** libxml2 takes no name, and no comment, section or value, that is longer. */
const LONGEST_NAME = 50_000;
const LONGEST_PIECE = 10_000_000;

const GREATER = 62;
const SLASH = 47;
const EQUAL = 61;

/** Behind the XML declaration that begins a file; 0 where it begins with something else. */
export function endOfDeclaration(source: string): number {
  if (!source.startsWith('<?xml') || !isBlank(source.charCodeAt(5))) return 0;
  DECLARATION.lastIndex = 0;
  if (!DECLARATION.test(source)) throw malformed(source, 0, 'The XML declaration of the file is not well-formed.');
  return DECLARATION.lastIndex;
}

/** Behind the blanks, comments and processing instructions that stand at `from`; the latter are noted. */
export function endOfMisc(source: string, from: number, instructions: number[]): number {
  for (let at = skipBlanks(source, from); ; at = skipBlanks(source, at)) {
    if (source.startsWith('<!--', at)) at = endOfComment(source, at);
    else if (source.startsWith('<?', at)) at = endOfInstruction(source, at, instructions);
    else return at;
  }
}

/** Behind the comment that begins at `at`. */
export function endOfComment(source: string, at: number): number {
  const hyphens = source.indexOf('--', at + 4);
  if (hyphens === -1) throw malformed(source, at, 'This comment is never closed.');
  if (source.charCodeAt(hyphens + 2) !== GREATER)
    throw malformed(source, hyphens, 'A double hyphen stands inside a comment, which XML forbids.');
  return notTooLong(source, at, hyphens + 3);
}

/** Behind the CDATA section that begins at `at`. */
export function endOfCdata(source: string, at: number): number {
  const close = source.indexOf(']]>', at + 9);
  if (close === -1) throw malformed(source, at, 'This CDATA section is never closed.');
  return notTooLong(source, at, close + 3);
}

/** Behind the processing instruction that begins at `at`, which is noted. */
export function endOfInstruction(source: string, at: number, instructions: number[]): number {
  const target = endOfName(source, at + 2);
  const name = source.slice(at + 2, target);
  if (name === '') throw malformed(source, at, 'A <? stands here that begins no processing instruction.');
  if (name.toLowerCase() === 'xml')
    throw malformed(
      source,
      at,
      'An XML declaration stands here. It may stand only once, as the very first characters of the file.',
    );
  const close = source.indexOf('?>', target);
  if (close === -1) throw malformed(source, at, 'This processing instruction is never closed.');
  if (close !== target && !isBlank(source.charCodeAt(target)))
    throw malformed(source, target, 'A blank is missing behind the name of this processing instruction.');
  instructions.push(at, close + 2);
  return notTooLong(source, at, close + 2);
}

/** Where the name of the start tag at `at` ends. */
export function endOfTagName(source: string, at: number): number {
  const end = endOfName(source, at + 1);
  if (end === at + 1) throw malformed(source, at, 'A < stands here that begins no tag.');
  if (end - at > LONGEST_NAME) throw malformed(source, at, 'This name is longer than libxml2 takes.');
  return end;
}

/** Behind the attributes of a start tag whose name ends at `nameEnd`: where its `>` or `/>` stands. Notes the declarations of `namespaces`. */
export function endOfAttributes(source: string, tag: number, nameEnd: number, namespaces: number[]): number {
  let end = nameEnd;
  let first = '';
  let names: Set<string> | undefined;
  for (;;) {
    const at = skipBlanks(source, end);
    const code = source.charCodeAt(at);
    if (code === GREATER || (code === SLASH && source.charCodeAt(at + 1) === GREATER)) return at;
    const next = at === end ? at : endOfName(source, at);
    if (next === at) throw badAttributes(source, tag);
    const name = source.slice(at, next);
    if (name === first || names?.has(name))
      throw malformed(source, at, 'This attribute stands in its tag for the second time.');
    if (name === 'xmlns' || name.startsWith('xmlns:')) namespaces.push(at);
    if (first === '') first = name;
    else names = (names ?? new Set()).add(name);
    end = endOfValue(source, tag, next);
  }
}

function endOfValue(source: string, tag: number, nameEnd: number): number {
  const equals = skipBlanks(source, nameEnd);
  const from = skipBlanks(source, equals + 1);
  const quote = source.charAt(from);
  if (source.charCodeAt(equals) !== EQUAL || (quote !== '"' && quote !== "'")) throw badAttributes(source, tag);
  const close = source.indexOf(quote, from + 1);
  if (close === -1) throw badAttributes(source, tag);
  const value = source.slice(from + 1, close);
  const less = value.indexOf('<');
  if (less !== -1)
    throw malformed(source, from + 1 + less, 'A < stands in an attribute, or its quote is never closed.');
  for (let at = value.indexOf('&'); at !== -1; at = value.indexOf('&', at + 1)) checkReference(source, from + 1 + at);
  return notTooLong(source, from, close + 1);
}

function badAttributes(source: string, tag: number): Error {
  return malformed(source, tag, 'The attributes of this tag are not well-formed.');
}

/** That a known entity, or the number of a character that XML allows, begins with the `&` at `at`. */
export function checkReference(source: string, at: number): void {
  REFERENCE.lastIndex = at;
  const match = REFERENCE.exec(source);
  if (match === null) throw malformed(source, at, 'An & stands here that begins no entity of XML.');
  const [, decimal, hex] = match;
  if (decimal === undefined && hex === undefined) return;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
  if (!isAllowedCharacter(code))
    throw malformed(source, at, 'A character stands here by its number that XML does not allow.');
}

function notTooLong(source: string, at: number, end: number): number {
  if (end - at > LONGEST_PIECE) throw malformed(source, at, 'This piece is longer than libxml2 takes.');
  return end;
}
