import type { SourceListener } from '../listening.js';
import type { ConfiguredSource, SourceDeps, SourceKind } from '../source-kind.js';
import type { LibvirtConfig } from './config.js';
import { LIBVIRT_SCHEMA } from './schema.js';

const PARTS = { source: () => import('./source.js'), watch: () => import('./watch.js') };

/** libvirt: the XML of its machines, from a folder or a file. */
export const LIBVIRT: SourceKind = {
  key: 'libvirt',
  title: 'libvirt',
  synonyms: ['kvm', 'qemu', 'virsh'],
  schema: LIBVIRT_SCHEMA,
  example: { path: '/etc/libvirt/qemu' },
  files: [{ key: 'path', isSecret: false }],
  urls: {},
  fileContent: 'output of virsh dumpxml, one machine after the other',
  init: { argument: 'path', about: "its folder of machines, or a file of virsh dumpxml's", fills: 'path' },
  load: () => Promise.all([PARTS.source(), PARTS.watch()]),
  build(raw: { readonly path?: string; readonly complete?: boolean }, paths) {
    const { path = '-', complete } = raw;
    return libvirtSource({ path: paths.file(path), complete: complete === true });
  },
  fromFile: (path, complete) => libvirtSource({ path, complete }),
};

function libvirtSource(config: LibvirtConfig): ConfiguredSource {
  return {
    kind: 'libvirt',
    via: 'file',
    place: config.path,
    settings: config,
    connect: async (deps) => (await PARTS.source()).createLibvirtSource(config, deps),
    ...(config.path === '-'
      ? {}
      : { listen: (listener: SourceListener, deps: SourceDeps) => listen(config, listener, deps) }),
  };
}

function listen({ path }: LibvirtConfig, listener: SourceListener, deps: SourceDeps): () => void {
  let isOver = false;
  let stop = (): void => {
    isOver = true;
  };
  void PARTS.watch().then(({ watchMachines }) => {
    if (!isOver) stop = watchMachines(path, listener, deps);
  });
  return () => stop();
}
