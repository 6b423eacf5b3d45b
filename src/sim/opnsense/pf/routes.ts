import { json, type SimReply, type SimRequest } from '../exchange.js';
import { interfaceNames } from '../routes-dhcp.js';
import type { SimState } from '../state.js';
import type { StateRow } from './list.js';
import { killState, rowsOf } from './table.js';

const NOTHING = { rows: [], rowCount: 0, total: 0, current: 0 };

/** `diagnostics/firewall/query_states`: a page of all states; a `rowCount` that is no plain number gives all of them. */
export function queryStates(state: SimState, { method, fields }: SimRequest): SimReply {
  if (method !== 'POST') return json(NOTHING);
  const count = integer(fields.rowCount, 9999);
  const page = integer(fields.current, 1);
  const phrase = typeof fields.searchPhrase === 'string' ? fields.searchPhrase : '';
  const words = phrase.split(/\s+/).filter((word) => word !== '');
  const all = rowsOf(state.pf);
  if (all === undefined) return json(NOTHING);
  const found = all.filter((row) => words.every((word) => lineOf(row).includes(word)));
  const behind = found.slice(Math.max(0, (page - 1) * count));
  const rows = count >= 0 ? behind.slice(0, count) : behind;
  const names = interfaceNames(state.disk.view());
  const named = rows.map((row) => ({ ...row, interface: names.get(row.iface) ?? row.iface }));
  return json({ rows: named, rowCount: named.length, total: found.length, current: page });
}

/** `diagnostics/firewall/del_state/ID/CREATOR`. */
export function delState(
  state: SimState,
  { method }: SimRequest,
  [id = '', creator = '']: readonly string[],
): SimReply {
  if (method !== 'POST') return json({ result: '' });
  const bare = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '');
  return json({ result: killState(state.pf, bare(id), bare(creator)) });
}

function lineOf(row: StateRow): string {
  return Object.values(row)
    .filter((value) => value !== null && value !== '')
    .join(' ');
}

function integer(value: unknown, otherwise: number): number {
  const text = String(value ?? '').replace(/[^0-9+-]/g, '');
  return text === '' ? otherwise : Number.parseInt(text, 10) || 0;
}
