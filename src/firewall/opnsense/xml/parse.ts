import { Slash32Error } from '../../../errors/slash32-error.js';
import type { XmlElement } from '../../../xml/element.js';
import { XmlFault } from '../../../xml/fault.js';
import { parseXml as parseAnyXml } from '../../../xml/parse.js';
import { whereOf } from './place.js';

const ROOT = 'opnsense';

/**
 * Parses a text of OPNsense as its own parser would, with the exact offsets of every element. Throws `S32_CONFIG_XML_MALFORMED`
 * (with line and column) for anything that it would refuse, and for what it takes and OPNsense never writes.
 */
export function parseXml(source: string): XmlElement {
  try {
    return parseAnyXml(source, { namespaces: false });
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    const { message, line, column, cause } = error;
    throw new Slash32Error('S32_CONFIG_XML_MALFORMED', { message, where: `config.xml:${line}:${column}`, cause });
  }
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
