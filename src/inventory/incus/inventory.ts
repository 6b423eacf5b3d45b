import { Slash32Error } from '../../errors/slash32-error.js';
import type { Inventory } from '../../model/instance.js';
import type { RequestObserver } from '../../model/observer.js';
import { leftOutNotes } from '../shared/words.js';
import type { Source } from '../source.js';
import { type Access, readAccess } from './access.js';
import { type ClientLimits, createIncusClient, type IncusClient, type IncusEndpoint } from './client.js';
import { type IdentityDependencies, loadClientIdentity } from './client-identity.js';
import type { IncusServerConfig } from './config.js';
import { filteredDhcpOf } from './filtered-dhcp.js';
import { findMismatches, type Gathered, gatherInstances } from './gather.js';
import { readClusterFault } from './members.js';
import { withoutMove } from './moves.js';
import { createNetworkTypes, type NetworkTypes, UNKNOWN_NETWORKS } from './networks.js';
import { type ListedProject, readProjects } from './projects.js';
import { readServer, type ServerInfo } from './server.js';
import { INCUS_TERMS } from './terms.js';
import { INCUS_URLS } from './urls.js';
import { judgeViews } from './views.js';

/** What the source needs from outside; `limits` defaults to one minute and 256 MiB for each answer. */
export interface IncusDependencies extends IdentityDependencies {
  readonly limits?: ClientLimits;
  /** Hears of each call. */
  readonly observe?: RequestObserver | undefined;
}

/** The inventory of a live Incus, over its socket or over HTTPS. Files are read when `read` is called, not before. */
export function createIncusSource(config: IncusServerConfig, deps: IncusDependencies): Source {
  return {
    async read(signal, progress) {
      const client = createIncusClient(await resolveEndpoint(config, deps), deps.limits, deps.observe);
      try {
        return await readInventory(client, config.projects, signal, progress, deps.now);
      } finally {
        client.close();
      }
    },
  };
}

/** The endpoint that `config` names, with certificate and key loaded. Throws `S32_INCUS_CLIENT_CERTIFICATE`. */
export async function resolveEndpoint(config: IncusServerConfig, deps: IdentityDependencies): Promise<IncusEndpoint> {
  if (config.via === 'socket') return { kind: 'socket', path: config.path };
  const identity = await loadClientIdentity(config.certFile, config.keyFile, deps);
  return { kind: 'https', url: config.url, fingerprint: config.fingerprint, ...identity };
}

interface Reading {
  readonly projects: readonly ListedProject[];
  readonly gathered: Gathered;
  readonly mismatches: ReadonlyMap<string, string>;
}

async function readInventory(
  client: IncusClient,
  declared: readonly string[] | undefined,
  signal: AbortSignal,
  progress: (step: string) => void,
  now: () => Date,
): Promise<Inventory> {
  progress(`asking ${client.endpoint} who we are`);
  const server = await readServer(client, signal);
  const access = await readAccess(client, server, signal);
  const clusterFault = server.clustered ? await readClusterFault(client, signal) : undefined;
  const networks = await readNetworks(client, signal);
  progress(`reading the instances of ${client.endpoint}`);
  let reading = await readLists(client, networks, signal);
  const { moving } = reading.gathered;
  const plain = moving.length === 0 ? new Set<string>() : await withoutMove(client, moving, now(), signal);
  if (reading.mismatches.size + plain.size > 0) {
    progress('the list changed while it was read; reading again');
    // A move that ended between the two questions has taken its target out of the list by now.
    reading = await readLists(client, networks, signal, plain);
  }
  return assemble(client.endpoint, reading, { access, declared, fault: clusterFault, server, networks });
}

/** Projects first: an instance that appears in between then belongs to a project that may be missing, not the reverse. */
async function readLists(
  client: IncusClient,
  networks: NetworkTypes,
  signal: AbortSignal,
  plain?: ReadonlySet<string>,
): Promise<Reading> {
  const projects = readProjects(await client.get(INCUS_URLS.projects, signal));
  if (projects === undefined) throw unexpectedList(client, INCUS_URLS.projects, 'is not a list of projects');
  const list = await client.get(INCUS_URLS.instances, signal);
  if (!Array.isArray(list)) throw unexpectedList(client, INCUS_URLS.instances, 'is not a list of instances');
  const gathered = gatherInstances(list, networks, plain);
  if (gathered.unusable) {
    const { position, missing } = gathered.unusable;
    throw unexpectedList(client, INCUS_URLS.instances, `has an entry without ${missing} (number ${position + 1})`);
  }
  return { projects, gathered, mismatches: findMismatches(gathered, projects) };
}

async function readNetworks(client: IncusClient, signal: AbortSignal): Promise<NetworkTypes> {
  try {
    return createNetworkTypes(await client.get(INCUS_URLS.networks, signal));
  } catch (error) {
    if (error instanceof Slash32Error && error.code === 'S32_INCUS_FORBIDDEN') return UNKNOWN_NETWORKS;
    throw error;
  }
}

interface Circumstances {
  readonly access: Access;
  readonly declared: readonly string[] | undefined;
  readonly fault: string | undefined;
  readonly server: ServerInfo;
  readonly networks: NetworkTypes;
}

function assemble(source: string, reading: Reading, circumstances: Circumstances): Inventory {
  const { gathered, projects } = reading;
  const views = judgeViews({
    ...circumstances,
    visible: projects.map((project) => project.name),
    projectFaults: new Map([...reading.mismatches, ...gathered.faults]),
  });
  const wanted = new Set(views.projects.map((project) => project.name));
  const isWhole = circumstances.access.scope === 'all' && circumstances.fault === undefined;
  const isHidden = [...reading.mismatches.keys(), ...gathered.faults.keys()].some((project) => !wanted.has(project));
  const { uplinks } = circumstances.networks;
  const filteredDhcp = filteredDhcpOf(circumstances.server.version);
  return {
    source,
    instances: gathered.instances.filter((instance) => wanted.has(instance.project)),
    projects: views.projects,
    allProjects: views.allProjects,
    ...(isWhole && !isHidden ? { others: gathered.instances.filter((instance) => !wanted.has(instance.project)) } : {}),
    ...INCUS_TERMS,
    ...(filteredDhcp === undefined ? {} : { filteredDhcp }),
    ...(uplinks === undefined ? {} : { uplinks }),
    notes: leftOutNotes(gathered.leftOut.filter((device) => wanted.has(device.slice(0, device.indexOf('/'))))),
  };
}

function unexpectedList(client: IncusClient, url: string, what: string): Slash32Error {
  return new Slash32Error('S32_INCUS_UNEXPECTED', {
    message: `The answer of ${client.endpoint} ${what}.`,
    where: `GET ${client.endpoint} ${url}`,
  });
}
