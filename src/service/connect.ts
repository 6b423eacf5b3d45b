import type { Readable } from 'node:stream';
import { readSecret } from '../config/secret.js';
import type { TargetConfig } from '../config/types.js';
import { createApiTarget } from '../firewall/opnsense/api/target.js';
import { createFileTarget } from '../firewall/opnsense/file/target.js';
import { readAuthority } from '../firewall/opnsense/http/authority.js';
import { parseKeyFile } from '../firewall/opnsense/http/key-file.js';
import { createPluginTarget } from '../firewall/opnsense/plugin/target.js';
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

/** The firewall that a configuration names, with its key read. Nothing is asked of it yet. */
export async function connectTarget(config: TargetConfig, deps: ConnectDeps): Promise<Target> {
  if (config.transport === 'file') return createFileTarget({ path: config.path, now: deps.now });
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
  return config.transport === 'plugin' ? createPluginTarget({ ...options, now: deps.now }) : createApiTarget(options);
}
