import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText } from '../../../../src/firewall/opnsense/xml/escape.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import { inOrder, splice } from '../../../../src/xml/splice.js';

describe('splice', () => {
  it('makes every edit and keeps the rest', () => {
    expect(
      splice('abcdef', [
        { start: 0, end: 0, text: '<' },
        { start: 1, end: 3, text: 'X' },
        { start: 3, end: 3, text: '1' },
        { start: 3, end: 3, text: '2' },
        { start: 6, end: 6, text: '>' },
      ]),
    ).toBe('<aX12def>');
  });

  it.each([
    [
      'overlap',
      [
        { start: 0, end: 2, text: '' },
        { start: 1, end: 3, text: '' },
      ],
    ],
    ['run backwards', [{ start: 2, end: 1, text: '' }]],
    ['reach beyond the end', [{ start: 0, end: 9, text: '' }]],
    [
      'are out of order',
      [
        { start: 3, end: 3, text: '' },
        { start: 0, end: 0, text: '' },
      ],
    ],
  ])('refuses edits that %s', (_name, edits) => {
    expect(() => splice('abc', edits)).toThrow(RangeError);
  });

  it('leaves everything outside the edits as it was', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.tuple(fc.nat(20), fc.nat(5), fc.string())), (source, raw) => {
        const edits: { start: number; end: number; text: string }[] = [];
        let at = 0;
        for (const [gap, length, text] of raw) {
          const start = at + gap;
          if (start + length > source.length) break;
          edits.push({ start, end: start + length, text });
          at = start + length;
        }
        const result = splice(source, edits);
        const kept = edits.reduceRight((text, edit) => text.slice(0, edit.start) + text.slice(edit.end), source);
        let back = result;
        let shift = 0;
        for (const edit of edits) {
          const start = edit.start + shift;
          expect(back.slice(start, start + edit.text.length)).toBe(edit.text);
          back = back.slice(0, start) + back.slice(start + edit.text.length);
          shift -= edit.end - edit.start;
        }
        expect(back).toBe(kept);
      }),
    );
  });

  it('puts edits of one place in the order in which they came, before one that takes text away there', () => {
    const edits = [
      { start: 2, end: 4, text: '' },
      { start: 2, end: 2, text: 'a' },
      { start: 2, end: 2, text: 'b' },
      { start: 0, end: 1, text: '' },
    ];
    expect(inOrder(edits).map((edit) => edit.text || edit.start)).toEqual([0, 'a', 'b', 2]);
  });
});

describe('escapeText', () => {
  it.each([
    ['markup', 'a & b < c > d', 'a &amp; b &lt; c &gt; d'],
    ['quotes stay', `"it's"`, `"it's"`],
    ['characters outside ASCII', 'Mü€😀', 'M&#xFC;&#x20AC;&#x1F600;'],
    ['tab and line feed stay', 'a\tb\nc', 'a\tb\nc'],
  ])('writes %s as OPNsense does', (_name, text, written) => {
    expect(escapeText(text)).toBe(written);
  });

  it.each(['\u0000', '\u0001', '\u001b', '\r', '\u007f', '\ufffe', '\ud800', 'a\udc00b'])(
    'refuses a character that XML cannot hold (%j)',
    (text) => {
      expect(() => escapeText(text)).toThrowError(expect.objectContaining({ code: 'S32_CONFIG_XML_TEXT' }));
    },
  );

  it('is read back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        let written: string;
        try {
          written = escapeText(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'S32_CONFIG_XML_TEXT' });
          return;
        }
        expect(parseXml(`<a>${written}</a>`).text).toBe(text);
      }),
    );
  });
});
