import { Slash32Error } from '../../../errors/slash32-error.js';
import type { XmlElement } from '../../../xml/element.js';
import { whereOf } from '../xml/place.js';

/** The error for a place that cannot be edited without guessing what is meant. */
export function cannotEdit(message: string, source: string, element: XmlElement | undefined): Slash32Error {
  return new Slash32Error('S32_CONFIG_XML_EDIT', {
    message,
    ...(element === undefined ? {} : { where: whereOf(source, element.start) }),
  });
}
