import type { SimDevices, SimInstance, SimProfile, SimState } from './state.js';

/** The devices of an instance with those of its profiles: a later profile replaces a whole device of the same name. */
export function expandDevices(state: SimState, instance: SimInstance): SimDevices {
  const layers = [...profilesOf(state, instance).map((profile) => profile.devices), instance.devices];
  return Object.assign({}, ...layers) as SimDevices;
}

/** The configuration of an instance with that of its profiles, its own keys last. */
export function expandConfig(state: SimState, instance: SimInstance): Record<string, string> {
  const layers = [...profilesOf(state, instance).map((profile) => profile.config), instance.config];
  return Object.assign({}, ...layers) as Record<string, string>;
}

/** A project without profiles of its own uses those of project default. */
function profilesOf(state: SimState, instance: SimInstance): SimProfile[] {
  const own = state.projects.get(instance.project)?.config['features.profiles'] === 'true';
  const project = own ? instance.project : 'default';
  return instance.profiles
    .map((name) => state.profiles.get(`${project}/${name}`))
    .filter((profile) => profile !== undefined);
}
