import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Io } from '../../src/cli/io.js';
import { openSession } from '../../src/cli/session.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { type ApplyOutcome, applyOnce } from '../../src/service/apply.js';
import { type Planned, type PlannerDeps, planOnce } from '../../src/service/planner.js';
import { BENCH_SEGMENTS } from './firewall-config.js';
import type { SimulatorPlaces, Simulators } from './simulators.js';

/** The ways to the firewall that are measured; `file` reads the inventory from a file too. */
export type BenchTransport = 'file' | 'api' | 'plugin';

/** A slash32.yaml in a folder of its own, and what it takes to start again from the beginning. */
export interface Workspace {
  readonly folder: string;
  /** config.xml of the `file` transport. */
  readonly configXml: string;
  reset(): Promise<void>;
}

const MANAGE = '[reservations, mask, deny_unknown, static_arp]';
const CONFIG = 'slash32.yaml';

/** Writes a configuration for one transport, with all three segments fully managed. */
export async function createWorkspace(
  parent: string,
  transport: BenchTransport,
  simulators: Simulators,
): Promise<Workspace> {
  const folder = join(parent, transport);
  const configXml = join(folder, 'config.xml');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, CONFIG), configText(transport, simulators));
  return {
    folder,
    configXml,
    async reset() {
      await rm(join(folder, 'state.json'), { force: true });
      if (transport !== 'file') return simulators.reset();
      for (const name of await readdir(folder)) if (name.includes('backup')) await rm(join(folder, name));
      await copyFile(simulators.firstConfig, configXml);
    },
  };
}

/** Connects both ends as the commands do; nothing is read yet. */
export async function openWorkspace(folder: string): Promise<PlannerDeps> {
  const session = await openSession(silentIo(folder), { config: CONFIG });
  session.close();
  return session.deps;
}

/** What `slash32 plan` does once it has started. */
export function planWorkspace(deps: PlannerDeps): Promise<Planned> {
  return planOnce(deps, REQUEST);
}

/** What `slash32 apply --yes` does once it has started: reading and planning included. */
export function applyWorkspace(deps: PlannerDeps): Promise<ApplyOutcome> {
  return applyOnce(deps, {
    ...REQUEST,
    overrides: { force: true, acceptLockoutRisk: true },
    checksum: undefined,
    approve: async () => true,
    finishLedger: (ledger) => ledger,
  });
}

/** The text that the `file` transport would plan on now. */
export function readConfigXml(workspace: Workspace): Promise<string> {
  return readFile(workspace.configXml, 'utf8');
}

const REQUEST = { adopt: 'none', only: { segments: [], instances: [] } } as const;

function configText(transport: BenchTransport, places: SimulatorPlaces): string {
  const file = transport === 'file';
  const lines = [
    'owner: bench',
    file ? `incus: { file: ${places.instancesFile}, complete: true }` : `incus: { socket: ${places.socket} }`,
    file
      ? 'opnsense: { transport: file, path: config.xml }'
      : `opnsense: { transport: ${transport}, url: "${places.firewallUrl}", key_file: ${places.keyFile} }`,
    'segments:',
    ...BENCH_SEGMENTS.map(({ network, id, address }) => {
      const start = address.split('.').slice(0, 2).join('.');
      return `  ${network}: { interface: ${id}, pool: ${start}.1.0-${start}.250.255, manage: ${MANAGE} }`;
    }),
    'state_file: state.json',
  ];
  return `${lines.join('\n')}\n`;
}

function silentIo(cwd: string): Io {
  const stream = (): PassThrough => new PassThrough().resume();
  return {
    stdin: stream(),
    stdout: stream(),
    stderr: stream(),
    env: {},
    cwd,
    now: () => new Date(),
    signal: new AbortController().signal,
    redactor: createRedactor(),
  };
}
