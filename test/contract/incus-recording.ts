import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One exchange with real Incus. The fixtures keep five of the 562 API extensions. */
export interface IncusRecording {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: Record<string, unknown> };
  readonly response: {
    readonly status: number;
    readonly body: { readonly metadata?: unknown } & Record<string, unknown>;
  };
}

const DIRECTORY = join(import.meta.dirname, '../fixtures/incus/recordings');

/** The recording whose file name starts with `prefix`. */
export function loadRecording(prefix: string): IncusRecording {
  const [folder, start] = prefix.includes('/') ? prefix.split('/', 2) : ['.', prefix];
  const directory = join(DIRECTORY, folder ?? '.');
  const file = readdirSync(directory).find((name) => name.startsWith(start ?? '') && name.endsWith('.json'));
  if (file === undefined) throw new Error(`no recording starts with ${prefix}`);
  return { name: file, ...JSON.parse(readFileSync(join(directory, file), 'utf8')) };
}

/** Objects whose keys are the user's: only values that are not strings count there, at any depth. */
const FREE_MAPS = new Set([
  'config',
  'devices',
  'expanded_config',
  'expanded_devices',
  'kernel_features',
  'lxc_features',
]);

/** Objects whose keys are the user's, but whose values have a shape of their own. */
const FREE_KEYS = new Set(['network', 'disk']);

/**
 * The shape of a JSON value as a sorted list of `path: type`. Elements of arrays and values of free maps share a path,
 * so that lists of different length compare.
 */
export function shapeOf(value: unknown): readonly string[] {
  const found = new Set<string>();
  walk(value, '$', '', found);
  return [...found].sort();
}

function walk(value: unknown, path: string, key: string, found: Set<string>): void {
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  found.add(`${path}: ${type}`);
  if (Array.isArray(value)) for (const element of value) walk(element, `${path}[]`, '', found);
  if (type !== 'object') return;
  for (const [name, entry] of Object.entries(value as object)) {
    if (FREE_MAPS.has(key)) walkStrings(entry, `${path}.*`, found);
    else walk(entry, `${path}.${FREE_KEYS.has(key) ? '*' : name}`, name, found);
  }
}

function walkStrings(value: unknown, path: string, found: Set<string>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const entry of Object.values(value)) walkStrings(entry, `${path}.*`, found);
  } else if (typeof value !== 'string') found.add(`${path}: ${typeof value}`);
}
