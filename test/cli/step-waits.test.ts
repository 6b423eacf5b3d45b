import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listed, macOf, slash32, temporaryFolder, writeInventory } from './harness.js';
import { smallFirewall } from './small-firewall.js';

it('a step that would make a policy test fail waits on its segment, and the same step of the others goes on', async () => {
  const cwd = await temporaryFolder();
  const nic = (network: string) => ({ type: 'nic', network, 'security.port_isolation': 'true' });
  const dual = {
    ...listed('dual', { config: { 'volatile.eth1.hwaddr': macOf('second') } }),
    expanded_devices: { eth0: nic('dmz'), eth1: nic('edge') },
  };
  await writeInventory(cwd, [dual, listed('db')]);
  const segments = { 1: 'dmz', 2: 'edge', 3: 'servers' };
  await writeFile(join(cwd, 'config.xml'), smallFirewall({ segments, scope: [] }));
  const file = join(cwd, 'slash32.yaml');
  const manage = '[reservations, rules], default: deny';
  await writeFile(
    file,
    `owner: home
incus: { file: instances.json, complete: true }
opnsense: { transport: file, path: config.xml }
segments:
  dmz: { network: dmz, interface: opt1, manage: ${manage} }
  edge: { network: edge, interface: opt2, manage: ${manage} }
  servers: { network: servers, interface: opt3, manage: ${manage} }
policy: [{ from: default/db, to: default/dual, allow: [tcp/443] }]
tests: [{ from: default/db, to: default/dual, accept: [tcp/443] }]
`,
  );
  expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
  await writeFile(
    file,
    (await readFile(file, 'utf8')).replaceAll('[reservations, rules]', '[reservations, mask, rules]'),
  );

  const applied = await slash32(['apply', '--yes'], { cwd });

  expect(applied.code, applied.err).toBe(4);
  expect(applied.out).toContain('1 change on edge waits for a person');
  expect(applied.out).toContain('tests-fail');
  expect(applied.out).toContain('nothing but what waits');
  const text = await readFile(join(cwd, 'config.xml'), 'utf8');
  expect(text.match(/<value>255\.255\.255\.255<\/value>/g)).toHaveLength(2);
});
