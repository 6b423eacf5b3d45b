import { announceChange, announceThing } from './events.js';
import { assignMacs, find } from './operations.js';
import type { SimDevices, SimInstance, SimProfile, SimState } from './state.js';

/** Creates an empty profile. */
export function createProfile(state: SimState, project: string, name: string): void {
  if (state.profiles.has(`${project}/${name}`)) throw new Error(`The profile "${name}" already exists`);
  state.profiles.set(`${project}/${name}`, { name, project, config: {}, devices: {} });
  announceThing(state, 'profile-created', `profiles/${name}`, project);
}

/** Gives a profile other devices; Incus tells of each instance that uses it, then of the profile (docs/facts.md, "Incus: events"). */
export function updateProfile(state: SimState, project: string, name: string, devices: SimDevices): void {
  const profile = findProfile(state, project, name);
  profile.devices = structuredClone(devices);
  for (const instance of usersOf(state, project, name)) {
    assignMacs(state, instance);
    announceChange(state, instance.project, instance.name);
  }
  announceThing(state, 'profile-updated', `profiles/${name}`, project);
}

/** Renames it, in its instances too. */
export function renameProfile(state: SimState, project: string, name: string, newName: string): void {
  const profile = findProfile(state, project, name);
  for (const instance of usersOf(state, project, name))
    instance.profiles = instance.profiles.map((one) => (one === name ? newName : one));
  state.profiles.delete(`${project}/${name}`);
  state.profiles.set(`${project}/${newName}`, { ...profile, name: newName });
  announceThing(state, 'profile-renamed', `profiles/${newName}`, project, { old_name: name });
}

/** Deletes it; throws when an instance uses it. */
export function deleteProfile(state: SimState, project: string, name: string): void {
  findProfile(state, project, name);
  if (usersOf(state, project, name).length > 0) throw new Error('Profile is currently in use');
  state.profiles.delete(`${project}/${name}`);
  announceThing(state, 'profile-deleted', `profiles/${name}`, project);
}

/** Gives an instance other profiles. */
export function setProfiles(state: SimState, project: string, name: string, profiles: readonly string[]): void {
  const instance = find(state, project, name);
  instance.profiles = [...profiles];
  assignMacs(state, instance);
  announceChange(state, project, name);
}

function findProfile(state: SimState, project: string, name: string): SimProfile {
  const profile = state.profiles.get(`${project}/${name}`);
  if (!profile) throw new Error(`Profile not found: ${project}/${name}`);
  return profile;
}

function usersOf(state: SimState, project: string, name: string): SimInstance[] {
  return [...state.instances.values()].filter((one) => one.project === project && one.profiles.includes(name));
}
