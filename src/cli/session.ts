import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { readConfiguration } from '../config/configuration-file.js';
import { essentialsOf } from '../config/essentials.js';

import type { Config } from '../config/types.js';
import { sourceKind } from '../inventory/registry.js';
import type { Source } from '../inventory/source.js';
import type { Logger } from '../log/logger.js';
import { refuseUnknown } from '../plan/asked-names.js';
import type { Adoption, Overrides } from '../plan/types.js';
import { connectTarget, sourceDeps } from '../service/connect.js';
import { rememberWhereInstalled } from '../service/last-used.js';
import type { PlannerDeps, PlanRequest } from '../service/planner.js';
import { createLedgerStore } from '../state/ledger-store.js';
import type { Io } from './io.js';
import { startProgress } from './progress.js';
import { watchWrites } from './writes.js';

const NO_SOURCE: Source = {
  read: async () => ({ source: '(not read)', instances: [], projects: [], allProjects: false, notes: [] }),
};

/** Options that every command which plans has. */
export interface PlanOptions {
  readonly config: string;
  readonly inventory?: string;
  readonly complete?: boolean;
  readonly segment?: readonly string[];
  readonly instance?: readonly string[];
  readonly adopt?: readonly string[] | true;
  readonly force?: boolean;
  readonly acceptLockoutRisk?: boolean;
  /** Ids of parts that wait. */
  readonly approve?: readonly string[];
  readonly acceptNew?: boolean;
  readonly onBackup?: boolean;
  readonly json?: boolean;
  readonly format?: 'text' | 'markdown' | 'json';
  readonly verbose?: boolean;
}

/** A configured run: what planning needs, and how to end it. */
export interface Session {
  readonly config: Config;
  /** Tells it from others. */
  readonly digest: string;
  readonly deps: PlannerDeps;
  readonly close: () => void;
}

/** Loads the configuration and connects both sides; nothing is read yet. `sourceless` leaves the inventory alone. */
export async function openSession(io: Io, options: PlanOptions, sourceless = false): Promise<Session> {
  const path = resolve(io.cwd, options.config);
  const { config: loaded, digest } = readConfiguration(path, io.now());
  await rememberWhereInstalled(essentialsOf(loaded), path, io.now());
  const config = withOverrides(loaded, io, options);
  const progress = startProgress(io);
  const logger = options.verbose === true ? await verboseLog(io) : undefined;
  const step = (text: string): void => {
    logger?.debug(text);
    if (!logger) progress.step(text);
  };
  try {
    const deps: PlannerDeps = {
      settings: config.plan,
      configuration: digest,
      source: sourceless ? NO_SOURCE : await config.source.connect(sourceDeps(io)),
      target: watchWrites(await connectTarget(config.target, io), (progress) => io.onWrite?.(progress)),
      ledgers: createLedgerStore(config.stateFile, { owner: config.plan.owner }),
      at: { host: hostname(), stateFile: config.stateFile },
      now: io.now,
      signal: io.signal,
      progress: step,
    };
    return { config, digest, deps, close: progress.stop };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

/** What the options ask of the plan; a filter that names nothing that is configured is refused. */
export function planRequest(config: Config, options: PlanOptions): PlanRequest {
  const segments = [...(options.segment ?? [])];
  const known = config.plan.segments.map((segment) => segment.name);
  refuseUnknown('segment', segments, known);
  const only = { segments, instances: options.instance ?? [] };
  return {
    adopt: adoption(options.adopt),
    only,
    acceptNew: options.acceptNew === true,
    onBackup: options.onBackup === true,
    approvedParts: options.approve ?? [],
    overrides: overridesOf(options),
  };
}

/** What a person said on the command line about what is unsafe. */
export function overridesOf(options: PlanOptions): Overrides {
  return { force: options.force === true, acceptLockoutRisk: options.acceptLockoutRisk === true };
}

/** The format that was asked for; `--json` is short for `--format json`. */
export function outputFormat(options: PlanOptions): 'text' | 'markdown' | 'json' {
  return options.json === true ? 'json' : (options.format ?? 'text');
}

/** What most runs do without is loaded where it is asked for. */
async function verboseLog(io: Io): Promise<Logger> {
  const { createLogger } = await import('../log/logger.js');
  return createLogger(io.stderr, 'debug', false, io.redactor);
}

function adoption(option: PlanOptions['adopt']): Adoption {
  if (option === undefined) return 'none';
  return option === true || option.length === 0 || option.includes('all') ? 'all' : option;
}

function withOverrides(config: Config, io: Io, options: PlanOptions): Config {
  if (options.inventory === undefined) return config;
  const path = options.inventory === '-' ? '-' : resolve(io.cwd, options.inventory);
  const kind = sourceKind(config.source.kind);
  return kind === undefined
    ? config
    : { ...config, source: kind.fromFile(path, options.complete === true, config.source.settings) };
}
