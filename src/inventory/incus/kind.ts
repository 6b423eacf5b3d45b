import { normalizeFingerprint } from '../../schema/fingerprint.js';
import type { SourceListener } from '../listening.js';
import type { Source } from '../source.js';
import type { ConfiguredSource, Paths, SourceDeps, SourceKind } from '../source-kind.js';
import type { IncusConfig, IncusServerConfig, RawIncus } from './config.js';
import { INCUS_SCHEMA } from './schema.js';

const PARTS = {
  fileSource: () => import('./file-source.js'),
  inventory: () => import('./inventory.js'),
  stream: () => import('./events/stream.js'),
  http: async () => (await import('./client.js')).loadHttp(),
};

/** Incus: its socket, its HTTPS address, or a file with its list of instances. */
export const INCUS: SourceKind = {
  key: 'incus',
  title: 'Incus',
  synonyms: ['source', 'lxd', 'inventory'],
  schema: INCUS_SCHEMA,
  example: { socket: '/var/lib/incus/unix.socket' },
  choice: "must say exactly one of 'socket', 'url' and 'file'.",
  files: [
    { key: 'socket', isSecret: false },
    { key: 'cert', isSecret: false },
    { key: 'key', isSecret: true },
    { key: 'file', isSecret: false },
  ],
  urls: { url: 'https://incus.lan:8443' },
  fileContent: 'output of incus list --all-projects --format json',
  load: () => Promise.all(Object.values(PARTS).map((load) => load())),
  build: (raw, paths) => incusSource(configOf(raw, paths)),
  fromFile: (path, complete) => incusSource({ via: 'file', path, complete }),
};

/** The source of a configuration. */
export function incusSource(config: IncusConfig): ConfiguredSource {
  return {
    kind: 'incus',
    via: config.via,
    place: config.via === 'https' ? config.url : config.via === 'socket' ? `unix:${config.path}` : config.path,
    settings: config,
    connect: (deps) => connect(config, deps),
    ...(config.via === 'file'
      ? {}
      : { listen: (listener: SourceListener, deps: SourceDeps) => listen(config, listener, deps) }),
  };
}

async function connect(config: IncusConfig, deps: SourceDeps): Promise<Source> {
  if (config.via === 'file') return (await PARTS.fileSource()).createFileSource(config, deps);
  return (await PARTS.inventory()).createIncusSource(config, deps);
}

function listen(config: IncusServerConfig, listener: SourceListener, deps: SourceDeps): () => void {
  let isOver = false;
  let stop = (): void => {
    isOver = true;
  };
  void Promise.all([PARTS.stream(), PARTS.inventory()]).then(([{ startEventStream }, { resolveEndpoint }]) => {
    if (!isOver) stop = startEventStream(() => resolveEndpoint(config, deps), listener, deps);
  });
  return () => stop();
}

function configOf(raw: RawIncus, paths: Paths): IncusConfig {
  const { socket, url, cert, key, fingerprint, projects, file, complete } = raw;
  if (socket !== undefined) return { via: 'socket', path: paths.file(socket), projects };
  if (url !== undefined && cert !== undefined && key !== undefined && fingerprint !== undefined)
    return {
      via: 'https',
      url: new URL(url).origin,
      certFile: paths.file(cert),
      keyFile: paths.secret(key),
      fingerprint: normalizeFingerprint(fingerprint),
      projects,
    };
  if (file === undefined) throw new RangeError('a value that the checks let pass names no source');
  return { via: 'file', path: paths.file(file), complete: complete === true };
}
