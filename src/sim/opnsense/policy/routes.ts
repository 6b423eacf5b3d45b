import { json, type SimReply, type SimRequest, userError } from '../exchange.js';
import { textAt } from '../node.js';
import { delState, queryStates } from '../pf/routes.js';
import type { SimState } from '../state.js';
import { importAliases, setFilter, usesOf } from './bulk.js';
import { entriesOf, type Kind } from './entries.js';
import { reloadAliases, reloadRules } from './in-force.js';
import { addItem, delItem, getItem, searchItems, setItem, toggleItem, toggleRedirect } from './items.js';
import { ALIAS, CATEGORY_KIND, REDIRECT, RULE } from './kinds.js';

/** What a route needs at least of the path, and what it does. */
export interface PolicyRoute {
  readonly needs: number;
  readonly run: (state: SimState, request: SimRequest, params: readonly string[]) => SimReply;
}

/** The controllers of `firewall/…` that a policy is written through (docs/facts.md, "OPNsense: rules and aliases"). */
export const POLICY_ROUTES: Readonly<Record<string, Readonly<Record<string, PolicyRoute>>>> = {
  'firewall/filter': {
    ...items(RULE, 'Rule'),
    toggleRule: { needs: 1, run: (state, request, params) => toggleItem(RULE, state, request, params) },
    set: { needs: 0, run: setFilter },
    apply: { needs: 0, run: applyRules },
  },
  'firewall/alias': {
    ...items(ALIAS, 'Item'),
    delItem: { needs: 1, run: (state, request, [uuids = '']) => deleteAliases(state, request, uuids) },
    import: { needs: 0, run: importAliases },
    export: { needs: 0, run: exportAliases },
    reconfigure: { needs: 0, run: reconfigure },
    toggleItem: { needs: 1, run: (state, request, params) => toggleItem(ALIAS, state, request, params) },
    getAliasUUID: { needs: 1, run: (state, _request, [name = '']) => uuidOfAlias(state, name) },
  },
  'firewall/d_nat': {
    ...items(REDIRECT, 'Rule'),
    toggleRule: { needs: 1, run: (state, request, params) => toggleRedirect(REDIRECT, state, request, params) },
    apply: { needs: 0, run: applyRules },
  },
  'firewall/category': items(CATEGORY_KIND, 'Item'),
  'diagnostics/firewall': {
    log: { needs: 0, run: (state) => json(state.filterLog) },
    queryStates: { needs: 0, run: queryStates },
    delState: { needs: 2, run: delState },
  },
};

function applyRules(state: SimState, request: SimRequest): SimReply {
  if (request.method !== 'POST') return json({ status: 'error' });
  reloadRules(state);
  return json({ status: 'OK\n\n' });
}

function reconfigure(state: SimState, request: SimRequest): SimReply {
  if (request.method !== 'POST') return json({ status: 'failed' });
  reloadAliases(state);
  return json({ status: 'ok' });
}

function uuidOfAlias(state: SimState, name: string): SimReply {
  const found = entriesOf(state.disk.view(), ALIAS).find((alias) => textAt(alias, 'name') === name);
  return json(found === undefined ? [] : { uuid: found.attributes.uuid });
}

function items(kind: Kind, suffix: 'Item' | 'Rule'): Readonly<Record<string, PolicyRoute>> {
  return {
    [`add${suffix}`]: { needs: 0, run: (state, request) => addItem(kind, state, request) },
    [`set${suffix}`]: { needs: 1, run: (state, request, [uuid = '']) => setItem(kind, state, request, uuid) },
    [`del${suffix}`]: { needs: 1, run: (state, request, [uuids = '']) => delItem(kind, state, request, uuids) },
    [`get${suffix}`]: { needs: 0, run: (state, _request, [uuid = '']) => getItem(kind, state, uuid) },
    [`search${suffix}`]: { needs: 0, run: (state, request) => searchItems(kind, state, request) },
  };
}

function deleteAliases(state: SimState, request: SimRequest, uuids: string): SimReply {
  const used = usesOf(state, uuids);
  if (used === undefined) return delItem(ALIAS, state, request, uuids);
  return userError(`Cannot delete alias ${used.name}. Currently in use by ${used.places.join('')}`, 'Alias in use');
}

function exportAliases(state: SimState): SimReply {
  const aliases = entriesOf(state.disk.read(), ALIAS).map((entry) => [
    entry.attributes.uuid ?? '',
    Object.fromEntries(entry.children.map((field) => [field.name, field.text])),
  ]);
  return json({ aliases: { alias: Object.fromEntries(aliases) } });
}
