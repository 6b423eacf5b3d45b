import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readSources } from './sources.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;

it('says in CONTRIBUTING why each package is there, and of none that is not', () => {
  const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const table = page.slice(page.indexOf('## What it is built on'), page.indexOf('\nGone: '));
  const rows = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map((match) => match[1]),
  );
  expect(rows.toSorted()).toEqual([...Object.keys(dependencies), ...Object.keys(devDependencies)].toSorted());
});

it('asks for exact versions where another one does something else', () => {
  const exact = { ...dependencies, ...devDependencies };
  for (const name of ['fast-xml-parser', '@biomejs/biome', 'playwright-core', 'rolldown'])
    expect(exact[name], name).toMatch(/^\d+\.\d+\.\d+$/);
});

it('imports in src/ nothing but packages that it asks for, and Node', () => {
  const packages = readSources().flatMap(({ path, outer }) =>
    outer
      .map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2) : name.split('/').slice(0, 1)).join('/'))
      .filter((name) => !name.startsWith('node:') && dependencies[name] === undefined)
      .map((name) => `${path} imports ${name}`),
  );
  expect(packages).toEqual([]);
});
