import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/secrets/redactor.js';

type Embed = (text: string, before: string, after: string) => string;

const percentAll = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const unicodeAll = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** How a secret may stand in what a program writes. Its neighbours, before and after, are harmless. */
const EMBEDDINGS: readonly (readonly [string, Embed])[] = [
  ['as it is', (text) => text],
  ['in the middle of a text', (text, before, after) => before + text + after],
  ['in the query of a URL', (text, before) => `https://fw.lan/${before}?key=${encodeURIComponent(text)}&x=1`],
  ['in the path of a URL, encoded needlessly', (text) => `POST /hooks/incus/${percentAll(text)} 202`],
  ['as the password of a URL', (text) => `https://root:${encodeURIComponent(text)}@fw.lan/`],
  ['in a URL inside a URL', (text) => `/login?next=${encodeURIComponent(`/a?key=${encodeURIComponent(text)}`)}`],
  ['in a form', (text) => new URLSearchParams({ key: text }).toString()],
  ['in JSON', (text, before) => JSON.stringify({ error: `${before}${text}` })],
  ['in JSON in JSON', (text) => JSON.stringify({ body: JSON.stringify({ key: text }) })],
  ['in JSON as PHP writes it', (text) => JSON.stringify({ key: text }).replaceAll('/', '\\/')],
  ['in JSON with every character escaped', (text) => `{"key":"${unicodeAll(text)}"}`],
  ['in a URL in JSON', (text) => JSON.stringify({ where: `GET https://fw.lan/?k=${encodeURIComponent(text)}` })],
  ['in HTML', (text) => `<p title="${html(text)}">`],
  ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
  ['in capital hexadecimal', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ['in Base64', (text) => Buffer.from(text).toString('base64')],
  ['in Base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
  ['in Base64 in a URL', (text) => `?auth=${encodeURIComponent(Buffer.from(text).toString('base64'))}`],
  ['in Base64 in JSON of PHP', (text) => JSON.stringify(Buffer.from(text).toString('base64')).replaceAll('/', '\\/')],
  [
    'in Base64 of a longer text, wherever it begins in it',
    (text, before, after) => `Authorization: Basic ${Buffer.from(`${before}:${text}${after}`).toString('base64')}`,
  ],
  [
    'in Base64 for URLs of a longer text',
    (text, before, after) => `Bearer ${Buffer.from(before + text + after).toString('base64url')}.`,
  ],
];

const anySecret = fc.string({ minLength: 4, maxLength: 60, unit: 'grapheme' });
const around = fc.string({ maxLength: 20 });
/** Of characters that every escaping has something to do with, and long enough that none is found by chance. */
const likelySecret = fc
  .array(fc.constantFrom(...'aZ09+/=&%"\'\\<> \n\tüß…😀#?~-_'), { minLength: 12, maxLength: 40 })
  .map((parts) => parts.join(''))
  .filter((text) => new Set(text).size > 6);

function redacted(secrets: readonly string[], text: string): string {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.register(secret);
  return redactor.redact(text);
}

describe('a secret', () => {
  it.each(EMBEDDINGS)('is found %s', (_name, embed) => {
    fc.assert(
      fc.property(fc.oneof(anySecret, likelySecret), around, around, (secret, before, after) => {
        const clean = redacted([secret], embed(secret, before, after));
        expect(clean).toContain('***');
        expect(clean).not.toContain(secret);
      }),
    );
  });

  it.each(EMBEDDINGS)('leaves nothing behind: another one in its place gives the same text, %s', (_name, embed) => {
    for (let turn = 0; turn < 60; turn += 1) {
      const [before, after] = ['b'.repeat(turn % 4), 'y'.repeat(turn % 5)];
      const [one, other] = [randomBytes(12 + turn), randomBytes(12 + turn)].map((bytes) => bytes.toString('base64url'));
      if (one === undefined || other === undefined) throw new RangeError('two were made');
      const clean = redacted([one], embed(one, before, after));
      expect(clean).toBe(redacted([other], embed(other, before, after)));
      expect(clean).toContain('***');
    }
  });

  it('is found with a part of another secret, and of itself, over it', () => {
    expect(redacted(['abcd1234', '1234efgh'], 'x abcd1234efgh y')).toBe('x *** y');
    expect(redacted(['abab'], 'xababay')).toBe('x***ay');
    expect(redacted(['abab'], 'xabababy')).toBe('x***y');
    expect(redacted(['secret', 'secretary'], 'the secretary')).toBe('the ***');
  });

  it('is not put together by masking another one', () => {
    expect(redacted(['abcd', '***x'], 'abcdx')).not.toContain('***x');
  });

  it('is no part of a text once redacted: redacting again changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 4, maxLength: 8, unit: fc.constantFrom(...'ab1') })),
        around,
        (all, text) => {
          const redactor = createRedactor();
          for (const secret of all) redactor.register(secret);
          const once = redactor.redact(`${all.join(text)}${text}`);
          expect(redactor.redact(once)).toBe(once);
          for (const secret of all) expect(once).not.toContain(secret);
        },
      ),
    );
  });

  it('is too short to be one when replacing it would garble every text', () => {
    expect(redacted(['abc'], 'abc YWJj')).toBe('abc YWJj');
  });
});

describe('a text without a secret', () => {
  it('stays as it is, with everything that only looks escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'%\\u0041&#;+amp2f"/ é😀') }), (text) => {
        expect(redacted(['correct horse battery', 'NeverThere+/='], text)).toBe(text);
      }),
    );
  });

  it.each(['100 % sure', '%', '%zz', '%ff%fe', '\\', '\\u12', '&#99999999;', '&#x110000;', '&unknown;'])(
    'is no text that breaks it: %s',
    (text) => {
      expect(redacted(['correct horse battery'], text)).toBe(text);
      expect(redacted(['correct horse battery'], `${text}correct horse battery${text}`)).toBe(`${text}***${text}`);
    },
  );

  it('keeps what stands beside a secret, however that was escaped', () => {
    expect(redacted(['a"b/c d'], '{"x":"ü\\u00fc a\\"b\\/c d \\u00fc"}')).toBe('{"x":"ü\\u00fc *** \\u00fc"}');
    expect(redacted(['pä ss'], '%20p%C3%A4+ss%20&lt;')).toBe('%20***%20&lt;');
  });
});

describe('a long text', () => {
  it.each([
    ['of words', 'the reservation of default/web-1 stays as it is; '],
    ['of escapes', '%41\\u0041&amp;+\\\\'],
    ['of one character', 'a'],
    ['of backslashes', '\\'],
    ['of percent signs', '%25'],
  ])('%s is searched for many secrets', (_name, piece) => {
    const secrets = Array.from({ length: 20 }, () => randomBytes(40).toString('base64'));
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const clean = redacted([...secrets, 'a'.repeat(4000)], `${text} ${secrets[7]} ${secrets[19]}`);
    for (const secret of secrets) expect(clean).not.toContain(secret);
  });
});

describe('an API token that nobody registered', () => {
  const token = `s32_${randomBytes(32).toString('base64url')}`;

  it('is masked wherever it stands as it was made', () => {
    const { redact } = createRedactor();
    expect(redact(`Authorization: Bearer ${token}, and ${token}.`)).toBe('Authorization: Bearer ***, and ***.');
  });

  it('is no alias of ours, and no longer word', () => {
    const { redact } = createRedactor();
    for (const text of ['s32_home_web', `s32_home_${'x'.repeat(23)}`, `${token}x`]) expect(redact(text)).toBe(text);
  });
});
