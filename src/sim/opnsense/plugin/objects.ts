import { randomUUID } from 'node:crypto';
import { childOf, childrenOf, copyOf, ensureChild, node, type SimNode, setText, textAt } from '../node.js';
import { markerOf, ownerOf } from './marker.js';
import type { NodeChange, PluginAlias, PluginApply, PluginRule } from './model.js';

const PATHS = {
  alias: ['OPNsense', 'Firewall', 'Alias', 'aliases'],
  rule: ['OPNsense', 'Firewall', 'Filter', 'rules'],
  category: ['OPNsense', 'Firewall', 'Category', 'categories'],
} as const;

type Kind = keyof typeof PATHS;

const RULE_DEFAULTS = {
  enabled: true,
  quick: true,
  direction: 'in',
  ipprotocol: 'inet',
  protocol: 'any',
  icmptype: '',
  source_not: false,
  source_port: '',
  destination_not: false,
  destination_port: '',
  log: false,
} as const;

/** Every alias, rule or category of the configuration. */
export function objectsOf(root: SimNode, kind: Kind): SimNode[] {
  let at: SimNode | undefined = root;
  for (const name of PATHS[kind]) at = childOf(at, name);
  return childrenOf(at, kind);
}

/** Makes an owner's aliases and rules what they should be. */
export function writeObjects(root: SimNode, apply: PluginApply): NodeChange[] {
  return [
    ...sync(root, 'alias', apply.owner, apply.aliases, (one) => one.name, aliasFields),
    ...sync(root, 'rule', apply.owner, apply.rules, (one) => markerOf(one.descr), ruleFields),
  ];
}

/** Puts an object back, or takes it away. */
export function putObject(root: SimNode, kind: 'alias' | 'rule', uuid: string, object: SimNode | undefined): void {
  const parent = PATHS[kind].reduce<SimNode>(ensureChild, root);
  const index = parent.children.findIndex((child) => child.attributes.uuid === uuid);
  const put = object === undefined ? [] : [copyOf(object)];
  if (index < 0) parent.children.push(...put);
  else parent.children.splice(index, 1, ...put);
}

/** OPNsense keeps what its models hold in a cache that is good for as long as their `persisted_at` stays the same. */
export function renewStamps(root: SimNode, changes: readonly NodeChange[]): void {
  if (!changes.some(({ kind }) => kind === 'alias' || kind === 'rule')) return;
  const firewall = childOf(childOf(root, 'OPNsense'), 'Firewall');
  for (const name of ['Category', 'Alias', 'Filter']) {
    const model = childOf(firewall, name);
    if (model !== undefined) model.attributes.persisted_at = (Date.now() / 1000).toFixed(2);
  }
}

function sync<T extends PluginAlias | PluginRule>(
  root: SimNode,
  kind: 'alias' | 'rule',
  owner: string,
  wanted: readonly T[] | undefined,
  keyOf: (one: T) => string,
  fieldsOf: (root: SimNode, one: T) => Record<string, string>,
): NodeChange[] {
  if (wanted === undefined) return [];
  const present = new Map<string, SimNode>();
  for (const object of objectsOf(root, kind)) {
    const descr = textAt(object, 'description');
    if (ownerOf(descr) === owner) present.set(kind === 'alias' ? textAt(object, 'name') : markerOf(descr), object);
  }
  const changes: NodeChange[] = [];
  const note = (name: string, before: SimNode | undefined, after: SimNode | undefined): void => {
    const at = (before ?? after)?.attributes.uuid ?? '';
    const action = before === undefined ? 'created' : after === undefined ? 'deleted' : 'updated';
    const nodes = (one: SimNode | undefined): SimNode[] => (one === undefined ? [] : [copyOf(one)]);
    changes.push({ kind, at, name, action, before: nodes(before), after: nodes(after), place: 0 });
  };
  for (const one of wanted) {
    const key = keyOf(one);
    const found = present.get(key);
    present.delete(key);
    const fields = fieldsOf(root, one);
    const object = found === undefined ? node(kind, [], { uuid: randomUUID() }) : copyOf(found);
    for (const [field, value] of Object.entries(fields)) setText(object, field, value);
    if (found !== undefined && JSON.stringify(found) === JSON.stringify(object)) continue;
    const { uuid = '' } = object.attributes;
    putObject(root, kind, uuid, object);
    note(key, found, object);
  }
  for (const [key, object] of present) {
    putObject(root, kind, object.attributes.uuid ?? '', undefined);
    note(key, object, undefined);
  }
  return changes;
}

function aliasFields(root: SimNode, one: PluginAlias): Record<string, string> {
  return {
    enabled: '1',
    name: one.name,
    type: one.type,
    content: one.content.join('\n'),
    categories: category(root),
    description: one.descr.trim(),
  };
}

function ruleFields(root: SimNode, one: PluginRule): Record<string, string> {
  const { descr, ...fields } = { ...RULE_DEFAULTS, ...one };
  const texts = Object.entries(fields).map(([field, value]) => [field, textOf(value)] as const);
  return { ...Object.fromEntries(texts), categories: category(root), description: descr.trim() };
}

function textOf(value: string | number | boolean | undefined): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value ?? '');
}

/** The uuid of the category `slash32`, made when it is first needed. */
function category(root: SimNode): string {
  const found = objectsOf(root, 'category').find((one) => textAt(one, 'name') === 'slash32');
  if (found !== undefined) return found.attributes.uuid ?? '';
  const uuid = randomUUID();
  const made = node('category', [node('name', 'slash32'), node('auto', '0'), node('color', '1f6feb')], { uuid });
  PATHS.category.reduce<SimNode>(ensureChild, root).children.push(made);
  return uuid;
}
