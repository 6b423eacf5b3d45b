import { launch } from './operations.js';
import { addProfile, addProject, type SimState } from './state.js';

/** How many instances, on which networks and in which projects; both are gone through in turn. */
export interface GenerateOptions {
  readonly count: number;
  readonly networks: readonly string[];
  readonly projects?: readonly string[];
  /** Start of each name, default `app`. */
  readonly prefix?: string;
}

/** Fills a server with running instances of one NIC each, for measurements. The same call gives the same instances. */
export function generateInstances(state: SimState, options: GenerateOptions): void {
  const { count, networks, projects = ['default'], prefix = 'app' } = options;
  for (const project of projects) {
    if (!state.projects.has(project)) addProject(state, project);
    for (const network of networks) addProfile(state, isolatedProfile(project, network));
  }
  for (let index = 0; index < count; index += 1) {
    const network = networks[index % networks.length] ?? '';
    const project = projects[Math.floor(index / networks.length) % projects.length] ?? 'default';
    const name = `${prefix}-${String(index + 1).padStart(5, '0')}`;
    launch(state, { name, project, profiles: [`isolated-${network}`], start: true, config: IMAGE });
  }
}

/** The profile that the product asks for: one NIC with an isolated bridge port. */
export function isolatedProfile(project: string, network: string) {
  const eth0 = { type: 'nic', network, 'security.port_isolation': 'true', 'security.mac_filtering': 'true' };
  const root = { type: 'disk', path: '/', pool: 'default' };
  return { name: `isolated-${network}`, project, config: {}, devices: { eth0, root } };
}

/** Keys that every real instance carries, so that a list is as long as a real one. */
const IDMAP =
  '[{"Isuid":true,"Isgid":false,"Hostid":1000000,"Nsid":0,"Maprange":1000000000},{"Isuid":false,"Isgid":true,"Hostid":1000000,"Nsid":0,"Maprange":1000000000}]';
const IMAGE = {
  'image.architecture': 'amd64',
  'image.description': 'Debian trixie amd64',
  'image.os': 'Debian',
  'image.release': 'trixie',
  'volatile.base_image': 'd1dd2b38cf62f37f22655e20487b02781fb1240b418525917ad07006dd71bf67',
  'volatile.idmap.base': '0',
  'volatile.idmap.current': IDMAP,
  'volatile.idmap.next': IDMAP,
  'volatile.last_state.idmap': '[]',
} as const;
