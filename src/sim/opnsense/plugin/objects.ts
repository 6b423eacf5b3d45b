import { randomUUID } from 'node:crypto';
import { childOf, childrenOf, copyOf, ensureChild, node, type SimNode, setText, textAt } from '../node.js';
import { markerOf, ownerOf } from './marker.js';
import type { NodeChange, PluginAlias, PluginApply, PluginRedirect, PluginRule } from './model.js';

/** Where each kind stands, what an entry is called there, and its field with the marker. */
export const PLACES = {
  alias: { path: ['OPNsense', 'Firewall', 'Alias', 'aliases'], tag: 'alias', label: 'description' },
  rule: { path: ['OPNsense', 'Firewall', 'Filter', 'rules'], tag: 'rule', label: 'description' },
  redirect: { path: ['nat'], tag: 'rule', label: 'descr' },
  category: { path: ['OPNsense', 'Firewall', 'Category', 'categories'], tag: 'category', label: 'name' },
} as const;

type Kind = keyof typeof PLACES;
type OwnedKind = Exclude<Kind, 'category'>;

const CATEGORY = { name: 'slash32', auto: '0', color: '1f6feb' } as const;

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

/** What changes what a rule or a redirect does and is no field of an apply: not set when it says one of these, of which the first is written. */
const RESET: Readonly<Record<OwnedKind, Readonly<Record<string, readonly [string, ...string[]]>>>> = {
  alias: {},
  rule: {
    ...Object.fromEntries(
      ['icmp6type', 'gateway', 'replyto', 'sched', 'tagged', 'tcpflags1', 'tcpflags2', 'divert-to'].map((field) => [
        field,
        ['', '0'],
      ]),
    ),
    tcpflags_any: ['0', ''],
    statetype: ['keep', ''],
  },
  redirect: { tagged: ['', '0'], poolopts: ['', '0'], nosync: ['0', '1'] },
};

/** Every alias, rule, redirect or category of the configuration; the blank element of an empty list is none. */
export function objectsOf(root: SimNode, kind: Kind): SimNode[] {
  let at: SimNode | undefined = root;
  for (const name of PLACES[kind].path) at = childOf(at, name);
  return childrenOf(at, PLACES[kind].tag).filter((one) => one.children.length > 0);
}

/** The text at a path with dots, `destination.port`. */
export function textOn(object: SimNode, path: string): string {
  const names = path.split('.');
  let at: SimNode | undefined = object;
  for (const name of names.slice(0, -1)) at = childOf(at, name);
  return textAt(at, names.at(-1) ?? '');
}

/** Makes an owner's aliases, rules and redirects what they should be. */
export function writeObjects(root: SimNode, apply: PluginApply): NodeChange[] {
  return [
    ...sync(root, 'alias', apply.owner, apply.aliases, (one) => one.name, aliasFields),
    ...sync(root, 'rule', apply.owner, apply.rules, (one) => markerOf(one.descr), ruleFields),
    ...sync(root, 'redirect', apply.owner, apply.redirects, (one) => markerOf(one.descr), redirectFields),
  ].flatMap((change, index, all) => (index === all.length - 1 ? [change, ...dropCategory(root, all)] : [change]));
}

/** Our category goes with the last entry that is in it, where it stands as we make it. */
function dropCategory(root: SimNode, changes: readonly NodeChange[]): NodeChange[] {
  if (changes.every((change) => change.action !== 'deleted')) return [];
  const found = objectsOf(root, 'category').find((one) =>
    Object.entries(CATEGORY).every(([field, text]) => (textAt(one, field) || '0') === text),
  );
  if (found === undefined || isUsed(root, found)) return [];
  const { uuid = '' } = found.attributes;
  const place = objectsOf(root, 'category').indexOf(found);
  putObject(root, 'category', uuid, undefined);
  const name = CATEGORY.name;
  return [{ kind: 'category', at: uuid, name, action: 'deleted', before: [copyOf(found)], after: [], place }];
}

/** Whether a rule, an alias or a translation names a category, by its uuid or its name. */
function isUsed(root: SimNode, category: SimNode): boolean {
  const names = [CATEGORY.name, category.attributes.uuid ?? ''];
  const looksAt = (one: SimNode): boolean => {
    if (one === category) return false;
    if (one.children.length > 0) return one.children.some(looksAt);
    if (one.name !== 'categories' && one.name !== 'category') return false;
    return one.text.split(',').some((text) => names.includes(text.trim()));
  };
  return root.children.filter(({ name }) => ['OPNsense', 'nat', 'filter'].includes(name)).some(looksAt);
}

/** Puts an object back, or takes it away. */
export function putObject(root: SimNode, kind: Kind, uuid: string, object: SimNode | undefined): void {
  const parent = PLACES[kind].path.reduce<SimNode>(ensureChild, root);
  const index = parent.children.findIndex((child) => child.attributes.uuid === uuid);
  const put = object === undefined ? [] : [copyOf(object)];
  if (index < 0) parent.children.push(...put);
  else parent.children.splice(index, 1, ...put);
}

/** OPNsense keeps what its models hold in a cache that is good for as long as their `persisted_at` stays the same. */
export function renewStamps(root: SimNode, changes: readonly NodeChange[]): void {
  if (!changes.some(({ kind }) => kind === 'alias' || kind === 'rule' || kind === 'redirect')) return;
  const firewall = childOf(childOf(root, 'OPNsense'), 'Firewall');
  for (const name of ['Category', 'Alias', 'Filter']) {
    const model = childOf(firewall, name);
    if (model !== undefined) model.attributes.persisted_at = (Date.now() / 1000).toFixed(2);
  }
}

function sync<T extends PluginAlias | PluginRule | PluginRedirect>(
  root: SimNode,
  kind: OwnedKind,
  owner: string,
  wanted: readonly T[] | undefined,
  keyOf: (one: T) => string,
  fieldsOf: (one: T) => Record<string, string>,
): NodeChange[] {
  if (wanted === undefined) return [];
  const present = new Map<string, SimNode>();
  const clones: [string, SimNode][] = [];
  for (const object of objectsOf(root, kind)) {
    const descr = textAt(object, PLACES[kind].label);
    if (ownerOf(descr) !== owner) continue;
    const key = kind === 'alias' ? textAt(object, 'name') : markerOf(descr);
    // a rule that was cloned in the GUI keeps its description
    if (present.has(key)) clones.push([key, object]);
    else present.set(key, object);
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
    const object = found === undefined ? node(PLACES[kind].tag, [], { uuid: randomUUID() }) : copyOf(found);
    for (const [field, value] of Object.entries(fieldsOf(one))) setTextOn(object, field, value);
    for (const [field, unset] of Object.entries(RESET[kind]))
      if (!unset.includes(textAt(object, field))) setText(object, field, unset[0]);
    addTo(object, kind === 'redirect' ? 'category' : 'categories', category(root, kind));
    if (found !== undefined && JSON.stringify(found) === JSON.stringify(object)) continue;
    const { uuid = '' } = object.attributes;
    putObject(root, kind, uuid, object);
    note(key, found, object);
  }
  for (const [key, object] of [...present, ...clones]) {
    putObject(root, kind, object.attributes.uuid ?? '', undefined);
    note(key, object, undefined);
  }
  return changes;
}

function aliasFields(one: PluginAlias): Record<string, string> {
  return {
    enabled: textOf(one.enabled ?? true),
    name: one.name,
    type: one.type,
    content: one.content.join('\n'),
    description: one.descr.trim(),
  };
}

function ruleFields(one: PluginRule): Record<string, string> {
  const { descr, ...fields } = { ...RULE_DEFAULTS, ...one };
  const texts = Object.entries(fields).map(([field, value]) => [field, textOf(value)] as const);
  return { ...Object.fromEntries(texts), interfacenot: '0', description: descr.trim() };
}

function redirectFields(one: PluginRedirect): Record<string, string> {
  return {
    sequence: String(one.sequence),
    disabled: textOf(!(one.enabled ?? true)),
    nordr: '0',
    interface: one.interface,
    ipprotocol: 'inet',
    protocol: one.protocol,
    'source.network': 'any',
    'source.port': '',
    'source.not': '0',
    'destination.network': one.destination_net,
    'destination.port': one.destination_port,
    'destination.not': '0',
    target: one.target,
    'local-port': String(one.local_port),
    log: textOf(one.log ?? false),
    pass: '',
    natreflection: 'disable',
    descr: one.descr.trim(),
  };
}

function setTextOn(object: SimNode, path: string, text: string): void {
  const names = path.split('.');
  setText(names.slice(0, -1).reduce(ensureChild, object), names.at(-1) ?? '', text);
}

/** Whoever put it into further categories finds it there again. */
function addTo(object: SimNode, field: string, name: string): void {
  const present = textAt(object, field)
    .split(',')
    .filter((one) => one !== '');
  if (!present.includes(name)) setText(object, field, [...present, name].join(','));
}

function textOf(value: string | number | boolean | undefined): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value ?? '');
}

/** The category `slash32`, made when it is first needed: its name for a redirect, its uuid for all others. */
function category(root: SimNode, kind: OwnedKind): string {
  const found = objectsOf(root, 'category').find((one) => textAt(one, 'name') === CATEGORY.name);
  const uuid = found?.attributes.uuid ?? randomUUID();
  if (found === undefined) {
    const fields = Object.entries(CATEGORY).map(([field, text]) => node(field, text));
    const made = node('category', fields, { uuid });
    PLACES.category.path.reduce<SimNode>(ensureChild, root).children.push(made);
  }
  return kind === 'redirect' ? CATEGORY.name : uuid;
}
