import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import type { PathPart } from './problem.js';

/** A place in the text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mistake in the YAML itself. */
export interface SyntaxFault extends Position {
  readonly message: string;
  readonly hint: string;
}

/** A parsed file: its plain value, or the faults that keep it from having one. */
export interface YamlDocument {
  readonly value: unknown;
  readonly faults: readonly SyntaxFault[];
  /** Where a key or value stands; a path that does not exist gives the nearest place that does. */
  locate(path: readonly PathPart[], at: 'key' | 'value'): Position;
}

/** Aliases multiply; a hand-written file needs few, a bomb needs many. */
const MOST_ALIASES = 50;
/** One slip (a quote left open) makes many errors; the first ones are the useful ones. */
const MOST_FAULTS = 8;
const START: Position = { line: 1, column: 1 };

/** Parses one YAML 1.2 document. Never throws: whatever is wrong with the text is a fault with its place. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      strict: true,
      logLevel: 'error',
    });
    const position = (offset: number): Position => {
      const { line, col } = lines.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    };
    const faults = [...document.errors, ...document.warnings].slice(0, MOST_FAULTS).map((error) => ({
      ...position(error.pos[0]),
      ...describe(error.code, error.message, text, error.pos),
    }));
    const value: unknown = faults.length === 0 ? document.toJS({ maxAliasCount: MOST_ALIASES }) : undefined;
    return { value, faults, locate: (path, at) => position(findOffset(document, path, at)) };
  } catch (error) {
    return { value: undefined, faults: [{ ...START, ...describeThrown(error) }], locate: () => START };
  }
}

interface Words {
  readonly message: string;
  readonly hint: string;
}

const TOO_DEEP: Words = {
  message: 'The file is nested too deeply to be read.',
  hint: '`slash32 init` writes a file to start from.',
};
const STARS: Words = {
  message: 'A value begins with *, which YAML takes for an alias.',
  hint: 'Put the value in quotes: "* * * * *", "*/test".',
};

function describe(code: string, message: string, text: string, [from, to]: readonly [number, number]): Words {
  if (message.includes('call stack')) return TOO_DEEP;
  switch (code) {
    case 'TAB_AS_INDENT':
      return { message: 'A tab is used for indentation.', hint: 'YAML indents with blanks only: replace the tab.' };
    case 'DUPLICATE_KEY':
      return { message: `The key '${keyAt(text, from)}' is there twice.`, hint: 'Remove one of the two.' };
    case 'MULTIPLE_DOCS':
      return {
        message: 'The file holds several YAML documents.',
        hint: "Remove the line '---' and what does not belong here.",
      };
    case 'TAG_RESOLVE_FAILED':
      return { message: 'A tag (!…) is used, and none is known here.', hint: 'Write the value without the tag.' };
    case 'BAD_ALIAS':
      return STARS;
    case 'UNEXPECTED_TOKEN':
      if (text.slice(from, to).startsWith('*'))
        return { message: 'A * stands where YAML takes it for an alias.', hint: 'Put the whole value in quotes.' };
      return { message: `${sentence(message)}`, hint: 'Check the quotes, commas and brackets before this place.' };
    case 'BAD_INDENT':
    case 'MISSING_CHAR':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
    case 'IMPOSSIBLE':
      return {
        message: sentence(message),
        hint: 'Check the indentation, quotes and brackets on this line and the one before.',
      };
    default:
      return { message: sentence(message), hint: 'Check the YAML of this line.' };
  }
}

function describeThrown(error: unknown): Words {
  const message = error instanceof Error ? error.message : '';
  if (/unresolved alias/i.test(message)) return STARS;
  if (/alias/i.test(message))
    return { message: 'The file uses far too many aliases (*name).', hint: 'Write the values out.' };
  return TOO_DEEP;
}

/** The key at an offset, cut short; the parser gives only where the second one begins. */
function keyAt(text: string, from: number): string {
  return /^[^:\n]{0,60}/.exec(text.slice(from, from + 60))?.[0]?.trim() ?? '';
}

function sentence(message: string): string {
  const line = message.split('\n')[0]?.trim() ?? '';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function findOffset(document: Document.Parsed, path: readonly PathPart[], at: 'key' | 'value'): number {
  let node: Node | null | undefined = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const child = childOf(isAlias(node) ? node.resolve(document) : node, part);
    if (child === undefined) return offset;
    const last = index === path.length - 1;
    const wanted = last && at === 'key' ? (child.key ?? child.value) : (child.value ?? child.key);
    offset = startOf(wanted) ?? startOf(child.key) ?? offset;
    node = child.value;
  }
  return offset;
}

interface Child {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function childOf(node: Node | null | undefined, part: PathPart): Child | undefined {
  if (isSeq<ParsedNode>(node)) {
    const value = typeof part === 'number' ? node.items[part] : undefined;
    return value === undefined ? undefined : { key: undefined, value };
  }
  if (!isMap<ParsedNode, ParsedNode>(node)) return undefined;
  const pair = node.items.find((item) => keyText(item.key) === String(part));
  return pair === undefined ? undefined : { key: pair.key, value: pair.value ?? undefined };
}

function keyText(key: unknown): string {
  if (!isScalar(key)) return '';
  return key.value === null ? '' : String(key.value);
}

function startOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}
