const GAP = '  ';
/** Below this a column is of no use. */
const NARROWEST = 8;

/**
 * Rows in columns under a head. Where they are wider than `width`, the widest columns give way and their texts go on in the next
 * line.
 */
export function inColumns(head: readonly string[], rows: readonly (readonly string[])[], width?: number): string {
  return columnLines([head, ...rows], width)
    .flat()
    .map((line) => `${line}\n`)
    .join('');
}

/** {@link inColumns} without a head: the lines of each row. */
export function columnLines(rows: readonly (readonly string[])[], width?: number): string[][] {
  const columns = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, at) =>
    rows.map((row) => row[at] ?? ''),
  );
  const natural = columns.map((cells) => Math.max(0, ...cells.map((cell) => cell.length)));
  const room = width === undefined ? undefined : width - GAP.length * (columns.length - 1);
  const widths = room === undefined ? natural : narrowed(natural, columns.map(longestWord), room);
  return rows.map((row) => linesOf(row, widths));
}

/**
 * A text in as many lines as it needs, broken at blanks only: what is wider than a line may be a command or an address that somebody
 * copies. Lines behind the first stand in by `hang`.
 */
export function laid(text: string, width: number | undefined, hang: number): string[] {
  if (width === undefined || text.length <= width) return [text];
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  let isBegun = false;
  for (const word of text.trimStart().split(' ')) {
    if (isBegun && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(hang);
      isBegun = false;
    }
    line = isBegun ? `${line} ${word}` : `${line}${word}`;
    isBegun = true;
  }
  return [...lines, line];
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

function linesOf(row: readonly string[], widths: readonly number[]): string[] {
  const cells = row.map((text, at) => wrapped(text, widths[at] ?? text.length));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = cells.map((cell, at) => (cell[line] ?? '').padEnd(widths[at] ?? 0));
    return parts.join(GAP).trimEnd();
  });
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
