import { type X2jOptions, XMLParser } from 'fast-xml-parser';
import type { XmlElement } from './element.js';
import { malformed } from './fault.js';
import { type Edit, splice } from './splice.js';
import { checkNodes, isRawElement, type RawNode, toElement } from './tree.js';
import { checkWellFormed, DEEPEST, type Spans } from './well-formed.js';

/**
 * Only the structure and the offsets are taken from the parser; names, attributes and text are read from the source at
 * those offsets. So nothing in a file can become a property name, no entity is ever expanded by the parser, and what is
 * shown is what the offsets point at.
 */
export const PARSER_OPTIONS: X2jOptions = {
  preserveOrder: true,
  captureMetaData: true,
  ignoreAttributes: true,
  ignorePiTags: true,
  parseTagValue: false,
  processEntities: false,
  jPath: false,
  maxNestedTags: DEEPEST,
  transformTagName: (name) => (name.endsWith('/') ? 'e/' : 'e'),
};

const parser = new XMLParser(PARSER_OPTIONS);

/**
 * Parses a whole XML text and returns its root, with the exact offsets of every element in `source`. The well-formedness
 * of the whole text is checked first, by rules of our own, and what the parser found is held against it; the parts of an
 * element are read when they are asked for. Names stay as written, prefix included. Throws an `XmlFault` for anything that libxml2
 * would refuse or that could be read in two ways, a DOCTYPE included, and without `namespaces` for the declaration of one.
 */
export function parseXml(source: string, { namespaces }: { readonly namespaces: boolean }): XmlElement {
  const { elements, instructions, namespaces: declared } = checkWellFormed(source);
  const [first] = declared;
  if (!namespaces && first !== undefined)
    throw malformed(source, first, 'A namespace is declared here, which such a file never does.');
  const root = runParser(source, instructions, elements[0] ?? 0).find(isRawElement);
  if (root === undefined) throw malformed(source, 0, 'The file holds no XML element.');
  checkNodes(source, root, elements);
  return toElement(source, root);
}

/** The parser looks for quotes in processing instructions, which need not be in pairs there, so it gets blanks for them. */
function runParser(source: string, instructions: Spans, start: number): RawNode[] {
  const edits: Edit[] = [];
  for (let index = 0; index < instructions.length; index += 2) {
    const [from = 0, to = 0] = instructions.slice(index, index + 2);
    edits.push({ start: from, end: to, text: ' '.repeat(to - from) });
  }
  try {
    return parser.parse(edits.length === 0 ? source : splice(source, edits)) as RawNode[];
  } catch (cause) {
    throw malformed(source, start, 'The XML is well-formed, but slash32 cannot read it.', cause);
  }
}
