import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTokenStore, type TokenStore } from '../../src/state/token-store.js';
import { temporaryFolder } from '../cli/harness.js';

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
    for (const text of ['', '{}', '[]', '{"version":1,"tokens":[{"name":"x"}]}']) {
      writeFileSync(file, text);
      await expect(store.list()).rejects.toMatchObject({ code: 'S32_TOKENS_FILE' });
    }
  });
});
