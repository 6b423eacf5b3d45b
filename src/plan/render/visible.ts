/**
 * Text as it may be shown: control characters, line breaks and the invisible characters that turn writing round become
 * visible escapes. Names come from clients and from other people's entries, and a terminal obeys what it is sent.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** The same for text of several lines of our own: each line is made visible, and the lines stay. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
