import type { Writable } from 'node:stream';
import { readSecret } from '../config/secret.js';
import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { createHttpApp } from '../http/app.js';
import { loadContract } from '../http/contract.js';
import { type Listening, listenSocket, listenTcp, readIdentity, refuseExposure } from '../http/listen.js';
import type { ApiDeps, Health } from '../http/types.js';
import { createLogger, type Logger } from '../log/logger.js';
import type { ConnectDeps } from '../service/connect.js';
import { openJournal } from '../service/history/journal.js';
import { readHistory } from '../service/history/read.js';
import { failureOf } from '../service/reconcile/failure.js';
import { createReconciler } from '../service/reconcile/reconciler.js';
import { systemTime } from '../service/reconcile/time.js';
import type { Reconciler } from '../service/reconcile/types.js';
import type { Service } from '../service/types/service.js';
import { acquireRunLock } from '../state/run-lock.js';
import { createServiceStateStore } from '../state/service-state.js';
import { createTokenStore } from '../state/token-store.js';
import { type LoadedConfig, needsRestart, readConfiguration, reconcilerConfiguration } from './configuration.js';
import { startEvents } from './events.js';
import { healthOf } from './health.js';
import { logRuns } from './run-log.js';
import { type Schedules, startSchedules } from './schedules.js';

/** What a service needs of the process that it runs in. */
export interface ServeDeps extends ConnectDeps {
  readonly version: string;
  readonly stderr: Writable;
}

/** A service that runs. */
export interface Running {
  readonly service: Service;
  readonly config: Config;
  /** Where its API listens. */
  readonly addresses: readonly string[];
  readonly logger: Logger;
  health(): Health;
  /** Reads the configuration again; one that is wrong is named in the status, and the old one stays. */
  reload(): void;
  /** Begins nothing new, waits for what is being written, and gives everything back. */
  close(): Promise<void>;
}

/** Runs of the journal that are kept in memory. */
const REMEMBERED_RUNS = 500;

/** Starts everything that `slash32 serve` is: the reconciler, its triggers and its API. Throws when it cannot. */
export async function startService(path: string, deps: ServeDeps): Promise<Running> {
  const first = readConfiguration(path, deps.now());
  const { config } = first;
  const { service: settings } = config;
  const logger = createLogger(deps.stderr, settings.log.level, settings.log.format === 'json', deps.redactor);
  const lock = await acquireRunLock(`${config.stateFile}.serve`, 'slash32 serve').catch((error: unknown) => {
    throw runsTwice(error, config.stateFile);
  });
  const closing: (() => Promise<void> | void)[] = [() => lock.release()];
  let schedules: Schedules | undefined;
  try {
    const reconciler = await createService(first, deps, () => schedules?.list() ?? []);
    closing.unshift(() => reconciler.stop());
    closing.unshift(logRuns(reconciler, logger));
    schedules = startSchedules(config.schedule, { trigger: reconciler.trigger, now: deps.now });
    let stopEvents = startEvents(config.source, { ...deps, reconciler, onMessage: () => undefined });
    closing.unshift(() => {
      schedules?.stop();
      stopEvents();
    });
    const health = (): Health => healthOf(reconciler, deps.now());
    const listening = await listenAll(config, reconciler, health, logger, deps);
    closing.unshift(async () => void (await Promise.all(listening.map((one) => one.close()))));
    let current = first;

    return {
      service: reconciler,
      config,
      addresses: listening.map((one) => one.address),
      logger,
      health,
      reload() {
        const next = tryRead(path, current, deps);
        if ('failure' in next) {
          logger.error('the configuration is not taken', { failure: next.failure.message });
          reconciler.setConfiguration(reconcilerConfiguration(current, deps, next.failure));
          return;
        }
        current = next;
        schedules?.stop();
        schedules = startSchedules(current.config.schedule, { trigger: reconciler.trigger, now: deps.now });
        stopEvents();
        stopEvents = startEvents(current.config.source, { ...deps, reconciler, onMessage: () => undefined });
        reconciler.setConfiguration(reconcilerConfiguration(current, deps, undefined));
        logger.info('the configuration was read again', { digest: current.digest });
      },
      close: () => closeAll(closing),
    };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function createService(
  loaded: LoadedConfig,
  deps: ServeDeps,
  schedules: () => ReturnType<Schedules['list']>,
): Promise<Reconciler> {
  const { journal, stateFile } = loaded.config.service;
  const states = createServiceStateStore(stateFile);
  const { runs } = await readHistory(journal.file, REMEMBERED_RUNS);
  return createReconciler({
    version: deps.version,
    configuration: reconcilerConfiguration(loaded, deps, undefined),
    history: runs,
    journal: openJournal({ ...journal, redactor: deps.redactor }),
    state: states.load(),
    states,
    time: systemTime(deps.now),
    random: Math.random,
    schedules,
  });
}

async function listenAll(
  config: Config,
  service: Service,
  health: () => Health,
  logger: Logger,
  deps: ServeDeps,
): Promise<Listening[]> {
  const { listen, socket, tls, tokensFile } = config.service;
  const tokens = createTokenStore(tokensFile, deps.now);
  const api: ApiDeps = {
    service,
    version: deps.version,
    checkToken: tokens.check,
    health,
    metrics: async () => '',
    onRequest: ({ method, route, status, seconds, actor }) =>
      logger.debug('request', { method, route, status, milliseconds: Math.round(seconds * 1000), by: actor?.name }),
    onDefect: (error, route) =>
      logger.error('defect while a request was answered', { route, error: failureOf(error).message }),
  };
  const contract = loadContract();
  const listening: Listening[] = [];
  if (socket !== undefined)
    listening.push(await listenSocket(createHttpApp({ ...api, contract, trust: 'socket' }), socket));
  if (listen !== undefined) {
    const identity =
      tls === undefined
        ? undefined
        : await readIdentity(tls.certFile, () => readSecret(tls.keyFile, { env: deps.env, redactor: deps.redactor }));
    refuseExposure(listen, identity, (await tokens.list()).length);
    listening.push(await listenTcp(createHttpApp({ ...api, contract, trust: 'token' }), listen, identity));
  }
  return listening;
}

function tryRead(
  path: string,
  current: LoadedConfig,
  { now }: ServeDeps,
): LoadedConfig | { readonly failure: ReturnType<typeof failureOf> } {
  try {
    const next = readConfiguration(path, now());
    const fixed = needsRestart(current.config, next.config);
    if (fixed.length === 0) return next;
    const message = `${fixed.join(', ')} changed, which needs a restart of the service.`;
    return { failure: failureOf(new Slash32Error('S32_SERVE_RESTART', { message, where: path })) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function runsTwice(error: unknown, stateFile: string): unknown {
  if (!(error instanceof Slash32Error) || error.code !== 'S32_RUN_LOCKED') return error;
  return new Slash32Error('S32_SERVE_TWICE', {
    message: `A service works with this state file already. ${error.message}`,
    where: stateFile,
  });
}

async function closeAll(closing: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const step of closing) await step();
}
