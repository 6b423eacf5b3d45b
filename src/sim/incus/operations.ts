import { announceChange, announceCreated, announceInstance } from './events.js';
import { expandDevices } from './expand.js';
import {
  nextMac,
  nextTime,
  nextUuid,
  type SimDevices,
  type SimInstance,
  type SimState,
  type SimStatus,
} from './state.js';

/** What to create. Everything but the name has Incus's default. */
export interface LaunchOptions {
  readonly name: string;
  readonly project?: string;
  readonly type?: SimInstance['type'];
  readonly profiles?: readonly string[];
  readonly devices?: SimDevices;
  readonly config?: Readonly<Record<string, string>>;
  readonly ephemeral?: boolean;
  /** Whether to start it, default true; without, it is like one that never ran. */
  readonly start?: boolean;
  readonly location?: string;
}

/** Creates an instance; its MACs and its uuid exist at once, before any start (docs/facts.md, "Incus: instances and NICs"). */
export function launch(state: SimState, options: LaunchOptions): SimInstance {
  const project = options.project ?? 'default';
  if (!state.projects.has(project)) throw new Error(`Project not found: ${project}`);
  const key = `${project}/${options.name}`;
  if (state.instances.has(key)) throw new Error(`Instance "${options.name}" already exists`);
  const uuid = nextUuid(state);
  const instance: SimInstance = {
    name: options.name,
    project,
    type: options.type ?? 'container',
    status: 'Stopped',
    ephemeral: options.ephemeral ?? false,
    profiles: [...(options.profiles ?? ['default'])],
    config: {
      ...options.config,
      'volatile.apply_template': 'create',
      'volatile.uuid': uuid,
      'volatile.uuid.generation': uuid,
    },
    devices: structuredClone(options.devices ?? {}),
    createdAt: nextTime(state),
    lastUsedAt: undefined,
    location: options.location ?? 'none',
  };
  state.instances.set(key, instance);
  assignMacs(state, instance);
  announceCreated(state, instance);
  if (options.start !== false) start(state, project, options.name);
  return instance;
}

/** The stored instance; throws when there is none. */
export function find(state: SimState, project: string, name: string): SimInstance {
  const instance = state.instances.get(`${project}/${name}`);
  if (!instance) throw new Error(`Instance not found: ${project}/${name}`);
  return instance;
}

/** Starts it: it gets host-side names, which change at every start. */
export function start(state: SimState, project: string, name: string): void {
  const instance = find(state, project, name);
  setStatus(state, project, name, 'Running');
  instance.lastUsedAt = nextTime(state);
  delete instance.config['volatile.apply_template'];
  for (const device of nicNames(state, instance)) {
    instance.config[`volatile.${device}.host_name`] = `veth${nextUuid(state).slice(0, 8)}`;
  }
  announceInstance(state, 'instance-started', project, name);
}

/** Shuts it down; an ephemeral one is gone then, and Incus says so before it says that it stopped (docs/facts.md, "Incus: events"). */
export function stop(state: SimState, project: string, name: string): void {
  if (find(state, project, name).ephemeral) {
    forceStop(state, project, name);
    return;
  }
  halt(state, project, name);
  announceInstance(state, 'instance-shutdown', project, name);
}

/** `incus stop --force`: an ephemeral one is gone then. */
export function forceStop(state: SimState, project: string, name: string): void {
  const { ephemeral } = find(state, project, name);
  announceInstance(state, 'instance-paused', project, name);
  if (ephemeral) remove(state, project, name);
  else halt(state, project, name);
  announceInstance(state, 'instance-stopped', project, name);
}

function halt(state: SimState, project: string, name: string): void {
  setStatus(state, project, name, 'Stopped');
  const { config } = find(state, project, name);
  for (const key of Object.keys(config)) {
    if (/^volatile\..*\.host_name$/.test(key)) delete config[key];
  }
}

/** Sets the status alone: `Frozen`, `Error`. */
export function setStatus(state: SimState, project: string, name: string, status: SimStatus): void {
  find(state, project, name).status = status;
  find(state, project, name).config['volatile.last_state.power'] = status === 'Stopped' ? 'STOPPED' : 'RUNNING';
}

/** Deletes it. */
export function remove(state: SimState, project: string, name: string): void {
  find(state, project, name);
  state.instances.delete(`${project}/${name}`);
  announceInstance(state, 'instance-deleted', project, name);
}

/** Renames it: MACs and uuid stay. */
export function rename(state: SimState, project: string, name: string, newName: string): void {
  relocate(state, find(state, project, name), project, newName);
  announceInstance(state, 'instance-renamed', project, newName, { old_name: name });
}

/** Moves it to another project: MACs and uuid stay. */
export function moveToProject(state: SimState, project: string, name: string, newProject: string): void {
  if (!state.projects.has(newProject)) throw new Error(`Project not found: ${newProject}`);
  const instance = find(state, project, name);
  relocate(state, instance, newProject, name);
  announceCreated(state, instance);
  announceInstance(state, 'instance-deleted', project, name);
}

/** The middle of a move to another pool: the instance is gone under its name and there as a ghost (docs/facts.md, "Incus: events"). */
export function beginPoolMove(state: SimState, project: string, name: string, pool = 'p2'): string {
  const ghost = `move-of-${BigInt(`0x${nextUuid(state).slice(0, 8)}`) + 13207006470000000000n}`;
  const instance = find(state, project, name);
  relocate(state, instance, project, ghost);
  state.moves.set(`${project}/${ghost}`, { project, name, since: new Date().toISOString() });
  announceCreated(state, instance, pool);
  announceInstance(state, 'instance-deleted', project, name);
  return ghost;
}

/** The end of a move to another pool. */
export function finishPoolMove(state: SimState, project: string, ghost: string, name: string): void {
  rename(state, project, ghost, name);
  state.moves.delete(`${project}/${ghost}`);
}

/** Copies it: user keys and devices are the same, MACs and uuid are new, and it was never started. */
export function copy(
  state: SimState,
  project: string,
  name: string,
  newName: string,
  newProject = project,
): SimInstance {
  const source = find(state, project, name);
  const own = Object.entries(source.config).filter(([key]) => !key.startsWith('volatile.'));
  return launch(state, {
    name: newName,
    project: newProject,
    type: source.type,
    profiles: source.profiles,
    devices: source.devices,
    config: Object.fromEntries(own),
    start: false,
  });
}

/** Sets or (undefined) takes away a device of the instance itself. An `hwaddr` on it ends the volatile one for good. */
export function setDevice(
  state: SimState,
  project: string,
  name: string,
  device: string,
  settings: Readonly<Record<string, string>> | undefined,
): void {
  const instance = find(state, project, name);
  if (settings === undefined) delete instance.devices[device];
  else instance.devices[device] = { ...settings };
  assignMacs(state, instance);
  announceChange(state, project, name);
}

/** Sets or (undefined) takes away a configuration key of the instance itself. */
export function setConfig(
  state: SimState,
  project: string,
  name: string,
  key: string,
  value: string | undefined,
): void {
  const { config } = find(state, project, name);
  if (value === undefined) delete config[key];
  else config[key] = value;
  announceChange(state, project, name);
}

/** Gives a volatile MAC to each NIC without `hwaddr`, and takes it from those with one (docs/facts.md, "Incus: instances and NICs"). */
export function assignMacs(state: SimState, instance: SimInstance): void {
  const devices = expandDevices(state, instance);
  for (const [name, device] of Object.entries(devices)) {
    const key = `volatile.${name}.hwaddr`;
    if (device.type !== 'nic' || device.hwaddr) delete instance.config[key];
    else instance.config[key] ??= nextMac(state);
    if (device.type === 'nic' && !device.name) instance.config[`volatile.${name}.name`] = name;
  }
}

function nicNames(state: SimState, instance: SimInstance): string[] {
  const devices = Object.entries(expandDevices(state, instance));
  return devices.filter(([, device]) => device.type === 'nic').map(([name]) => name);
}

function relocate(state: SimState, instance: SimInstance, project: string, name: string): void {
  const key = `${project}/${name}`;
  if (state.instances.has(key)) throw new Error(`Instance "${name}" already exists`);
  state.instances.delete(`${instance.project}/${instance.name}`);
  instance.project = project;
  instance.name = name;
  state.instances.set(key, instance);
}
