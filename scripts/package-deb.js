// Makes the Debian package: dist-deb/slash32_VERSION_all.deb, the same bytes for the same sources and the same lock file.
// node scripts/package-deb.js [--out FOLDER]        needs dpkg-deb and a finished `npm run build`
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { billOfMaterials } from './bill-of-materials.js';

const ROOT = resolve(import.meta.dirname, '..');
/** 2026-01-01, unless the builder says when. */
const TIME = Number(process.env.SOURCE_DATE_EPOCH ?? 1767225600);
/** Editors are told by `slash32 init` where it is, and documents may be left out of an installation. */
const SCHEMA = 'docs/reference/slash32.schema.json';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(ROOT, 'dist-deb'));
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
if (!existsSync(join(ROOT, 'dist/cli/main.js'))) throw new Error('not built yet: npm run build');

const stage = mkdtempSync(join(tmpdir(), 'slash32-deb-'));
try {
  const target = build();
  const sum = createHash('sha256').update(readFileSync(target)).digest('hex');
  console.log(`${target}: ${readFileSync(target).length} bytes, SHA-256 ${sum}`);
} finally {
  rmSync(stage, { recursive: true, force: true });
}

function build() {
  const lib = join(stage, 'usr/lib/slash32');
  copyProgram(lib);
  copyDocuments(join(stage, 'usr/share/doc/slash32'));
  mkdirSync(join(stage, 'usr/bin'), { recursive: true });
  symlinkSync('../lib/slash32/bin/slash32.js', join(stage, 'usr/bin/slash32'));
  put('usr/lib/systemd/system/slash32.service', readFileSync(join(ROOT, 'packaging/systemd/slash32.service')));
  put('usr/share/man/man1/slash32.1.gz', gzipSync(manPage(), { level: 9 }));
  putCompletions();
  const control = writeControl();
  normalize(stage);
  mkdirSync(out, { recursive: true });
  const target = join(out, `slash32_${control}_all.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', stage, target], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(TIME) },
  });
  return target;
}

/** The program, which carries what it needs to run. */
function copyProgram(lib) {
  mkdirSync(lib, { recursive: true });
  for (const name of ['bin', 'dist', 'openapi']) cpSync(join(ROOT, name), join(lib, name), { recursive: true });
  for (const name of ['package.json', SCHEMA]) cpSync(join(ROOT, name), join(lib, name));
}

function copyDocuments(folder) {
  mkdirSync(join(folder, 'examples'), { recursive: true });
  for (const name of ['README.md', 'LICENSE', 'docs'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'changelog.gz'), gzipSync(readFileSync(join(ROOT, 'CHANGELOG.md')), { level: 9 }));
  cpSync(join(ROOT, 'packaging/debian/copyright'), join(folder, 'copyright'));
  const [lock, carried] = ['package-lock.json', 'dist/third-party.json'].map((name) =>
    JSON.parse(readFileSync(join(ROOT, name), 'utf8')),
  );
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(lock, carried), null, 2)}\n`);
  for (const name of ['grafana', 'prometheus'])
    if (existsSync(join(ROOT, 'packaging', name)))
      cpSync(join(ROOT, 'packaging', name), join(folder, 'examples', name), { recursive: true });
}

function writeControl() {
  const control = readFileSync(join(ROOT, 'packaging/debian/control.in'), 'utf8');
  const bytes = walk(stage).reduce((sum, path) => sum + lstatSync(path).size, 0);
  const filled = control.replace('@VERSION@', version).replace('@SIZE@', String(Math.ceil(bytes / 1024)));
  const sums = walk(stage)
    .filter((path) => lstatSync(path).isFile())
    .map((path) => `${createHash('md5').update(readFileSync(path)).digest('hex')}  ${relative(stage, path)}`);
  put('DEBIAN/md5sums', `${sums.sort((a, b) => (a.slice(34) < b.slice(34) ? -1 : 1)).join('\n')}\n`);
  put('DEBIAN/control', filled);
  for (const name of ['postinst', 'prerm', 'postrm'])
    put(`DEBIAN/${name}`, readFileSync(join(ROOT, 'packaging/debian', name)));
  return version;
}

function putCompletions() {
  const places = {
    bash: 'usr/share/bash-completion/completions/slash32',
    zsh: 'usr/share/zsh/vendor-completions/_slash32',
    fish: 'usr/share/fish/vendor_completions.d/slash32.fish',
  };
  for (const [shell, path] of Object.entries(places))
    put(path, execFileSync(process.execPath, [join(ROOT, 'bin/slash32.js'), 'completion', shell]));
}

/** One page that says what there is; the commands explain themselves. */
function manPage() {
  const help = execFileSync(process.execPath, [join(ROOT, 'bin/slash32.js'), '--help'], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' },
  });
  const body = help
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1');
  return [
    `.TH SLASH32 1 "" "slash32 ${version}" "User Commands"`,
    '.SH NAME',
    'slash32 \\- keep an OPNsense firewall in step with an Incus host',
    '.SH DESCRIPTION',
    '.nf',
    body.trimEnd(),
    '.fi',
    '.SH FILES',
    '.TP',
    '.I /etc/slash32/slash32.yaml',
    'the configuration of the service',
    '.TP',
    '.I /usr/share/doc/slash32/docs',
    'guides and references',
    '',
  ].join('\n');
}

function put(path, content) {
  const target = join(stage, path);
  mkdirSync(resolve(target, '..'), { recursive: true });
  writeFileSync(target, content);
}

/** The same modes and times wherever it is built. */
function normalize(folder) {
  const programs = new Set(['usr/lib/slash32/bin/slash32.js', 'DEBIAN/postinst', 'DEBIAN/prerm', 'DEBIAN/postrm']);
  for (const path of [...walk(folder), folder]) {
    const status = lstatSync(path);
    if (!status.isSymbolicLink()) {
      const isProgram = status.isDirectory() || programs.has(relative(folder, path));
      chmodSync(path, isProgram ? 0o755 : 0o644);
    }
    lutimesSync(path, TIME, TIME);
  }
}

/** Everything below a folder, folders last, so that their times stay. */
function walk(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [...walk(path), path] : [path];
    });
}
