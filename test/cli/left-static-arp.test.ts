import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureChild, node, type SimNode } from '../../src/sim/opnsense/node.js';
import { apiScene, writeApiConfig } from './api-scene.js';
import { listed, slash32, temporaryFolder, writeInventory } from './harness.js';
import { pluginScene, writePluginConfig } from './plugin-scene.js';

const STEP = '[reservations, deny_unknown]';
const INSTANCES = [listed('web')];
const ACCEPT = '--accept-lockout-risk';

/** DHCP goes off everywhere, and static ARP is left set on LAN, with one mapping. */
function leave(root: SimNode): void {
  const dhcpd = ensureChild(root, 'dhcpd');
  for (const section of dhcpd.children) section.children = section.children.filter((one) => one.name !== 'enable');
  const map = node('staticmap', [node('mac', '52:54:00:00:00:07'), node('ipaddr', '192.168.1.7')]);
  dhcpd.children.push(node('lan', [map, node('staticarp', '1')]));
}

const NEIGHBOURS = [{ device: 'vtnet1', address: '192.168.1.50', mac: '52:54:00:00:00:50', permanent: false }];

describe('static ARP that was left set on LAN, which the first start of DHCP would put in force', () => {
  it.each(['api', 'plugin'] as const)(
    'is in the plan, is refused, and is done with a person’s word (%s)',
    async (kind) => {
      const scene = kind === 'api' ? await apiScene(INSTANCES) : await pluginScene(INSTANCES);
      if (kind === 'api') await writeApiConfig({ ...scene }, { manage: STEP });
      else await writePluginConfig(scene.cwd, scene.firewall, { manage: STEP });
      scene.firewall.save(leave);
      scene.firewall.setArp(NEIGHBOURS);

      const plan = await slash32(['plan'], scene);
      expect(plan.code).toBe(3);
      expect(plan.out).toContain('puts static ARP in force on lan (LAN)');
      expect(plan.out).toContain('answers 1 reservation only');
      expect(plan.out).toContain('192.168.1.50 52:54:00:00:00:50');
      const before = scene.firewall.configText();
      const refused = await slash32(['apply', '--yes'], scene);
      expect(refused.code).toBe(3);
      expect([scene.firewall.configText(), scene.firewall.staticArp()]).toEqual([before, {}]);

      expect((await slash32(['apply', '--yes', ACCEPT], scene)).code).toBe(0);
      expect(scene.firewall.staticArp()).toEqual({ lan: ['192.168.1.7'] });
      expect((await slash32(['plan'], scene)).code).toBe(0);
    },
  );

  it('is refused with nothing to override it where a protected address would be cut off', async () => {
    const scene = await apiScene(INSTANCES);
    await writeApiConfig(scene, { manage: STEP, extra: 'protect: [192.168.1.50]' });
    scene.firewall.save(leave);
    const refused = await slash32(['apply', '--yes', '--force', ACCEPT], scene);
    expect(refused.code).toBe(3);
    expect(refused.out + refused.err).toContain('192.168.1.50 (in protect) lies on lan (LAN) and would be cut off');
    expect(scene.firewall.staticArp()).toEqual({});
  });

  it('goes out of force when an apply through the plugin is rolled back', async () => {
    const scene = await pluginScene(INSTANCES);
    await writePluginConfig(scene.cwd, scene.firewall, { manage: STEP });
    scene.firewall.save(leave);
    expect((await slash32(['apply', '--yes', ACCEPT, '--no-confirm-wait'], scene)).code).toBe(0);
    expect(scene.firewall.staticArp()).toEqual({ lan: ['192.168.1.7'] });
    expect((await slash32(['rollback'], scene)).out).toMatch(/^Rolled back: /);
    expect(scene.firewall.staticArp()).toEqual({});
  });

  it('is said of a file, where nobody sees what runs', async () => {
    const { firewall } = await apiScene(INSTANCES);
    firewall.save(leave);
    const cwd = await temporaryFolder();
    await writeInventory(cwd, INSTANCES);
    await writeFile(join(cwd, 'config.xml'), firewall.configText());
    const lines = [
      'owner: home',
      'incus: { file: instances.json, complete: true }',
      'opnsense: { transport: file, path: config.xml }',
      'segments:',
      `  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: ${STEP} }`,
    ];
    await writeFile(join(cwd, 'slash32.yaml'), `${lines.join('\n')}\n`);

    const plan = await slash32(['plan'], { cwd });
    expect(plan.code).toBe(3);
    expect(plan.out).toContain('Static ARP is set on lan (LAN) though DHCP is off there');
    expect((await slash32(['apply', '--yes', ACCEPT], { cwd })).code).toBe(0);
  });
});
