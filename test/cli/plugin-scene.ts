import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type SimOpnsense, type SimOpnsenseOptions, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { createSimUser } from '../../src/sim/opnsense/users.js';
import { temporaryFolder, writeInventory } from './harness.js';

const SEGMENTS = [1, 2, 3].map((n) => ({
  id: `opt${n}`,
  description: `Net${n}`,
  address: `10.10.${n}.1`,
  foreign: 0,
}));

/** A simulated firewall with the plugin, and a folder with everything that slash32 needs to speak to it. */
export interface PluginScene {
  readonly cwd: string;
  readonly firewall: SimOpnsense;
}

/** Three interfaces with DHCP and no reservation, of which opt3 may be written. */
export async function pluginScene(
  instances: readonly unknown[],
  options: Partial<NonNullable<SimOpnsenseOptions['plugin']>> = {},
): Promise<PluginScene> {
  const firewall = await startSimOpnsense({
    folder: await temporaryFolder(),
    users: [createSimUser('slash32', ['page-services-slash32-api'])],
    segments: SEGMENTS,
    plugin: { interfaces: ['opt3'], ...options },
  });
  onTestFinished(() => firewall.close());
  const cwd = await temporaryFolder();
  await writeInventory(cwd, instances);
  await writeKeyFile(cwd, firewall);
  await writePluginConfig(cwd, firewall);
  return { cwd, firewall };
}

/** The key file that the configuration names. */
export async function writeKeyFile(cwd: string, firewall: SimOpnsense): Promise<void> {
  await writeFile(join(cwd, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
}

/** A configuration for that firewall. */
export async function writePluginConfig(
  cwd: string,
  firewall: { readonly url: string },
  part: { manage?: string; opnsense?: string; transport?: string; file?: string } = {},
): Promise<void> {
  const { manage = '[reservations]', opnsense = '', transport = 'plugin', file = 'slash32.yaml' } = part;
  await writeFile(
    join(cwd, file),
    [
      'owner: home',
      'incus: { file: instances.json, complete: true }',
      `opnsense: { transport: ${transport}, url: "${firewall.url}", key_file: apikey.txt${opnsense} }`,
      'segments:',
      `  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: ${manage} }`,
      '',
    ].join('\n'),
  );
}

/** Which calls of the plugin came, in order. */
export function callsOf(firewall: SimOpnsense): string[] {
  return firewall.log.map(({ path }) => path.replace('/api/slash32/state/', ''));
}

/** How each apply stands, oldest first. */
export function outcomesOf(firewall: SimOpnsense): string[] {
  return firewall
    .applies()
    .map(({ outcome }) => outcome)
    .toReversed();
}

/** The DHCP settings of opt3, without blanks. */
export function servedBy(firewall: SimOpnsense): string {
  const dhcpd = firewall.configText().split('<dhcpd>')[1] ?? '';
  return (/<opt3>[\s\S]*?<\/opt3>/.exec(dhcpd)?.[0] ?? '').replace(/>\s+</g, '><');
}

/** The MAC addresses that have a reservation on opt3. */
export function macsOf(firewall: SimOpnsense): string[] {
  return [...servedBy(firewall).matchAll(/<mac>([^<]*)</g)].map(([, mac = '']) => mac);
}
