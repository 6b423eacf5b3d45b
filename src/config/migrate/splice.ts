import { Document, isMap, isScalar, type Pair, YAMLMap } from 'yaml';

/** One replacement in a text; `from` and `to` are offsets, equal for an insertion. */
interface Cut {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text with the differences between two readings of it written in, and not a byte else: keys at the top that are new,
 * and plain values at the top that are others. Undefined where that is not all, or the file is not written as one block
 * mapping; the caller must compare what the result means. `version` goes to the top, other new keys to the end.
 */
export function spliceChanges(text: string, before: Document, after: Document): string | undefined {
  const old = before.contents;
  if (!isMap(old) || old.flow === true || !isMap(after.contents)) return undefined;
  const place = placeOf(text, old.range?.[0] ?? -1);
  if (place === undefined) return undefined;
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  const cuts: Cut[] = [];
  let end = '';
  for (const pair of after.contents.items) {
    const key = keyOf(pair);
    const known = old.items.find((one) => keyOf(one) === key);
    if (known === undefined) {
      const lines = written(pair, place.indent, newLine);
      if (key === 'version') cuts.push({ from: place.top, to: place.top, text: lines + place.gap(newLine) });
      else end += newLine + lines;
      continue;
    }
    const [from, to] = isScalar(known.value) ? (known.value.range ?? []) : [];
    if (String(known.value) === String(pair.value)) continue;
    if (from === undefined || to === undefined || !isScalar(pair.value)) return undefined;
    cuts.push({ from, to, text: String(pair.value) });
  }
  if (end !== '') cuts.push({ from: text.length, to: text.length, text: (/\n$/.test(text) ? '' : newLine) + end });
  return cuts
    .toSorted((left, right) => right.from - left.from)
    .reduce((result, cut) => result.slice(0, cut.from) + cut.text + result.slice(cut.to), text);
}

interface Place {
  /** Offset of the line where the first key begins, with the comments that stand directly over it. */
  readonly top: number;
  readonly indent: string;
  /** What parts a new first line from the comment of the old one. */
  readonly gap: (newLine: string) => string;
}

function placeOf(text: string, first: number): Place | undefined {
  if (first < 0) return undefined;
  const line = text.lastIndexOf('\n', first - 1) + 1;
  const indent = text.slice(line, first);
  if (/[^ ]/.test(indent)) return undefined;
  let top = line;
  while (top > 0) {
    const above = text.lastIndexOf('\n', top - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(above, top))) break;
    top = above;
  }
  return { top, indent, gap: (newLine) => (top === line ? '' : newLine) };
}

function written(pair: Pair, indent: string, newLine: string): string {
  const map = new YAMLMap();
  map.items.push(pair);
  const text = new Document(map).toString({ lineWidth: 0 });
  return text.replaceAll(/^(?=.)/gm, indent).replaceAll('\n', newLine);
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}
