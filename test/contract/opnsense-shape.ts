/** Values that differ from run to run: only their type is held to the recording. */
const VOLATILE = new Set([
  'uuid',
  'time',
  'time_iso',
  'filesize',
  'id',
  'description',
  'username',
  'man',
  'rowCount',
  'total',
]);

/**
 * An answer with what may differ taken out: volatile values become their type, a list becomes the shapes that stand in
 * it. With `values` false every value becomes its type.
 */
export function shape(value: unknown, values: boolean, key = ''): unknown {
  if (Array.isArray(value))
    return [...new Set(value.map((item) => JSON.stringify(shape(item, values && !isRow(item)))))].sort();
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([name, member]) => [name, shape(member, values, name)]),
    );
  if (value === null) return 'null';
  return values && !VOLATILE.has(key) ? value : typeof value;
}

/** The text of an XML answer, however it is laid out. */
export function xmlShape(text: unknown): string {
  return String(text).replace(/\s+/g, ' ');
}

function isRow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
