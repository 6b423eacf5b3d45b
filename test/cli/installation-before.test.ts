import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { slash32, temporaryFolder } from './harness.js';

/** What the version before this one wrote: `FOLDER` stands for where it lay. */
const BEFORE = fileURLToPath(new URL('../fixtures/before/installation', import.meta.url));
const NOW = new Date('2026-11-30T01:00:00Z');

async function installation(): Promise<string> {
  const cwd = await temporaryFolder();
  for (const name of await readdir(BEFORE)) {
    const content = await readFile(join(BEFORE, name), 'utf8');
    await writeFile(join(cwd, name), content.replaceAll('FOLDER', cwd), { mode: 0o600 });
  }
  const instances: { name: string }[] = JSON.parse(await text(cwd, 'instances.json'));
  // one more came after the last apply, and waits in plan.json
  await writeFile(join(cwd, 'instances.json'), JSON.stringify(instances.filter(({ name }) => name !== 'new')));
  return cwd;
}

function run(cwd: string, ...argv: string[]) {
  return slash32(argv, { cwd, now: NOW });
}

function withoutLists(xml: string): string {
  return xml.replace(/\s*<(aliases|rules|Category)(\/>|>\s*(<categories>\s*<\/categories>\s*)?<\/\1>)/g, '');
}

const text = (cwd: string, name: string) => readFile(join(cwd, name), 'utf8');

describe('an installation of the version before', () => {
  it('has nothing to do but what a new rule asks a person for, and applies nothing of that by itself', async () => {
    const cwd = await installation();
    const before = await text(cwd, 'config.xml');

    const plan = await run(cwd, 'plan');
    expect(plan.out).toContain('slash32 apply --accept-new --segment servers');
    expect(plan.out).toContain('nothing to do');
    expect((await run(cwd, 'apply', '--yes')).code).toBe(0);
    expect(await text(cwd, 'config.xml')).toBe(before);
  });

  it('does what the new rule asks for once a person says yes, and asks no more', async () => {
    const cwd = await installation();

    expect((await run(cwd, 'apply', '--yes', '--accept-new', '--segment', 'servers')).err).toBe('');
    expect(await text(cwd, 'config.xml')).toMatch(/<pool>[\s\S]*<denyunknown>1<\/denyunknown>[\s\S]*<\/pool>/);
    const plan = await run(cwd, 'plan');
    expect([plan.code, plan.out.includes('--accept-new')]).toEqual([0, false]);
  });

  it('gets its config.xml back but for empty lists, of which it did not remember what stood there, whether the new rule was accepted or not', async () => {
    for (const accepted of [false, true]) {
      const cwd = await installation();
      if (accepted) await run(cwd, 'apply', '--yes', '--accept-new', '--segment', 'servers');
      expect((await run(cwd, 'release', '--all', '--remove', '--yes', '--force')).err).not.toContain('error');
      expect(withoutLists(await text(cwd, 'config.xml'))).toBe(withoutLists(await text(cwd, 'before.xml')));
    }
  });

  it('has its tokens and its history', async () => {
    const cwd = await installation();

    expect((await run(cwd, 'token', 'list')).err).toBe('');
    expect((await run(cwd, 'token', 'list')).out).toMatch(/ops .*viewer/);
    expect((await run(cwd, 'history')).out).toContain('20261130T005309Z-3058ea');
  });

  it('has a plan that waits, which is applied as it was approved', async () => {
    const cwd = await installation();
    await writeFile(join(cwd, 'instances.json'), await readFile(join(BEFORE, 'instances.json')));

    expect((await run(cwd, 'apply', '--plan', 'plan.json', '--yes')).code).toBe(0);
    expect(await text(cwd, 'config.xml')).toContain('10:66:6a:00:00:03');
  });
});
