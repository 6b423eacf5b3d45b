import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axios from 'axios';
import { onTestFinished } from 'vitest';
import type { ServiceStatus } from '../../src/service/types/status.js';
import { launch } from '../../src/sim/incus/operations.js';
import { type SimIncus, startSimIncus } from '../../src/sim/incus/server.js';
import { addNetwork, createSimState } from '../../src/sim/incus/state.js';
import type { PluginOptions } from '../../src/sim/opnsense/plugin/handles.js';
import { type SimOpnsense, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { temporaryFolder } from '../cli/harness.js';

export { until } from '../support/until.js';

const BIN = fileURLToPath(new URL('../../bin/slash32.js', import.meta.url));
const KILL_AT = fileURLToPath(new URL('./kill-at.mjs', import.meta.url));

/** A simulated Incus on a socket, a simulated firewall, and a slash32.yaml that names both. */
export interface Scene {
  readonly cwd: string;
  readonly incus: SimIncus;
  readonly firewall: SimOpnsense;
  readonly socket: string;
}

export interface SceneOptions {
  readonly transport?: 'plugin' | 'api';
  readonly instances?: readonly string[];
  /** Lines of the configuration below `service:`. */
  readonly service?: readonly string[];
  readonly extra?: readonly string[];
  readonly owner?: string;
  /** How the plugin is installed, beside its scope. */
  readonly plugin?: Partial<PluginOptions>;
  /** Instead of simulators of its own. */
  readonly share?: Pick<Scene, 'incus' | 'firewall'>;
}

/** Sets the scene; nothing of slash32 runs yet. */
export async function serveScene(options: SceneOptions = {}): Promise<Scene> {
  const cwd = await temporaryFolder();
  const { incus, firewall } =
    options.share ?? (await simulators(cwd, options.instances ?? ['web', 'db', 'cache'], options.plugin));
  await writeFile(join(cwd, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
  await writeFile(
    join(cwd, 'slash32.yaml'),
    [
      'version: 1',
      `owner: ${options.owner ?? 'home'}`,
      `incus: { socket: "${incus.socket}" }`,
      `opnsense: { transport: ${options.transport ?? 'plugin'}, url: "${firewall.url}", key_file: apikey.txt }`,
      'segments:',
      '  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, mask] }',
      'service:',
      '  listen: none',
      '  debounce: 1s',
      ...(options.service ?? []),
      'schedule: { reconcile: never, drift: never }',
      ...(options.extra ?? []),
      '',
    ].join('\n'),
  );
  return { cwd, incus, firewall, socket: join(cwd, 'slash32.sock') };
}

async function simulators(
  cwd: string,
  instances: readonly string[],
  plugin: Partial<PluginOptions> = {},
): Promise<Pick<Scene, 'incus' | 'firewall'>> {
  const state = createSimState();
  addNetwork(state, 'servers');
  for (const name of instances) launchOn(state, name);
  const incus = await startSimIncus({ state, socket: join(cwd, 'incus.sock') });
  onTestFinished(() => incus.close());
  const firewall = await startSimOpnsense({
    folder: join(cwd, 'opnsense'),
    segments: [
      { id: 'opt1', description: 'edge', address: '10.10.1.1' },
      { id: 'opt3', description: 'servers', address: '10.10.3.1' },
    ],
    plugin: { interfaces: ['opt1', 'opt3'], ...plugin },
  });
  onTestFinished(() => firewall.close());
  return { incus, firewall };
}

/** One more instance on the segment. */
export function launchOn(state: SimIncus['state'], name: string): void {
  launch(state, {
    name,
    devices: { eth0: { type: 'nic', network: 'servers', 'security.port_isolation': 'true' } },
  });
}

/** `slash32 serve` in a process of its own. */
export interface Served {
  readonly child: ChildProcess;
  /** What it wrote on standard error and output. */
  text(): string;
  /** Resolves with its exit code, null for one that was killed. */
  readonly ended: Promise<number | null>;
}

export interface ServeOptions {
  /** Ends the process at this step. */
  readonly killAt?: number;
  /** Names every step in this file. */
  readonly trace?: string;
}

export function serve(scene: Pick<Scene, 'cwd'>, options: ServeOptions = {}): Served {
  const preload = options.killAt === undefined && options.trace === undefined ? [] : ['--import', KILL_AT];
  const child = spawn(process.execPath, [...preload, BIN, 'serve'], {
    cwd: scene.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NO_COLOR: '1',
      ...(options.killAt === undefined ? {} : { KILL_AT: String(options.killAt) }),
      ...(options.trace === undefined ? {} : { KILL_TRACE: options.trace }),
    },
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    text: () => Buffer.concat(chunks).toString('utf8'),
    ended: once(child, 'close').then(([code]) => code),
  };
}

/** What the service may answer; which fields are there depends on what was asked. */
export interface Asked extends Partial<ServiceStatus> {
  readonly id?: string;
  readonly items?: readonly unknown[];
  readonly ready?: boolean;
}

/** Asks the service over its unix socket; undefined while nobody answers. */
export async function ask(scene: Scene, path: string, body?: unknown): Promise<Asked | undefined> {
  const answer = await axios
    .request({
      baseURL: 'http://slash32',
      socketPath: scene.socket,
      url: path,
      method: body === undefined ? 'GET' : 'POST',
      data: body,
      proxy: false,
      validateStatus: () => true,
    })
    .catch(() => undefined);
  return answer?.data;
}

/** MACs of the reservations on the segment, with what a client would get. */
export function reservations(scene: Scene): string[] {
  const text = /<opt3>([\s\S]*?)<\/opt3>/.exec(
    /<dhcpd>([\s\S]*)<\/dhcpd>/.exec(scene.firewall.configText())?.[1] ?? '',
  )?.[1];
  return (text ?? '').match(/<staticmap>[\s\S]*?<\/staticmap>/g) ?? [];
}

/** The steps that a traced process took. */
export async function steps(trace: string): Promise<string[]> {
  return (await readFile(trace, 'utf8')).trimEnd().split('\n');
}
