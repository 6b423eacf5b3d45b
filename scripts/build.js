// Compiles src to dist, and makes the package of the firewall's plugin in dist/plugin, so that every installation has it. The new folder takes the place of the old one when it is whole: whoever runs the program from here meanwhile
// keeps a whole one, and a mistake in the sources leaves the old one.
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const fresh = `${DIST}.${process.pid}.new`;
const old = `${DIST}.${process.pid}.old`;

try {
  const { status } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', fresh],
    { stdio: 'inherit' },
  );
  if (status !== 0 || !makePlugin()) process.exitCode = 1;
  else swap();
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}

function makePlugin() {
  const script = join(import.meta.dirname, 'plugin-package.js');
  const made = spawnSync(process.execPath, [script, '--out', join(fresh, 'plugin')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return made.status === 0;
}

function swap() {
  try {
    renameSync(DIST, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, DIST);
}
