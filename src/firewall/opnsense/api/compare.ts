import { isListTag } from './list-tags.js';
import { groupChildren, isBlank, type Tree, treeChild } from './tree.js';

/**
 * What an element means to OPNsense, as a text that is equal exactly when the meaning is. The order of children with
 * different names does not count, because any legacy save groups equal names; blank entries of a list do not count,
 * because each such save drops one.
 */
export function meaning(tree: Tree): string {
  const attributes = [...tree.attributes].sort(([left], [right]) => (left < right ? -1 : 1));
  const children = meaningfulGroups(tree).map(([name, group]) => [name, group.map(meaning)]);
  children.sort(([left], [right]) => (String(left) < String(right) ? -1 : 1));
  return JSON.stringify([attributes, tree.text, children]);
}

/** Whether two groups of elements with one name mean the same. */
export function sameGroup(
  name: string,
  left: readonly Tree[] | undefined,
  right: readonly Tree[] | undefined,
): boolean {
  return groupMeaning(name, left) === groupMeaning(name, right);
}

/** Names of the children whose meaning differs between two elements, in the order of `right`, then of `left`. */
export function differingChildren(left: Tree | undefined, right: Tree | undefined): string[] {
  const before = left === undefined ? new Map<string, Tree[]>() : groupChildren(left);
  const after = right === undefined ? new Map<string, Tree[]>() : groupChildren(right);
  return [...new Set([...after.keys(), ...before.keys()])].filter(
    (name) => !sameGroup(name, before.get(name), after.get(name)),
  );
}

/**
 * Where two configurations differ in what they mean, as paths of two levels below the root (`dhcpd/opt3`,
 * `interfaces/lan`); the revision's own record is left out.
 */
export function differingParts(left: Tree, right: Tree): string[] {
  return differingChildren(left, right)
    .filter((section) => section !== 'revision')
    .flatMap((section) => {
      const inner = differingChildren(treeChild(left, section), treeChild(right, section));
      return inner.length === 0 ? [section] : inner.map((name) => `${section}/${name}`);
    });
}

function meaningfulGroups(tree: Tree): (readonly [string, readonly Tree[]])[] {
  return [...groupChildren(tree)].flatMap(([name, group]) => {
    const kept = isListTag(name) ? group.filter((child) => !isBlank(child)) : group;
    return kept.length === 0 ? [] : [[name, kept] as const];
  });
}

function groupMeaning(name: string, group: readonly Tree[] | undefined): string {
  const kept = (group ?? []).filter((child) => !isListTag(name) || !isBlank(child));
  return JSON.stringify(kept.map(meaning));
}
