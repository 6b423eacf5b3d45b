import { childOf, childrenOf, copyOf, type SimNode } from '../node.js';
import type { NodeChange, PluginApply } from './model.js';
import { PLACES } from './objects.js';

const OPTIONS = 'numberoptions';

/** One change for each list of an apply that holds nothing but OPNsense's blank element, as if it had been filled. Look before anything is edited. */
export function findBlanks(root: SimNode, { segments = [] }: PluginApply): NodeChange[] {
  const paths = [
    ...Object.values(PLACES).map(({ path, tag }) => [...path, tag]),
    ...segments.flatMap(({ interface: id }) => [
      ['dhcpd', id, 'staticmap'],
      ['dhcpd', id, OPTIONS],
    ]),
  ];
  return paths.flatMap((path): NodeChange[] => {
    const { parent, nodes } = at(root, path);
    const [only] = nodes;
    if (only === undefined || nodes.length > 1 || !isBlank(only)) return [];
    const place = parent?.children.indexOf(only) ?? 0;
    const name = path.join('/');
    return [{ kind: 'blank', at: name, name, action: 'deleted', before: [copyOf(only)], after: [], place }];
  });
}

/** Takes the blank elements away that are not alone any more; returns the changes that were made. */
export function makeWay(root: SimNode, found: readonly NodeChange[]): NodeChange[] {
  return found.filter((change) => {
    const { parent, nodes } = at(root, change.at.split('/'));
    const [first] = nodes;
    if (parent === undefined || first === undefined) return true;
    if (first.name === OPTIONS) {
      const [item, ...more] = childrenOf(first, 'item');
      if (item !== undefined && more.length > 0 && isHollow(item))
        first.children = first.children.filter((one) => one !== item);
      return !isBlank(first);
    }
    const blank = nodes.find(isBlank);
    if (nodes.length === 1 || blank === undefined) return false;
    parent.children = parent.children.filter((one) => one !== blank);
    return true;
  });
}

/** Puts a blank element back where its list holds nothing. */
export function bringBlankBack(root: SimNode, change: NodeChange): void {
  const { parent, nodes } = at(root, change.at.split('/'));
  if (parent === undefined || nodes.length > 1 || nodes.some((one) => !isHollow(one))) return;
  const index = nodes[0] === undefined ? change.place : parent.children.indexOf(nodes[0]);
  parent.children.splice(index, nodes.length, ...change.before.map(copyOf));
}

function at(root: SimNode, path: readonly string[]): { parent: SimNode | undefined; nodes: SimNode[] } {
  let parent: SimNode | undefined = root;
  for (const name of path.slice(0, -1)) parent = childOf(parent, name);
  return { parent, nodes: childrenOf(parent, path.at(-1) ?? '') };
}

function isBlank(one: SimNode): boolean {
  const [item, ...more] = one.children;
  return isHollow(one) || (one.name === OPTIONS && item?.name === 'item' && more.length === 0 && isHollow(item));
}

function isHollow(one: SimNode): boolean {
  return one.children.length === 0 && one.text.trim() === '';
}
