import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateInstances } from '../../src/sim/incus/generate.js';
import { startSimIncus } from '../../src/sim/incus/server.js';
import { addNetwork, createSimState } from '../../src/sim/incus/state.js';
import { startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { BENCH_SEGMENTS, buildBenchConfig } from './firewall-config.js';
import { fetchInstances } from './instance-list.js';

/** What both simulators have in a run of `count` instances. */
export interface SimulatorOptions {
  /** A folder of this run alone; config.xml, the socket and the list of instances lie in it. */
  readonly folder: string;
  readonly count: number;
}

/** Requests that were received since the last reset. */
export interface CallCounts {
  readonly firewall: number;
  readonly incus: number;
}

/** Where the simulators listen, and the files that a run on files needs. */
export interface SimulatorPlaces {
  readonly firewallUrl: string;
  readonly keyFile: string;
  readonly socket: string;
  /** The output of `incus list --all-projects --format json`. */
  readonly instancesFile: string;
  /** The config.xml that the firewall starts with. */
  readonly firstConfig: string;
}

/** Simulators that run, here or in a process of their own. */
export interface Simulators extends SimulatorPlaces {
  /** Makes the firewall what it was at first, and counts from zero again. */
  reset(): Promise<void>;
  counts(): Promise<CallCounts>;
  close(): Promise<void>;
}

/** Starts a simulated Incus with `count` instances on three networks and a simulated OPNsense with the fitting config.xml. */
export async function startSimulators({ folder, count }: SimulatorOptions): Promise<Simulators> {
  await mkdir(folder, { recursive: true });
  const state = createSimState();
  for (const { network } of BENCH_SEGMENTS) addNetwork(state, network);
  const networks = BENCH_SEGMENTS.map(({ network }) => network);
  generateInstances(state, { count, networks, projects: ['default', 'shop', 'lab'] });
  const socket = join(folder, 'incus.socket');
  const incus = await startSimIncus({ state, socket });
  const first = buildBenchConfig(count);
  const opnsense = join(folder, 'opnsense');
  const firewall = await startSimOpnsense({
    folder: opnsense,
    config: first,
    plugin: { interfaces: BENCH_SEGMENTS.map(({ id }) => id) },
  });
  const places: SimulatorPlaces = {
    firewallUrl: firewall.url,
    keyFile: join(folder, 'apikey.txt'),
    socket,
    instancesFile: join(folder, 'instances.json'),
    firstConfig: join(folder, 'first-config.xml'),
  };
  await writeFile(places.keyFile, firewall.keyFile(), { mode: 0o600 });
  await writeFile(places.firstConfig, first);
  await writeFile(places.instancesFile, await fetchInstances(socket));
  const clear = (): void => {
    firewall.clearLog();
    incus.requests.length = 0;
  };
  clear();
  return {
    ...places,
    async reset() {
      await writeFile(firewall.configPath, first);
      const history = join(opnsense, 'backup');
      for (const name of await readdir(history)) await rm(join(history, name));
      firewall.save(() => undefined, { username: '(root)', description: 'Initial configuration' });
      firewall.forgetApplies();
      clear();
    },
    counts: async () => ({ firewall: firewall.log.length, incus: incus.requests.length }),
    async close() {
      await Promise.all([firewall.close(), incus.close()]);
    },
  };
}
