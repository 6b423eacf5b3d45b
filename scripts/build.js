// Makes dist: the program (dist/cli), and the package of the firewall's plugin (dist/plugin), so that every installation has it. The
// new folder takes the place of the old one when it is whole: whoever runs the program from here meanwhile keeps a whole one, and a
// mistake in the sources leaves the old one. --loose goes on with a wrong type, as a person does who is trying something.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildProgram } from './build-program.js';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const fresh = `${DIST}.${process.pid}.new`;
const old = `${DIST}.${process.pid}.old`;

try {
  const [typed, packed] = await Promise.all([
    node(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], 2),
    node(['scripts/plugin-package.js', '--out', join(fresh, 'plugin')], 'ignore'),
    buildProgram(ROOT, fresh),
  ]);
  if (packed && (typed || process.argv.includes('--loose'))) swap();
  else process.exitCode = 1;
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}

/** Whether a program of this repository ends well; `said` is where its output goes, errors go to standard error. */
async function node(args, said) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', said, 2] });
  const [code] = await once(child, 'exit');
  return code === 0;
}

function swap() {
  try {
    renameSync(DIST, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, DIST);
}
