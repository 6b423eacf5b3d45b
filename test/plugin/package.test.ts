import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PLUGIN = join(ROOT, 'plugin/net/slash32');

interface TarEntry {
  path: string;
  mode: number;
  owner: string;
  time: number;
  data: Buffer;
}

interface Manifest {
  name: string;
  version: string;
  abi: string;
  flatsize: number;
  desc: string;
  deps: Record<string, { origin: string; version: string }>;
  files: Record<string, string>;
  scripts: Record<string, string>;
}

let folder = '';
let entries: TarEntry[] = [];
let manifest: Manifest;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-package-'));
  const made = makePackage(join(folder, 'first'));
  expect(made.stderr).toBe('');
  entries = readTar(readFileSync(join(folder, 'first/os-slash32-1.5.pkg')));
  manifest = JSON.parse(contentOf('+MANIFEST')) as Manifest;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package os-slash32', () => {
  test('has its two manifests first, and then exactly the files of the full one, below /usr/local', () => {
    expect(entries.slice(0, 2).map((entry) => entry.path)).toEqual(['+COMPACT_MANIFEST', '+MANIFEST']);
    const paths = entries.slice(2).map((entry) => entry.path);
    expect(paths).toEqual(Object.keys(manifest.files));
    expect(paths.filter((path) => !path.startsWith('/usr/local/'))).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('has the sum and the size of every file right', () => {
    for (const { path, data } of entries.slice(2)) {
      expect(manifest.files[path], path).toBe(`1$${createHash('sha256').update(data).digest('hex')}`);
    }
    const sizes = entries.slice(2).map((entry) => entry.data.length);
    expect(manifest.flatsize).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  test('belongs to root:wheel, can run what must run and nothing else, and nobody but root can write to it', () => {
    expect(new Set(entries.map((entry) => entry.owner))).toEqual(new Set(['root:wheel']));
    const runs = entries.filter((entry) => entry.mode === 0o755).map((entry) => entry.path);
    expect(runs.sort()).toEqual([
      '/usr/local/etc/rc.syshook.d/early/12-slash32',
      '/usr/local/opnsense/scripts/slash32/ask_peer.php',
      '/usr/local/opnsense/scripts/slash32/slash32.php',
      '/usr/local/opnsense/scripts/slash32/watch.php',
    ]);
    expect(entries.filter((entry) => entry.mode !== 0o755 && entry.mode !== 0o644)).toEqual([]);
  });

  test('has every file of src, byte for byte, the file that OPNsense reads the version from, and nothing else', () => {
    const listed = spawnSync('find', ['src', '-type', 'f'], { cwd: PLUGIN, encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
    const version = '/usr/local/opnsense/version/slash32';
    const expected = [...listed.map((path) => path.replace(/^src/, '/usr/local')), version].sort();
    expect(Object.keys(manifest.files).sort()).toEqual(expected);
    for (const path of listed) {
      expect(contentOf(path.replace(/^src/, '/usr/local')), path).toBe(readFileSync(join(PLUGIN, path), 'utf8'));
    }
    expect(JSON.parse(contentOf(version))).toMatchObject({ product_id: 'os-slash32', product_version: '1.5' });
  });

  test('says its version by itself too, since a service decides by it what it may send', () => {
    const state = contentOf('/usr/local/opnsense/mvc/app/library/OPNsense/Slash32/Engine/State.php');
    expect(/PLUGIN = '([^']*)'/.exec(state)?.[1]).toBe(manifest.version);
  });

  test('has nothing of the tests or the stand-ins in it', () => {
    const all = entries.map((entry) => `${entry.path}\n${entry.data.toString('utf8')}`);
    expect(
      entries.filter((entry) => /test|standin(?!g)|fixture/i.test(entry.path.replace('DhcpdTest.php', ''))),
    ).toEqual([]);
    expect(all.filter((text) => text.includes('PHPUnit'))).toEqual([]);
  });

  test('depends on ISC DHCP, fits any release and architecture, and carries the description', () => {
    expect(manifest).toMatchObject({ name: 'os-slash32', version: '1.5', abi: 'FreeBSD:*:*' });
    expect(manifest.deps).toEqual({ 'os-isc-dhcp': { origin: 'opnsense/os-isc-dhcp', version: '1.0' } });
    expect(decodeURIComponent(manifest.desc)).toBe(readFileSync(join(PLUGIN, 'pkg-descr'), 'utf8').trimEnd());
  });

  test('has scripts that a shell can read, and that have OPNsense take notice of it', () => {
    expect(Object.keys(manifest.scripts).sort()).toEqual(['post-deinstall', 'post-install', 'pre-deinstall']);
    const decoded = Object.values(manifest.scripts).map((text) => decodeURIComponent(text));
    for (const text of decoded) expect(spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' }).stderr).toBe('');
    const install = decodeURIComponent(manifest.scripts['post-install'] ?? '');
    expect(install).toMatch(
      /rc\.d\/configd restart[\s\S]*run_migrations\.php OPNsense\/Slash32[\s\S]*rc\.configure_plugins/,
    );
  });

  test('rolls back what is not confirmed before its files go: one request of root for each pending record', () => {
    const [conf, temporary, called] = [join(folder, 'conf'), join(folder, 'requests'), join(folder, 'called')];
    spawnSync('mkdir', ['-p', conf, temporary]);
    for (const id of ['00112233aabbccdd', '445566778899eeff']) writeFileSync(join(conf, `${id}.json`), '{}');
    writeFileSync(join(conf, '00112233aabbccdd.before.xml'), '<x/>');
    const script = join(folder, 'slash32.php');
    writeFileSync(
      script,
      `#!/bin/sh\necho "$1 $(stat -c %a ${temporary}/slash32-$2.json) $(cat ${temporary}/slash32-$2.json)" >> ${called}\n`,
    );
    chmodSync(script, 0o755);
    const text = decodeURIComponent(manifest.scripts['pre-deinstall'] ?? '')
      .replaceAll('/tmp/slash32-', `${temporary}/slash32-`)
      .replaceAll('/usr/local/opnsense/scripts/slash32/slash32.php', script)
      .replaceAll('/conf/slash32', conf);
    expect(spawnSync('sh', ['-e'], { input: text, encoding: 'utf8' }).stderr).toBe('');
    expect(readFileSync(called, 'utf8').trim().split('\n')).toEqual([
      'gui_rollback 600 {"body":{"id":"00112233aabbccdd"},"user":"root","address":"127.0.0.1"}',
      'gui_rollback 600 {"body":{"id":"445566778899eeff"},"user":"root","address":"127.0.0.1"}',
    ]);
  });

  test('is the same to the byte when it is made again, also from a copy with other times and group rights', () => {
    makePackage(join(folder, 'second'));
    const copy = join(folder, 'copy');
    cpSync(PLUGIN, copy, { recursive: true });
    spawnSync('chmod', ['-R', 'g+w', copy]);
    makePackage(join(folder, 'third'), copy);
    const [first, ...others] = ['first', 'second', 'third'].map((name) =>
      readFileSync(join(folder, name, 'os-slash32-1.5.pkg')).toString('base64'),
    );
    expect(others.every((other) => other === first)).toBe(true);
  });

  test('gives a file with other content another time, because PHP’s opcode cache goes by it', () => {
    const copy = join(folder, 'changed');
    cpSync(PLUGIN, copy, { recursive: true });
    const path = 'opnsense/mvc/app/models/OPNsense/Slash32/Slash32.php';
    writeFileSync(join(copy, 'src', path), '<?php\n');
    makePackage(join(folder, 'fourth'), copy);
    const changed = readTar(readFileSync(join(folder, 'fourth/os-slash32-1.5.pkg')));
    const timeOf = (all: TarEntry[]) => all.find((entry) => entry.path === `/usr/local/${path}`)?.time;
    expect(timeOf(changed)).not.toBe(timeOf(entries));
    expect(changed.filter((entry) => entry.time > Date.UTC(2026, 6, 1) / 1000)).toEqual([]);
  });

  test.each(['src/opnsense/.swapfile', 'src/opnsense/a.php.orig', 'src/opnsense/b.conf.in'])(
    'is not made with %s in it',
    (path) => {
      const copy = mkdtempSync(join(folder, 'odd-'));
      cpSync(PLUGIN, copy, { recursive: true });
      writeFileSync(join(copy, path), '');
      expect(makePackage(join(folder, 'odd'), copy).stderr).toContain(`${path}: not a plain file`);
    },
  );

  test('is not made with a link in it', () => {
    const copy = mkdtempSync(join(folder, 'link-'));
    cpSync(PLUGIN, copy, { recursive: true });
    symlinkSync('/etc/passwd', join(copy, 'src/opnsense/link.php'));
    expect(makePackage(join(folder, 'odd'), copy).stderr).toContain('link.php: not a plain file');
  });
});

function makePackage(out: string, from = PLUGIN): { stdout: string; stderr: string } {
  const script = join(ROOT, 'scripts/plugin-package.js');
  return spawnSync(process.execPath, [script, '--out', out, '--from', from], { encoding: 'utf8' });
}

function contentOf(path: string): string {
  return String(entries.find((entry) => entry.path === path)?.data.toString('utf8'));
}

function readTar(archive: Buffer): TarEntry[] {
  const found: TarEntry[] = [];
  for (let at = 0; archive[at] !== 0; ) {
    const text = (from: number, length: number) =>
      archive.toString('utf8', at + from, at + from + length).replace(/\0[\s\S]*$/, '');
    const number = (from: number, length: number) => Number.parseInt(text(from, length), 8);
    const size = number(124, 12);
    const sum = archive.subarray(at, at + 512).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    if (sum !== number(148, 8)) throw new Error(`the header of ${text(0, 100)} has a wrong sum`);
    found.push({
      path: [text(345, 155), text(0, 100)].filter((part) => part !== '').join('/'),
      mode: number(100, 8),
      owner: `${text(265, 32)}:${text(297, 32)}`,
      time: number(136, 12),
      data: archive.subarray(at + 512, at + 512 + size),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}
