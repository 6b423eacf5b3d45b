// Runs what a change touches, in less than a minute: node scripts/test-changed.js [--since REVISION]
// A change of src/ or test/ runs the tests that import it, one of plugin/ its lint and PHPUnit. The tests that take longest are
// left out and named; npm test runs them all. Without --since: what is not committed, else the last commit.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importersOf, isLong } from './nearest-tests.js';

const ROOT = join(import.meta.dirname, '..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

const { values } = parseArgs({ options: { since: { type: 'string' } } });
const changed = filesOf(values.since);
const touched = [...importersOf(changed).keys()].filter((path) => path.endsWith('.test.ts'));
const left = touched.filter(isLong);
const wanted = touched.filter((path) => !left.includes(path));
if (changed.some((path) => /^(plugin|test\/plugin|scripts)\//.test(path)))
  wanted.push('test/plugin/phpunit.test.ts', 'test/plugin/lint.test.ts');

if (wanted.length === 0) console.log('No short test imports what has changed.');
else
  process.exitCode =
    spawnSync(process.execPath, [VITEST, 'run', ...wanted], { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
if (left.length > 0) console.log(`Left for npm test: ${left.join(', ')}`);

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
