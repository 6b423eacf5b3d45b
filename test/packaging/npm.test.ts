import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { run } from '../support/command.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('is installed by npm i -g from its tarball, which holds the program and nothing else', {}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-npm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // What is built is there already; building again here would pull it from under the other tests.
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: ROOT });
  const [{ files, filename }]: [{ files: { path: string }[]; filename: string }] = JSON.parse(packed.stdout);
  const tops = [...new Set(files.map(({ path }) => path.split('/')[0]))].toSorted();
  expect(tops).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'bin',
    'dist',
    'docs',
    'openapi',
    'package.json',
    'packaging',
  ]);
  expect(
    files.filter(
      ({ path }) => /key|\.state\.json|\.env|node_modules/.test(path) && !/\.(js|d\.ts|js\.map)$/.test(path),
    ),
  ).toEqual([]);

  const prefix = join(folder, 'prefix');
  const installed = await run(
    'npm',
    ['install', '-g', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', join(folder, filename)],
    { cwd: folder },
  );
  expect(installed.code, installed.stderr).toBe(0);
  expect(readdirSync(join(prefix, 'bin'))).toEqual(['slash32']);
  const version = await run(join(prefix, 'bin/slash32'), ['--version'], { cwd: folder });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const demo = await run(join(prefix, 'bin/slash32'), ['demo'], { cwd: folder });
  expect(demo.code, demo.stdout + demo.stderr).toBe(0);
});
