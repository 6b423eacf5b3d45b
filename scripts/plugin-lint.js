// Lints the OPNsense plugin: php -l, xmllint, sh -n, and the rules of OPNsense's own `make lint` and `make style` as far
// as they can be told without FreeBSD. node scripts/plugin-lint.js [--from PLUGIN-FOLDER]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { countLongLines, isPhp, lintText } from './plugin-lint-text.js';
import { lintTree } from './plugin-lint-tree.js';
import { lintXml } from './plugin-lint-xml.js';
import { listFiles, readMakefile } from './plugin-sources.js';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
const folder = resolve(values.from ?? join(import.meta.dirname, '../plugin/net/slash32'));
const sources = listFiles(folder).map(({ path, isExecutable }) => {
  return { path, isExecutable, text: readFileSync(join(folder, path), 'utf8') };
});

const syntax = sources.flatMap(lintSyntax);
const broken = new Set(syntax.map(({ path }) => path));
const whole = sources.filter(({ path }) => !broken.has(path));
const faults = [...syntax, ...lintText(whole), ...lintXml(whole), ...lintTree(sources, readMakefile(folder))];
for (const { path, rule, message } of faults) console.log(`${path}: ${rule}: ${message}`);
console.log(
  `${sources.length} files, ${faults.length} faults; ${countLongLines(whole)} lines of PHP have over 120 characters`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

function lintSyntax(source) {
  const check = findCheck(source);
  if (check === undefined) return [];
  const [rule, program, ...args] = check;
  const run = spawnSync(program, [...args, join(folder, source.path)], { encoding: 'utf8' });
  if (run.error !== undefined) throw new Error(`${program} is needed for this lint: ${run.error.message}`);
  if (run.status === 0) return [];
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
