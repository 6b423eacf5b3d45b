import { XMLParser } from 'fast-xml-parser';

import { PARSER_OPTIONS } from '../../src/xml/parse.js';
/** The yardstick: fast-xml-parser with the options of the product, and nothing made of what it says. */
export function parseAlone(text: string): unknown {
  return new XMLParser(PARSER_OPTIONS).parse(text);
}
