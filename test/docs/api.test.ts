import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { launch } from '../../src/sim/incus/operations.js';
import { addNetwork, addProject } from '../../src/sim/incus/state.js';
import { serve, serveScene, until } from '../serve/rig.js';
import { run } from '../support/command.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/api.md', import.meta.url)), 'utf8');
const BIN = fileURLToPath(new URL('../../bin/slash32.js', import.meta.url));
const EDGE = '  edge: { network: edge, interface: opt1, manage: [reservations] }';

/** What the page's shell blocks have one type, a command that goes over several lines as one. */
function typed(): string[] {
  const blocks = [...PAGE.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  return blocks
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/\s+#.*$|^#.*$/, '').trim())
    .filter((line) => line !== '');
}

it('every command of docs/api.md does what it says, in its order, on a service that runs', {}, async () => {
  const scene = await serveScene({
    instances: [],
    service: ['  socket: slash32.sock'],
    extra: [
      'tagOwners: { db: [project:default] }',
      'policy: [{ from: edge/proxy, to: "tag:db", allow: [tcp/5432] }]',
      'tests: [{ from: edge/proxy, to: "tag:db", accept: [tcp/5432] }]',
    ],
  });
  addNetwork(scene.incus.state, 'edge');
  const nic = (network: string) => ({ eth0: { type: 'nic', network, 'security.port_isolation': 'true' } });
  addProject(scene.incus.state, 'edge');
  launch(scene.incus.state, { name: 'proxy', project: 'edge', devices: nic('edge') });
  launch(scene.incus.state, { name: 'db', devices: nic('servers'), config: { 'user.slash32.tags': 'db' } });
  const file = join(scene.cwd, 'slash32.yaml');
  const text = readFileSync(file, 'utf8')
    .replace('listen: none', 'listen: 127.0.0.1:0')
    .replace('segments:\n', `segments:\n${EDGE}\n`)
    .replace('manage: [reservations, mask]', 'manage: [reservations, mask, rules], default: deny');
  await writeFile(file, text);
  await writeFile(join(scene.cwd, 'slash32'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, { mode: 0o755 });
  const served = serve(scene);
  await until('it is ready', async () => served.text().includes('slash32 is ready'));
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(served.text())?.[0] ?? '';
  let token = '';
  let checksum = '';

  for (const line of typed()) {
    if (line.startsWith('export ')) continue;
    const command = line
      .replaceAll('http://127.0.0.1:3232', address)
      .replaceAll('3f1c9a0b77de2154', checksum)
      .replaceAll('curl -s', 'curl -sS --fail-with-body');
    const env = { ...process.env, PATH: `${scene.cwd}:${process.env.PATH}`, SLASH32_TOKEN: token };
    const ran = await run('sh', ['-c', command], { cwd: scene.cwd, env });
    expect(ran.code, `${command}\n${ran.stdout}${ran.stderr}`).toBe(0);
    if (line.startsWith('slash32 token')) token = ran.stdout.trim();
    else checksum = (JSON.parse(ran.stdout) as { plan?: { checksum: string } }).plan?.checksum ?? checksum;
    if (line.includes('"checksum"'))
      expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: expect.stringMatching(/applied|nothing/) });
  }
});
