import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listed, slash32, writeInventory } from '../../cli/harness.js';

/** One instance of the lab: where its NIC hangs and which reservation it must end up with. */
export interface LabInstance {
  readonly project: string;
  readonly name: string;
  readonly uuid: string;
  /** Segment N of the rig, which is `optN` on the firewall. */
  readonly segment: number;
  readonly mac: string;
  readonly address: string;
}

function instance(segment: number, last: number, project: string, name: string, uuid: string): LabInstance {
  return { project, name, uuid, segment, mac: `10:66:6a:0${segment}:00:${last}`, address: `10.10.${segment}.${last}` };
}

/** Two instances on each of the three segments, in two projects. */
export const LAB_INSTANCES: readonly LabInstance[] = [
  instance(1, 11, 'default', 'web', 'a1f0c2d4-6b1e-4a55-9d3f-0c7a5e2b8f01'),
  instance(1, 12, 'default', 'db', 'b2e1d3c5-6b1e-4a55-9d3f-0c7a5e2b8f02'),
  instance(2, 11, 'default', 'mail', 'c3d2e4b6-6b1e-4a55-9d3f-0c7a5e2b8f03'),
  instance(2, 12, 'shop', 'wiki', 'd4c3f5a7-6b1e-4a55-9d3f-0c7a5e2b8f04'),
  instance(3, 11, 'default', 'nextcloud', 'a2432d30-6b1e-4a55-9d3f-0c7a5e2b8f05'),
  instance(3, 12, 'shop', 'git', 'e5b4a698-6b1e-4a55-9d3f-0c7a5e2b8f06'),
];

/** The firewall's config.xml before slash32: plain DHCP with a range on opt1 to opt3, nothing else. */
export function unmanagedConfig(): Promise<string> {
  return fixture('before.xml');
}

/**
 * The config.xml to judge: {@link unmanagedConfig} after {@link LAB_INSTANCES} were applied to it with every `manage:` step
 * switched on. `hostAsks` are the names of those that are application containers, whose host asks for their address.
 */
export async function managedConfig(hostAsks: readonly string[] = []): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'slash32-lab-'));
  try {
    await writeFile(join(cwd, 'config.xml'), await unmanagedConfig());
    await writeFile(join(cwd, 'slash32.yaml'), CONFIGURATION);
    await writeInventory(
      cwd,
      LAB_INSTANCES.map((one) => inventoryEntry(one, hostAsks.includes(one.name))),
    );
    const ran = await slash32(['apply', '--yes', '--accept-lockout-risk'], { cwd });
    if (ran.code !== 0) throw new Error(`slash32 apply ended with ${ran.code}:\n${ran.out}${ran.err}`);
    return await readFile(join(cwd, 'config.xml'), 'utf8');
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

const NETWORKS = ['dmz', 'edge', 'servers'];

const CONFIGURATION = [
  'owner: lab',
  'incus: { file: instances.json, complete: true }',
  'opnsense: { transport: file, path: config.xml }',
  'segments:',
  ...NETWORKS.map(
    (network, index) =>
      `  ${network}: { interface: opt${index + 1}, pool: 10.10.${index + 1}.10-10.10.${index + 1}.90, ` +
      'manage: [reservations, mask, deny_unknown, static_arp] }',
  ),
  '',
].join('\n');

function inventoryEntry({ project, name, uuid, segment, mac, address }: LabInstance, hostAsks: boolean) {
  const network = NETWORKS[segment - 1] ?? '';
  const oci = hostAsks ? { 'volatile.container.oci': 'true' } : {};
  return listed(name, { project, network, mac, uuid, config: { 'user.slash32.ipv4': address, ...oci } });
}

/** The same config with the default route alone in option 121, which leaves some clients without any route. */
export function withoutRouterRoute(configXml: string): string {
  return cut(configXml, /(?<=<value>)20:0a:0a:\d\d:01:00:00:00:00:(?=00:)/g);
}

/** The same config without option 1: what `release` of the mask, or never having set it, leaves. */
export function withoutMask(configXml: string): string {
  return cut(configXml, /\s*<numberoptions>[\s\S]*?<\/numberoptions>/g);
}

/** The same config without the MAC list that closes the hole of ISC's global host entries. */
export function withoutMacAllow(configXml: string): string {
  return cut(configXml, /\s*<mac_allow>[^<]*<\/mac_allow>/g);
}

function cut(configXml: string, part: RegExp): string {
  const result = configXml.replace(part, '');
  if (result === configXml) {
    throw new Error(`nothing in the config matches ${part}: the counter-proof would prove nothing`);
  }
  return result;
}

function fixture(name: string): Promise<string> {
  return readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
}
