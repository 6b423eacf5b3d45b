import { Slash32Error } from '../../../errors/slash32-error.js';
import { whereOf } from './position.js';

/** The error for a text that is not a well-formed config.xml, with line and column. */
export function malformed(source: string, offset: number, message: string, cause?: unknown): Slash32Error {
  return new Slash32Error('S32_CONFIG_XML_MALFORMED', { message, where: whereOf(source, offset), cause });
}
