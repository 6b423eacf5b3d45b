import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSecret, secretParts } from '../../src/config/secret.js';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { createRedactor, type Redactor } from '../../src/secrets/redactor.js';

const SECRET = 'w86XNZob+8Oq8aC5r0kbNarNtdpoQU781fyoeaOBQsBw';
const CONTENT = `key=vXkkQRGfW6KaUHYy\nsecret=${SECRET}\n`;

let folder = '';
let redactor: Redactor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-secret-'));
  redactor = createRedactor();
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function keyFile(mode: number, content = CONTENT): string {
  const path = join(folder, 'key');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

async function failure(reference: string, env: Record<string, string> = {}): Promise<Slash32Error> {
  try {
    await readSecret(reference, { env, redactor });
  } catch (error) {
    if (error instanceof Slash32Error) return error;
    throw error;
  }
  throw new Error('readSecret did not fail');
}

describe('reading a secret', () => {
  it.each([0o600, 0o400, 0o640, 0o440])('takes a file of mode %o', async (mode) => {
    await expect(readSecret(keyFile(mode), { env: {}, redactor })).resolves.toBe(CONTENT);
  });

  it.each([0o644, 0o604, 0o602, 0o660, 0o666, 0o620])(
    'refuses a file of mode %o with the command that mends it',
    async (mode) => {
      const path = keyFile(mode);
      const error = await failure(path);
      expect(error.code).toBe('S32_SECRET_EXPOSED');
      expect(error.message).toContain(`mode ${mode.toString(8)}`);
      expect(error.hint).toContain(`chmod 600 ${path}`);
      expect(JSON.stringify([error.message, error.hint, error.where])).not.toContain(SECRET);
    },
  );

  it('takes a systemd credential and a variable', async () => {
    keyFile(0o400);
    const env = { CREDENTIALS_DIRECTORY: folder, OPNSENSE_KEY: CONTENT };
    await expect(readSecret('credential:key', { env, redactor })).resolves.toBe(CONTENT);
    await expect(readSecret('env:OPNSENSE_KEY', { env, redactor })).resolves.toBe(CONTENT);
  });

  it.each<[string, string, Record<string, string>, RegExp]>([
    ['a file that is not there', '/nonexistent/key', {}, /\/nonexistent\/key does not exist/],
    ['a credential without systemd', 'credential:key', {}, /\$CREDENTIALS_DIRECTORY is not set/],
    ['a credential in a relative folder', 'credential:key', { CREDENTIALS_DIRECTORY: 'x' }, /is not set/],
    ['a credential that is not there', 'credential:key', { CREDENTIALS_DIRECTORY: '/nonexistent' }, /does not exist/],
    ['a variable that is not set', 'env:KEY', {}, /is not set/],
    ['an empty variable', 'env:KEY', { KEY: ' \n' }, /is empty/],
  ])('names %s', async (_name, reference, env, expected) => {
    const error = await failure(reference, env);
    expect(error.code).toBe('S32_SECRET_UNREADABLE');
    expect(error.message).toMatch(expected);
    expect(error.where).toBe(reference);
  });

  it('names a folder, an empty file and a file that is no key, and never waits for a pipe', async () => {
    mkdirSync(join(folder, 'sub'));
    expect((await failure(join(folder, 'sub'))).message).toMatch(/is not a file|is a folder/);
    expect((await failure(keyFile(0o600, ''))).message).toMatch(/is empty/);
    expect((await failure(keyFile(0o600, 'x'.repeat(70_000)))).message).toMatch(/too large/);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect((await failure(join(folder, 'pipe'))).message).toMatch(/is not a file/);
  });

  it('tells the redactor every line before anybody sees the content', async () => {
    await readSecret(keyFile(0o600), { env: {}, redactor });
    const basic = Buffer.from(`vXkkQRGfW6KaUHYy:${SECRET}`).toString('base64');
    const text = redactor.redact(
      `${CONTENT} ${encodeURIComponent(SECRET)} ${Buffer.from(SECRET).toString('base64')} ${basic}`,
    );
    for (const part of [SECRET, 'vXkkQRGfW6KaUHYy', encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')])
      expect(text).not.toContain(part);
  });

  it('splits a PEM file into its lines without the markers, and leaves short words alone', () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
    const pem = `-----BEGIN PRIVATE KEY-----\r\n${body}\r\nab\r\n-----END PRIVATE KEY-----\r\n`;
    expect(secretParts(pem)).toEqual([pem.trim(), body]);
  });
});
