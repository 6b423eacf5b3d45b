import { describe, expect, it } from 'vitest';
import { codesOf, FINDINGS } from '../../src/findings/catalogue.js';
import type { FindingEntry } from '../../src/findings/entry.js';
import { CONTRACT } from '../http/rig.js';
import { readSources } from './sources.js';

const SOURCES = readSources();
const TABLES = SOURCES.filter((file) => file.path.startsWith('findings/'));
const DEFINITION = /^ {2}'?([a-z0-9-]+)'?: \{\n {4}kinds:/gm;

describe('the table of findings', () => {
  it('defines each code once', () => {
    const defined = TABLES.flatMap((file) => [...file.text.matchAll(DEFINITION)].map((match) => match[1] ?? ''));
    expect(
      defined.toSorted(),
      'a code stands in one file of src/findings, and every file is spread into the table',
    ).toEqual(Object.keys(FINDINGS).sort());
  });

  it('has no code that nothing says', () => {
    const said = new Set(
      SOURCES.filter((file) => !file.path.startsWith('findings/')).flatMap((file) =>
        [...file.text.matchAll(/'([a-z0-9-]+)'/g)].map((match) => match[1]),
      ),
    );
    expect(Object.keys(FINDINGS).filter((code) => !said.has(code))).toEqual([]);
  });

  it('is what the API lists', () => {
    const schemas = CONTRACT.document.components as {
      schemas: Record<string, { properties: Record<string, unknown> }>;
    };
    const { code } = schemas.schemas.Finding?.properties ?? {};
    expect((code as { enum: string[] }).enum).toEqual(codesOf('warning', 'policy', 'service'));
  });

  it.each(Object.entries<FindingEntry>(FINDINGS))(
    '%s says what it is, what it means and what to do',
    (_code, entry) => {
      expect(entry.title, 'a title is half a sentence').toMatch(/^\S.{7,}[^.\s]$/);
      expect(entry.effect).toMatch(/^[A-Z`].{10,}\.$/s);
      expect(entry.remedy).toMatch(/^\S.{3,}/s);
      expect(entry.kinds.length).toBeGreaterThan(0);
    },
  );
});
