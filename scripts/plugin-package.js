// Makes the package of the OPNsense plugin: dist-plugin/os-slash32-VERSION.pkg and its sum, the same bytes for the same sources.
// node scripts/plugin-package.js [--out FOLDER] [--from PLUGIN-FOLDER]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createManifests, packageVersion, sha256 } from './plugin-manifest.js';
import { createScripts } from './plugin-scripts.js';
import { listFiles, readMakefile } from './plugin-sources.js';
import { writeTar } from './plugin-tar.js';

const ROOT = resolve(import.meta.dirname, '..');
/** 2026-01-01. PHP's opcode cache goes by a file's time, so a file with other content must get another time. */
const FIRST_TIME = 1767225600;
/** The oldest os-isc-dhcp that OPNsense 26.1 came with; pkg goes by the name. */
const DEPENDENCIES = { 'os-isc-dhcp': { origin: 'opnsense/os-isc-dhcp', version: '1.0' } };
/** Files that the plugins tree treats in a special way; this script does not. */
const SPECIAL = /\.(in|sample|shadow)$|^man\//;

const { values } = parseArgs({ options: { out: { type: 'string' }, from: { type: 'string' } } });
const folder = resolve(values.from ?? join(ROOT, 'plugin/net/slash32'));
const out = resolve(values.out ?? join(ROOT, 'dist-plugin'));

const make = readMakefile(folder);
const version = packageVersion(make);
const files = readEntries();
const facts = createVersion();
const entries = [...files, createEntry(`opnsense/version/${make.NAME}`, 0o644, `${JSON.stringify(facts, null, 4)}\n`)];
entries.sort((a, b) => (a.path < b.path ? -1 : 1));

const { full, compact } = createManifests({
  make,
  desc: readFileSync(join(folder, 'pkg-descr'), 'utf8'),
  version: facts,
  scripts: createScripts(folder),
  entries,
  dependencies: readDependencies(),
});
const archive = writeTar([createMeta('+COMPACT_MANIFEST', compact), createMeta('+MANIFEST', full), ...entries]);
const target = join(out, `os-${make.NAME}-${version}.pkg`);
mkdirSync(out, { recursive: true });
writeFileSync(target, archive);
// As sha256sum -c and shasum -c read it.
writeFileSync(`${target}.sha256`, `${sha256(archive)}  os-${make.NAME}-${version}.pkg\n`);
console.log(`${target}: ${entries.length} files, ${archive.length} bytes, SHA-256 ${sha256(archive)}`);

function readEntries() {
  const source = join(folder, 'src');
  return listFiles(source).map(({ path, isPlain, isExecutable }) => {
    const isOdd = !isPlain || SPECIAL.test(path) || /(^|\/)\.|~$|\.(orig|rej|bak|swp)$/.test(path);
    if (isOdd) throw new Error(`src/${path}: not a plain file that belongs into a package`);
    return createEntry(path, isExecutable ? 0o755 : 0o644, readFileSync(join(source, path)));
  });
}

function createEntry(path, mode, content) {
  const data = Buffer.from(content);
  const time = FIRST_TIME + (Number.parseInt(sha256(data).slice(0, 8), 16) % (180 * 86400));
  return { path: `/usr/local/${path}`, mode, time, data };
}

function createMeta(path, manifest) {
  return { path, mode: 0o644, time: FIRST_TIME, data: Buffer.from(JSON.stringify(manifest)) };
}

/** What OPNsense's firmware pages read about an installed plugin. */
function createVersion() {
  const name = `os-${make.NAME}`;
  return {
    product_abi: '26.7',
    product_arch: 'any',
    product_conflicts: `${name}-devel`,
    product_email: make.MAINTAINER,
    product_hash: sha256(Buffer.concat(files.flatMap(({ path, data }) => [Buffer.from(path), data]))).slice(0, 9),
    product_id: name,
    product_name: make.NAME,
    product_tier: make.TIER ?? '3',
    product_version: version,
    product_website: make.WWW,
  };
}

function readDependencies() {
  const names = (make.DEPENDS ?? '').split(/\s+/).filter((name) => name !== '');
  return Object.fromEntries(
    names.map((name) => {
      const known = DEPENDENCIES[name];
      if (known === undefined) throw new Error(`PLUGIN_DEPENDS names ${name}, whose origin this script does not know`);
      return [name, known];
    }),
  );
}
