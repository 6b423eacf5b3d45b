import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countLongLines, isPhp, lintText } from './plugin-lint-text.js';
import { lintTree } from './plugin-lint-tree.js';
import { lintXml } from './plugin-lint-xml.js';
import { listFiles, readMakefile } from './plugin-sources.js';

/** Lints the plugin in a folder: a line for each fault and one that counts them, and whether there is none. */
export function lintFolder(folder) {
  const sources = listFiles(folder).map(({ path, isExecutable }) => {
    return { path, isExecutable, text: readFileSync(join(folder, path), 'utf8') };
  });
  const syntax = sources.flatMap((source) => lintSyntax(folder, source));
  const broken = new Set(syntax.map(({ path }) => path));
  const whole = sources.filter(({ path }) => !broken.has(path));
  const faults = [...syntax, ...lintText(whole), ...lintXml(whole), ...lintTree(sources, readMakefile(folder))];
  const lines = [
    ...faults.map(({ path, rule, message }) => `${path}: ${rule}: ${message}`),
    `${sources.length} files, ${faults.length} faults; ${countLongLines(whole)} lines of PHP have over 120 characters`,
  ];
  return { lines, isClean: faults.length === 0 };
}

/** What was found sound before, by rule and text: each check is a process of its own. */
const SOUND = new Set();

function lintSyntax(folder, source) {
  const check = findCheck(source);
  if (check === undefined) return [];
  const [rule, program, ...args] = check;
  const known = `${rule}\n${source.text}`;
  if (SOUND.has(known)) return [];
  const run = spawnSync(program, [...args, join(folder, source.path)], { encoding: 'utf8' });
  if (run.error !== undefined) throw new Error(`${program} is needed for this lint: ${run.error.message}`);
  if (run.status === 0) {
    SOUND.add(known);
    return [];
  }
  const said = `${run.stdout}${run.stderr}`.replaceAll(`${folder}/`, '').trim().split('\n');
  return [{ path: source.path, rule, message: said[0] ?? '' }];
}

function findCheck(source) {
  if (isPhp(source)) return ['php', 'php', '-n', '-d', 'display_errors=stderr', '-l'];
  if (source.path.endsWith('.xml')) return ['xml', 'xmllint', '--noout', '--nonet'];
  if (/^#!\/bin\/sh\n/.test(source.text)) return ['sh', 'sh', '-n'];
  if (source.path.endsWith('.sh')) return ['shebang', 'false'];
  return undefined;
}
