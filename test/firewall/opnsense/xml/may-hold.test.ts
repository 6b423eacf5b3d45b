import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { XmlElement } from '../../../../src/xml/element.js';

const WORD = '[slash32:';

/** A letter in one of the ways in which XML lets it be written. */
function written(letter: string): fc.Arbitrary<string> {
  const code = letter.codePointAt(0) ?? 0;
  return fc.constantFrom(
    ...[letter, letter, letter, `&#${code};`, `&#x${code.toString(16)};`],
    ...[`<![CDATA[${letter}]]>`, `<!-- between -->${letter}`, `<?note between?>${letter}`],
  );
}

const wordInPieces = fc.tuple(...[...WORD].map(written)).map((letters) => letters.join(''));
const noise = fc.constantFrom('', 'web & more'.replace('&', '&amp;'), 'slash32', '[slash', '&lt;[', 'ß ü 😀');

function everyElement(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(everyElement)];
}

describe('mayHold', () => {
  it('is never false for an element in a text of which the word stands, however it is written', () => {
    fc.assert(
      fc.property(noise, wordInPieces, noise, (before, word, after) => {
        const root = parseXml(`<opnsense><a><b>x</b><c>${before}${word}${after}</c></a></opnsense>`);
        expect(root.children[0]?.children[1]?.text).toContain(WORD);
        for (const element of [root, ...root.children]) expect(element.mayHold(WORD)).toBe(true);
      }),
    );
  });

  it('is false where only another element holds it, and where nothing could stand for it', () => {
    const root = parseXml(
      `<opnsense><a><b>${WORD}x]</b></a><a><b>by hand &amp; slash32</b></a><a b="&quot;"/></opnsense>`,
    );
    expect(everyElement(root).map((element) => `${element.name} ${element.mayHold(WORD)}`)).toEqual([
      'opnsense true',
      'a true',
      'b true',
      'a false',
      'b false',
      'a false',
    ]);
  });
});
