// Puts one small fault after the other into a part of src/ and looks whether a near test notices:
//   npm run mutate -- PATH [--sample 40] [--seed 1] [--distance 2]
// It works on a copy, so that the tree is never broken, whatever ends it. Not part of npm test: it takes minutes.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { mutantsOf } from './mutants.js';
import { importersOf, isLong } from './nearest-tests.js';

const ROOT = join(import.meta.dirname, '..');
const COPIED = ['src', 'tools', 'test', 'scripts', 'bin', 'docs', 'openapi', 'packaging', 'plugin'];
const FILES = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vitest.config.ts',
  'biome.json',
  'README.md',
  'CHANGELOG.md',
];
/** Milliseconds after which a mutant that has its tests run for ever counts as noticed. */
const PATIENCE = 300_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    distance: { type: 'string', default: '2' },
  },
});
const [path] = positionals;
if (path === undefined || !relative(ROOT, join(ROOT, path)).startsWith('src')) {
  console.error('Usage: npm run mutate -- PATH [--sample 40] [--seed 1] [--distance 2], with a file or folder of src/');
  process.exit(2);
}
process.exitCode = main(filesOf(path), Number(values.sample), Number(values.seed), Number(values.distance));

function main(files, sample, seed, distance) {
  const all = files.flatMap((file) =>
    mutantsOf(readFileSync(join(ROOT, file), 'utf8')).map((mutant) => ({ file, ...mutant })),
  );
  const chosen = sampled(all, sample, seed);
  const copy = mkdtempSync(join(tmpdir(), 'slash32-mutate-'));
  const counts = { noticed: 0, survived: 0, untested: 0 };
  try {
    makeCopy(copy);
    for (const mutant of chosen) {
      const tests = nearest(mutant.file, distance);
      const verdict = tests.length === 0 ? 'untested' : tryOne(copy, mutant, tests);
      counts[verdict] += 1;
      if (verdict !== 'noticed')
        console.log(`${verdict}: ${mutant.file}:${mutant.line}, ${mutant.what}\n    ${mutant.before}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
  const share = chosen.length === 0 ? 0 : (counts.survived + counts.untested) / chosen.length;
  console.log(
    `${path}: ${chosen.length} of ${all.length} mutants, ${counts.noticed} noticed, ${counts.survived} survived, ` +
      `${counts.untested} without a near test; ${(100 * share).toFixed(0)} of 100 get by.`,
  );
  return counts.survived + counts.untested === 0 ? 0 : 1;
}

/** Whether a test notices, in the copy, which is whole again afterwards. */
function tryOne(copy, { file, text }, tests) {
  writeFileSync(join(copy, file), text);
  const run = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', ...tests], {
    cwd: copy,
    stdio: 'ignore',
    timeout: PATIENCE,
    env: { ...process.env, SLASH32_NO_BUILD: '1' },
  });
  cpSync(join(ROOT, file), join(copy, file));
  return run.status === 0 ? 'survived' : 'noticed';
}

/** The short tests that import a file through the fewest others, and all up to that distance. */
function nearest(file, distance) {
  const tests = [...importersOf([file])].filter(([name]) => name.endsWith('.test.ts') && !isLong(name));
  const least = Math.min(...tests.map(([, steps]) => steps));
  const most = Math.max(least, distance);
  return tests.filter(([, steps]) => steps <= most).map(([name]) => name);
}

function makeCopy(copy) {
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  for (const name of FILES) cpSync(join(ROOT, name), join(copy, name));
  for (const name of ['node_modules', 'dist']) symlinkSync(join(ROOT, name), join(copy, name));
}

function filesOf(given) {
  if (!statSync(join(ROOT, given)).isDirectory()) return [relative(ROOT, join(ROOT, given))];
  return readdirSync(join(ROOT, given), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

/** So many of them, the same ones for the same seed. */
function sampled(all, count, seed) {
  let state = seed >>> 0 || 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return all
    .map((one, place) => ({ one, place, by: random() }))
    .sort((a, b) => a.by - b.by)
    .slice(0, count)
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
