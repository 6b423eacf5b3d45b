import { Slash32Error } from '../../errors/slash32-error.js';
import { findJsonFault } from './json-fault.js';

/** A text as JSON. Throws `S32_INVENTORY_FILE_INVALID` with line and column. */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text) ?? { line: 1, column: 1, what: 'something unknown' };
    throw new Slash32Error('S32_INVENTORY_FILE_INVALID', {
      message: `${source} is not JSON: ${fault.what} is unexpected in line ${fault.line}, column ${fault.column}.`,
      where: `${source}:${fault.line}:${fault.column}`,
      cause: error,
    });
  }
}

/** A file that could be read and is not what it should be; `what` is the second half of a sentence. */
export function invalidFile(source: string, what: string): Slash32Error {
  return new Slash32Error('S32_INVENTORY_FILE_INVALID', { message: `${source} ${what}.`, where: source });
}
