import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of src/ and what it imports. */
export interface SourceFile {
  /** Path below src/, for example `plan/plan.ts`. */
  readonly path: string;
  readonly text: string;
  /** Paths below src/ that it imports, also only for types. */
  readonly inner: readonly string[];
  /** Packages and Node modules that it imports. */
  readonly outer: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../src', import.meta.url));
const IMPORT =
  /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\btypeof import\(['"]([^'"]+)['"]\)/gm;

/** Every TypeScript file of src/, sorted by path. */
export function readSources(): SourceFile[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), 'utf8')));
}

/** The imports of one file. */
export function parseSource(path: string, text: string): SourceFile {
  const specifiers = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const inner = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(ROOT, resolve(ROOT, dirname(path), specifier)).replace(/\.js$/, '.ts'));
  return { path, text, inner, outer: specifiers.filter((specifier) => !specifier.startsWith('.')) };
}
