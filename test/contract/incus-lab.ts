import { isolatedProfile } from '../../src/sim/incus/generate.js';
import { launch } from '../../src/sim/incus/operations.js';
import { addNetwork, addProfile, addProject, createSimState, type SimState } from '../../src/sim/incus/state.js';

const NETWORKS = ['dmz', 'edge', 'servers'];

/** The lab that the recordings were made in, so that their URLs name something in the simulator too. */
export function createRecordedLab(serverVersion = '7.0.2'): SimState {
  const state = createSimState(serverVersion);
  for (const network of NETWORKS) addNetwork(state, network);
  addProject(state, 'shop', 'x');
  for (const network of NETWORKS) addProfile(state, isolatedProfile('default', network));
  addProfile(state, { ...isolatedProfile('shop', 'dmz'), name: 'web', config: { 'user.tier': 'web' } });
  for (const [name, network] of [
    ['a1', 'dmz'],
    ['a2', 'dmz'],
    ['b1', 'edge'],
    ['s1', 'servers'],
  ] as const) {
    launch(state, { name, profiles: [`isolated-${network}`] });
  }
  const nics = NETWORKS.map((network, index) => [`opt${index + 1}`, { type: 'nic', network, name: `opt${index + 1}` }]);
  launch(state, { name: 'router', profiles: [], devices: Object.fromEntries(nics) });
  launch(state, { name: 'w1', project: 'shop', profiles: ['web'], start: false, config: { 'user.role': 'shopfront' } });
  launch(state, { name: 'w3', project: 'shop', profiles: ['web'], start: false });
  launch(state, { name: 'm1', project: 'shop', profiles: ['web'] });
  return state;
}

/** Adds the stopped and odd ones that were recorded later. */
export function addOddOnes(state: SimState): SimState {
  launch(state, { name: 'm1', profiles: ['isolated-dmz'], devices: { eth0: { type: 'none' } }, start: false });
  const parent = { type: 'nic', nictype: 'bridged', parent: 'dmz', name: 'lan0' };
  launch(state, { name: 'z2', profiles: ['default'], devices: { eth0: parent }, start: false });
  return state;
}
