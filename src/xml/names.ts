/** The characters of XML 1.0 (fifth edition) and where a name ends. */

const NAME_START =
  ':A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}\\u{200d}\\u{2070}-\\u{218f}' +
  '\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}';
const NAME = new RegExp(`[${NAME_START}][${NAME_START}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}]*`, 'uy');
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that XML 1.0 §2.2 forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Where the name that begins at `from` ends; `from` where none begins there. */
export function endOfName(source: string, from: number): number {
  let at = from;
  let code = source.charCodeAt(at);
  if (isAsciiStart(code)) {
    do code = source.charCodeAt(++at);
    while (isAsciiStart(code) || (code >= 45 && code <= 57 && code !== 47));
  }
  if (!(code > 127)) return at;
  NAME.lastIndex = from;
  return NAME.test(source) ? NAME.lastIndex : from;
}

/** Letters, the colon and the underscore. */
function isAsciiStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58;
}

/** Behind the blanks of XML (space, tab, line ends) that stand at `from`. */
export function skipBlanks(source: string, from: number): number {
  let at = from;
  while (isBlank(source.charCodeAt(at))) at += 1;
  return at;
}

/** Whether a character is one of the four that separate things in a tag. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** Where the first character stands that XML 1.0 does not allow; undefined where there is none. */
export function forbiddenCharacter(source: string): number | undefined {
  const control = source.search(FORBIDDEN);
  const surrogate = source.search(LONE_SURROGATE);
  const found = [control, surrogate].filter((at) => at !== -1);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** Whether a number names a character that XML 1.0 allows (§2.2). */
export function isAllowedCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
