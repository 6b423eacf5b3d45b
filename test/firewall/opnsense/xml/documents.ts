import fc from 'fast-check';

/** An element as it was built: name, trimmed text, children. */
export type Shape = readonly [string, string, readonly Shape[]];

/** A document and what is in it. */
export interface BuiltDocument {
  readonly source: string;
  readonly root: Shape;
}

interface Piece {
  readonly source: string;
  readonly text: string;
  readonly shape?: Shape;
}

const NAMES = ['a', 'constructor', 'prototype', '__proto__', 'toString', 'opt3', 'x-y.z_1', 'item'];
const ATTRIBUTES = ['', ' uuid="0f6d32c4"', ' v=\'1\' w="a>b"', '\n\tversion = "1.0" ', ' x="/"'];
const NOISE = ['', '\n  ', '\r\n\t', '<!-- <b> & " -->', '<!---->', '<?php echo "<a>" ?>', ' '];

function textPiece(): fc.Arbitrary<Piece> {
  const word = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', 'ü', '€', '😀', '-', '"', "'", ' ', '.'),
    maxLength: 6,
  });
  return fc.oneof(
    word.map((text) => ({ source: text, text })),
    word.map((text) => ({ source: `<![CDATA[${text}<&]]>`, text: `${text}<&` })),
    fc.constantFrom(
      { source: '&amp;', text: '&' },
      { source: '&#xFC;', text: 'ü' },
      { source: '&#252;', text: 'ü' },
      { source: '&lt;', text: '<' },
      { source: 'a\r\nb', text: 'a\nb' },
    ),
    fc
      .constantFrom(...NOISE)
      .map((source) => ({ source, text: source.startsWith('<') ? '' : source.replace('\r', '') })),
  );
}

function elementPiece(depth: number): fc.Arbitrary<Piece> {
  const inner = depth === 0 ? textPiece() : fc.oneof({ weight: 3, arbitrary: textPiece() }, elementPiece(depth - 1));
  return fc
    .record({
      name: fc.constantFrom(...NAMES),
      attributes: fc.constantFrom(...ATTRIBUTES),
      pieces: fc.array(inner, { maxLength: 5 }),
      selfClosing: fc.boolean(),
      blank: fc.constantFrom('', ' ', '\n'),
    })
    .map(({ name, attributes, pieces, selfClosing, blank }) => {
      const text = pieces.map((piece) => piece.text).join('');
      const children = pieces.flatMap((piece) => (piece.shape === undefined ? [] : [piece.shape]));
      const empty = selfClosing && pieces.length === 0;
      const content = pieces.map((piece) => piece.source).join('');
      const source = empty ? `<${name}${attributes}${blank}/>` : `<${name}${attributes}>${content}</${name}${blank}>`;
      return { source, text: '', shape: [name, text.trim(), children] as const };
    });
}

/** Documents with CDATA, comments, entities, attributes, both forms of empty tags and every kind of line end. */
export function documents(): fc.Arbitrary<BuiltDocument> {
  return fc
    .record({
      head: fc.constantFrom('', '<?xml version="1.0"?>\n', '<?xml version="1.0"?>\r\n<!-- x -->\r\n'),
      body: elementPiece(4),
      tail: fc.constantFrom('', '\n', '\r\n', '\n<!-- end -->\n'),
    })
    .map(({ head, body, tail }) => ({ source: head + body.source + tail, root: body.shape ?? ['', '', []] }));
}
