import type { PolicyChange } from '../../../model/policy-entries.js';
import type { XmlElement } from '../../../xml/element.js';
import { fieldOf, policyElements } from '../policy/read.js';
import type { Field } from '../policy/rule-fields.js';
import { carriesMarker } from './ownership.js';
import { ALWAYS, LABELS, nameOf, ownedFields, type PolicyKind, type PolicyLists, policyLists } from './policy-lists.js';
import { isSet, wirePolicy } from './policy-wire.js';

/** What must be on the firewall once an apply of policy changes is there. */
export interface ExpectedPolicy {
  readonly owner: string;
  readonly lists: PolicyLists;
  /** The configuration that was planned on, for what belongs to others. */
  readonly base: XmlElement;
}

const KINDS = ['alias', 'rule', 'redirect'] as const;

/** What some changes of the configuration below `base` must lead to. Throws as {@link policyLists} does. Pure. */
export function expectPolicy(base: XmlElement, changes: readonly PolicyChange[], owner: string): ExpectedPolicy {
  return { owner, base, lists: policyLists(base, changes, owner) };
}

/**
 * Where the firewall's policy differs from what an apply was to lead to, one sentence each; none when it is as planned. The
 * owner's entries of the kinds that changed must be those that were planned. What belongs to others is looked at
 * only where nobody else saved meanwhile (`untouched`). Pure.
 */
export function policyDifferences(
  expected: ExpectedPolicy,
  found: XmlElement | undefined,
  untouched: boolean,
): string[] {
  if (found === undefined) return ['The firewall does not tell any more which rules it has.'];
  const ours = KINDS.flatMap((kind) => {
    const wanted = expected.lists[kind];
    if (wanted === undefined) return [];
    const present = ownedFields(found, kind, expected.owner).map(({ field }) => field);
    return [
      ...without(kind, wanted, present).map((field) => `${say(kind, field)} is not there as planned.`),
      ...without(kind, present, wanted).map((field) => `${say(kind, field)} should not be there as it is.`),
    ];
  });
  if (!untouched) return ours;
  const theirs = KINDS.flatMap((kind) => {
    const before = foreign(expected.base, kind, expected.owner);
    return without(kind, before, foreign(found, kind, expected.owner)).map(
      (field) => `${say(kind, field)} belongs to somebody else and is not as it was.`,
    );
  });
  return [...ours, ...theirs];
}

/** Those of the first list that the second has not. */
function without(kind: PolicyKind, list: readonly Field[], other: readonly Field[]): Field[] {
  const left = new Map<string, number>();
  for (const field of other) left.set(textOf(kind, field), (left.get(textOf(kind, field)) ?? 0) + 1);
  return list.filter((field) => {
    const text = textOf(kind, field);
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

function foreign(root: XmlElement, kind: PolicyKind, owner: string): Field[] {
  return policyElements(root, kind)
    .map(fieldOf)
    .filter((field) => !carriesMarker(field(LABELS[kind]), owner));
}

/** The same for two entries that do the same; of lists the order does not count. */
function textOf(kind: PolicyKind, field: Field): string {
  const [wire] = Object.values(wirePolicy({ [kind]: [field] })).flat();
  const types = kind === 'rule' ? field('icmptype').split(',').sort() : [];
  const more = Object.entries(ALWAYS[kind]).map(([name, value]) => setOn(name, field(name), value));
  return JSON.stringify([{ ...wire, icmptype: types }, more], (key, value: unknown) =>
    key === 'content' && Array.isArray(value) ? [...value].sort() : value,
  );
}

/** What somebody set of what is always the same. An empty field means the same as that, but for reflection the system's default. */
function setOn(name: string, text: string, always: string): string {
  return text === always || (!isSet(text) && name !== 'natreflection') ? '' : `${name} ${text}`;
}

function say(kind: PolicyKind, field: Field): string {
  const name = kind === 'alias' ? field('name') : nameOf(kind, field) || field(LABELS[kind]);
  return `the ${kind} ${JSON.stringify(name)}`;
}
