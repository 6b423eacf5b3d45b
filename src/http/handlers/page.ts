/** A part of a list, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** The part of a list that the parameters `limit` and `cursor` ask for; a cursor is the place in the list. */
export function pageOf<T>(list: readonly T[], query: Readonly<Record<string, unknown>>): Page<T> {
  const limit = numberOr(query.limit, 100);
  const begin = Math.max(0, Math.floor(Number(query.cursor ?? 0)) || 0);
  const end = begin + limit;
  const items = list.slice(begin, end);
  return end < list.length ? { items, nextCursor: String(end) } : { items };
}

/** A text of a query or a header; undefined when it is not there. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A number of a query, where the contract has made it one. */
export function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
