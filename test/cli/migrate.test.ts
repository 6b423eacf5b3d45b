import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { slash32, temporaryFolder, writeConfig } from './harness.js';

let cwd = '';
let old = '';

beforeEach(async () => {
  cwd = await temporaryFolder();
  await writeConfig(cwd, { extra: '# mine' });
  old = await text();
});

function text(name = 'slash32.yaml'): Promise<string> {
  return readFile(join(cwd, name), 'utf8');
}

describe('slash32 migrate', () => {
  it('writes the file anew beside a backup, and says so', async () => {
    await chmod(join(cwd, 'slash32.yaml'), 0o640);
    const ran = await slash32(['migrate'], { cwd });
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('slash32.yaml.v0.bak') });
    expect(ran.err).toMatch(/version 0 to 1: Without a schedule/);
    expect(await text('slash32.yaml.v0.bak')).toBe(old);
    expect(await text()).toMatch(/^version: 1\n[\s\S]*# mine\n[\s\S]*schedule: \{ reconcile: never \}\n$/);
    expect((await stat(join(cwd, 'slash32.yaml'))).mode & 0o777).toBe(0o640);
    expect(await slash32(['check'], { cwd })).toMatchObject({ code: 0, err: '' });
  });

  it('does nothing a second time', async () => {
    await slash32(['migrate'], { cwd });
    const once = await text();
    expect(await slash32(['migrate'], { cwd })).toMatchObject({ code: 0, out: expect.stringContaining('already') });
    expect(await text()).toBe(once);
    expect((await readdir(cwd)).toSorted()).toEqual(['slash32.yaml', 'slash32.yaml.v0.bak']);
  });

  it('never overwrites a backup, and takes one that holds the same', async () => {
    await writeFile(join(cwd, 'slash32.yaml.v0.bak'), 'somebody needs this');
    await slash32(['migrate'], { cwd });
    await writeFile(join(cwd, 'slash32.yaml'), old);
    expect((await slash32(['migrate'], { cwd })).out).toContain('.v0.bak.2');
    expect(await text('slash32.yaml.v0.bak')).toBe('somebody needs this');
    expect(await text('slash32.yaml.v0.bak.2')).toBe(old);
    expect((await readdir(cwd)).filter((name) => name.includes('bak'))).toHaveLength(2);
  });

  it('prints the new file and writes nothing on a dry run', async () => {
    const ran = await slash32(['migrate', '--dry-run'], { cwd });
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/^version: 1\n/) });
    expect(await text()).toBe(old);
    expect(await readdir(cwd)).toEqual(['slash32.yaml']);
  });

  it('follows a symbolic link instead of replacing it', async () => {
    await symlink('slash32.yaml', join(cwd, 'link.yaml'));
    expect(await slash32(['migrate', '-c', 'link.yaml'], { cwd })).toMatchObject({ code: 0 });
    expect(await text()).toMatch(/^version: 1\n/);
    expect((await readdir(cwd)).toSorted()).toEqual(['link.yaml', 'slash32.yaml', 'slash32.yaml.v0.bak']);
  });

  it('leaves a file with mistakes alone', async () => {
    await writeFile(join(cwd, 'slash32.yaml'), `${old}exclude: 7\n`);
    expect(await slash32(['migrate'], { cwd })).toMatchObject({ code: 1, err: expect.stringContaining('exclude') });
    expect(await readdir(cwd)).toEqual(['slash32.yaml']);
  });

  it('says what it means when the backup cannot be written', async () => {
    // A name of the greatest length has no room for the end of a backup's name, also for the superuser.
    const name = `${'x'.repeat(248)}.yaml`;
    await writeFile(join(cwd, name), old);
    const ran = await slash32(['migrate', '-c', name], { cwd });
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('S32_CONFIG_MIGRATE') });
    expect(await text(name)).toBe(old);
  });
});

describe('slash32 check', () => {
  it('says that a file is of an older schema, on standard error', async () => {
    const ran = await slash32(['check'], { cwd });
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('schema version 0') });
    const { notes } = JSON.parse((await slash32(['check', '--json'], { cwd })).out);
    expect(notes).toEqual([expect.stringContaining('slash32 migrate')]);
  });

  it('refuses a file of a newer schema with its own code', async () => {
    await writeFile(join(cwd, 'slash32.yaml'), `version: 2\n${old}`);
    expect((await slash32(['plan'], { cwd })).err).toContain('S32_CONFIG_NEWER');
    expect(JSON.parse((await slash32(['check', '--json'], { cwd })).out).problems).toHaveLength(1);
  });
});
