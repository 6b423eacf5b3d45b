import { createHash } from 'node:crypto';
import type { SimEventListener } from './event.js';

type StringMap = Record<string, string>;
export type SimDevices = Record<string, StringMap>;

/** A project of the simulated server. */
export interface SimProject {
  name: string;
  description: string;
  config: StringMap;
}

/** A network; `type` is `bridge`, `ovn`, `macvlan` …, or `loopback` for the unmanaged interfaces that Incus lists too. */
export interface SimNetwork {
  name: string;
  project: string;
  type: string;
  managed: boolean;
  config: StringMap;
}

/** A profile of a project. */
export interface SimProfile {
  name: string;
  project: string;
  config: StringMap;
  devices: SimDevices;
}

/** Status as Incus writes it, with its codes 103, 102, 110, 112. */
export type SimStatus = 'Running' | 'Stopped' | 'Frozen' | 'Error';

/** An instance as the server stores it; what profiles add is worked out when it is rendered. */
export interface SimInstance {
  name: string;
  project: string;
  type: 'container' | 'virtual-machine';
  status: SimStatus;
  ephemeral: boolean;
  profiles: string[];
  config: StringMap;
  devices: SimDevices;
  createdAt: string;
  /** Undefined until the first start. */
  lastUsedAt: string | undefined;
  /** Cluster member that it is on; `none` without a cluster. */
  location: string;
}

/** A certificate of the trust store. */
export interface SimCertificate {
  name: string;
  fingerprint: string;
  certificate: string;
  restricted: boolean;
  projects: string[];
}

/** A trust token that was not used yet. */
export interface SimToken {
  name: string;
  secret: string;
  restricted: boolean;
  projects: string[];
}

/** A cluster member. */
export interface SimMember {
  name: string;
  status: 'Online' | 'Offline' | 'Evacuated' | 'Blocked';
}

/** Everything that the simulated server knows. Instances are keyed `project/name`. */
export interface SimState {
  readonly projects: Map<string, SimProject>;
  readonly networks: SimNetwork[];
  readonly profiles: Map<string, SimProfile>;
  readonly instances: Map<string, SimInstance>;
  readonly certificates: Map<string, SimCertificate>;
  readonly tokens: SimToken[];
  /** Empty: not clustered. */
  members: SimMember[];
  readonly serverVersion: string;
  /** Feeds names, MACs and times, so that two runs of the same steps give the same answers. */
  counter: number;
  /** Moves to another pool that are under way, by `project/name` of their targets: what was moved, and since when. */
  readonly moves: Map<string, { readonly project: string; readonly name: string; readonly since: string }>;
  /** Who hears of events. */
  readonly listeners: Set<SimEventListener>;
}

/** A server with project `default`, its empty profile, and no network but `lo`, as after `incus admin init --minimal`. */
export function createSimState(serverVersion = '7.0.2'): SimState {
  const state: SimState = {
    projects: new Map(),
    networks: [{ name: 'lo', project: 'default', type: 'loopback', managed: false, config: {} }],
    profiles: new Map(),
    instances: new Map(),
    certificates: new Map(),
    tokens: [],
    members: [],
    serverVersion,
    counter: 0,
    moves: new Map(),
    listeners: new Set(),
  };
  addProject(state, 'default', 'Default Incus project');
  return state;
}

/** Adds a project with an empty profile `default`, as Incus does. */
export function addProject(state: SimState, name: string, description = ''): void {
  const features = ['images', 'profiles', 'storage.buckets', 'storage.volumes'];
  if (name === 'default') features.push('networks', 'networks.zones');
  const config = Object.fromEntries(features.sort().map((feature) => [`features.${feature}`, 'true']));
  if (name !== 'default') config['features.networks'] = 'false';
  state.projects.set(name, { name, description, config });
  addProfile(state, { name: 'default', project: name, config: {}, devices: {} });
}

/** Adds or replaces a profile. */
export function addProfile(state: SimState, profile: SimProfile): void {
  state.profiles.set(`${profile.project}/${profile.name}`, profile);
}

/** Adds a network without addresses of its own: the firewall is its router. */
export function addNetwork(state: SimState, name: string, type = 'bridge', project = 'default'): void {
  state.networks.push({
    name,
    project,
    type,
    managed: true,
    config: { 'ipv4.address': 'none', 'ipv6.address': 'none' },
  });
}

/** The next value that looks random and is not: 32 hex digits. */
export function nextDigest(state: SimState, purpose: string): string {
  state.counter += 1;
  return createHash('sha256').update(`${purpose} ${state.counter}`).digest('hex').slice(0, 32);
}

/** A new `volatile.uuid`. */
export function nextUuid(state: SimState): string {
  const hex = nextDigest(state, 'uuid');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A new MAC address with Incus's prefix 10:66:6a; the counter in it keeps thousands of them apart. */
export function nextMac(state: SimState): string {
  state.counter += 1;
  const tail = (0x350000 + state.counter * 7).toString(16).padStart(6, '0').slice(-6);
  return `10:66:6a:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4, 6)}`;
}

/** A time stamp that moves on with every step. */
export function nextTime(state: SimState): string {
  state.counter += 1;
  return new Date(Date.UTC(2026, 0, 1) + state.counter * 1000).toISOString();
}
