import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSimUser } from '../../src/sim/opnsense/users.js';
import { type ApiScene, apiScene, FULL, writeApiConfig } from './api-scene.js';
import { listed, slash32 } from './harness.js';

/** What the table in docs/opnsense.md gives for a task. */
function documented(task: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/opnsense.md'), 'utf8');
  const row = text.split('\n').find((line) => line.startsWith(`| ${task}`));
  if (row === undefined) throw new RangeError(`docs/opnsense.md has no row for: ${task}`);
  return [...(row.split('|')[2] ?? '').matchAll(/`(page-[a-z0-9-]+)`/g)].map(([, name = '']) => name);
}

const PLANNING = ['read the configuration', 'read the interfaces', 'see leases', 'see the ARP table'].flatMap(
  documented,
);
const WATCHING = documented('`slash32 watch`').slice(0, 1);
const CUTTING = documented('list and end open connections');
const POLICY = [
  'policy: [{ from: default/web, to: default/db, allow: [tcp/5432] }]',
  'tests: [{ from: default/web, to: default/db, accept: [tcp/5432] }]',
].join('\n');

async function sceneWith(privileges: readonly string[]): Promise<ApiScene> {
  const scene = await apiScene([listed('web'), listed('db')], { users: [createSimUser('limited', privileges)] });
  await writeApiConfig(scene, { manage: FULL.replace(']', ', rules]'), extra: POLICY });
  return scene;
}

describe('with the privileges that docs/opnsense.md names for it, and no more,', () => {
  it.each([
    ['check', ['check'], 0],
    ['plan', ['plan'], 2],
    ['explain', ['explain', 'web', 'db', 'tcp/5432'], 0],
    ['reach', ['reach'], 0],
    ['test', ['test'], 0],
  ])('%s works on `api`', async (_name, args, code) => {
    const scene = await sceneWith(PLANNING);
    const ran = await slash32(args, scene);
    expect([ran.code, ran.err]).toEqual([code, expect.not.stringContaining('S32_OPNSENSE')]);
    expect(ran.out + ran.err).not.toMatch(/ was not read|were not read/);
    expect(scene.firewall.log.length).toBeLessThanOrEqual(6);
  });

  it('static ARP can be planned on `api`, without accepting any risk: the ARP table is seen', async () => {
    const scene = await sceneWith(PLANNING);
    scene.firewall.setArp([
      {
        device: /<opt3>\s*<if>([^<]*)/.exec(scene.firewall.configText())?.[1] ?? '',
        address: '10.10.3.77',
        mac: '00:00:5e:00:53:77',
        permanent: false,
      },
    ]);
    const ran = await slash32(['plan'], scene);
    expect(ran.out).toContain('10.10.3.77');
    expect(ran.out).not.toContain('--accept-lockout-risk');
  });

  it('watch works on `api` with one more', async () => {
    expect(WATCHING).toHaveLength(1);
    const scene = await sceneWith([...PLANNING, ...WATCHING]);
    expect((await slash32(['watch'], scene)).err).not.toContain('S32_OPNSENSE');
    const without = await sceneWith(PLANNING);
    expect((await slash32(['watch'], without)).err).toContain(WATCHING[0]);
  });

  it('what a plan ends is listed on `api` with one more, and without it the plan says that it is not known', async () => {
    expect(CUTTING).toHaveLength(1);
    const users = [
      createSimUser('all', documented('restart DHCP')),
      createSimUser('seeing', [...PLANNING, ...CUTTING]),
      createSimUser('blind', PLANNING),
    ];
    const scene = await apiScene([listed('web'), listed('db')], { users });
    const manage = FULL.replace(']', ', rules]');
    await writeApiConfig(scene, { manage, extra: POLICY });
    expect((await slash32(['apply', '--yes'], scene)).code).toBe(0);
    await writeApiConfig(scene, { manage, extra: POLICY.replaceAll('5432', '5433') });
    const planAs = async (name: string): Promise<string> => {
      await writeFile(join(scene.cwd, 'apikey.txt'), scene.firewall.keyFile(name), { mode: 0o600 });
      const ran = await slash32(['plan'], scene);
      return ran.out + ran.err;
    };
    expect(await planAs('seeing')).toContain('ends no open connection');
    expect(await planAs('blind')).toMatch(/which open connections end is not known: .*page-diagnostics-showstates/);
  });

  it('apply and release work on `api` with page-all', async () => {
    const scene = await sceneWith(documented('restart DHCP'));
    expect((await slash32(['apply', '--yes'], scene)).code).toBe(0);
    expect((await slash32(['plan'], scene)).code).toBe(0);
    expect((await slash32(['release', '--all', '--remove', '--yes'], scene)).code).toBe(0);
  });
});
