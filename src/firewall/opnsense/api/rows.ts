import { type JudgedCall, unexpected } from '../http/judge.js';

/** One row of an answer, its values not yet checked. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of a search answer (`{"rows":[…]}`); throws `S32_OPNSENSE_BAD_ANSWER` when there are none or not all came. */
export function rowsOf(answer: unknown, call: JudgedCall): Row[] {
  const { rows, total } = asRow(answer);
  if (!Array.isArray(rows)) throw unexpected(call, 'rows');
  if (typeof total === 'number' && total > rows.length) throw unexpected(call, `${total} rows but ${rows.length}`);
  return rows.map(asRow);
}

/** A value as a row; an empty one when it is no object. */
export function asRow(value: unknown): Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : {};
}

/** A field as text; empty when it is none. Numbers are taken as OPNsense's PHP may write them. */
export function textField(row: Row, key: string): string {
  const value = row[key];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}
