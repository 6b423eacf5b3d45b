import { json, type SimReply, type SimRequest, searched, unexpectedError, userError } from '../exchange.js';
import { childOf, copyOf, type SimNode, setText, textAt } from '../node.js';
import type { SimState } from '../state.js';
import { entriesOf, fieldAt, type Kind, listOf } from './entries.js';
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
  return saveChecked(state, request, root, kind, [{ entry, prefix: kind.wrapper, before: undefined }], {
    result: 'saved',
    uuid,
  });
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
  const before = present === undefined ? undefined : copyOf(present);
  const entry = present ?? addEntry(root, kind, uuid, fields);
  writeFields(entry, kind, fields);
  return saveChecked(state, request, root, kind, [{ entry, prefix: kind.wrapper, before }], { result: 'saved' });
}

/** `delItem` and `delRule`: several uuids at once, and the answer speaks of the last one alone. */
export function delItem(kind: Kind, state: SimState, request: SimRequest, uuids: string): SimReply {
  if (request.method !== 'POST') return json(FAILED);
  const refused = refusedReader(request);
  if (refused !== undefined) return refused;
  const root = state.disk.read();
  const list = listOf(root, kind);
  let last = false;
  let some = false;
  for (const uuid of uuids.split(',')) {
    const entry = entryOf(root, kind, uuid);
    last = entry !== undefined;
    some ||= last;
    if (entry !== undefined) list.children = list.children.filter((one) => one !== entry);
  }
  if (some) save(state, request, root);
  return json({ result: last ? 'deleted' : 'not found' });
}

/** `toggleItem` and filter's `toggleRule`: several uuids only with a word of what they shall be; one that is not there is an error of PHP. */
export function toggleItem(
  kind: Kind,
  state: SimState,
  request: SimRequest,
  [uuids = '', wanted]: readonly string[],
): SimReply {
  if (request.method !== 'POST') return json(FAILED);
  const refused = refusedReader(request);
  if (refused !== undefined) return refused;
  const given = uuids.split(',');
  if (given.length > 1 && wanted === undefined)
    return userError('Toggle with a list of items in only supported for explicit actions [0,1]', 'Toggle');
  const root = state.disk.read();
  let said: { readonly result: string; readonly changed: boolean } | undefined;
  for (const uuid of given) {
    const entry = entryOf(root, kind, uuid);
    if (entry === undefined) continue;
    if (wanted !== undefined && wanted !== '0' && wanted !== '1') return json({ ...FAILED, changed: false });
    const before = textAt(entry, 'enabled') === '1' ? '1' : '0';
    const after = wanted ?? (before === '1' ? '0' : '1');
    setText(entry, 'enabled', after);
    said = { result: after === '1' ? 'Enabled' : 'Disabled', changed: before !== after };
  }
  if (said === undefined) return unexpectedError();
  if (said.changed) save(state, request, root);
  return json(said);
}

/** `toggleRule` of redirects, whose number says the opposite: 1 switches off. */
export function toggleRedirect(
  kind: Kind,
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
  const flipped = textAt(entry, 'disabled') === '1' ? '0' : '1';
  const after = wanted === '0' || wanted === '1' ? wanted : flipped;
  setText(entry, 'disabled', after);
  save(state, request, root);
  return json({ result: after === '1' ? 'Disabled' : 'Enabled' });
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
