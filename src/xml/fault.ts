import { positionOf } from './position.js';

/** A text that is not well-formed XML, or that could be read in two ways: what is wrong, and where. */
export class XmlFault extends Error {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;

  constructor(message: string, place: { readonly line: number; readonly column: number }, cause?: unknown) {
    super(message, { cause });
    this.name = 'XmlFault';
    this.line = place.line;
    this.column = place.column;
  }
}

/** The fault at an offset of a text. */
export function malformed(source: string, offset: number, message: string, cause?: unknown): XmlFault {
  return new XmlFault(message, positionOf(source, offset), cause);
}
