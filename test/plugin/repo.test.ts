import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPT = join(ROOT, 'scripts/plugin-repo.js');

let folder = '';
let repo = '';
let pem = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-repo-test-'));
  repo = join(folder, 'repo');
  pem = keyOf('rsa', 2048);
  writeFileSync(join(folder, 'repo.key'), pem, { mode: 0o600 });
  const made = make(['--key', join(folder, 'repo.key'), '--out', repo]);
  expect(made.status, made.stderr).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package repository of the plugin', () => {
  test('has a catalogue in both forms, and in it the package with its sum, its size and where it lies', () => {
    expect(readFileSync(join(repo, 'meta.conf'), 'utf8')).toMatch(/^version = 2;$/m);
    const [entry] = JSON.parse(member('data.pkg', 'data').toString()).packages;
    const archive = readFileSync(join(repo, entry.repopath));

    expect(entry).toMatchObject({ name: 'os-slash32', abi: 'FreeBSD:*:*', pkgsize: archive.length });
    expect(entry.sum).toBe(createHash('sha256').update(archive).digest('hex'));
    expect(entry.files, 'a catalogue has no files').toBeUndefined();
    expect(JSON.parse(member('packagesite.pkg', 'packagesite.yaml').toString())).toEqual(entry);
  });

  test.each([
    ['data.pkg', 'data'],
    ['packagesite.pkg', 'packagesite.yaml'],
  ])(
    '%s is signed over the digits of the SHA-256 of what it holds, for both ways in which pkg looks',
    (archive, name) => {
      const digits = createHash('sha256').update(member(archive, name)).digest('hex');
      const key = member(archive, `${name}.pub`);
      for (const signature of ['signature', `${name}.sig`])
        expect(verify('sha256', Buffer.from(digits), createPublicKey(key), member(archive, signature))).toBe(true);
      expect(verify('sha256', Buffer.from(`${digits}0`), createPublicKey(key), member(archive, 'signature'))).toBe(
        false,
      );
    },
  );

  test('says the fingerprint of the public key, as pkg takes it', () => {
    const key = readFileSync(join(repo, 'slash32.pub'));
    expect(key.equals(member('data.pkg', 'data.pub'))).toBe(true);
    const fingerprint = createHash('sha256').update(key).digest('hex');
    expect(readFileSync(join(repo, 'slash32.fingerprint'), 'utf8')).toBe(
      `function: "sha256"\nfingerprint: "${fingerprint}"\n`,
    );
  });

  test('is the same to the byte when it is made again, over the old one, and holds nothing of the private key', () => {
    const before = bytes(repo);
    expect(make(['--key', 'env:REPO_KEY', '--out', repo], { REPO_KEY: pem }).status).toBe(0);
    expect(bytes(repo)).toEqual(before);
    const [, line = ''] = pem.split('\n');
    for (const name of readdirSync(repo, { recursive: true, encoding: 'utf8' }))
      if (!name.endsWith('All')) expect(readFileSync(join(repo, name), 'latin1')).not.toContain(line);
  });

  test('takes the key of a systemd credential', () => {
    const credentials = join(folder, 'credentials');
    mkdirSync(credentials);
    writeFileSync(join(credentials, 'repo'), pem, { mode: 0o400 });
    const out = join(folder, 'by-credential');
    expect(make(['--key', 'credential:repo', '--out', out], { CREDENTIALS_DIRECTORY: credentials }).status).toBe(0);
    expect(bytes(out)).toEqual(bytes(repo));
  });

  test('is made by no key that is open to others, none that pkg does not know, and none in the repository', () => {
    const open = join(folder, 'open.key');
    writeFileSync(open, pem);
    chmodSync(open, 0o644);
    const inside = join(ROOT, 'repo.key');
    const refused = [
      [open, 'mode 644'],
      ['env:NOBODY', 'not set'],
      ['env:ODD', 'no private key'],
      ['env:PUBLIC', 'no private key'],
      ['env:EC', 'RSA'],
      ['env:SHORT', '1024 bits'],
      [inside, 'lies in the repository'],
    ] as const;
    const env = {
      ODD: 'nonsense',
      PUBLIC: readFileSync(join(repo, 'slash32.pub'), 'utf8'),
      EC: keyOf('ec', 0),
      SHORT: keyOf('rsa', 1024),
    };
    for (const [key, why] of refused) {
      const out = join(folder, 'refused');
      const made = make(['--key', key, '--out', out], env);
      expect(made.status, key).toBe(1);
      expect(made.stderr, key).toContain(why);
      expect(made.stderr, 'no stack trace').not.toMatch(/^\s+at /m);
      expect(existsSync(out), key).toBe(false);
    }
  });

  test('writes into no folder that holds anything else', () => {
    const out = join(folder, 'mine');
    mkdirSync(out);
    writeFileSync(join(out, 'mine.txt'), 'mine');
    const made = make(['--key', 'env:REPO_KEY', '--out', out], { REPO_KEY: pem });
    expect(made.status).toBe(1);
    expect(made.stderr).toContain('mine.txt');
    expect(readdirSync(out)).toEqual(['mine.txt']);
  });
});

function make(args: string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
}

function keyOf(type: 'rsa' | 'ec', bits: number): string {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function member(archive: string, name: string): Buffer {
  return execFileSync('tar', ['xOf', join(repo, archive), name]);
}

function bytes(out: string): Record<string, string> {
  const names = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name)).toString('base64')]),
  );
}
