import type { Writable } from 'node:stream';
import { type LoadedConfig, readConfiguration } from '../config/configuration-file.js';
import { essentialsOf } from '../config/essentials.js';
import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import type { Health } from '../http/types.js';
import { loadAllSources } from '../inventory/registry.js';
import { createLogger, type Logger } from '../log/logger.js';
import { type ConnectDeps, loadAllTargets } from '../service/connect.js';
import { commandJournalOf } from '../service/history/command-journal.js';
import { followRuns } from '../service/history/follow.js';
import { openJournal } from '../service/history/journal.js';
import { readWholeHistory } from '../service/history/read.js';
import { rememberLastUsed } from '../service/last-used.js';
import { createMetrics, type Metrics } from '../service/metrics/metrics.js';
import { failureOf } from '../service/reconcile/failure.js';
import { createReconciler, STARTED } from '../service/reconcile/reconciler.js';
import { systemTime } from '../service/reconcile/time.js';
import type { Reconciler } from '../service/reconcile/types.js';
import type { Failure } from '../service/types/run.js';
import type { Service } from '../service/types/service.js';
import type { Schedule } from '../service/types/status.js';
import { acquireRunLock, serviceLockPath } from '../state/run-lock.js';
import { createServiceStateStore } from '../state/service-state.js';
import { listenAll } from './api.js';
import { watchCertificate } from './certificate.js';
import { readNext, reconcilerConfiguration } from './configuration.js';
import { createFilterLog } from './filter-log.js';
import { healthOf } from './health.js';
import { logRuns } from './run-log.js';
import { startTriggers, type Triggers } from './triggers.js';

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

/** How often the service looks by itself whether its configuration file is another one. */
const LOOK_MS = 10_000;

/** Runs of the journal that are kept in memory. */
const REMEMBERED_RUNS = 500;

/**
 * Starts everything that `slash32 serve` is: the reconciler, its triggers and its API. Throws when it cannot, before any run began
 * and with everything given back.
 */
export async function startService(path: string, deps: ServeDeps): Promise<Running> {
  let current = readConfiguration(path, deps.now());
  const { config } = current;
  await Promise.all([loadAllTargets(), loadAllSources()]);
  const { log } = config.service;
  const logger = createLogger(deps.stderr, log.level, log.format === 'json', deps.redactor);
  for (const note of config.notes) logger.warn(note);
  const metrics = createMetrics(deps.version);
  const lock = await acquireRunLock(serviceLockPath(config.stateFile), 'slash32 serve').catch((error: unknown) => {
    throw runsTwice(error, config.stateFile);
  });
  const closing: (() => Promise<void> | void)[] = [() => lock.release()];
  await rememberLastUsed(essentialsOf(config), path, deps.now());
  let triggers: Triggers | undefined;
  try {
    const reconciler = await createService(path, current, deps, metrics, logger, () => triggers?.schedules() ?? []);
    closing.unshift(() => reconciler.stop(), logRuns(reconciler, logger), metrics.follow(reconciler));
    const health = (): Health => healthOf(reconciler, deps.now());
    const listening = await listenAll(config, {
      ...deps,
      service: reconciler,
      health,
      logger,
      metrics,
      filterLog: createFilterLog(() => current.config, deps),
    });
    closing.unshift(async () => void (await Promise.all(listening.map((one) => one.close()))));
    const refused: { configuration?: Failure | undefined; certificate?: Failure | undefined } = {};
    /** What of the two is not taken is in the status and in the findings while it lasts. */
    function tell(what: keyof typeof refused, failure: Failure | undefined): void {
      refused[what] = failure;
      if (failure !== undefined) logger.error(`the ${what} is not taken`, { failure: failure.message });
      const first = refused.configuration ?? refused.certificate;
      reconciler.setConfiguration(reconcilerConfiguration(path, current, { ...deps, ...metrics }, first));
    }
    const certificate = watchCertificate(config.service.tls, listening, deps, (error) => {
      if (error === undefined) logger.info('the certificate of the API was read again');
      tell('certificate', error === undefined ? undefined : failureOf(error));
    });
    closing.unshift(certificate.stop);
    // only who can be asked and told to end begins to work
    triggers = startTriggers(config, { ...deps, reconciler, onMessage: metrics.onEvent });
    closing.unshift(() => triggers?.stop());
    const looking = setInterval(() => void reconciler.findings(), LOOK_MS);
    looking.unref();
    closing.unshift(() => clearInterval(looking));
    reconciler.trigger(STARTED);

    return {
      service: reconciler,
      config,
      addresses: listening.map((one) => one.address),
      logger,
      health,
      reload() {
        const next = readNext(path, current, deps.now());
        if ('failure' in next) return tell('configuration', next.failure);
        current = next;
        void rememberLastUsed(essentialsOf(current.config), path, deps.now());
        for (const note of current.config.notes) logger.warn(note);
        triggers?.stop();
        triggers = startTriggers(current.config, { ...deps, reconciler, onMessage: metrics.onEvent });
        tell('configuration', undefined);
        logger.info('the configuration was read again', { digest: current.digest });
        certificate.look();
      },
      close: () => closeAll(closing),
    };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function createService(
  path: string,
  loaded: LoadedConfig,
  deps: ServeDeps,
  metrics: Metrics,
  logger: Logger,
  schedules: () => readonly Schedule[],
): Promise<Reconciler> {
  const { journal, stateFile } = loaded.config.service;
  const states = createServiceStateStore(stateFile);
  const others = followRuns(commandJournalOf(journal.file));
  const { runs, unread } = await readWholeHistory(journal.file, REMEMBERED_RUNS);
  for (const error of unread)
    logger.warn('what the command line did is not in the history', { failure: error.message });
  return createReconciler({
    version: deps.version,
    configuration: reconcilerConfiguration(path, loaded, { ...deps, ...metrics }, undefined),
    history: runs,
    journal: openJournal({ ...journal, redactor: deps.redactor }),
    others,
    state: states.load(),
    states,
    time: systemTime(deps.now),
    random: Math.random,
    schedules,
    startsLater: true,
    onBlind: metrics.onBlind,
    onCutOff: (message) => logger.warn(message),
    onOtherFile: (message) => logger.warn(message),
  });
}

function runsTwice(error: unknown, stateFile: string): unknown {
  if (!(error instanceof Slash32Error) || error.code !== 'S32_RUN_LOCKED') return error;
  const message = `A service works with this state file already. ${error.message}`;
  return new Slash32Error('S32_SERVE_TWICE', { message, where: stateFile });
}

async function closeAll(closing: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const step of closing) await step();
}
