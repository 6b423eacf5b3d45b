import { isRecord } from '../../schema/record.js';
import { stringMap } from '../shared/guards.js';

const DEFAULT_PROJECT = 'default';

/** What is known about networks: `typeOf` answers `bridge`, `ovn`, `macvlan` …, or undefined for one that is not shown. */
export interface NetworkTypes {
  typeOf(project: string, network: string): string | undefined;
  /** The interface that a network sits on; undefined where it sits on none, or that is not shown. */
  parentOf(project: string, network: string): string | undefined;
  /** Bridges that lead beyond the host, each with the interfaces that do; undefined where no configuration is shown. */
  readonly uplinks: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Knows nothing, so that the device's own words count: for files and for certificates that see no networks. */
export const UNKNOWN_NETWORKS: NetworkTypes = {
  typeOf: () => undefined,
  parentOf: () => undefined,
  uplinks: undefined,
};

/**
 * Network types from a list of networks. A project may have networks of its own (`features.networks`), which hide
 * those of project default; a bridge always lives in project default (docs/facts.md, "Incus: instances and NICs").
 */
export function createNetworkTypes(list: unknown): NetworkTypes {
  const types = new Map<string, string>();
  const parents = new Map<string, string>();
  const uplinks: Record<string, readonly string[]> = {};
  let isShown = false;
  if (!Array.isArray(list)) return UNKNOWN_NETWORKS;
  for (const entry of list) {
    if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.type !== 'string') continue;
    const project = typeof entry.project === 'string' && entry.project !== '' ? entry.project : DEFAULT_PROJECT;
    const config = stringMap(entry.config) ?? {};
    types.set(key(project, entry.name), entry.type);
    if (config.parent) parents.set(key(project, entry.name), config.parent);
    // A restricted certificate gets an empty configuration of each network (docs/facts.md, "Incus: networks").
    isShown ||= Object.keys(config).length > 0;
    const external = (config['bridge.external_interfaces'] ?? '').split(/[\s,]+/).map((one) => one.split('/')[0] ?? '');
    const named = external.filter((one) => one !== '');
    if (entry.type === 'bridge' && named.length > 0) uplinks[entry.name] = named;
  }
  const find = (from: ReadonlyMap<string, string>, project: string, network: string): string | undefined =>
    from.get(key(project, network)) ?? from.get(key(DEFAULT_PROJECT, network));
  return {
    typeOf: (project, network) => find(types, project, network),
    parentOf: (project, network) => find(parents, project, network),
    uplinks: isShown ? uplinks : undefined,
  };
}

/** `/` is not allowed in a project's name. */
function key(project: string, network: string): string {
  return `${project}/${network}`;
}
