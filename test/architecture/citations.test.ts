import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSources } from './sources.js';

const FACTS = readFileSync(join(import.meta.dirname, '../../docs/facts.md'), 'utf8');
const HEADINGS = [...FACTS.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
const TEXTS = readSources().map(({ path, text }) => ({ path, text: text.replace(/\n\s*(?:\*|\/\/)\s?/g, ' ') }));

it('cites in comments only what stands in the repository', () => {
  const cited = TEXTS.flatMap(({ path, text }) =>
    [...text.matchAll(/docs\/facts\.md, "([^"]+)"/g)].map(([, heading]) => ({ path, heading })),
  );
  expect(cited.length).toBeGreaterThan(40);
  expect(cited.filter(({ heading }) => !HEADINGS.includes(heading))).toEqual([]);
  expect(
    TEXTS.filter(({ text }) => /facts §|facts\/(incus|opnsense)|facts: [\w.]+md|\(facts\)\./.test(text)).map(
      ({ path }) => path,
    ),
  ).toEqual([]);
});

it('keeps no heading that nothing leans on', () => {
  const all = TEXTS.map(({ text }) => text).join('\n');
  expect(HEADINGS.filter((heading) => !all.includes(`docs/facts.md, "${heading}"`))).toEqual([]);
});
