import { readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ensureChild, node, type SimNode } from '../../../../src/sim/opnsense/node.js';
import { createSimUser } from '../../../../src/sim/opnsense/users.js';
import { apply, createOn, observe, patience, startRig } from './rig.js';

const NEW = createOn('opt1', '00:16:3e:11:11:11', '10.1.0.11', 'web');
const PLANTED = [
  'planted-password-hash',
  'planted-private-key',
  'planted-psk',
  'planted-carp-password',
  'planted-ppp-password',
  'planted-snmp-community',
];

function plant(root: SimNode): void {
  const [hash, key, psk, carp, ppp, snmp] = PLANTED.map((text) => text);
  ensureChild(root, 'system').children.push(node('user', [node('name', 'x'), node('password', hash)]));
  root.children.push(
    node('cert', [node('prv', key)]),
    node('ipsec', [node('phase1', [node('pre-shared-key', psk)])]),
    node('snmpd', [node('rocommunity', snmp)]),
  );
  ensureChild(root, 'virtualip').children.push(
    node('vip', [
      node('interface', 'opt1'),
      node('mode', 'carp'),
      node('subnet', '10.1.0.254'),
      node('subnet_bits', '24'),
      node('vhid', '1'),
      node('password', carp),
    ]),
  );
  ensureChild(ensureChild(root, 'interfaces'), 'wan').children.push(node('password', ppp));
}

describe('secrets', () => {
  it('never leave the downloaded configuration', async () => {
    const { sim, target } = await startRig();
    sim.save(plant);
    const base = await observe(target);
    const steps: string[] = [];
    const result = await target.apply({
      base,
      changes: [NEW],
      message: 'm',
      progress: (step) => steps.push(step),
      signal: new AbortController().signal,
    });
    const seen = inspect([base, result, steps, target, sim.log], {
      depth: 20,
      maxArrayLength: null,
      maxStringLength: null,
    });
    const user = sim.users[0];
    for (const secret of [...PLANTED, user?.key, user?.secret, user?.password, '$2y$', '$6$'])
      expect(seen).not.toContain(secret);
    expect(sim.configText(), 'the write keeps them on the firewall').toContain('planted-private-key');
  });

  it('never stand in an error, whatever failed', async () => {
    const { sim, target } = await startRig({}, patience('timeout'));
    sim.save(plant);
    const base = await observe(target);
    const user = sim.users[0];
    const credentials = Buffer.from(`${user?.key}:${user?.secret}`).toString('base64');
    for (const path of ['/xmlrpc.php', '/api/core/backup/backups', '/api/core/backup/download'])
      for (const kind of ['reset', 'cut', 'half', 'timeout', 401, 500, 'html'] as const) {
        sim.failNext({ path, kind });
        const error = await observe(target).catch((reason: unknown) => reason);
        const text = `${inspect(error, { depth: 20, showHidden: true })}${error instanceof Error ? error.stack : ''}`;
        for (const secret of [...PLANTED, user?.key, user?.secret, credentials])
          expect(text, `${path} ${kind}`).not.toContain(secret);
      }
    expect(base.transport).toBe('api');
  });

  it('are replaced where the firewall quotes them', async () => {
    const user = createSimUser('slash32', ['page-all', 'user-config-readonly']);
    const { redactor } = await startRig({ users: [user] });
    const credentials = Buffer.from(`${user.key}:${user.secret}`).toString('base64');
    expect(redactor.redact(`a ${user.key} b ${user.secret} c Basic ${credentials}`)).toBe('a *** b *** c Basic ***');
  });

  it('are written to no file', async () => {
    const { sim, target } = await startRig();
    const folder = sim.configPath.replace(/config\.xml$/, '');
    const before = new Set(readdirSync(folder, { recursive: true }).map(String));
    await apply(target, await observe(target), [NEW]);
    const made = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => !before.has(name));
    expect(made.every((name) => name.startsWith('backup/'))).toBe(true);
    expect(readFileSync(sim.configPath, 'utf8')).not.toContain(sim.users[0]?.secret);
  });
});
