/** A node of the contract, an object of JSON. */
export type Node = Readonly<Record<string, unknown>>;

/** A value as a node; whatever is no object counts as an empty one. */
export function nodeOf(value: unknown): Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

/** A value as a list; whatever is none counts as an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What a `$ref` inside the document leads to; a node without one is itself. */
export function resolveIn(document: Node, value: unknown): Node {
  const node = nodeOf(value);
  if (typeof node.$ref !== 'string') return node;
  return node.$ref
    .slice(2)
    .split('/')
    .reduce<Node>((parent, key) => nodeOf(parent[key]), document);
}
