import type { XmlElement } from '../../../xml/element.js';

/** An element of config.xml without its layout: what OPNsense's own code sees of it. */
export interface Tree {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Tree[];
  /** Text of a leaf; blank-only text counts as none, as libxml's NOBLANKS has it. Empty where there are children. */
  readonly text: string;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** The first child of that name. */
export function treeChild(tree: Tree | undefined, name: string): Tree | undefined {
  return tree?.children.find((child) => child.name === name);
}

/** Children by name, in the order in which the names first appear. */
export function groupChildren(tree: Tree): Map<string, Tree[]> {
  const groups = new Map<string, Tree[]>();
  for (const child of tree.children) {
    const group = groups.get(child.name);
    if (group === undefined) groups.set(child.name, [child]);
    else group.push(child);
  }
  return groups;
}

/** Whether an element is there and says nothing: no attributes, no children, no text. */
export function isBlank(tree: Tree): boolean {
  return tree.attributes.size === 0 && tree.children.length === 0 && tree.text === '';
}

/** The tree of a parsed element. */
export function toTree(element: XmlElement): Tree {
  const children = element.children.map(toTree);
  const text = children.length > 0 || element.text.trim() === '' ? '' : element.text;
  const attributes = Object.entries(element.attributes);
  return { name: element.name, attributes: attributes.length === 0 ? NONE : new Map(attributes), children, text };
}
