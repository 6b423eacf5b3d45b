import { json, type SimReply, type SimRequest } from '../exchange.js';
import { copyOf, type SimNode, textAt } from '../node.js';
import type { SimState } from '../state.js';
import { ALIASES, entriesOf, fieldAt, type Kind } from './entries.js';
import { ALIAS, REDIRECT, RULE } from './kinds.js';
import {
  addEntry,
  entryOf,
  faultsOf,
  flat,
  randomUUID,
  refusedReader,
  save,
  saveChecked,
  writeFields,
} from './model.js';

type Given = Readonly<Record<string, unknown>>;

/** `filter/set`: any number of rules in one save, all or nothing; those that are not known get a uuid of OPNsense's own. */
export function setFilter(state: SimState, request: SimRequest): SimReply {
  const rules = inner(request.fields, 'filter', 'rules', 'rule');
  if (request.method !== 'POST' || request.fields.filter === undefined) return json({ result: 'failed' });
  const refused = refusedReader(request);
  if (refused !== undefined) return refused;
  const root = state.disk.read();
  const touched = Object.entries(rules).map(([uuid, given]) => {
    const fields = flat(given as Given);
    const present = entryOf(root, RULE, uuid);
    const before = present === undefined ? undefined : copyOf(present);
    const entry = present ?? addEntry(root, RULE, randomUUID(), fields);
    writeFields(entry, RULE, fields);
    return { entry, prefix: `filter.rules.rule.${uuid}`, before };
  });
  return saveChecked(state, request, root, RULE, touched, { result: 'saved' });
}

/** `alias/import`: aliases by name, in one save or none. */
export function importAliases(state: SimState, request: SimRequest): SimReply {
  const given = inner(request.fields, 'data', 'aliases', 'alias');
  const result = { existing: 0, new: 0, status: 'failed' };
  if (request.method !== 'POST' || Object.keys(given).length === 0) return json(result);
  const refused = refusedReader(request);
  if (refused !== undefined) return refused;
  const root = state.disk.read();
  const validations: Record<string, string | readonly string[]> = {};
  for (const [key, content] of Object.entries(given)) {
    const fields = flat(content as Given);
    if ((fields.name ?? '') === '') continue;
    const present = entriesOf(root, ALIASES).find((one) => textAt(one, 'name') === fields.name);
    if (present === undefined) result.new += 1;
    else result.existing += 1;
    const before = present === undefined ? undefined : copyOf(present);
    const entry = present ?? addEntry(root, ALIAS, randomUUID(), fields);
    writeFields(entry, ALIAS, fields);
    Object.assign(validations, Object.fromEntries(faultsOf(ALIAS, root, { entry, prefix: key, before })));
  }
  if (Object.keys(validations).length > 0) return json({ ...result, validations });
  save(state, request, root);
  return json({ ...result, status: 'ok' });
}

/** `alias/delItem`: an alias that a rule or another alias names is refused with the places that do. */
export function usesOf(
  state: SimState,
  uuids: string,
): { readonly name: string; readonly places: readonly string[] } | undefined {
  const root = state.disk.read();
  for (const uuid of uuids.split(',')) {
    const alias = entryOf(root, ALIAS, uuid);
    if (alias === undefined) continue;
    const name = textAt(alias, 'name');
    const places = [
      ...usesIn(root, REDIRECT, 'nat.rule', REDIRECT_ENDS, name),
      ...usesIn(root, RULE, 'OPNsense.Firewall.Filter.rules.rule', RULE_ENDS, name),
      ...entriesOf(root, ALIASES)
        .filter((other) => textAt(other, 'content').split('\n').includes(name))
        .map((other) => `\n[aliases.alias.${other.attributes.uuid}] ${textAt(other, 'description')}`),
    ];
    if (places.length > 0) return { name, places };
  }
  return undefined;
}

const RULE_ENDS = ['source_net', 'source_port', 'destination_net', 'destination_port'];
const REDIRECT_ENDS = [
  'source.network',
  'source.port',
  'destination.network',
  'destination.port',
  'target',
  'local-port',
];

/** Places as OPNsense names them, field after field: by the number of the entry in its list. */
function usesIn(root: SimNode, kind: Kind, list: string, fields: readonly string[], name: string): string[] {
  return fields.flatMap((field) =>
    entriesOf(root, kind).flatMap((entry, index) =>
      fieldAt(entry, field).split(',').includes(name)
        ? [`\n[${list}.${index}/${field}] ${textAt(entry, 'descr')}`]
        : [],
    ),
  );
}

function inner(fields: Given, ...path: readonly string[]): Given {
  let value: unknown = fields;
  for (const name of path) value = typeof value === 'object' && value !== null ? (value as Given)[name] : undefined;
  return typeof value === 'object' && value !== null ? (value as Given) : {};
}
