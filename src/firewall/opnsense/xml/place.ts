import { positionOf } from '../../../xml/position.js';

/** How a place in a config.xml is named in an error: `config.xml:12:5`. */
export function whereOf(source: string, offset: number): string {
  const { line, column } = positionOf(source, offset);
  return `config.xml:${line}:${column}`;
}
