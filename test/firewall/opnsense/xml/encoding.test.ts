import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../../../src/firewall/opnsense/xml/encoding.js';

function declared(encoding: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`<?xml version="1.0" encoding="${encoding}"?>\n<a>`), body, Buffer.from('</a>')]);
}

describe('decodeConfig', () => {
  it.each([
    ['no declaration', Buffer.from('<a>Mü€😀</a>'), 'UTF-8', 'Mü€😀'],
    ['UTF-8', declared('utf-8', Buffer.from('Mü€😀')), 'UTF-8', 'Mü€😀'],
    ['UTF-8 with a mark', Buffer.from('\ufeff<a>Mü</a>'), 'UTF-8', 'Mü'],
    ['ISO-8859-1', declared('ISO-8859-1', Buffer.from([0x4d, 0xfc, 0x80])), 'ISO-8859-1', 'Mü\u0080'],
    ['latin1', declared('latin1', Buffer.from([0x4d, 0xfc])), 'ISO-8859-1', 'Mü'],
    ['US-ASCII', declared('us-ascii', Buffer.from('Mu')), 'US-ASCII', 'Mu'],
    ['windows-1252', declared('Windows-1252', Buffer.from([0x4d, 0xfc, 0x80, 0x92, 0x9f])), 'windows-1252', 'Mü€’Ÿ'],
  ])('reads %s and gives the same bytes back', (_name, bytes, encoding, text) => {
    const decoded = decodeConfig(bytes);
    expect(decoded.encoding).toBe(encoding);
    expect(decoded.text).toContain(`<a>${text}</a>`);
    expect(decoded.text.startsWith('\ufeff')).toBe(false);
    expect(decoded.encode(decoded.text).equals(bytes)).toBe(true);
  });

  it.each([
    ['UTF-16 by its mark', Buffer.from('\ufeff<a/>', 'utf16le'), 'UTF-16', 1, 1],
    ['UTF-16 without a mark', Buffer.from('<a/>', 'utf16le'), 'UTF-16', 1, 1],
    ['another encoding', declared('ISO-8859-15', Buffer.from('x')), 'ISO-8859-15', 1, 1],
    ['a name that is none', declared('klingon', Buffer.from('x')), 'klingon', 1, 1],
    [
      'a declaration against the mark',
      Buffer.concat([Buffer.from('\ufeff'), declared('latin1', Buffer.from('x'))]),
      'ISO-8859-1',
      1,
      1,
    ],
    ['Latin-1 bytes without a declaration', Buffer.from('<a>\nM\xfcller</a>', 'latin1'), '0xFC', 2, 2],
    ['a cut UTF-8 character', Buffer.concat([Buffer.from('<a>ü'), Buffer.from([0xe2, 0x82])]), '0xE2', 1, 5],
    ['a byte that windows-1252 leaves empty', declared('windows-1252', Buffer.from([0x41, 0x81])), '0x81', 2, 5],
    [
      'another encoding behind many blanks',
      Buffer.from(`<?xml version="1.0"${' '.repeat(500)}encoding="klingon"?><a/>`),
      'klingon',
      1,
      1,
    ],
    ['bytes beyond ASCII in ASCII', declared('us-ascii', Buffer.from([0xfc])), '0xFC', 2, 4],
  ])('refuses %s and says why and where', (_name, bytes, reason, line, column) => {
    expect(() => decodeConfig(bytes)).toThrowError(
      expect.objectContaining({
        code: 'S32_CONFIG_XML_ENCODING',
        message: expect.stringContaining(reason),
        where: `config.xml:${line}:${column}`,
      }),
    );
  });

  it('keeps a replacement character that stands in the file itself', () => {
    const bytes = Buffer.from('<a>\ufffd</a>');
    expect(decodeConfig(bytes).encode(decodeConfig(bytes).text).equals(bytes)).toBe(true);
    expect(() => decodeConfig(Buffer.concat([bytes, Buffer.from([0xff])]))).toThrowError(
      expect.objectContaining({ message: expect.stringContaining('0xFF'), where: 'config.xml:1:9' }),
    );
  });

  it.each([
    ['us-ascii', 'ü€', '&#xFC;&#x20AC;'],
    ['iso-8859-1', 'ü€😀', 'ü&#x20AC;&#x1F600;'],
    ['windows-1252', 'ü€\u0080\ufffd', 'ü\u0080&#x80;&#xFFFD;'],
  ])('writes into %s what it cannot express as a numeric entity', (encoding, text, bytes) => {
    const decoded = decodeConfig(declared(encoding, Buffer.from('x')));
    expect(decoded.encode(text).toString('latin1')).toBe(bytes);
  });

  it('gives any bytes back as they were, or refuses them', () => {
    const encodings = fc.constantFrom('utf-8', 'us-ascii', 'iso-8859-1', 'windows-1252');
    fc.assert(
      fc.property(encodings, fc.uint8Array({ maxLength: 40 }), (encoding, body) => {
        const bytes = declared(encoding, Buffer.from(body));
        try {
          const decoded = decodeConfig(bytes);
          expect(decoded.encode(decoded.text).equals(bytes)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'S32_CONFIG_XML_ENCODING' });
          expect(encoding).not.toBe('iso-8859-1');
        }
      }),
    );
  });
});
