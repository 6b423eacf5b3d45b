import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createTokenStore, type TokenStore } from '../../src/state/token-store.js';
import { temporaryFolder } from '../cli/harness.js';
import { labSkipReason } from '../lab/require-lab.js';

let file = '';
let time = Date.parse('2026-11-23T12:00:00Z');
let store: TokenStore;

beforeEach(async () => {
  file = join(await temporaryFolder(), 'tokens.json');
  time = Date.parse('2026-11-23T12:00:00Z');
  store = createTokenStore(file, () => new Date(time));
});

describe('API tokens', () => {
  it('are recognised with their name and role, and stored as a hash only, for their owner alone', async () => {
    const token = await store.create('ci', 'operator', undefined);
    expect(token).toMatch(/^s32_[A-Za-z0-9_-]{43}$/);
    expect(await store.check(token)).toEqual({ kind: 'valid', name: 'ci', role: 'operator' });
    expect(readFileSync(file, 'utf8')).not.toContain(token.slice(4));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each(['', 's32_', 'x', 's32_'.padEnd(47, 'A'), '\u0000', 'ä'.repeat(1000)])(
    'are not guessed: %j',
    async (guess) => {
      await store.create('ci', 'viewer', undefined);
      expect(await store.check(guess)).toEqual({ kind: 'unknown' });
    },
  );

  it('end at their time', async () => {
    const token = await store.create('guest', 'viewer', new Date(time + 60_000));
    expect((await store.check(token)).kind).toBe('valid');
    time += 60_000;
    expect(await store.check(token)).toEqual({ kind: 'expired', name: 'guest' });
  });

  it('are gone within a second after somebody else revoked them', async () => {
    const token = await store.create('ci', 'admin', undefined);
    expect((await store.check(token)).kind).toBe('valid');
    await createTokenStore(file, () => new Date(time)).revoke('ci');
    time += 1000;
    expect(await store.check(token)).toEqual({ kind: 'unknown' });
  });

  it('have names of their own', async () => {
    await store.create('ci', 'viewer', undefined);
    for (const name of ['ci', '', 'a b', '../x', 'x'.repeat(64)])
      await expect(store.create(name, 'viewer', undefined)).rejects.toMatchObject({ code: 'S32_TOKENS_NAME' });
    await expect(store.revoke('none')).rejects.toMatchObject({ code: 'S32_TOKENS_NAME' });
    expect((await store.list()).map((one) => one.name)).toEqual(['ci']);
  });

  it('are refused from a file that others may read, or that is damaged', async () => {
    const token = await store.create('ci', 'viewer', undefined);
    chmodSync(file, 0o644);
    time += 5000;
    await expect(store.check(token)).rejects.toMatchObject({ code: 'S32_TOKENS_FILE' });
    chmodSync(file, 0o600);
    const endless = { name: 'x', role: 'admin', sha256: '0'.repeat(64), createdAt: 'x', expiresAt: 'tomorrow' };
    for (const text of [
      '',
      '{}',
      '[]',
      '{"version":1,"tokens":[{"name":"x"}]}',
      '{"version":2,"tokens":[]}',
      JSON.stringify({ version: 1, tokens: [endless] }),
      JSON.stringify({ version: 1, tokens: [{ ...endless, role: 'root', expiresAt: undefined }] }),
      ' '.repeat(1_000_001),
    ]) {
      writeFileSync(file, text);
      await expect(store.list()).rejects.toMatchObject({ code: 'S32_TOKENS_FILE' });
    }
  });

  it('are all kept when several are made and revoked at once', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
    const stores = names.map(() => createTokenStore(file, () => new Date(time)));
    await Promise.all(names.map((name, index) => stores[index]?.create(name, 'viewer', undefined)));
    expect((await store.list()).map((one) => one.name).toSorted()).toEqual(names);
    await Promise.all(names.slice(1).map((name, index) => stores[index]?.revoke(name)));
    expect((await store.list()).map((one) => one.name)).toEqual(['n0']);
    expect(readdirSync(join(file, '..'))).toEqual(['tokens.json']);
  });

  it('stay as they were when the file cannot be written', async () => {
    await store.create('ci', 'viewer', undefined);
    const nowhere = createTokenStore(join(file, '..', 'missing', 'tokens.json'), () => new Date(time));
    await expect(nowhere.create('x', 'viewer', undefined)).rejects.toMatchObject({ code: 'S32_TOKENS_FILE' });
    expect((await store.list()).map((one) => one.name)).toEqual(['ci']);
  });

  it('are never read from a folder or a pipe', async () => {
    mkdirSync(file, { mode: 0o700 });
    await expect(store.list()).rejects.toMatchObject({ code: 'S32_TOKENS_FILE' });
    rmdirSync(file);
    execFileSync('mkfifo', ['-m', '600', file]);
    await expect(store.list()).rejects.toMatchObject({ code: 'S32_TOKENS_FILE' });
  });

  it('that the superuser makes belong to the user of the service', async (ctx) => {
    const reason = labSkipReason([]);
    if (reason !== undefined) return ctx.skip(reason);
    chownSync(join(file, '..'), 12_345, 12_346);
    await store.create('a', 'viewer', undefined);
    expect(statSync(file)).toMatchObject({ uid: 12_345, gid: 12_346 });
    chownSync(file, 23_456, 23_457);
    await store.create('b', 'viewer', undefined);
    expect(statSync(file)).toMatchObject({ uid: 23_456, gid: 23_457 });
  });

  it('are refused from a file of another user', async (ctx) => {
    const reason = labSkipReason([]);
    if (reason !== undefined) return ctx.skip(reason);
    await store.create('a', 'viewer', undefined);
    chownSync(file, 23_456, 23_457);
    const getuid = vi.spyOn(process, 'getuid').mockReturnValue(12_345);
    try {
      await expect(store.list()).rejects.toMatchObject({
        code: 'S32_TOKENS_FILE',
        message: expect.stringContaining('belongs to another user'),
      });
    } finally {
      getuid.mockRestore();
    }
  });
});
