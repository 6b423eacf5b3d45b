import { isUtf8 } from 'node:buffer';
import { Slash32Error } from '../../../errors/slash32-error.js';
import { numericEntity } from './escape.js';

/** A config.xml as text, and the way back to bytes. */
export interface DecodedConfig {
  /** Without a byte order mark. */
  readonly text: string;
  /** The encoding it was read in, as people write it. */
  readonly encoding: 'UTF-8' | 'ISO-8859-1' | 'US-ASCII' | 'windows-1252';
  /** Bytes of a changed text in the same encoding, byte order mark included; what it cannot express becomes a numeric entity. */
  encode(text: string): Buffer;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const DECLARATION = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']/;
/** Windows-1252 between 0x80 and 0x9F, with a replacement character where it has none; elsewhere it is ISO-8859-1. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';
const NOT_IN_WINDOWS_1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

const NAMES: Readonly<Record<string, DecodedConfig['encoding']>> = {
  'utf-8': 'UTF-8',
  utf8: 'UTF-8',
  'iso-8859-1': 'ISO-8859-1',
  'iso_8859-1': 'ISO-8859-1',
  'iso8859-1': 'ISO-8859-1',
  latin1: 'ISO-8859-1',
  'latin-1': 'ISO-8859-1',
  'us-ascii': 'US-ASCII',
  ascii: 'US-ASCII',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
};

/**
 * Reads the bytes of a config.xml in the encoding that its declaration names (UTF-8 where it names none, XML 1.0 §4.3.3).
 * `encode` gives the same bytes back for an unchanged text. Throws `S32_CONFIG_XML_ENCODING` with the reason for another
 * encoding, and for bytes that the declared one does not have: OPNsense's own parser refuses such a file as well.
 */
export function decodeConfig(bytes: Buffer): DecodedConfig {
  const bom = bytes.subarray(0, 3).equals(BOM);
  const body = bom ? bytes.subarray(3) : bytes;
  if (isUtf16(bytes)) throw refused('The file is in UTF-16.', 'config.xml:1:1');
  const declared = DECLARATION.exec(body.subarray(0, body.indexOf('?>') + 1).toString('latin1'))?.[1];
  const encoding = NAMES[(declared ?? 'utf-8').toLowerCase()];
  if (encoding === undefined)
    throw refused(`The file says that it is in ${JSON.stringify(declared)}.`, 'config.xml:1:1');
  if (bom && encoding !== 'UTF-8')
    throw refused(`The file says that it is in ${encoding} but begins with the mark of UTF-8.`, 'config.xml:1:1');
  switch (encoding) {
    case 'UTF-8':
      return {
        text: decodeUtf8(body),
        encoding,
        encode: (text) => (bom ? Buffer.concat([BOM, Buffer.from(text, 'utf8')]) : Buffer.from(text, 'utf8')),
      };
    case 'US-ASCII':
      refuseFrom(
        body,
        body.findIndex((byte) => byte > 0x7f),
        encoding,
      );
      return { text: body.toString('latin1'), encoding, encode: (text) => Buffer.from(entities(text, 0x7f), 'latin1') };
    case 'ISO-8859-1':
      return { text: body.toString('latin1'), encoding, encode: (text) => Buffer.from(entities(text, 0xff), 'latin1') };
    case 'windows-1252':
      refuseFrom(
        body,
        body.findIndex((byte) => NOT_IN_WINDOWS_1252.has(byte)),
        encoding,
      );
      return {
        text: fromWindows(body.toString('latin1')),
        encoding,
        encode: (text) => Buffer.from(toWindows(text), 'latin1'),
      };
  }
}

function isUtf16(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 2).toString('hex');
  return start === 'fffe' || start === 'feff' || start === '3c00' || start === '003c';
}

function decodeUtf8(body: Buffer): string {
  const text = body.toString('utf8');
  // a TextDecoder that refuses takes ten times as long as asking first
  if (isUtf8(body)) return text;
  const repaired = Buffer.from(text);
  const differing = body.findIndex((byte, index) => byte !== repaired[index]);
  refuseFrom(body, differing === -1 ? body.length - 1 : differing, 'UTF-8');
  throw refused('The file is not valid UTF-8.', 'config.xml');
}

function refuseFrom(body: Buffer, offset: number, encoding: string): void {
  if (offset < 0) return;
  const before = body
    .subarray(0, offset)
    .toString(encoding === 'UTF-8' ? 'utf8' : 'latin1')
    .split('\n');
  const where = `config.xml:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  const byte = body
    .subarray(offset, offset + 1)
    .toString('hex')
    .toUpperCase();
  throw refused(
    `The byte 0x${byte} is not ${encoding}, which the file ${encoding === 'UTF-8' ? 'is in unless it says otherwise' : 'says that it is in'}.`,
    where,
  );
}

function refused(message: string, where: string): Slash32Error {
  return new Slash32Error('S32_CONFIG_XML_ENCODING', { message, where });
}

function entities(text: string, highest: number): string {
  const beyond = highest === 0x7f ? /[\u{80}-\u{10ffff}]/gu : /[\u{100}-\u{10ffff}]/gu;
  return text.replace(beyond, numericEntity);
}

function fromWindows(latin: string): string {
  return latin.replace(/[\u0080-\u009f]/g, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80] ?? char);
}

function toWindows(text: string): string {
  return text.replace(/[\u{80}-\u{9f}\u{100}-\u{10ffff}]/gu, (char) => {
    const index = char === '\ufffd' ? -1 : WINDOWS_1252.indexOf(char);
    return index === -1 ? numericEntity(char) : String.fromCharCode(0x80 + index);
  });
}
