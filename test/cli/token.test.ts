import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTokenStore } from '../../src/state/token-store.js';
import { slash32, temporaryFolder, writeConfig } from './harness.js';

const NOW = new Date('2026-11-23T12:00:00Z');

let cwd = '';

beforeEach(async () => {
  cwd = await temporaryFolder();
  await writeConfig(cwd);
});

function run(...argv: string[]) {
  return slash32(['token', ...argv], { cwd, now: NOW });
}

const file = (): string => join(cwd, 'slash32.tokens.json');

describe('slash32 token', () => {
  it('prints a new token alone on standard output, once, and stores its hash', async () => {
    const { code, out, err } = await run('create', '--name', 'ci', '--role', 'operator');
    expect(code).toBe(0);
    expect(out).toMatch(/^s32_[A-Za-z0-9_-]{43}\n$/);
    expect(err).toContain('keep it now');
    expect(err).not.toContain(out.trim());
    expect(await readFile(file(), 'utf8')).not.toContain(out.trim().slice(4));
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await createTokenStore(file(), () => NOW).check(out.trim())).toMatchObject({ name: 'ci', role: 'operator' });
  });

  it('lists names, roles and ends, never a token or its hash', async () => {
    const made = await run('create', '--name', 'ci', '--role', 'viewer', '--expires', '90d');
    await run('create', '--name', 'root', '--role', 'admin');
    const { out } = await run('list');
    expect(out).toMatch(/ci .*viewer .*2026-11-23T12:00:00.000Z .*2027-02-21T12:00:00.000Z/);
    expect(out).toMatch(/root .*admin .*never/);
    const json = (await run('list', '--json')).out;
    expect(JSON.parse(json)).toMatchObject({ format: 'slash32.tokens/1', tokens: [{ name: 'ci' }, { name: 'root' }] });
    for (const text of [out, json]) {
      expect(text).not.toContain(made.out.trim().slice(4));
      expect(text).not.toMatch(/[0-9a-f]{64}/);
    }
  });

  it('says of a token whose time is over that it is', async () => {
    await run('create', '--name', 'ci', '--role', 'viewer', '--expires', '1m');
    const { out } = await slash32(['token', 'list'], { cwd, now: new Date(NOW.getTime() + 60_000) });
    expect(out).toContain('(over)');
  });

  it('revokes by name', async () => {
    const token = (await run('create', '--name', 'ci', '--role', 'viewer')).out.trim();
    expect(await run('revoke', 'ci')).toMatchObject({ code: 0 });
    expect((await createTokenStore(file(), () => NOW).check(token)).kind).toBe('unknown');
    expect(await run('list')).toMatchObject({ code: 0, out: expect.stringContaining('no API token yet') });
    expect(await run('revoke', 'ci')).toMatchObject({ code: 1, err: expect.stringContaining('S32_TOKENS_NAME') });
  });

  it.each([
    ['a name that is taken', ['create', '--name', 'ci', '--role', 'viewer'], 'S32_TOKENS_NAME'],
    ['a name with a blank', ['create', '--name', 'c i', '--role', 'viewer'], 'S32_TOKENS_NAME'],
    ['no name', ['create', '--role', 'viewer'], '--name'],
    ['no role', ['create', '--name', 'x'], '--role'],
    ['a role that there is not', ['create', '--name', 'x', '--role', 'god'], 'viewer, operator, admin'],
    ['no time at all', ['create', '--name', 'x', '--role', 'viewer', '--expires', '0'], 'duration'],
    ['a time without a unit', ['create', '--name', 'x', '--role', 'viewer', '--expires', '90'], 'duration'],
  ])('refuses %s', async (_what, argv, expected) => {
    await run('create', '--name', 'ci', '--role', 'viewer');
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(expected);
    expect(JSON.parse((await run('list', '--json')).out).tokens).toHaveLength(1);
  });

  it('takes the longest time that can be written', async () => {
    expect(await run('create', '--name', 'x', '--role', 'viewer', '--expires', '999999w')).toMatchObject({ code: 0 });
    expect(await run('list')).toMatchObject({ code: 0, out: expect.not.stringContaining('(over)') });
  });

  it('uses no file that others may read, and leaves one alone that it cannot read', async () => {
    await run('create', '--name', 'ci', '--role', 'viewer');
    await chmod(file(), 0o644);
    for (const argv of [['list'], ['revoke', 'ci'], ['create', '--name', 'b', '--role', 'viewer']])
      expect(await run(...argv)).toMatchObject({ code: 1, err: expect.stringContaining('S32_TOKENS_FILE') });
    await chmod(file(), 0o600);
    await writeFile(file(), '{"version":9}');
    expect(await run('create', '--name', 'b', '--role', 'viewer')).toMatchObject({ code: 1, out: '' });
    expect(await readFile(file(), 'utf8')).toBe('{"version":9}');
  });
});
