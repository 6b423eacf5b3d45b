import type { Io } from './io.js';

const GAP = '  ';
/** What a terminal has that does not say how wide it is. */
const USUAL_WIDTH = 80;
/** Below this a column is of no use. */
const NARROWEST = 8;

/** The width of a terminal; undefined in a pipe, whose reader wants whole lines. */
export function widthOf({ stdout }: Io): number | undefined {
  if (stdout.isTTY !== true) return undefined;
  return stdout.columns ?? USUAL_WIDTH;
}

/**
 * Rows in columns under a head. Where they are wider than `width`, the widest columns give way and their texts go on in the next
 * line.
 */
export function inColumns(head: readonly string[], rows: readonly (readonly string[])[], width?: number): string {
  const natural = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const words = head.map((title, at) => longestWord([title, ...rows.map((row) => row[at] ?? '')]));
  const widths = width === undefined ? natural : narrowed(natural, words, width - GAP.length * (head.length - 1));
  return [head, ...rows].map((row) => lineOf(row, widths)).join('');
}

/** The widest gives way first; within a word only where breaking at blanks is not enough. */
function narrowed(natural: readonly number[], words: readonly number[], room: number): number[] {
  const widths = [...natural];
  for (const floors of [words, natural.map(() => NARROWEST)])
    for (let over = sumOf(widths) - room; over > 0; over -= 1) {
      const spare = widths.map((width, at) => (width > (floors[at] ?? 0) ? width : 0));
      const widest = spare.indexOf(Math.max(...spare));
      if ((spare[widest] ?? 0) === 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  return widths;
}

function sumOf(widths: readonly number[]): number {
  return widths.reduce((total, one) => total + one, 0);
}

function longestWord(texts: readonly string[]): number {
  return Math.max(NARROWEST, ...texts.flatMap((text) => text.split(' ')).map((word) => word.length));
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((text, at) => wrapped(text, widths[at] ?? text.length));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = cells.map((cell, at) => (cell[line] ?? '').padEnd(widths[at] ?? 0));
    return `${parts.join(GAP).trimEnd()}\n`;
  }).join('');
}

/** Broken at blanks, and within a word only where it is longer than the line. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    let rest = word;
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line = rest;
  }
  return [...lines, line];
}
