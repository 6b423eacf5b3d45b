import type { ObservedPolicy, Owned } from '../../../model/policy-entries.js';
import { MARKER_START, parsePolicyMarker } from '../../../model/policy-entries.js';
import { child, textOf, type XmlElement } from '../../../xml/element.js';
import { listed } from '../isc/values.js';
import { adminPorts } from '../rules/automatic.js';
import { type ConfigRuleOptions, readConfigRuleSet } from '../rules/from-config.js';
import { readAliasFields } from './alias-fields.js';
import { readRedirectFields } from './redirect-fields.js';
import { type Field, readRuleFields } from './rule-fields.js';
import { readAliasUses } from './uses.js';

/** Where the policy's kinds of entries stand in a config.xml, and what an entry is called there. */
export const POLICY_PATHS = {
  alias: { path: ['OPNsense', 'Firewall', 'Alias', 'aliases'], tag: 'alias' },
  rule: { path: ['OPNsense', 'Firewall', 'Filter', 'rules'], tag: 'rule' },
  redirect: { path: ['nat'], tag: 'rule' },
  category: { path: ['OPNsense', 'Firewall', 'Category', 'categories'], tag: 'category' },
} as const;

/** Name and colour of the category that every entry of slash32 is in. */
export const CATEGORY = { name: 'slash32', auto: '0', color: '1f6feb' } as const;

/**
 * The rule set of a config.xml, and what in it carries the marker of some slash32. Most plans need no rule set, so it is read when
 * it is first asked for, and `root` is kept for that. Pure.
 */
export function readObservedPolicy(root: XmlElement, options: ConfigRuleOptions = {}): ObservedPolicy {
  const ruleSet = once(() => readConfigRuleSet(root, options));
  const names = once(() => new Set(ruleSet().aliases.map((alias) => alias.name)));
  const uses = once(() => readAliasUses(root, names()));
  return {
    get ruleSet() {
      return ruleSet();
    },
    aliases: owned(root, 'alias', 'description', readAliasFields),
    rules: owned(root, 'rule', 'description', (field) => readRuleFields(field, (name) => names().has(name))),
    redirects: owned(root, 'redirect', 'descr', readRedirectFields),
    get uses() {
      return uses();
    },
    adminPorts: adminPorts(root),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The elements of one kind, in the order of the file; the blank one of an empty list is none. */
export function policyElements(root: XmlElement, kind: keyof typeof POLICY_PATHS): readonly XmlElement[] {
  const { path, tag } = POLICY_PATHS[kind];
  let node: XmlElement | undefined = root;
  for (const name of path) node = child(node, name);
  return listed(node, tag);
}

/** A field of an element by its name, nested ones with a dot (`destination.port`). */
export function fieldOf(element: XmlElement): Field {
  return (name) => {
    const parts = name.split('.');
    let node: XmlElement | undefined = element;
    for (const part of parts.slice(0, -1)) node = child(node, part);
    return textOf(node, parts.at(-1) ?? '').trim();
  };
}

function owned<Entry>(
  root: XmlElement,
  kind: 'alias' | 'rule' | 'redirect',
  label: string,
  read: (field: Field) => { readonly entry: Entry; readonly enabled: boolean; readonly odd: readonly string[] },
): Owned<Entry>[] {
  return policyElements(root, kind).flatMap((element) => {
    // most entries are of others, and to read their fields would cost more than all the rest of a plan's reading
    if (!element.mayHold(MARKER_START)) return [];
    const field = fieldOf(element);
    const marker = parsePolicyMarker(field(label));
    if (marker === undefined) return [];
    return [{ uuid: element.attributes.uuid ?? '', ...marker, ...read(field) }];
  });
}
