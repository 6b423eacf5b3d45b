/** The text of an element, read from the source between its tags. */

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ENTITY = /&(?:#(\d+)|#x([0-9a-fA-F]+)|(amp|lt|gt|quot|apos));/g;

/** A piece of character data with its entities decoded and its line ends as LF (XML 1.0 §2.11, §4.6). */
export function decodeText(raw: string): string {
  const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (_whole, decimal?: string, hex?: string, name?: string) =>
    name === undefined
      ? String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
      : (NAMED[name] ?? ''),
  );
}

/** The text and CDATA between `from` and `to` of a well-formed source; comments and processing instructions are left out. */
export function plainText(source: string, from: number, to: number): string {
  const raw = source.slice(from, to);
  if (!raw.includes('<')) return decodeText(raw);
  let text = '';
  let at = 0;
  while (at < raw.length) {
    const markup = raw.indexOf('<', at);
    if (markup === -1) break;
    text += decodeText(raw.slice(at, markup));
    const end = endOfMarkup(raw, markup);
    if (raw.startsWith('<![CDATA[', markup)) text += raw.slice(markup + 9, end - 3).replace(/\r\n?/g, '\n');
    at = end;
  }
  return text + decodeText(raw.slice(at));
}

/** Where the comment, CDATA section or processing instruction that starts at `at` ends; the end of the source if it never does. */
function endOfMarkup(source: string, at: number): number {
  return closingOf(source, at) ?? source.length;
}

function closingOf(source: string, at: number): number | undefined {
  const close = source.startsWith('<!--', at) ? '-->' : source.startsWith('<![CDATA[', at) ? ']]>' : '?>';
  const found = source.indexOf(close, at + (close === '-->' ? 4 : 2));
  return found === -1 ? undefined : found + close.length;
}
