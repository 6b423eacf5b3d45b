/** One element of a config.xml: its name, its own text (entities resolved, outer blanks removed) and its child elements in order. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<(\/?)([^\s/>]+)([^>]*?)(\/?)>|[^<]+/g;

/**
 * Reads XML as OPNsense writes it. Deliberately written by hand and without the parser that the product uses: a fault in
 * that one must not hide itself from the lab.
 * @throws Error when tags do not match or no root element is there.
 */
export function parseXml(source: string): XmlElement {
  const top: OpenElement = { name: '', text: '', children: [] };
  const stack: OpenElement[] = [top];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    if (match.index !== end) {
      throw new Error(`config.xml: not XML at character ${end}`);
    }
    end = match.index + match[0].length;
    readToken(match, stack);
  }
  const root = top.children[0];
  if (stack.length !== 1 || root === undefined || end !== source.length) {
    throw new Error('config.xml: it ends in the middle of an element');
  }
  return root;
}

function readToken(match: RegExpMatchArray, stack: OpenElement[]): void {
  const [token, cdata, slash, name, , selfClosing] = match;
  const current = stack.at(-1);
  if (current === undefined) {
    throw new Error('config.xml: more closing tags than opening ones');
  }
  if (cdata !== undefined) {
    current.text += cdata;
    return;
  }
  if (name === undefined) {
    current.text += token.startsWith('<') ? '' : decodeEntities(token);
    return;
  }
  if (slash === '/') {
    closeElement(name, stack);
    return;
  }
  stack.push({ name, text: '', children: [] });
  if (selfClosing === '/') {
    closeElement(name, stack);
  }
}

function closeElement(name: string, stack: OpenElement[]): void {
  const closed = stack.pop();
  const parent = stack.at(-1);
  if (closed === undefined || parent === undefined || closed.name !== name) {
    throw new Error(`config.xml: </${name}> closes <${closed?.name ?? ''}>`);
  }
  parent.children.push({ ...closed, text: closed.text.trim() });
}

function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#[0-9]+|[a-z]+);/g, (whole, body: string) => {
    if (body.startsWith('#x')) {
      return String.fromCodePoint(Number.parseInt(body.slice(2), 16));
    }
    if (body.startsWith('#')) {
      return String.fromCodePoint(Number.parseInt(body.slice(1), 10));
    }
    return ENTITIES.get(body) ?? whole;
  });
}

/** All child elements of that name, in order; an empty list when the parent itself is missing. */
export function childrenOf(parent: XmlElement | undefined, name: string): readonly XmlElement[] {
  return parent?.children.filter((child) => child.name === name) ?? [];
}

/**
 * The one element at the end of the path. Undefined when a step is missing, or is there several times: OPNsense's own
 * reader then makes a list of it, in which none of the further keys exist.
 */
export function elementAt(parent: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((node, name) => {
    const found = childrenOf(node, name);
    return found.length === 1 ? found[0] : undefined;
  }, parent);
}

/** Text of the element at the path, `''` when it is missing. PHP's `empty()` holds `0` for empty as well: so does this. */
export function textAt(parent: XmlElement | undefined, ...path: readonly string[]): string {
  const text = elementAt(parent, ...path)?.text ?? '';
  return text === '0' ? '' : text;
}

/** PHP's `isset()`: the tag is there, with whatever content. */
export function isSet(parent: XmlElement | undefined, name: string): boolean {
  return childrenOf(parent, name).length > 0;
}
