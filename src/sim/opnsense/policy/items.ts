import { json, type SimReply, type SimRequest, searched } from '../exchange.js';
import { childOf, type SimNode, setText, textAt } from '../node.js';
import type { SimState } from '../state.js';
import { entriesOf, fieldAt, type Kind, listOf } from './kinds.js';
import {
  addEntry,
  entryOf,
  givenFields,
  isUuid4,
  randomUUID,
  refusedReader,
  save,
  saveChecked,
  writeFields,
} from './model.js';

const FAILED = { result: 'failed' };

/** `addItem` and `addRule`: one entry, one save. */
export function addItem(kind: Kind, state: SimState, request: SimRequest): SimReply {
  const fields = givenFields(request, kind.wrapper);
  if (fields === undefined) return json(FAILED);
  const refused = refusedReader(request);
  if (refused !== undefined) return refused;
  const root = state.disk.read();
  const uuid = randomUUID();
  const entry = addEntry(root, kind, uuid, fields);
  return saveChecked(state, request, root, kind, [{ entry, prefix: kind.wrapper }], { result: 'saved', uuid });
}

/** `setItem` and `setRule`: only what is given changes; an unknown uuid of version 4 makes a new entry. */
export function setItem(kind: Kind, state: SimState, request: SimRequest, uuid: string): SimReply {
  const fields = givenFields(request, kind.wrapper);
  if (fields === undefined) return json(FAILED);
  const refused = refusedReader(request);
  if (refused !== undefined) return refused;
  const root = state.disk.read();
  const present = entryOf(root, kind, uuid);
  if (present === undefined && !isUuid4(uuid)) return json(FAILED);
  const entry = present ?? addEntry(root, kind, uuid, fields);
  writeFields(entry, kind, fields);
  return saveChecked(state, request, root, kind, [{ entry, prefix: kind.wrapper }], { result: 'saved' });
}

/** `delItem` and `delRule`: several uuids at once, and the answer speaks of the last one alone. */
export function delItem(kind: Kind, state: SimState, request: SimRequest, uuids: string): SimReply {
  if (request.method !== 'POST') return json(FAILED);
  const refused = refusedReader(request);
  if (refused !== undefined) return refused;
  const root = state.disk.read();
  const list = listOf(root, kind);
  let last = false;
  for (const uuid of uuids.split(',')) {
    const entry = entryOf(root, kind, uuid);
    last = entry !== undefined;
    if (entry !== undefined) list.children = list.children.filter((one) => one !== entry);
  }
  save(state, request, root);
  return json({ result: last ? 'deleted' : 'not found' });
}

/** `toggleRule`; for redirects the number says the opposite of enabled. */
export function toggleItem(
  kind: Kind,
  field: 'enabled' | 'disabled',
  state: SimState,
  request: SimRequest,
  [uuid = '', wanted]: readonly string[],
): SimReply {
  if (request.method !== 'POST') return json(FAILED);
  const refused = refusedReader(request);
  if (refused !== undefined) return refused;
  const root = state.disk.read();
  const entry = entryOf(root, kind, uuid);
  if (entry === undefined) return json(FAILED);
  const before = textAt(entry, field) === '1' ? '1' : '0';
  const after = wanted === '0' || wanted === '1' ? wanted : before === '1' ? '0' : '1';
  setText(entry, field, after);
  save(state, request, root);
  const isOn = (after === '1') === (field === 'enabled');
  return json({ result: isOn ? 'Enabled' : 'Disabled', ...(field === 'enabled' ? { changed: before !== after } : {}) });
}

/** `searchItem` and `searchRule`: plain values, nested ones with a dot. */
export function searchItems(kind: Kind, state: SimState, request: SimRequest): SimReply {
  const rows = entriesOf(state.disk.read(), kind).map((entry) => rowOf(entry, kind));
  return json(searched(rows, request));
}

/** `getItem`: one entry under its wrapper; `[]` for one that is not there. */
export function getItem(kind: Kind, state: SimState, uuid: string): SimReply {
  const entry = entryOf(state.disk.read(), kind, uuid);
  if (entry === undefined) return json([]);
  const { uuid: _uuid, ...fields } = rowOf(entry, kind);
  return json({ [kind.wrapper]: fields });
}

function rowOf(entry: SimNode, kind: Kind): Record<string, string | undefined> {
  const names = Object.keys(kind.defaults).filter(
    (name) => !name.includes('.') || childOf(entry, name.split('.')[0] ?? '') !== undefined,
  );
  return { uuid: entry.attributes.uuid, ...Object.fromEntries(names.map((name) => [name, fieldAt(entry, name)])) };
}
