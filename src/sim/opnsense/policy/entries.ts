import { isIP } from 'node:net';
import { childOf, childrenOf, ensureChild, type SimNode, textAt } from '../node.js';

/** Field → OPNsense's words, several where several of its checks speak. */
export type Wrong = Record<string, string | readonly string[]>;

/** What the simulated model of one kind of entry checks and completes; the real one has many fields more. */
export interface Kind {
  /** Names from the root to the list. */
  readonly path: readonly string[];
  readonly tag: string;
  /** The key that a request's fields stand under. */
  readonly wrapper: string;
  /** Fields of a new entry and their defaults, in OPNsense's order; nested ones with a dot. */
  readonly defaults: Readonly<Record<string, string>>;
  /** What is wrong with an entry: field → OPNsense's words. A field that did not change is not looked at by itself. */
  check(
    entry: SimNode,
    root: SimNode,
    isChanged: (field: string) => boolean,
  ): Readonly<Record<string, string | readonly string[]>>;
}

/** The list of a kind, made when it is missing. */
export function listOf(root: SimNode, { path }: Pick<Kind, 'path'>): SimNode {
  return path.reduce(ensureChild, root);
}

/** The entries of a kind. */
export function entriesOf(root: SimNode, { path, tag }: Pick<Kind, 'path' | 'tag'>): SimNode[] {
  let node: SimNode | undefined = root;
  for (const name of path) node = childOf(node, name);
  return childrenOf(node, tag);
}

/** The text of a field, nested ones with a dot. */
export function fieldAt(entry: SimNode, name: string): string {
  const [first = name, second] = name.split('.');
  return second === undefined ? textAt(entry, first) : textAt(childOf(entry, first), second);
}

/** Whether rules and redirects may name it: an address, an interface or one of its addresses, an alias that is not of ports. */
export function isTarget(text: string, root: SimNode): boolean {
  const interfaces = childOf(root, 'interfaces')?.children.map((one) => one.name) ?? [];
  if (text === 'any' || text === '(self)' || isAddress(text)) return true;
  if (interfaces.includes(text) || interfaces.includes(text.replace(/ip$/, ''))) return true;
  return entriesOf(root, ALIASES).some((one) => textAt(one, 'name') === text && textAt(one, 'type') !== 'port');
}

/** An address or network of either family. */
export function isAddress(text: string): boolean {
  const [address = '', length] = text.split('/');
  return isIP(address) !== 0 && (length === undefined || /^\d{1,3}$/.test(length));
}

/** Where aliases stand. */
export const ALIASES = { path: ['OPNsense', 'Firewall', 'Alias', 'aliases'], tag: 'alias' } as const;
/** Where categories stand. */
export const CATEGORIES = { path: ['OPNsense', 'Firewall', 'Category', 'categories'], tag: 'category' } as const;

const PORT = /^(\d{1,5})(-\d{1,5})?$/;
const DESCRIPTION = 'Description should be a string between 1 and 255 characters.';

/** Category and description, which rules and aliases share. */
export function checkCommon(
  entry: SimNode,
  field: string,
  root: SimNode,
  isChanged: (field: string) => boolean,
  wrong: Wrong,
): void {
  const known = entriesOf(root, CATEGORIES).map((one) => one.attributes.uuid);
  for (const uuid of textAt(entry, field).split(',').filter(Boolean))
    if (isChanged(field) && !known.includes(uuid)) wrong[field] = 'Related category not found.';
  if (Buffer.byteLength(textAt(entry, 'description')) > 255) wrong.description = DESCRIPTION;
  if (textAt(entry, 'description').includes('\n')) wrong.description = ['Text may not contain newlines.', DESCRIPTION];
}

/** A port, a span, a name or a port alias. */
export function isPort(text: string, root: SimNode): boolean {
  const span = PORT.exec(text);
  if (span !== null) return text.split('-').every((part) => Number(part) >= 1 && Number(part) <= 65_535);
  return (
    ['http', 'https', 'ssh', 'domain'].includes(text) ||
    entriesOf(root, ALIASES).some((one) => textAt(one, 'name') === text && textAt(one, 'type') === 'port')
  );
}
