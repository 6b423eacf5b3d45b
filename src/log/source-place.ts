import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The place of a frame in a stack: `    at name (file:///folder/file.js:12:34)`. */
const FRAME = /^\s+at (?:.*[ (])??(file:\/\/\S+?|\/.+?):(\d+):(\d+)\)?$/gm;
/** Ours, and not a package's. */
const SOURCE = /^(?!.*\/node_modules\/)(?:.*\/)?(src\/.+\.ts)$/;

/**
 * The line of the sources where an error comes from (`src/plan/plan.ts:41`), for whoever mends it: the built program is found by the
 * maps beside it. Undefined where nothing of ours is in its stack.
 */
export function sourcePlace(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  for (const [, file = '', line, column] of (error.stack ?? '').matchAll(FRAME)) {
    const place = placeOf(file.startsWith('/') ? file : fileURLToPath(file), Number(line), Number(column));
    const source = SOURCE.exec(place.file)?.[1];
    if (source !== undefined) return `${source}:${place.line}`;
  }
  return undefined;
}

function placeOf(file: string, line: number, column: number): { readonly file: string; readonly line: number } {
  const map = readMap(`${file}.map`);
  const entry = map?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return { file, line };
  return { file: entry.originalSource, line: entry.originalLine + 1 };
}

function readMap(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
