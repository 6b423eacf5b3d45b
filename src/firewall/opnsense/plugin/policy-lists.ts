import type { PolicyChange } from '../../../model/policy-entries.js';
import type { XmlElement } from '../../../xml/element.js';
import { aliasFields } from '../policy/alias-fields.js';
import { fieldOf, policyElements } from '../policy/read.js';
import { redirectFields } from '../policy/redirect-fields.js';
import { type Field, RESET_FIELDS, ruleFields } from '../policy/rule-fields.js';
import { carriesMarker } from './ownership.js';

/** Kinds of policy entries. */
export type PolicyKind = PolicyChange['kind'];

/** Of each kind that changes, every entry that the owner is to have, by OPNsense's field names. */
export type PolicyLists = Readonly<Partial<Record<PolicyKind, readonly Field[]>>>;

/** The field that holds an entry's description. */
export const LABELS = { alias: 'description', rule: 'description', redirect: 'descr' } as const;

/** What the plugin sets on every entry that it is told of, though no apply has a field for it, since it changes what that does. */
export const ALWAYS: Readonly<Record<PolicyKind, Readonly<Record<string, string>>>> = {
  alias: {},
  rule: { interfacenot: '0', ...withoutPort(RESET_FIELDS) },
  redirect: {
    ...{ nordr: '0', pass: '', natreflection: 'disable', tagged: '', poolopts: '' },
    ...{ 'source.network': 'any', 'source.address': '', 'source.port': '', 'source.not': '0', 'destination.not': '0' },
  },
};

interface Entry {
  readonly uuid: string;
  readonly field: Field;
  readonly planned: boolean;
}

/**
 * What an owner is to have after some changes of the configuration below `root`. The plugin takes whole lists and deletes what
 * they do not name: so every entry with the owner's marker that does not change is named, as it stands, whatever its marker
 * says after the owner. Of several with one name the plugin keeps one. Throws a `RangeError` for a change that does not
 * fit the reading, and for a rule without an interface, which would hold everywhere. Pure.
 */
export function policyLists(root: XmlElement, changes: readonly PolicyChange[], owner: string): PolicyLists {
  const kinds = new Set(changes.map((change) => change.kind));
  return Object.fromEntries(
    [...kinds].map((kind) => [
      kind,
      listOf(
        kind,
        ownedFields(root, kind, owner),
        changes.filter((change) => change.kind === kind),
      ),
    ]),
  );
}

/** Every entry that the plugin takes for the owner's, in the order of the file. */
export function ownedFields(root: XmlElement, kind: PolicyKind, owner: string): { uuid: string; field: Field }[] {
  return policyElements(root, kind)
    .map((element) => ({ uuid: element.attributes.uuid ?? '', field: fieldOf(element) }))
    .filter(({ field }) => carriesMarker(field(LABELS[kind]), owner));
}

/** What tells entries of one owner and kind apart on the firewall: the name of an alias, the marker of all others. */
export function nameOf(kind: PolicyKind, field: Field): string {
  return kind === 'alias' ? field('name') : (/\[slash32:[^\]]*\]\s*$/.exec(field(LABELS[kind]))?.[0].trim() ?? '');
}

function listOf(
  kind: PolicyKind,
  present: readonly { uuid: string; field: Field }[],
  changes: readonly PolicyChange[],
): Field[] {
  const always = ALWAYS[kind];
  const entries: (Entry | undefined)[] = present.map(({ uuid, field }) => ({
    uuid,
    field: (name) => always[name] ?? field(name),
    planned: false,
  }));
  for (const change of changes) {
    const after = change.after === undefined ? undefined : planned(change);
    if (change.before === undefined) {
      entries.push(after);
      continue;
    }
    const { uuid, entry } = change.before;
    const at = entries.findIndex(
      (one) => one?.planned === false && one.uuid === uuid && one.field(LABELS[kind]) === entry.description.trim(),
    );
    if (at < 0) throw new RangeError(`no ${kind} ${uuid} at the revision of the plan`);
    entries[at] = after;
  }
  const left = entries.filter((one) => one !== undefined);
  const names = new Map<string, Entry>();
  for (const one of left) {
    const name = nameOf(kind, one.field);
    if (names.get(name)?.planned !== true && (one.planned || !names.has(name))) names.set(name, one);
  }
  return [...names.values()].map((one) => one.field);
}

function planned(change: PolicyChange): Entry | undefined {
  const fields = fieldsOf(change);
  if (fields === undefined) return undefined;
  if (change.kind !== 'alias' && fields.interface === '')
    throw new RangeError(`a ${change.kind} without an interface would hold everywhere`);
  return { uuid: change.before?.uuid ?? '', planned: true, field: (name) => (fields[name] ?? '').trim() };
}

function fieldsOf(change: PolicyChange): Readonly<Record<string, string>> | undefined {
  switch (change.kind) {
    case 'alias':
      return change.after && aliasFields(change.after);
    case 'rule':
      return change.after && ruleFields(change.after);
    case 'redirect':
      return change.after && redirectFields(change.after);
  }
}

/** The source port is a field of its own in an apply. */
function withoutPort({ source_port: _port, ...fields }: Readonly<Record<string, string>>): Record<string, string> {
  return fields;
}
