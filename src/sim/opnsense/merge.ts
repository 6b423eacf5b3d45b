import type { RpcStruct, RpcValue } from '../../firewall/opnsense/api/rpc-value.js';
import { isStruct } from '../../firewall/opnsense/api/rpc-value.js';
import { childOf, childrenOf, node, type SimNode } from './node.js';

/** Tags that OPNsense's legacy code always keeps as a list (those that matter under `<dhcpd>` and beside it). */
const LISTS = new Set([
  'staticmap',
  'item',
  'pool',
  'dnsserver',
  'winsserver',
  'ntpserver',
  'vip',
  'rule',
  'alias',
  'user',
  'group',
  'hosts',
  'dhcp_ranges',
]);

/**
 * What `restore_config_section` does to the configuration, as measured (docs/facts.md, "OPNsense: XML-RPC"): structs merge key by key, a list
 * replaces all elements of its name, a boolean false removes them, and entries with `<nosync>` stay in front.
 */
export function mergeStruct(target: SimNode, values: RpcStruct): void {
  target.text = '';
  for (const [key, value] of values) {
    if (key.endsWith('@attributes'))
      setAttributes(key === '@attributes' ? target : childOf(target, key.slice(0, -11)), value);
    else if (value === false) target.children = target.children.filter((child) => child.name !== key);
    else mergeMember(target, key, value);
  }
}

/**
 * What legacy code loses of the whole configuration by reading it: equal names come together, all but the first of repeated leaves
 * lose their attributes, and a leading blank entry of a list goes when a leaf follows.
 */
export function legacyRead(element: SimNode): void {
  const groups = new Map<string, SimNode[]>();
  for (const child of element.children) groups.set(child.name, [...(groups.get(child.name) ?? []), child]);
  element.children = [...groups.values()].flatMap((group) => {
    const kept = withoutLeadingBlank(group);
    for (const leaf of kept.slice(1)) if (isLeaf(leaf)) leaf.attributes = {};
    return kept;
  });
  for (const child of element.children) legacyRead(child);
}

function mergeMember(target: SimNode, key: string, value: RpcValue): void {
  const existing = childrenOf(target, key);
  const [only] = existing;
  if (
    isStruct(value) &&
    existing.length === 1 &&
    only !== undefined &&
    !LISTS.has(key) &&
    !isLeaf(only) &&
    only.attributes.uuid === undefined
  ) {
    mergeStruct(only, value);
    return;
  }
  const attributes = only !== undefined && isLeaf(only) ? only.attributes : {};
  const made = Array.isArray(value)
    ? value.map((item: RpcValue) => build(key, item))
    : [{ ...build(key, value), attributes }];
  const keptLocal = Array.isArray(value) || isStruct(value) ? existing.filter(isNeverSynced) : [];
  const group = [...keptLocal, ...made];
  if (isStruct(value) && made[0] !== undefined) made[0].attributes = build(key, value).attributes;
  replaceGroup(target, key, group.length === 0 ? [node(key)] : group);
}

function build(name: string, value: RpcValue): SimNode {
  const made = node(name);
  if (isStruct(value)) mergeStruct(made, value);
  else if (Array.isArray(value)) made.children = value.map((item: RpcValue) => build(name, item));
  else made.text = value === true ? '1' : value === false ? '' : String(value);
  return made;
}

function replaceGroup(target: SimNode, name: string, group: readonly SimNode[]): void {
  const at = target.children.findIndex((child) => child.name === name);
  const others = target.children.filter((child) => child.name !== name);
  others.splice(at < 0 ? others.length : at, 0, ...group);
  target.children = others;
}

function setAttributes(element: SimNode | undefined, value: RpcValue): void {
  if (element === undefined || !isStruct(value)) return;
  for (const [key, text] of value) element.attributes[key] = String(text);
}

/** The attributes of a leading blank leaf are kept under the name alone, so the next leaf gets them. */
function withoutLeadingBlank(group: readonly SimNode[]): readonly SimNode[] {
  const [first, second] = group;
  if (first === undefined || second === undefined || !LISTS.has(first.name)) return group;
  if (!isLeaf(first) || first.text !== '' || !isLeaf(second)) return group;
  second.attributes = first.attributes;
  return group.slice(1);
}

function isLeaf(element: SimNode): boolean {
  return element.children.length === 0;
}

function isNeverSynced(element: SimNode): boolean {
  const flag = childOf(element, 'nosync');
  return flag !== undefined && (flag.children.length > 0 || (flag.text !== '' && flag.text !== '0'));
}
