import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The variables of the plugin's Makefile, without the `PLUGIN_` in front.
 *
 * @param {string} folder the plugin's folder
 * @returns {Record<string, string>}
 */
export function readMakefile(folder) {
  const text = readFileSync(join(folder, 'Makefile'), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/^PLUGIN_([A-Z_]+)\??=[\t ]*(.*)$/gm)].map(([, name, value]) => [name, value.trim()]),
  );
}

/**
 * Every file below a folder, sorted by path.
 *
 * @param {string} folder
 * @returns {{ path: string, isPlain: boolean, isExecutable: boolean }[]} paths relative to the folder
 */
export function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(folder.length + 1), stat: lstatSync(path) }))
    .map(({ path, stat }) => ({ path, isPlain: stat.isFile(), isExecutable: (stat.mode & 0o100) !== 0 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
