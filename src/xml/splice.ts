/** One replacement in a text: what lies between `start` and `end` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * `source` with every edit made. Edits must be in ascending order and must not overlap (a defect otherwise: RangeError);
 * several insertions at one place are made in the order given. Everything outside the edits stays as it is.
 */
export function splice(source: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const edit of edits) {
    if (edit.start < done || edit.end < edit.start || edit.end > source.length)
      throw new RangeError(`edit ${edit.start}-${edit.end} overlaps the one before it, which ends at ${done}`);
    parts.push(source.slice(done, edit.start), edit.text);
    done = edit.end;
  }
  parts.push(source.slice(done));
  return parts.join('');
}

/** Edits in the order that {@link splice} asks for; those that start at one place keep their order. */
export function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((left, right) => left.start - right.start || left.end - right.end);
}
