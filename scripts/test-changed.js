// Runs what a change touches, in less than a minute: node scripts/test-changed.js [--since REVISION]
// A change of src/ or test/ runs the tests that import it, one of plugin/ its lint and PHPUnit. The tests that take longest are
// left out and named; npm test runs them all. Without --since: what is not committed, else the last commit.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** They start many processes or play whole histories, and hold what others hold in a smaller form. */
const LONG = [
  'test/bench',
  'test/cli/plugin-php.test.ts',
  'test/cli/process.test.ts',
  'test/docs',
  'test/cli/saved-pages.test.ts',
  'test/firewall/contract',
  'test/firewall/opnsense/api/faults.test.ts',
  'test/firewall/opnsense/api/policy-order.test.ts',
  'test/firewall/opnsense/isc/dhcpd-agrees.test.ts',
  'test/http/contract.test.ts',
  'test/http/pages.test.ts',
  'test/lab',
  'test/packaging',
  'test/plugin/contract',
  'test/plugin/engine',
  'test/plugin/gui',
  'test/serve',
  'test/support',
];

const { values } = parseArgs({ options: { since: { type: 'string' } } });
const changed = filesOf(values.since);
const touched = [...importersOf(changed)].filter((path) => path.endsWith('.test.ts'));
const left = touched.filter((path) => LONG.some((long) => path === long || path.startsWith(`${long}/`)));
const wanted = touched.filter((path) => !left.includes(path));
if (changed.some((path) => /^(plugin|test\/plugin|scripts)\//.test(path)))
  wanted.push('test/plugin/phpunit.test.ts', 'test/plugin/lint.test.ts');

if (wanted.length === 0) console.log('No short test imports what has changed.');
else
  process.exitCode =
    spawnSync(process.execPath, [VITEST, 'run', ...wanted], { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
if (left.length > 0) console.log(`Left for npm test: ${left.join(', ')}`);

/** The files, and all that import them, directly or not. */
function importersOf(files) {
  const importers = new Map();
  for (const folder of ['src', 'test'])
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const file = join(entry.parentPath, entry.name);
      for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\(?) ?'(\.[^']*)'/g)) {
        const target = relative(ROOT, join(dirname(file), to.replace(/\.js$/, '.ts')));
        importers.set(target, [...(importers.get(target) ?? []), relative(ROOT, file)]);
      }
    }
  const found = new Set();
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    open.push(...(importers.get(file) ?? []));
  }
  return found;
}

function filesOf(since) {
  const open = since === undefined ? [...git('diff', '--name-only', 'HEAD'), ...untracked()] : [];
  if (open.length > 0) return open;
  return [...git('diff', '--name-only', since ?? 'HEAD~1'), ...untracked()];
}

function untracked() {
  return git('ls-files', '--others', '--exclude-standard');
}

function git(...args) {
  const run = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr.trim()}`);
  return run.stdout.split('\n').filter(Boolean);
}
