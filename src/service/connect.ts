import type { Readable } from 'node:stream';
import { readSecret } from '../config/secret.js';
import type { TargetConfig } from '../config/types.js';
import type { SourceDeps } from '../inventory/source-kind.js';
import type { Target } from '../model/firewall.js';
import type { RequestObserver } from '../model/observer.js';
import type { Redactor } from '../secrets/redactor.js';

/** What connecting needs of the process. */
export interface ConnectDeps {
  /** Read where the configuration's source is `-`. */
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly redactor: Redactor;
  /** Hears of each call to the side that is connected. */
  readonly observe?: RequestObserver | undefined;
}

/** What a source may use of them. */
export function sourceDeps({ env, redactor, stdin, now, observe }: ConnectDeps): SourceDeps {
  return {
    readSecret: (reference) => readSecret(reference, { env, redactor }),
    stdin,
    now,
    random: Math.random,
    observe,
  };
}

/** The ways to a firewall, loaded when a configuration names one: they are most of what a run could need, and one is used. */
const PARTS = {
  fileTarget: () => import('../firewall/opnsense/file/target.js'),
  apiTarget: () => import('../firewall/opnsense/api/target.js'),
  pluginTarget: () => import('../firewall/opnsense/plugin/target.js'),
  keyFile: () => import('../firewall/opnsense/http/key-file.js'),
  authority: () => import('../firewall/opnsense/http/authority.js'),
};

/**
 * Loads all of them. A service does that when it starts: its configuration may name another one some day, and by then an upgrade may
 * have taken away the files that it started from.
 */
export async function loadAllTargets(): Promise<void> {
  await Promise.all(Object.values(PARTS).map((load) => load()));
}

/** The firewall that a configuration names, with its key read. Nothing is asked of it yet. */
export async function connectTarget(config: TargetConfig, deps: ConnectDeps): Promise<Target> {
  if (config.transport === 'file') {
    const { createFileTarget } = await PARTS.fileTarget();
    return createFileTarget({ path: config.path, now: deps.now });
  }
  const [{ parseKeyFile }, { readAuthority }] = await Promise.all([PARTS.keyFile(), PARTS.authority()]);
  const key = parseKeyFile(
    await readSecret(config.keyFile, { env: deps.env, redactor: deps.redactor }),
    config.keyFile,
  );
  const ca = config.caFile === undefined ? undefined : await readAuthority(config.caFile);
  const options = {
    url: config.url,
    key,
    trust: { ca, fingerprint: config.fingerprint },
    allowUntestedVersion: config.allowUntestedVersion,
    redactor: deps.redactor,
    observe: deps.observe,
  };
  if (config.transport === 'api') return (await PARTS.apiTarget()).createApiTarget(options);
  const { createPluginTarget } = await PARTS.pluginTarget();
  return createPluginTarget({ ...options, now: deps.now });
}
