import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseKeyFile } from '../../../src/firewall/opnsense/http/key-file.js';
import { createPluginTarget } from '../../../src/firewall/opnsense/plugin/target.js';
import type { Target } from '../../../src/model/firewall.js';
import { createRedactor } from '../../../src/secrets/redactor.js';
import type { JournalRecord } from '../../../src/service/history/types.js';
import { createReconciler } from '../../../src/service/reconcile/reconciler.js';
import { systemTime } from '../../../src/service/reconcile/time.js';
import type { Reconciler } from '../../../src/service/reconcile/types.js';
import type { Run } from '../../../src/service/types/run.js';
import type { PluginOptions } from '../../../src/sim/opnsense/plugin/handles.js';
import { type SimOpnsense, startSimOpnsense } from '../../../src/sim/opnsense/start.js';
import { createLedgerStore } from '../../../src/state/ledger-store.js';
import { acquireRunLock, runLockPath } from '../../../src/state/run-lock.js';
import { createServiceStateStore } from '../../../src/state/service-state.js';
import { temporaryFolder } from '../../cli/harness.js';
import { instance, inventory, SERVERS, settings } from '../../plan/build.js';

/** A simulated firewall with the plugin, and a folder with the files of a service. */
export interface Scene {
  readonly cwd: string;
  readonly firewall: SimOpnsense;
  names: string[];
  readonly journal: JournalRecord[];
}

export async function scene(plugin: Partial<PluginOptions> = {}): Promise<Scene> {
  const firewall = await startSimOpnsense({
    folder: await temporaryFolder(),
    segments: [{ id: 'opt3', description: 'servers', address: '10.2.0.1', foreign: 0 }],
    plugin: { interfaces: ['opt3'], ...plugin },
  });
  onTestFinished(() => firewall.close());
  return { cwd: await temporaryFolder(), firewall, names: ['web'], journal: [] };
}

const INSTANCES = new Map<string, ReturnType<typeof instance>>();

/** The service of that folder, in this process. `wrap` puts something between it and the firewall. */
export function serve(at: Scene, wrap: (target: Target) => Target = (target) => target): Reconciler {
  const { cwd, firewall } = at;
  const stateFile = join(cwd, 'state.json');
  const states = createServiceStateStore(join(cwd, 'service.json'));
  const now = () => new Date();
  const service = createReconciler({
    version: '0.2.0',
    configuration: {
      digest: 'digest-1',
      readAt: now().toISOString(),
      failure: undefined,
      owner: 'home',
      source: 'test',
      target: firewall.url,
      debounceMs: 20,
      confirmSeconds: undefined,
      async makeDeps(signal, progress) {
        const target = createPluginTarget({
          url: firewall.url,
          key: parseKeyFile(firewall.keyFile(), 'apikey.txt'),
          trust: { ca: undefined, fingerprint: undefined },
          allowUntestedVersion: false,
          redactor: createRedactor(),
          now,
        });
        return {
          settings: settings({ segments: [SERVERS] }),
          source: { read: async () => inventory(at.names.map(named)) },
          target: wrap(target),
          ledgers: createLedgerStore(stateFile, { owner: 'home' }),
          at: { host: 'test', stateFile },
          now,
          signal,
          progress,
        };
      },
      lock: (command) => acquireRunLock(runLockPath(stateFile), command),
    },
    history: [],
    journal: {
      async append(record) {
        at.journal.push(record);
      },
    },
    state: states.load(),
    states,
    time: systemTime(now),
    random: () => 0,
    schedules: () => [],
  });
  onTestFinished(() => service.stop());
  return service;
}

/** Waits until `count` runs have ended; answers them, oldest first. */
export async function runsOf(service: Reconciler, count: number): Promise<readonly Run[]> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const runs = service.runs({ limit: 100, before: undefined, outcome: undefined });
    const ended = runs.filter((run) => run.state === 'ended').toReversed();
    if (ended.length >= count) return ended;
    if (Date.now() > deadline) throw new Error(`in vain: ${count} runs; ${JSON.stringify(runs)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The same instance, with the same MAC, for the same name. */
function named(name: string): ReturnType<typeof instance> {
  const known = INSTANCES.get(name) ?? instance(name);
  INSTANCES.set(name, known);
  return known;
}
