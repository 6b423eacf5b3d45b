/**
 * Names that a misspelt one could mean, the nearest first: those with it as their last part, or a few typing errors away as a whole or
 * in their last part. None where nothing is near.
 */
export function similarNames(word: string, names: Iterable<string>, most = 5): string[] {
  if (word.length > LONGEST) return [];
  const plain = word.toLowerCase();
  const last = lastPart(plain);
  const scored: { readonly name: string; readonly distance: number }[] = [];
  for (const name of new Set(names)) {
    const other = name.toLowerCase();
    const whole = editDistance(plain, other);
    const part = editDistance(last, lastPart(other)) + 0.5;
    const allowed = Math.max(1, Math.floor(last.length / 3)) + 0.5;
    const distance = Math.min(whole, part);
    if (distance <= allowed) scored.push({ name, distance });
  }
  return scored
    .sort((one, other) => one.distance - other.distance || (one.name < other.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Longer words are no names, and comparing them with every name would take long. */
const LONGEST = 64;

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `left` into `right` (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      let distance = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + cost);
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) distance = Math.min(distance, at(before, column - 2) + 1);
      current.push(distance);
    }
    before = previous;
    previous = current;
  }
  return at(previous, right.length);
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? Number.POSITIVE_INFINITY;
}
