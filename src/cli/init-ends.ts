import { isAbsolute, resolve } from 'node:path';
import type { NewConfig } from '../config/render.js';
import type { SourceConfig, TargetConfig } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { enrolAtIncus } from './enrol.js';
import type { InitOptions } from './init-options.js';
import { type Io, printError } from './io.js';

/** One end as it is connected to now, and as slash32.yaml will say it. */
export interface SourceEnd {
  readonly config: SourceConfig;
  readonly yaml: NewConfig['incus'];
}

/** The firewall, likewise. */
export interface TargetEnd {
  readonly config: TargetConfig;
  readonly yaml: NewConfig['opnsense'];
}

/** Where instances come from, by the options; with a trust token, Incus is enrolled at first. */
export async function sourceEnd(io: Io, options: InitOptions): Promise<SourceEnd> {
  const path = (file: string): string => (file === '-' || isAbsolute(file) ? file : resolve(io.cwd, file));
  const { projects } = options;
  if (options.inventory !== undefined) {
    const file = path(options.inventory);
    return { config: { kind: 'file', path: file, complete: true }, yaml: { file } };
  }
  if (options.socket !== undefined) {
    const socket = path(options.socket);
    return { config: { kind: 'socket', path: socket, projects }, yaml: withProjects({ socket }, projects) };
  }
  const certFile = path(options.incusCert ?? 'incus.crt');
  const keyFile = path(options.incusKey ?? 'incus.key');
  if (options.incusToken !== undefined) {
    const url = options.incusUrl === undefined ? {} : { url: options.incusUrl };
    const overwrite = options.overwrite === true;
    const enrolment = await enrolAtIncus(io, {
      token: options.incusToken,
      cert: certFile,
      key: keyFile,
      overwrite,
      ...url,
    });
    const again = `--incus-url ${enrolment.url} --incus-fingerprint ${enrolment.fingerprint}`;
    printError(io, `Incus trusts ${certFile} now; the token is used up. Should init have to run again: ${again}\n`);
    return httpsEnd(enrolment.url, certFile, keyFile, enrolment.fingerprint, projects ?? enrolment.access.projects);
  }
  if (options.incusUrl !== undefined && options.incusFingerprint !== undefined)
    return httpsEnd(options.incusUrl, certFile, keyFile, options.incusFingerprint, projects);
  throw missing(
    'Incus',
    '--socket PATH, --incus-token TOKEN, --incus-url URL with --incus-fingerprint, or --inventory FILE',
  );
}

/** The firewall, by the options. */
export function targetEnd(io: Io, options: InitOptions): TargetEnd {
  if (options.configXml !== undefined) {
    const path = resolve(io.cwd, options.configXml);
    return { config: { transport: 'file', path }, yaml: { transport: 'file', path } };
  }
  if (options.opnsenseUrl === undefined || options.keyFile === undefined)
    throw missing('the firewall', '--opnsense-url URL with --key-file FILE, or --config-xml FILE');
  const url = options.opnsenseUrl.replace(/\/+$/, '');
  const keyFile = /^(env|credential):/.test(options.keyFile) ? options.keyFile : resolve(io.cwd, options.keyFile);
  const caFile = options.caFile === undefined ? undefined : resolve(io.cwd, options.caFile);
  const fingerprint = options.fingerprint?.replaceAll(':', '').toLowerCase();
  return {
    config: { transport: 'api', url, keyFile, caFile, fingerprint, allowUntestedVersion: false },
    yaml: {
      transport: 'api',
      url,
      key_file: keyFile,
      ...(caFile === undefined ? {} : { ca_file: caFile }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    },
  };
}

function httpsEnd(
  address: string,
  certFile: string,
  keyFile: string,
  pin: string,
  projects: readonly string[] | undefined,
): SourceEnd {
  const url = address.replace(/\/+$/, '');
  const fingerprint = pin.replaceAll(':', '').toLowerCase();
  return {
    config: { kind: 'https', url, certFile, keyFile, fingerprint, projects },
    yaml: withProjects({ url, cert: certFile, key: keyFile, fingerprint }, projects),
  };
}

function withProjects(yaml: NewConfig['incus'], projects: readonly string[] | undefined): NewConfig['incus'] {
  return projects === undefined ? yaml : { ...yaml, projects };
}

function missing(what: string, flags: string): Slash32Error {
  return new Slash32Error('S32_USAGE', { message: `init does not know how to reach ${what}.`, hint: `Give ${flags}.` });
}
