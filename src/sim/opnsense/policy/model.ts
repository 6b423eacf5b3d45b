import { randomUUID } from 'node:crypto';
import { json, readOnlyError, type SimReply, type SimRequest } from '../exchange.js';
import { ensureChild, node, type SimNode, setText } from '../node.js';
import type { SimState } from '../state.js';
import { isReadOnly } from '../users.js';
import { entriesOf, fieldAt, type Kind, listOf } from './entries.js';

/** The fields of a request under its wrapper, as texts; nested ones with a dot. Undefined where OPNsense would find none. */
export function givenFields(request: SimRequest, wrapper: string): Record<string, string> | undefined {
  const given = request.fields[wrapper];
  if (request.method !== 'POST' || typeof given !== 'object' || given === null) return undefined;
  return flat(given as Readonly<Record<string, unknown>>);
}

/** OPNsense reads nested values; a key with a dot in its name is none of its fields. */
export function flat(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    if (key.includes('.')) continue;
    if (typeof value === 'object' && value !== null)
      for (const [inner, text] of Object.entries(value)) fields[`${key}.${inner}`] = textOf(text);
    else fields[key] = textOf(value);
  }
  return fields;
}

/** PHP's text of a JSON value: false is empty, true is 1. */
function textOf(value: unknown): string {
  if (value === true) return '1';
  return value === false || value === null || value === undefined ? '' : String(value);
}

/** Writes fields into an entry; those that its kind does not have are ignored without a word, and so is a uuid. */
export function writeFields(entry: SimNode, kind: Kind, fields: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(fields)) {
    if (!(name in kind.defaults)) continue;
    const [first = name, second] = name.split('.');
    const value =
      name === 'protocol' && kind.wrapper === 'rule' && kind.path[0] === 'OPNsense' && text !== 'any'
        ? text.toUpperCase()
        : text;
    if (second === undefined) setText(entry, first, value);
    else setText(ensureChild(entry, first), second, value);
  }
}

/** A new entry with all defaults, at the end of its list. */
export function addEntry(root: SimNode, kind: Kind, uuid: string, fields: Readonly<Record<string, string>>): SimNode {
  const entry = node(kind.tag, [], { uuid });
  writeFields(entry, kind, kind.defaults);
  writeFields(entry, kind, fields);
  const list = listOf(root, kind);
  list.text = '';
  list.children.push(entry);
  return entry;
}

/** The entry of that uuid. */
export function entryOf(root: SimNode, kind: Kind, uuid: string): SimNode | undefined {
  return entriesOf(root, kind).find((one) => one.attributes.uuid === uuid);
}

/** An entry that a call writes. */
export interface Touched {
  readonly entry: SimNode;
  readonly prefix: string;
  /** As it was; undefined for a new one. */
  readonly before: SimNode | undefined;
}

/** What is wrong with an entry that a call writes: `prefix.field` → OPNsense's words. */
export function faultsOf(
  kind: Kind,
  root: SimNode,
  { entry, prefix, before }: Touched,
): [string, string | readonly string[]][] {
  const isChanged = (field: string): boolean =>
    before === undefined || fieldAt(before, field) !== fieldAt(entry, field);
  if (!Object.keys(kind.defaults).some(isChanged)) return [];
  return Object.entries(kind.check(entry, root, isChanged)).map(([field, text]) => [`${prefix}.${field}`, text]);
}

/** Saves unless something is wrong with the entries that were touched; `prefix` names each of them in the validations. */
export function saveChecked(
  state: SimState,
  request: SimRequest,
  root: SimNode,
  kind: Kind,
  touched: readonly Touched[],
  saved: Readonly<Record<string, unknown>>,
): SimReply {
  const validations = Object.fromEntries(touched.flatMap((one) => faultsOf(kind, root, one)));
  if (Object.keys(validations).length > 0) return json({ result: 'failed', validations });
  save(state, request, root);
  return json(saved);
}

/** One save as OPNsense describes it: by the path of the call. */
export function save(state: SimState, request: SimRequest, root: SimNode): void {
  const description = `${request.path} made changes`;
  state.disk.save(root, { username: `${request.user.name}@${request.remoteAddress}`, description });
}

/** The answer to a user who may only read; undefined for everybody else. */
export function refusedReader(request: SimRequest): SimReply | undefined {
  return isReadOnly(request.user) ? readOnlyError(request.user) : undefined;
}

/** OPNsense takes the uuid of an upsert only in the form of version 4. */
export function isUuid4(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);
}

export { randomUUID };
