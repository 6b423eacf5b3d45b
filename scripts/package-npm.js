// Makes the npm package: dist-npm/slash32-VERSION.tgz. It holds all that the program needs, exactly as it was tested, and a list of it.
// node scripts/package-npm.js [--out FOLDER]        needs npm and a finished `npm run build`
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { billOfMaterials } from './bill-of-materials.js';

const ROOT = resolve(import.meta.dirname, '..');
const COPIED = ['bin', 'dist', 'openapi', 'docs', 'packaging', 'README.md', 'CHANGELOG.md', 'LICENSE'];

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(ROOT, 'dist-npm'));
if (!existsSync(join(ROOT, 'dist/cli/main.js'))) throw new Error('not built yet: npm run build');

const stage = mkdtempSync(join(tmpdir(), 'slash32-npm-'));
try {
  for (const name of COPIED) cpSync(join(ROOT, name), join(stage, name), { recursive: true });
  put('package.json', installable(readJson('package.json')));
  put('sbom.cdx.json', billOfMaterials(readJson('package-lock.json'), readJson('dist/third-party.json')));
  mkdirSync(out, { recursive: true });
  const made = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', out], {
    cwd: stage,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  console.log(join(out, made.trim()));
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** Whoever installs it builds nothing and fetches nothing: without scripts npm asks nobody whether they may run. */
function installable({ scripts: _, dependencies: __, devDependencies: ___, files, ...rest }) {
  return { ...rest, files: [...files, 'sbom.cdx.json'] };
}

function readJson(name) {
  return JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
}

function put(name, value) {
  writeFileSync(join(stage, name), `${JSON.stringify(value, null, 2)}\n`);
}
