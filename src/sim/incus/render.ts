import { expandConfig, expandDevices } from './expand.js';
import type { SimCertificate, SimInstance, SimMember, SimNetwork, SimProject, SimState, SimStatus } from './state.js';

/** Incus's numbers for them. */
export const STATUS_CODES: Readonly<Record<SimStatus, number>> = {
  Running: 103,
  Stopped: 102,
  Frozen: 110,
  Error: 112,
};
const NEVER = '1970-01-01T00:00:00Z';

/** URL of an object as Incus writes it: no `project=` for project default. */
export function objectUrl(kind: string, name: string, project: string): string {
  return `/1.0/${kind}/${name}${project === 'default' ? '' : `?project=${project}`}`;
}

/** An instance object of `recursion=1`. One on a cluster member that is away has no content (offline members cannot be asked). */
export function renderInstance(state: SimState, instance: SimInstance): Record<string, unknown> {
  if (isAway(state, instance.location)) return renderUnknown(instance);
  return {
    architecture: 'x86_64',
    config: instance.config,
    devices: instance.devices,
    ephemeral: instance.ephemeral,
    profiles: instance.profiles,
    stateful: false,
    description: '',
    created_at: instance.createdAt,
    expanded_config: expandConfig(state, instance),
    expanded_devices: expandDevices(state, instance),
    name: instance.name,
    status: instance.status,
    status_code: STATUS_CODES[instance.status],
    last_used_at: instance.lastUsedAt ?? NEVER,
    location: instance.location,
    type: instance.type,
    project: instance.project,
  };
}

/** A network object; a restricted certificate does not see its configuration. */
export function renderNetwork(state: SimState, network: SimNetwork, restricted: boolean): Record<string, unknown> {
  return {
    config: restricted ? {} : network.config,
    description: '',
    name: network.name,
    type: network.type,
    used_by: network.managed ? networkUsers(state, network.name) : [],
    managed: network.managed,
    status: network.managed ? 'Created' : '',
    locations: network.managed ? ['none'] : null,
    project: network.project,
  };
}

/** A project object with everything that belongs to it; `usedBy` is made for all projects at once. */
export function renderProject(project: SimProject, usedBy: readonly string[]): Record<string, unknown> {
  return { config: project.config, description: project.description, name: project.name, used_by: usedBy };
}

/** `used_by` of every project, in one pass. */
export function projectUsers(state: SimState): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>([...state.projects.keys()].map((name) => [name, []]));
  for (const { project, name } of state.instances.values())
    users.get(project)?.push(objectUrl('instances', name, project));
  for (const { project, name, managed } of state.networks) {
    if (managed) users.get(project)?.push(objectUrl('networks', name, project));
  }
  for (const { project, name } of state.profiles.values())
    users.get(project)?.push(objectUrl('profiles', name, project));
  return users;
}

/** An entry of the trust store. */
export function renderCertificate(certificate: SimCertificate): Record<string, unknown> {
  const { name, restricted, projects, fingerprint } = certificate;
  return {
    name,
    type: 'client',
    restricted,
    projects,
    certificate: certificate.certificate,
    description: '',
    fingerprint,
  };
}

/** A cluster member. */
export function renderMember(member: SimMember): Record<string, unknown> {
  return {
    roles: ['database'],
    failure_domain: 'default',
    description: '',
    config: {},
    groups: ['default'],
    server_name: member.name,
    url: `https://${member.name}:8443`,
    database: true,
    status: member.status,
    message: member.status === 'Online' ? 'Fully operational' : 'No heartbeat for 40s',
    architecture: 'x86_64',
  };
}

function networkUsers(state: SimState, network: string): string[] {
  const users: string[] = [];
  for (const profile of state.profiles.values()) {
    if (uses(profile.devices, network)) users.push(objectUrl('profiles', profile.name, profile.project));
  }
  for (const instance of state.instances.values()) {
    if (uses(expandDevices(state, instance), network))
      users.push(objectUrl('instances', instance.name, instance.project));
  }
  return users;
}

function uses(devices: Readonly<Record<string, Readonly<Record<string, string>>>>, network: string): boolean {
  return Object.values(devices).some((device) => device.network === network);
}

function isAway(state: SimState, location: string): boolean {
  return state.members.some((member) => member.name === location && member.status === 'Offline');
}

function renderUnknown(instance: SimInstance): Record<string, unknown> {
  return {
    architecture: '',
    config: null,
    devices: null,
    ephemeral: false,
    profiles: null,
    stateful: false,
    description: '',
    created_at: NEVER,
    expanded_config: null,
    expanded_devices: null,
    name: instance.name,
    status: 'Error',
    status_code: STATUS_CODES.Error,
    last_used_at: NEVER,
    location: instance.location,
    type: instance.type,
    project: instance.project,
  };
}

/** The operation of a move to another pool. */
export function renderMove(move: { readonly project: string; readonly name: string; readonly since: string }) {
  return {
    class: 'task',
    description: 'Migrating instance',
    created_at: move.since,
    updated_at: move.since,
    status: 'Running',
    status_code: 103,
    resources: { instances: [objectUrl('instances', move.name, move.project)] },
    metadata: {},
    may_cancel: false,
    err: '',
    location: 'none',
  };
}
