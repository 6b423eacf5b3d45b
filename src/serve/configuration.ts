import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { checkConfig } from '../config/check.js';
import { invalidConfig } from '../config/load.js';
import { readConfigText } from '../config/read-text.js';
import type { Config } from '../config/types.js';
import type { RequestObserver } from '../model/observer.js';
import { type ConnectDeps, connectSource, connectTarget } from '../service/connect.js';
import type { Configuration } from '../service/reconcile/types.js';
import type { Failure } from '../service/types/run.js';
import { createLedgerStore } from '../state/ledger-store.js';
import { acquireRunLock, runLockPath } from '../state/run-lock.js';

/** A configuration file as it was read. */
export interface LoadedConfig {
  readonly config: Config;
  /** SHA-256 of its text and of the policy files'. */
  readonly digest: string;
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

/** Reads and checks a configuration. Throws `S32_CONFIG_UNREADABLE` or `S32_CONFIG_INVALID`. */
export function readConfiguration(path: string, now: Date): LoadedConfig {
  const text = readConfigText(path);
  const check = checkConfig(text, path, dirname(resolve(path)));
  if (!check.ok) throw invalidConfig(path, check.problems);
  const digest = createHash('sha256').update(text).update(check.config.policyDigest).digest('hex');
  return { config: check.config, digest, readAt: now.toISOString() };
}

/** Who hears of the calls to both sides. */
export interface CallObservers {
  readonly onIncusCall: RequestObserver;
  readonly onFirewallCall: RequestObserver;
}

/** What the reconciler makes its runs of; both sides are connected anew for each one. */
export function reconcilerConfiguration(
  { config, digest, readAt }: LoadedConfig,
  deps: ConnectDeps & CallObservers,
  failure: Failure | undefined,
): Configuration {
  const { source, target, plan, service, stateFile } = config;
  return {
    digest,
    readAt,
    failure,
    owner: plan.owner,
    source: source.kind === 'https' ? source.url : source.kind === 'socket' ? `unix:${source.path}` : source.path,
    target: target.transport === 'file' ? target.path : target.url,
    debounceMs: service.debounceSeconds * 1000,
    confirmSeconds: target.transport === 'plugin' ? target.confirmSeconds : undefined,
    makeDeps: async (signal, progress) => ({
      settings: plan,
      source: await connectSource(source, { ...deps, observe: deps.onIncusCall }),
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
