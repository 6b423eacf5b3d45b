import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/errors/catalogue.js';
import { readSources } from './sources.js';

const SOURCES = readSources();
const DEFINITION = /^\s*(S32_[A-Z0-9_]+):\s*\{/gm;

describe('the catalogue of errors', () => {
  it('defines each code once', () => {
    const definitions = SOURCES.filter((file) => file.path.startsWith('errors/')).flatMap((file) =>
      [...file.text.matchAll(DEFINITION)].map((match) => ({ code: match[1] ?? '', file: file.path })),
    );
    const twice = definitions.filter(
      (one, index) => definitions.findIndex((other) => other.code === one.code) !== index,
    );
    expect(twice).toEqual([]);
    expect(
      definitions.map((one) => one.code).sort(),
      'every file of src/errors must be spread into the catalogue',
    ).toEqual(Object.keys(CATALOGUE).sort());
  });

  it('has no code that nothing uses', () => {
    const used = new Set(
      SOURCES.filter((file) => !file.path.startsWith('errors/')).flatMap(
        (file) => file.text.match(/S32_[A-Z0-9_]+/g) ?? [],
      ),
    );
    expect(Object.keys(CATALOGUE).filter((code) => !used.has(code))).toEqual([]);
  });

  it.each(Object.entries(CATALOGUE))('%s says what it is, what it means and what to do', (_code, entry) => {
    expect(entry.title, 'a title is half a sentence').toMatch(/^\S.{7,}[^.\s]$/);
    expect(entry.meaning).toMatch(/^\S.{20,}/s);
    expect(entry.remedy).toMatch(/^\S.{10,}/s);
  });
});
