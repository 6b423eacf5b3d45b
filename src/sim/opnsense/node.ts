import { parseXml } from '../../firewall/opnsense/xml/parse.js';
import type { XmlElement } from '../../xml/element.js';

/** An element of the simulated firewall's configuration, which it changes in place. */
export interface SimNode {
  readonly name: string;
  attributes: Record<string, string>;
  children: SimNode[];
  /** Text of a leaf; empty where there are children. */
  text: string;
}

/** A new element. */
export function node(name: string, content: string | SimNode[] = '', attributes: Record<string, string> = {}): SimNode {
  if (typeof content === 'string') return { name, attributes, children: [], text: content };
  return { name, attributes, children: content, text: '' };
}

/** Reads a config.xml; layout, comments and CDATA marks are gone, as after any save of OPNsense. */
export function parseConfig(text: string): SimNode {
  return fromElement(parseXml(text));
}

/** A copy that may be changed, as {@link parseConfig} would read the element back from a file. */
export function copyOf(element: SimNode): SimNode {
  const children = element.children.map(copyOf);
  const text = children.length > 0 || element.text.trim() === '' ? '' : element.text;
  return { name: element.name, attributes: { ...element.attributes }, children, text };
}

/** The first child of that name. */
export function childOf(parent: SimNode | undefined, name: string): SimNode | undefined {
  return parent?.children.find((child) => child.name === name);
}

/** All children of that name. */
export function childrenOf(parent: SimNode | undefined, name: string): SimNode[] {
  return parent?.children.filter((child) => child.name === name) ?? [];
}

/** The text of the first child of that name; empty when there is none. */
export function textAt(parent: SimNode | undefined, name: string): string {
  return childOf(parent, name)?.text ?? '';
}

/** The first child of that name, made when it is missing. */
export function ensureChild(parent: SimNode, name: string): SimNode {
  const existing = childOf(parent, name);
  if (existing !== undefined) return existing;
  const made = node(name);
  parent.children.push(made);
  parent.text = '';
  return made;
}

/** Sets the text of the first child of that name, made when it is missing. */
export function setText(parent: SimNode, name: string, text: string): void {
  const target = ensureChild(parent, name);
  target.children = [];
  target.text = text;
}

function fromElement(element: XmlElement): SimNode {
  const children = element.children.map(fromElement);
  const text = children.length > 0 || element.text.trim() === '' ? '' : element.text;
  return { name: element.name, attributes: { ...element.attributes }, children, text };
}
