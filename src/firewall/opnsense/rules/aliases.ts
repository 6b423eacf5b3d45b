import type { RuleAlias } from '../../../model/rules.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { asRow, type Row, textField } from '../api/rows.js';
import { portNumber } from './names.js';
import { type Standing, standingAlias } from './standing.js';

/** An alias with the words of OPNsense (model Alias.xml). */
interface AliasDraft {
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
  readonly content: readonly string[];
}

/** Content that comes from elsewhere, by type, as clauses for people. */
const FROM_ELSEWHERE: Readonly<Record<string, string>> = {
  url: 'is loaded from a URL',
  urltable: 'is loaded from a URL',
  urljson: 'is loaded from a URL',
  geoip: 'is made of countries',
  asn: 'is made of network numbers (BGP)',
  mac: 'holds MAC addresses, whose addresses the firewall finds in its ARP table',
  dynipv6host: 'follows a delegated prefix',
  authgroup: 'holds the addresses of users that are logged in',
  external: 'is filled by something else than the configuration',
};

/** Aliases of a config.xml, those that OPNsense adds included. */
export function readConfigAliases(root: XmlElement, standing: readonly Standing[]): RuleAlias[] {
  const section = child(child(child(child(root, 'OPNsense'), 'Firewall'), 'Alias'), 'aliases');
  const drafts = childrenNamed(section, 'alias').map((element) => ({
    name: textOf(element, 'name'),
    type: textOf(element, 'type'),
    enabled: textOf(element, 'enabled') === '1',
    content: splitContent(textOf(element, 'content')),
  }));
  return toAliases(drafts, standing);
}

/** Aliases of the rows of `firewall/alias/searchItem`, or of the values of `firewall/alias/export`. */
export function readAliasRows(rows: readonly Row[], standing: readonly Standing[]): RuleAlias[] {
  const drafts = rows.map((row) => ({
    name: textField(row, 'name'),
    type: textField(row, 'type'),
    enabled: textField(row, 'enabled') === '1',
    content: splitContent(textField(row, 'content')),
  }));
  return toAliases(drafts, standing);
}

/** The rows of an `firewall/alias/export` answer. */
export function exportedAliases(answer: unknown): Row[] {
  return Object.values(asRow(asRow(asRow(answer).aliases).alias)).map(asRow);
}

function splitContent(content: string): string[] {
  return content
    .split('\n')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** What OPNsense adds by itself overrides what bears its name; the API lists it too, as of a type whose content is unknown. */
function toAliases(drafts: readonly AliasDraft[], standing: readonly Standing[]): RuleAlias[] {
  const own = builtIn(standing);
  const reserved = new Set(own.map((alias) => alias.name));
  const named = drafts.filter((draft) => draft.name !== '' && !reserved.has(draft.name));
  const all = new Set([...reserved, ...named.map((draft) => draft.name)]);
  return [...own, ...named.map((draft) => toAlias(draft, all))];
}

/** A disabled alias is an empty one: its table stays, without addresses (template filter_tables.conf). */
function toAlias(draft: AliasDraft, names: ReadonlySet<string>): RuleAlias {
  const kind = draft.type.includes('port') ? 'ports' : 'addresses';
  const base = { name: draft.name, kind, unknown: undefined } as const;
  if (!draft.enabled) return { ...base, entries: [] };
  if (kind === 'ports') {
    const entries = draft.type === 'port' ? draft.content.map((entry) => String(portNumber(entry) ?? entry)) : [];
    return { ...base, entries };
  }
  if (['host', 'network', 'networkgroup'].includes(draft.type)) return { ...base, entries: draft.content };
  const why = FROM_ELSEWHERE[draft.type] ?? `is of the type ${JSON.stringify(draft.type)}, which slash32 does not know`;
  const nested = draft.type === 'geoip' ? [] : draft.content.filter((entry) => names.has(entry));
  return { ...base, entries: nested, unknown: `the alias ${draft.name} ${why}` };
}

/** Aliases that OPNsense adds by itself (DynamicAliases/). The tables of banned addresses are taken as empty: see the rule set's notes. */
function builtIn(standing: readonly Standing[]): RuleAlias[] {
  const bogons = ['bogons', 'bogonsv6'].map((name) => ({
    name,
    kind: 'addresses' as const,
    entries: [],
    unknown: 'the list of bogon networks is not in the configuration',
    neverPublic: true,
  }));
  const banned = ['virusprot', 'sshlockout'].map((name) => ({
    name,
    kind: 'addresses' as const,
    entries: [],
    unknown: undefined,
  }));
  return [...bogons, ...banned, ...standing.map(standingAlias)];
}

/** What {@link readConfigAliases} and {@link readAliasRows} take for granted. */
export const BANNED_NOTE =
  'The tables of banned addresses (sshlockout, virusprot) are taken as empty: an address that the firewall has just banned is blocked all the same.';
