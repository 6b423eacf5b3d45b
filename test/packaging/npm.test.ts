import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { run } from '../support/command.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
interface Lock {
  readonly packages: Readonly<Record<string, { version?: string; dev?: boolean; hasInstallScript?: boolean }>>;
}

/** A package whose code is in the built program. */
interface Carried {
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8'));

it('needs nothing that runs a script of others when it is installed', () => {
  const { packages } = readJson<Lock>(join(ROOT, 'package-lock.json'));
  const scripted = Object.entries(packages).filter(([, one]) => one.hasInstallScript === true);
  expect(scripted.map(([path]) => path)).toEqual([]);
});

it('carries the code of no package but those that it says, each as it was tested and with its terms', () => {
  const { packages } = readJson<Lock>(join(ROOT, 'package-lock.json'));
  const carried = readJson<Carried[]>(join(ROOT, 'dist/third-party.json'));
  const terms = readFileSync(join(ROOT, 'dist/THIRD-PARTY.txt'), 'utf8');
  for (const { path, name, version } of carried) {
    expect([packages[path]?.version, packages[path]?.dev], path).toEqual([version, undefined]);
    expect(terms).toContain(`${name} ${version} (`);
  }
  const inside = readdirSync(join(ROOT, 'dist/cli'))
    .filter((name) => name.endsWith('.map'))
    .flatMap((name) => readJson<{ sources: string[] }>(join(ROOT, 'dist/cli', name)).sources)
    .flatMap((source) => /.*(node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
  expect(inside.length).toBeGreaterThan(500);
  const known = new Set(carried.map(({ path }) => path));
  expect(inside.filter((path) => ![...known].some((one) => one.endsWith(path)))).toEqual([]);
  const asked = Object.keys(readJson<{ dependencies: object }>(join(ROOT, 'package.json')).dependencies);
  expect(
    asked.filter((name) => !known.has(`node_modules/${name}`)),
    'a dependency that nothing uses',
  ).toEqual([]);
});

it('is installed by npm i -g from its tarball, which fetches nothing, and holds the program and nothing else', {}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-npm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const packed = await run(process.execPath, ['scripts/package-npm.js', '--out', folder], { cwd: ROOT });
  expect(packed.code, packed.stderr).toBe(0);
  const tarball = packed.stdout.trim();
  const listed = await run('tar', ['tzf', tarball], { cwd: folder });
  const files = listed.stdout
    .trim()
    .split('\n')
    .map((path) => ({ path: path.replace(/^package\//, '') }));
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
    'sbom.cdx.json',
  ]);
  const useless = /key|\.state\.json|\.env|node_modules|\.ts$/;
  expect(
    files.filter(({ path }) => useless.test(path) && !/key[\w-]*\.js(\.map)?$/.test(path)).map(({ path }) => path),
  ).toEqual([]);

  const prefix = join(folder, 'prefix');
  const installed = await run('npm', ['install', '-g', '--prefix', prefix, '--no-audit', '--no-fund', tarball], {
    cwd: folder,
  });
  expect(installed.code, installed.stderr).toBe(0);
  expect(installed.stderr, 'no warning').toBe('');
  expect(readdirSync(join(prefix, 'bin'))).toEqual(['slash32']);
  const home = join(prefix, 'lib/node_modules/slash32');
  expect(readdirSync(home)).not.toContain('node_modules');
  const carried = readJson<Carried[]>(join(home, 'dist/third-party.json'));
  const bill = readJson<{ components: { purl: string; hashes: unknown[]; licenses: unknown[] }[] }>(
    join(home, 'sbom.cdx.json'),
  );
  expect(bill.components.map(({ purl }) => purl)).toEqual(
    [...new Set(carried.map(({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`))].toSorted(),
  );
  for (const { purl, hashes, licenses } of bill.components)
    expect([hashes.length, licenses.length], purl).toEqual([1, 1]);
  const version = await run(join(prefix, 'bin/slash32'), ['--version'], { cwd: folder });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const demo = await run(join(prefix, 'bin/slash32'), ['demo'], { cwd: folder });
  expect(demo.code, demo.stdout + demo.stderr).toBe(0);
  const plugin = await run(join(prefix, 'bin/slash32'), ['plugin', 'install', '--json'], { cwd: folder });
  expect(plugin.code, plugin.stderr).toBe(0);
  expect(JSON.parse(plugin.stdout).path, 'the package of the plugin comes with it').toContain(realpathSync(prefix));
});
