import { isRecord } from './guards.js';

const DEFAULT_PROJECT = 'default';

/** What is known about networks: `typeOf` answers `bridge`, `ovn`, `macvlan` …, or undefined for one that is not shown. */
export interface NetworkTypes {
  typeOf(project: string, network: string): string | undefined;
}

/** Knows nothing, so that the device's own words count: for files and for certificates that see no networks. */
export const UNKNOWN_NETWORKS: NetworkTypes = { typeOf: () => undefined };

/**
 * Network types from a list of networks. A project may have networks of its own (`features.networks`), which hide
 * those of project default; a bridge always lives in project default (facts §3.4).
 */
export function createNetworkTypes(list: unknown): NetworkTypes {
  const types = new Map<string, string>();
  if (!Array.isArray(list)) return UNKNOWN_NETWORKS;
  for (const entry of list) {
    if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.type !== 'string') continue;
    const project = typeof entry.project === 'string' && entry.project !== '' ? entry.project : DEFAULT_PROJECT;
    types.set(key(project, entry.name), entry.type);
  }
  return {
    typeOf: (project, network) => types.get(key(project, network)) ?? types.get(key(DEFAULT_PROJECT, network)),
  };
}

/** `/` is not allowed in a project's name. */
function key(project: string, network: string): string {
  return `${project}/${network}`;
}
