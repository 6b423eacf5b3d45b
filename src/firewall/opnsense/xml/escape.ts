import { Slash32Error } from '../../../errors/slash32-error.js';

/** What may not stand in an XML 1.0 document (§2.2), and the carriage return, which a parser would turn into a line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000d-\u001f\u007f\ufffe\uffff]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;
const TO_ESCAPE = /[&<>]|[\u{80}-\u{10ffff}]/gu;

/**
 * Text as OPNsense writes it into config.xml: `&`, `<` and `>` as named entities, everything outside ASCII as a
 * hexadecimal one (`&#xFC;`), quotes as they are. Throws `S32_CONFIG_XML_TEXT` for a control character.
 */
export function escapeText(text: string): string {
  if (FORBIDDEN.test(text) || LONE_SURROGATE.test(text))
    throw new Slash32Error('S32_CONFIG_XML_TEXT', {
      message: `${JSON.stringify(text)} has a character that cannot stand in config.xml.`,
    });
  return text.replace(TO_ESCAPE, (char) => NAMED[char] ?? numericEntity(char));
}

/** A character as a numeric entity, as libxml writes it. */
export function numericEntity(char: string): string {
  return `&#x${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()};`;
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
