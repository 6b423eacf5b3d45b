import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/secrets/redactor.js';

/** Long enough to be a secret, and of characters that every encoding has something to do with. */
const secret = fc
  .string({ minLength: 12, maxLength: 60, unit: 'grapheme' })
  .filter((text) => text.trim().length >= 12 && new Set(text).size > 6);
const around = fc.string({ maxLength: 20 });

describe('a secret', () => {
  it.each<[string, (text: string, before: string, after: string) => string]>([
    ['as it is', (text) => text],
    ['in the middle of a text', (text, before, after) => before + text + after],
    ['in a URL', (text) => `https://fw.lan/?key=${encodeURIComponent(text)}&x=1`],
    ['in JSON', (text, before) => JSON.stringify({ error: `${before}${text}` })],
    ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
    ['in Base64', (text) => Buffer.from(text).toString('base64')],
    ['in Base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
  ])('is found %s', (_name, embed) => {
    fc.assert(
      fc.property(secret, around, around, (text, before, after) => {
        const redactor = createRedactor();
        redactor.register(text);
        const embedded = embed(text, before, after);
        const clean = redactor.redact(embedded);
        expect(clean).toContain('***');
        expect(clean).not.toContain(text);
      }),
    );
  });

  it('is found in Base64 of a longer text, wherever it begins in it', () => {
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 9 }), around, (text, before, after) => {
        const redactor = createRedactor();
        redactor.register(text);
        const encoded = Buffer.from(`${before}:${text}${after}`).toString('base64');
        const clean = redactor.redact(`Authorization: Basic ${encoded}`);
        // What is left beside the mask is made of the neighbours, but for a character at each end.
        const [left = '', right = ''] = clean.replace('Authorization: Basic ', '').split('***');
        const spared = Buffer.from(left, 'base64').toString() + Buffer.from(right, 'base64').toString();
        expect(clean).toContain('***');
        expect(spared).not.toContain(text);
        expect(left.length + right.length).toBeLessThanOrEqual(
          encoded.length - Math.floor((Buffer.byteLength(text) * 8) / 6) + 3,
        );
      }),
    );
  });

  it('is too short to be one when replacing it would garble every text', () => {
    const redactor = createRedactor();
    redactor.register('abc');
    expect(redactor.redact('abc YWJj')).toBe('abc YWJj');
  });
});
