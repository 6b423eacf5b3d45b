import fc from 'fast-check';
import { at } from './judge.js';

type Node = Readonly<Record<string, unknown>>;

/** Values that a schema of the contract takes. */
export function valid(schema: Node): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === 'string') return valid(at(schema.$ref));
  if (Array.isArray(schema.oneOf)) return fc.oneof(...(schema.oneOf as Node[]).map(valid));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer')
    return fc.integer({ min: numberOf(schema.minimum, 0), max: numberOf(schema.maximum, 9_999) });
  if (schema.type === 'array')
    return fc.array(valid(schema.items as Node), { minLength: numberOf(schema.minItems, 0), maxLength: 3 });
  if (schema.type === 'object') return validObject(schema);
  return validText(schema);
}

function validObject({ properties = {}, required = [] }: Node): fc.Arbitrary<unknown> {
  const parts = Object.entries(properties as Readonly<Record<string, Node>>);
  const arbitraries = Object.fromEntries(parts.map(([name, schema]) => [name, valid(schema)]));
  return fc.record(arbitraries, { requiredKeys: required as string[] });
}

function validText({ pattern, minLength, maxLength }: Node): fc.Arbitrary<string> {
  const min = numberOf(minLength, 0);
  const max = Math.min(numberOf(maxLength, 40), 40);
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern), { maxLength: 60 });
  return fc.string({ minLength: min, maxLength: max, unit: 'grapheme' });
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

const EVIL = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '%00',
  '\u0000',
  '\ud800',
  '\ufffe',
  '💥'.repeat(50),
  'x'.repeat(3_000),
  '-1',
  '1e309',
  'NaN',
  'null',
  'true',
  '0x10',
  '9'.repeat(400),
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '{{7*7}}',
  '\r\nX-Evil: 1',
  '[object Object]',
];

/** Texts that break things. */
export const evilText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...EVIL),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.stringMatching(/^[0-9A-Za-z-]{1,40}$/),
);

/** JSON that breaks things. */
export const evilJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  evilText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, [], [[]], {}, { __proto__: null }),
  fc.dictionary(evilText, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 }),
);

/** Raw bodies that break things: prototype names, depth, halves, other encodings, too much. */
export const evilBody: fc.Arbitrary<string | Buffer> = fc.oneof(
  evilJson.map((value) => JSON.stringify(value) ?? ''),
  fc.constantFrom<string | Buffer>(
    '{"__proto__":{"force":true}}',
    '{"constructor":{"prototype":{"force":true}}}',
    '{"dryRun":true,"dryRun":"x"}',
    '['.repeat(100_000),
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    '{"reason":"\\ud800"}',
    '{"reason":"a\\u0000b"}',
    '{',
    '\ufeff{}',
    'dryRun=true',
    '{"segments":'.concat(JSON.stringify(Array.from({ length: 5_000 }, () => 'x')), '}'),
    Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
    Buffer.from('{"reason":"\xff"}', 'latin1'),
    Buffer.alloc(200_000, 0x20),
    Buffer.alloc(300_000, 0x61),
  ),
);

/** A text as part of a path: sometimes encoded, sometimes with an encoding that is broken; always what HTTP can carry. */
export const evilSegment: fc.Arbitrary<string> = fc.oneof(
  evilText.map(encoded),
  fc.constantFrom('%', '%E0%A4%A', '%zz', '%2F', '%2e%2e', '..', '.', ';', '%00', '%ff', '*', ':id', '(x)', '+', "'"),
);

/** A text for a URL; half of a surrogate pair, which cannot be encoded, is sent as U+FFFD. */
export function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
