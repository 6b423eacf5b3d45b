import { type X2jOptions, XMLParser } from 'fast-xml-parser';
import { Slash32Error } from '../../../errors/slash32-error.js';
import type { XmlElement } from './element.js';
import { malformed } from './malformed.js';
import { whereOf } from './position.js';
import { isInsideMarkup, unclosedMarkup } from './text.js';
import { checkNode, isRawElement, META, type RawNode, toElement } from './tree.js';

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
  transformTagName: (name) => (name.endsWith('/') ? 'e/' : 'e'),
};

const parser = new XMLParser(PARSER_OPTIONS);

const ROOT = 'opnsense';
/** What may stand before and after the root element. */
const MISC = /(?:\s|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that XML 1.0 §2.2 forbids
const FORBIDDEN_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const LOOSE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)/g;

/**
 * Parses a whole XML text and returns its root, with the exact offsets of every element in `source`. Elements are made
 * when they are asked for; the well-formedness of the whole text is checked here. Throws `S32_CONFIG_XML_MALFORMED`
 * (with line and column) for anything that OPNsense's own parser would refuse or that could be read in two ways, a
 * DOCTYPE included.
 */
export function parseXml(source: string): XmlElement {
  checkCharacters(source);
  const nodes = runParser(source).filter(isRawElement);
  const root = nodes[0];
  if (root === undefined) throw malformed(source, 0, 'The file holds no XML element.');
  const start = root[META]?.startIndex ?? 0;
  const head = endOfMisc(source, 0);
  if (head !== start) throw malformed(source, head, 'Only comments may stand before the first element.');
  checkNode(source, root);
  const element = toElement(source, root);
  const tail = endOfMisc(source, element.end);
  if (tail !== source.length) throw malformed(source, tail, `Nothing but comments may stand after </${element.name}>.`);
  return element;
}

/** Like {@link parseXml}, for a config.xml: throws `S32_CONFIG_XML_ROOT` for another kind of XML file. */
export function parseConfigXml(source: string): XmlElement {
  const root = parseXml(source);
  if (root.name === ROOT) return root;
  throw new Slash32Error('S32_CONFIG_XML_ROOT', {
    message: `The outermost element is <${root.name}>; that of an OPNsense configuration is <${ROOT}>.`,
    where: whereOf(source, root.start),
  });
}

function runParser(source: string): RawNode[] {
  try {
    return parser.parse(source) as RawNode[];
  } catch (cause) {
    const last = unclosedMarkup(source) ?? Math.max(0, source.lastIndexOf('<'));
    throw malformed(
      source,
      last,
      'The XML cannot be read; it may break off inside a tag, a comment or a CDATA section.',
      cause,
    );
  }
}

function endOfMisc(source: string, from: number): number {
  MISC.lastIndex = from;
  MISC.exec(source);
  return MISC.lastIndex;
}

/** Checks of the raw text that cost one pass each and are needed before the parser sees it. */
function checkCharacters(source: string): void {
  const forbidden = source.search(FORBIDDEN_CHARACTER);
  if (forbidden !== -1)
    throw malformed(source, forbidden, 'A control character stands in the file, which XML forbids.');
  for (let at = source.indexOf('<!D'); at !== -1; at = source.indexOf('<!D', at + 1)) {
    if (!isInsideMarkup(source, at))
      throw malformed(source, at, 'The file declares a document type, which OPNsense never writes.');
  }
  LOOSE_AMPERSAND.lastIndex = 0;
  for (let match = LOOSE_AMPERSAND.exec(source); match; match = LOOSE_AMPERSAND.exec(source)) {
    if (!isInsideMarkup(source, match.index))
      throw malformed(source, match.index, 'An & stands here that begins no entity of XML.');
  }
}
