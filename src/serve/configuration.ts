import { hostname } from 'node:os';
import { isSurelySame, type LoadedConfig, readConfiguration, saysTheSame } from '../config/configuration-file.js';
import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import type { RequestObserver } from '../model/observer.js';
import { type ConnectDeps, connectTarget, sourceDeps } from '../service/connect.js';
import { failureOf } from '../service/reconcile/failure.js';
import type { Configuration } from '../service/reconcile/types.js';
import type { Failure } from '../service/types/run.js';
import { createLedgerStore } from '../state/ledger-store.js';
import { acquireRunLock, runLockPath } from '../state/run-lock.js';

/** Who hears of the calls to both sides. */
export interface CallObservers {
  readonly onIncusCall: RequestObserver;
  readonly onFirewallCall: RequestObserver;
}

/** What the reconciler makes its runs of; both sides are connected anew for each one. `path` is the file that was read. */
export function reconcilerConfiguration(
  path: string,
  loaded: LoadedConfig,
  deps: ConnectDeps & CallObservers,
  failure: Failure | undefined,
): Configuration {
  const { config, digest, readAt } = loaded;
  const { source, target, plan, service, stateFile } = config;
  return {
    digest,
    readAt,
    failure,
    onDisk: () => otherOnDisk(path, loaded, deps.now()),
    owner: plan.owner,
    interfaces: plan.segments.map((segment) => segment.interface),
    source: source.place,
    target: target.transport === 'file' ? target.path : target.url,
    debounceMs: service.debounceSeconds * 1000,
    confirmSeconds: target.transport === 'plugin' ? target.confirmSeconds : undefined,
    makeDeps: async (signal, progress) => ({
      settings: plan,
      configuration: digest,
      source: await source.connect(sourceDeps({ ...deps, observe: deps.onIncusCall })),
      target: await connectTarget(target, { ...deps, observe: deps.onFirewallCall }),
      ledgers: createLedgerStore(stateFile, { owner: plan.owner }),
      at: { host: hostname(), stateFile },
      now: deps.now,
      signal,
      progress,
    }),
    lock: (command) => acquireRunLock(runLockPath(stateFile), command),
  };
}

/** What a new configuration would need a restart for; empty when it can be taken as it is. */
export function needsRestart(before: Config, after: Config): readonly string[] {
  const fixed = (config: Config): Readonly<Record<string, unknown>> => {
    const { listen, socket, tls, tokensFile, stateFile, journal, hooks } = config.service;
    return {
      owner: config.plan.owner,
      state_file: config.stateFile,
      'service.listen': listen,
      'service.socket': socket,
      'service.tls': tls,
      'service.tokens': tokensFile,
      'service.journal': journal,
      'service.hooks': hooks,
      'the state of the service': stateFile,
    };
  };
  const [old, next] = [fixed(before), fixed(after)];
  return Object.keys(old).filter((key) => JSON.stringify(old[key]) !== JSON.stringify(next[key]));
}

/** What the file of a configuration holds now: the one that would be taken, or why none is. */
export function readNext(path: string, used: LoadedConfig, now: Date): LoadedConfig | { readonly failure: Failure } {
  try {
    const next = readConfiguration(path, now);
    const fixed = needsRestart(used.config, next.config);
    if (fixed.length === 0) return next;
    const message = `${fixed.join(', ')} changed, which needs a restart of the service.`;
    return { failure: failureOf(new Slash32Error('S32_SERVE_RESTART', { message, where: path })) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** The file where it is another one than is used; undefined where it says the same. */
function otherOnDisk(path: string, used: LoadedConfig, now: Date): ReturnType<NonNullable<Configuration['onDisk']>> {
  try {
    if (isSurelySame(path, used)) return undefined;
  } catch {
    // why it cannot be read is said below
  }
  const next = readNext(path, used, now);
  if ('failure' in next) return { failure: next.failure };
  return saysTheSame(next.config, used.config) ? undefined : { failure: undefined };
}
