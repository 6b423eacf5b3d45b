import { announceThing } from './events.js';
import { addNetwork, addProject, type SimNetwork, type SimState } from './state.js';

/** Creates a bridge without addresses of its own, and says so. */
export function createNetwork(state: SimState, name: string): void {
  if (state.networks.some((one) => one.name === name)) throw new Error(`Network "${name}" already exists`);
  addNetwork(state, name);
  announceThing(state, 'network-created', `networks/${name}`, 'default');
}

/** Sets or (undefined) takes away a key of a network, and says so. */
export function setNetworkConfig(state: SimState, name: string, key: string, value: string | undefined): void {
  const { config } = findNetwork(state, name);
  if (value === undefined) delete config[key];
  else config[key] = value;
  announceThing(state, 'network-updated', `networks/${name}`, 'default');
}

/** Renames a network that nothing uses, and says so. */
export function renameNetwork(state: SimState, name: string, newName: string): void {
  findNetwork(state, name).name = newName;
  announceThing(state, 'network-renamed', `networks/${newName}`, 'default', { old_name: name });
}

/** Deletes a network, and says so. */
export function deleteNetwork(state: SimState, name: string): void {
  state.networks.splice(state.networks.indexOf(findNetwork(state, name)), 1);
  announceThing(state, 'network-deleted', `networks/${name}`, 'default');
}

/** Creates a project, and says so: its events carry its own name as their project. */
export function createProject(state: SimState, name: string): void {
  addProject(state, name);
  announceThing(state, 'project-created', `projects/${name}`, name);
}

function findNetwork(state: SimState, name: string): SimNetwork {
  const network = state.networks.find((one) => one.name === name);
  if (!network) throw new Error(`Network not found: ${name}`);
  return network;
}
