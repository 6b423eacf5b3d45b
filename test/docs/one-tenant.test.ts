import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FINDINGS } from '../../src/findings/catalogue.js';
import { launch } from '../../src/sim/incus/operations.js';
import { addProject } from '../../src/sim/incus/state.js';
import { serve, serveScene, until } from '../serve/rig.js';
import { run } from '../support/command.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/one-tenant.md', import.meta.url)), 'utf8');
const BIN = fileURLToPath(new URL('../../bin/slash32.js', import.meta.url));

/** The lines of the page's shell blocks. */
function typed(): string[] {
  const blocks = [...PAGE.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  return blocks.flatMap((block) => block.trim().split('\n'));
}

it('every command of the page "One tenant misbehaves" answers, beside a service that runs', async () => {
  const scene = await serveScene({
    instances: [],
    service: ['  socket: slash32.sock'],
    extra: ['policy: [{ from: "project:lab", to: default/db, allow: [tcp/5432] }]'],
  });
  addProject(scene.incus.state, 'lab');
  const devices = { eth0: { type: 'nic', network: 'servers', 'security.port_isolation': 'true' } };
  launch(scene.incus.state, { name: 'spider', project: 'lab', devices });
  launch(scene.incus.state, { name: 'db', devices });
  await writeFile(`${scene.cwd}/slash32`, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, { mode: 0o755 });
  const served = serve(scene);
  await until('it is ready', async () => served.text().includes('slash32 is ready'));

  const said = new Map<string, string>();
  for (const line of typed()) {
    const env = { ...process.env, PATH: `${scene.cwd}:${process.env.PATH}` };
    const ran = await run('sh', ['-c', line], { cwd: scene.cwd, env });
    const fine = /status|plan|pause|resume/.test(line) ? [0, 2] : [0];
    expect(fine, `${line}\n${ran.stdout}${ran.stderr}`).toContain(ran.code);
    said.set(line, ran.stdout);
  }
  expect(said.get('slash32 plan --instance lab/spider')).toContain('lab/spider/eth0');
});

it('the page "One tenant misbehaves" names only codes that there are', () => {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
  const cells = rows.map((row) => row.split('|')[2] ?? '');
  const codes = cells.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map((match) => match[1] ?? ''));
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !(code in FINDINGS) && code !== 'limits')).toEqual([]);
});
