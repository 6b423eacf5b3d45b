import type { ProjectView } from '../../model/instance.js';

/** How far the projects of a file were seen: none is complete unless somebody vouches for the file, nor one with a fault. */
export function vouchedViews(
  names: readonly string[],
  faults: ReadonlyMap<string, string>,
  isVouched: boolean,
  key: string,
): ProjectView[] {
  return names.map((name) => {
    const reason = isVouched ? faults.get(name) : notVouched(key);
    return { name, complete: reason === undefined, reason };
  });
}

/** Why nothing of a file is ever deleted unless its writer vouches for it; `key` is that of the source in slash32.yaml. */
function notVouched(key: string): string {
  return `a file cannot show whether it is complete: declare it with --complete (\`${key}.complete: true\`)`;
}

/** One sentence about network devices that slash32 does not look at, the first few by name; none for none. */
export function leftOutNotes(leftOut: readonly string[]): readonly string[] {
  if (leftOut.length === 0) return [];
  const few = leftOut.slice(0, 5).join(', ');
  const more = leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : '';
  return [`Not on a bridge and left out: ${few}${more}.`];
}

/** Tags are separated by commas or blanks, as people write lists in a single field. Sorted, each once. */
export function readTags(text: string | undefined): readonly string[] {
  const tags = (text ?? '').split(/[\s,]+/).filter((tag) => tag !== '');
  return [...new Set(tags)].sort();
}
