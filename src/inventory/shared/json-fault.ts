/** Where a text stops being JSON: line and column count from 1, `what` says what was met there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly what: string;
}

// RFC 8259; each pattern is sticky, so it matches at the position alone.
const BLANK = /[ \t\r\n]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 forbids exactly these in a string.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * Finds the first place where `text` is not JSON; undefined when all of it is. Node's own message names no position in
 * many cases. Needs one pass and no recursion, so that a deep or long file is no danger.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const offset = faultOffset(text);
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const met =
    offset >= text.length ? 'the end of the file' : JSON.stringify(String.fromCodePoint(text.codePointAt(offset) ?? 0));
  return { line: before.split('\n').length, column: offset - lineStart + 1, what: met };
}

type Expected = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'comma-or-end';

function faultOffset(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = skip(BLANK, text, 0);
  for (;;) {
    const character = text[at];
    const top = open.at(-1);
    if (expected === 'comma-or-end' && top === undefined) return at === text.length ? undefined : at;
    if (character === top && top !== undefined && expected !== 'value' && expected !== 'name') {
      open.pop();
      expected = 'comma-or-end';
      at = skip(BLANK, text, at + 1);
      continue;
    }
    if (expected === 'comma-or-end') {
      if (character !== ',') return at;
      expected = top === '}' ? 'name' : 'value';
      at = skip(BLANK, text, at + 1);
      continue;
    }
    if (expected === 'name' || expected === 'name-or-end') {
      const colon = skip(BLANK, text, skip(STRING, text, at));
      if (character !== '"' || skip(STRING, text, at) === at) return at;
      if (text[colon] !== ':') return colon;
      expected = 'value';
      at = skip(BLANK, text, colon + 1);
      continue;
    }
    if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      expected = character === '{' ? 'name-or-end' : 'value-or-end';
      at = skip(BLANK, text, at + 1);
      continue;
    }
    const end = skip(character === '"' ? STRING : SCALAR, text, at);
    if (end === at) return at;
    expected = 'comma-or-end';
    at = skip(BLANK, text, end);
  }
}

/** The offset behind what `pattern` matches at `at`; `at` itself when it does not match. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
