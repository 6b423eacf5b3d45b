import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type SimOpnsense, type SimOpnsenseOptions, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { temporaryFolder, writeInventory } from './harness.js';

/** A simulated firewall, an inventory file and a slash32.yaml that names both. */
export interface ApiScene {
  readonly cwd: string;
  readonly firewall: SimOpnsense;
}

export const FULL = '[reservations, mask, deny_unknown, static_arp]';

export async function apiScene(
  instances: readonly unknown[],
  options: Partial<SimOpnsenseOptions> = {},
): Promise<ApiScene> {
  const cwd = await temporaryFolder();
  const firewall = await startSimOpnsense({
    folder: join(cwd, 'opnsense'),
    segments: [
      { id: 'opt1', description: 'edge', address: '10.10.1.1' },
      { id: 'opt2', description: 'dmz', address: '10.10.2.1' },
      { id: 'opt3', description: 'servers', address: '10.10.3.1' },
    ],
    ...options,
  });
  onTestFinished(() => firewall.close());
  await writeInventory(cwd, instances);
  await writeFile(join(cwd, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
  await writeApiConfig({ cwd, firewall });
  firewall.clearLog();
  return { cwd, firewall };
}

export async function writeApiConfig(
  scene: ApiScene,
  part: { manage?: string; opnsense?: string; extra?: string } = {},
): Promise<void> {
  const { manage = '[reservations]', opnsense = '', extra = '' } = part;
  await writeFile(
    join(scene.cwd, 'slash32.yaml'),
    [
      'owner: home',
      'incus: { file: instances.json, complete: true }',
      `opnsense: { transport: api, url: "${scene.firewall.url}", key_file: apikey.txt${opnsense} }`,
      'segments:',
      `  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: ${manage} }`,
      extra,
      '',
    ].join('\n'),
  );
}

/** Everything that lies in a folder, as one text, but for what `leaveOut` names. */
export async function folderText(folder: string, leaveOut: readonly string[]): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const kept = files.filter((file) => !leaveOut.some((part) => file.includes(part)));
  return (await Promise.all(kept.map((file) => readFile(file, 'utf8')))).join('\n');
}
