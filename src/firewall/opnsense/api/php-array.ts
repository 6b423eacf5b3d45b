import { isListTag } from './list-tags.js';
import { isStruct, type RpcValue } from './rpc-value.js';
import type { Tree } from './tree.js';

/**
 * OPNsense's legacy code turns config.xml into a nested array, merges an XML-RPC call into that and writes it back
 * (Config::toArray, merge_config_attributes and Config::fromArray in core). This is a model of those three, so that
 * a write can be tried before it is sent. Numeric keys make a list; a boolean false makes a key vanish on writing.
 */
export type PhpArray = Map<string | number, PhpValue>;
export type PhpValue = string | boolean | PhpArray;

const ATTRIBUTES = '@attributes';

/** An element as legacy code reads it. Attributes of a repeated leaf are lost here, but for the first one's. */
export function toPhp(tree: Tree): PhpArray {
  const result: PhpArray = new Map();
  if (tree.attributes.size > 0) result.set(ATTRIBUTES, new Map(tree.attributes));
  for (const child of tree.children) {
    if (child.children.length > 0) addBranch(result, child);
    else addLeaf(result, child);
  }
  return result;
}

/** An array as legacy code writes it, as the content of an element called `name`. */
export function fromPhp(array: PhpArray, name: string): Tree {
  const children: Tree[] = [];
  let attributes: ReadonlyMap<string, string> = new Map();
  for (const [key, value] of array) {
    if (value === false || String(key).trim() === '') continue;
    if (key === ATTRIBUTES) attributes = attributesOf(value);
    else if (typeof key === 'string' && key.endsWith(ATTRIBUTES)) addAttributes(children, key, value);
    else if (value instanceof Map && isList(value))
      for (const item of value.values()) children.push(fromItem(item, String(key)));
    else children.push(fromItem(value, String(key)));
  }
  return { name, attributes, children, text: '' };
}

/** What `restore_config_section` makes of `target` when it is given `source`; changes `target`. */
export function mergePhp(source: PhpArray, target: PhpArray): void {
  for (const [key, value] of source) {
    if (!(value instanceof Map)) {
      target.set(key, value);
      continue;
    }
    const existing = target.get(key);
    const before: PhpArray | undefined = existing instanceof Map ? existing : undefined;
    const replaced = before === undefined || before.has(0) || hasUuid(before);
    const kept = before !== undefined && replaced ? [...before.values()].filter(isNeverSynced) : [];
    const merged: PhpArray = before === undefined || replaced ? new Map() : before;
    mergePhp(value, merged);
    target.set(key, kept.length === 0 ? merged : new Map([...kept, ...merged.values()].entries()));
  }
}

/** A value of a call as PHP decodes it. */
export function phpOfRpc(value: RpcValue): PhpValue {
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (isStruct(value)) return new Map([...value].map(([name, member]) => [name, phpOfRpc(member)]));
  return new Map((value as readonly RpcValue[]).map((item, index) => [index, phpOfRpc(item)]));
}

/** A value for a call from what legacy code holds; a list becomes an array, the rest a struct or a string. */
export function rpcOfPhp(value: PhpValue): RpcValue {
  if (!(value instanceof Map)) return value;
  if (isList(value)) return [...value.values()].map(rpcOfPhp);
  return new Map([...value].map(([key, member]) => [String(key), rpcOfPhp(member)]));
}

function addBranch(result: PhpArray, child: Tree): void {
  const converted = toPhp(child);
  const existing = result.get(child.name);
  if (existing !== undefined) {
    const list: PhpArray = existing instanceof Map && isList(existing) ? existing : new Map([[0, existing]]);
    list.set(list.size, converted);
    result.set(child.name, list);
  } else result.set(child.name, isListTag(child.name) ? new Map([[0, converted]]) : converted);
}

function addLeaf(result: PhpArray, child: Tree): void {
  const existing = result.get(child.name);
  if (existing !== undefined) {
    const list: PhpArray = existing instanceof Map ? existing : new Map([[0, existing]]);
    list.set(list.size, child.text);
    result.set(child.name, list);
    return;
  }
  if (isListTag(child.name)) result.set(child.name, child.text === '' ? new Map() : new Map([[0, child.text]]));
  else result.set(child.name, child.text);
  if (child.attributes.size > 0) result.set(`${child.name}${ATTRIBUTES}`, new Map(child.attributes));
}

function fromItem(value: PhpValue, name: string): Tree {
  if (value instanceof Map) return fromPhp(value, name);
  return { name, attributes: new Map(), children: [], text: value === true ? '1' : value === false ? '' : value };
}

function addAttributes(children: Tree[], key: string, value: PhpValue): void {
  const name = key.slice(0, -ATTRIBUTES.length);
  const index = children.findIndex((child) => child.name === name);
  const child = children[index];
  if (child !== undefined)
    children[index] = { ...child, attributes: new Map([...child.attributes, ...attributesOf(value)]) };
}

function attributesOf(value: PhpValue): Map<string, string> {
  if (!(value instanceof Map)) return new Map();
  return new Map([...value].map(([key, text]) => [String(key), String(text)]));
}

function isList(array: PhpArray): boolean {
  const [first] = array.keys();
  return typeof first === 'number';
}

function hasUuid(value: PhpArray): boolean {
  const attributes = value.get(ATTRIBUTES);
  return attributes instanceof Map && attributes.has('uuid');
}

/** Entries with `<nosync>` are kept by the merge and put first, whatever the call says. */
function isNeverSynced(value: PhpValue): boolean {
  if (!(value instanceof Map)) return false;
  const flag = value.get('nosync');
  return (
    flag !== undefined && flag !== '' && flag !== '0' && flag !== false && !(flag instanceof Map && flag.size === 0)
  );
}
