import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of src/ (or of tools/) and what it imports. */
export interface SourceFile {
  /** Path below its folder, for example `plan/plan.ts`. */
  readonly path: string;
  readonly text: string;
  /** Paths below that folder that it imports, also only for types. */
  readonly inner: readonly string[];
  /** Packages and Node modules that it imports. */
  readonly outer: readonly string[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Deep enough for a way out of it to be seen as one. */
const ANYWHERE = '/repository/folder';
const IMPORT =
  /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\btypeof import\(['"]([^'"]+)['"]\)/gm;

/** Every TypeScript file of a folder of the repository, sorted by path. */
export function readSources(folder = 'src'): SourceFile[] {
  const root = join(ROOT, folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** The imports of one file. */
export function parseSource(path: string, text: string): SourceFile {
  const specifiers = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const inner = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(ANYWHERE, resolve(ANYWHERE, dirname(path), specifier)).replace(/\.js$/, '.ts'));
  return { path, text, inner, outer: specifiers.filter((specifier) => !specifier.startsWith('.')) };
}
