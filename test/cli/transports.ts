import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { createSimUser, keyFileOf } from '../../src/sim/opnsense/users.js';
import { startStandIn } from '../plugin/standin/start.js';
import { temporaryFolder, writeInventory } from './harness.js';

/** Every way that the command line has to a firewall, simulated, and the plugin's own PHP. */
export const TRANSPORTS = ['file', 'api', 'plugin', 'plugin PHP'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Redirects may stand on every port of every interface. */
const PUBLISHES = ['wan', 'lan', 'opt1', 'opt2', 'opt3'].flatMap((id) => [`${id} tcp/1-65535`, `${id} udp/1-65535`]);

/** The plugin's settings in a config.xml: the interfaces that it may write, and where redirects may stand, by default everywhere. */
export function pluginSettings(scope: readonly string[], publishes: readonly string[] = PUBLISHES): string {
  return `<Slash32 version="1.1.0"><general><interfaces>${scope.join(',')}</interfaces><publishes>${publishes.join('\n')}</publishes><max_confirm_seconds>600</max_confirm_seconds><ha_push>0</ha_push></general><owners/></Slash32>`;
}

/** A folder with a slash32.yaml and an inventory, and the firewall that it speaks to. */
export interface TransportScene {
  readonly cwd: string;
  /** The firewall's config.xml as it is now. */
  readonly config: () => Promise<string>;
}

export interface TransportOptions {
  /** The firewall's config.xml, with {@link pluginSettings} in its `<OPNsense>`. */
  readonly config: string;
  readonly instances: readonly unknown[];
  /** Everything of slash32.yaml behind `opnsense`. */
  readonly rest: string;
  /** Interfaces that the plugin may write, as {@link pluginSettings} has them. */
  readonly scope: readonly string[];
  /** Where the plugin lets redirects stand, as {@link pluginSettings} has it. */
  readonly publishes?: readonly string[];
  readonly version?: string;
}

/** A firewall with this config.xml, reached this way; it is gone when the test is over. */
export async function transportScene(transport: Transport, options: TransportOptions): Promise<TransportScene> {
  const cwd = await temporaryFolder();
  await writeInventory(cwd, options.instances);
  const { target, config } = await firewall(transport, cwd, options);
  await writeFile(
    join(cwd, 'slash32.yaml'),
    `owner: home\nincus: { file: instances.json, complete: true }\nopnsense: ${target}\n${options.rest}\n`,
  );
  return { cwd, config };
}

async function firewall(transport: Transport, cwd: string, options: TransportOptions) {
  if (transport === 'file') {
    await writeFile(join(cwd, 'config.xml'), options.config);
    return {
      target: '{ transport: file, path: config.xml }',
      config: () => readFile(join(cwd, 'config.xml'), 'utf8'),
    };
  }
  if (transport === 'plugin PHP') {
    const box = await startStandIn({ workers: 2, config: options.config });
    onTestFinished(() => box.stop());
    const [user] = box.users;
    await writeFile(join(cwd, 'apikey.txt'), user === undefined ? '' : keyFileOf(user), { mode: 0o600 });
    return {
      target: `{ transport: plugin, url: "${box.url}", key_file: apikey.txt }`,
      config: () => readFile(join(box.folder, 'conf', 'config.xml'), 'utf8'),
    };
  }
  const isPlugin = transport === 'plugin';
  const sim = await startSimOpnsense({
    folder: await temporaryFolder(),
    config: options.config,
    users: [createSimUser('slash32', [isPlugin ? 'page-services-slash32-api' : 'page-all'])],
    ...(isPlugin ? { plugin: { interfaces: options.scope, publishes: options.publishes ?? PUBLISHES } } : {}),
    ...(options.version === undefined ? {} : { version: options.version }),
  });
  onTestFinished(() => sim.close());
  await writeFile(join(cwd, 'apikey.txt'), sim.keyFile(), { mode: 0o600 });
  return {
    target: `{ transport: ${transport}, url: "${sim.url}", key_file: apikey.txt }`,
    config: () => Promise.resolve(sim.configText()),
  };
}
