import type { Io } from './io.js';

/** What a terminal has that does not say how wide it is. */
const USUAL_WIDTH = 80;

/** The width of a terminal; undefined in a pipe, whose reader wants whole lines. */
export function widthOf({ stdout }: Io): number | undefined {
  if (stdout.isTTY !== true) return undefined;
  return stdout.columns || USUAL_WIDTH;
}
