/** The few types of ASN.1 DER (ITU-T X.690) that an X.509 certificate is made of, each as its complete encoding. */

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;

/** A tag, the length of the contents, and the contents. */
export function tagged(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

/** An ordered list of values. */
export function sequence(...items: readonly Buffer[]): Buffer {
  return tagged(SEQUENCE, ...items);
}

/** A set of values; ours have one member, so that their order is no question. */
export function setOf(...items: readonly Buffer[]): Buffer {
  return tagged(SET, ...items);
}

/** A non-negative integer from its big-endian bytes; the shortest form that stays positive. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  const positive = (shortest[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), shortest]) : shortest;
  return tagged(INTEGER, positive);
}

/** A truth value; true is all ones in DER. */
export function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]));
}

/** A bit string; `unused` is the number of unused bits in its last byte. */
export function bitString(bytes: Buffer, unused = 0): Buffer {
  return tagged(BIT_STRING, Buffer.from([unused]), bytes);
}

/** A string of bytes; extensions hold their encoded value in one. */
export function octetString(contents: Buffer): Buffer {
  return tagged(OCTET_STRING, contents);
}

/** A text in UTF-8. */
export function utf8String(text: string): Buffer {
  return tagged(UTF8_STRING, Buffer.from(text, 'utf8'));
}

/** An object identifier in dotted notation, for example `2.5.4.3`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(OBJECT_IDENTIFIER, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A point in time, to the second, in the form that RFC 5280 §4.1.2.5 asks for: two-digit years until 2049. */
export function time(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  const year = date.getUTCFullYear();
  if (year >= 1950 && year < 2050) return tagged(UTC_TIME, Buffer.from(digits.slice(2), 'ascii'));
  return tagged(GENERALIZED_TIME, Buffer.from(digits, 'ascii'));
}

function base128(number: number): number[] {
  const bytes = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}
