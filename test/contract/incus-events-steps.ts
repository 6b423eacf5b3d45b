import { announceThing } from '../../src/sim/incus/events.js';
import {
  createNetwork,
  createProject,
  deleteNetwork,
  renameNetwork,
  setNetworkConfig,
} from '../../src/sim/incus/network-operations.js';
import { exec, snapshot } from '../../src/sim/incus/noise.js';
import {
  beginPoolMove,
  finishPoolMove,
  forceStop,
  launch,
  moveToProject,
  remove,
  rename,
  setConfig,
  start,
  stop,
} from '../../src/sim/incus/operations.js';
import { pause, restart, resume } from '../../src/sim/incus/power.js';
import { createProfile, deleteProfile, renameProfile, updateProfile } from '../../src/sim/incus/profile-operations.js';
import type { SimState } from '../../src/sim/incus/state.js';

/** A step that was taken on real Incus and is taken on the simulated one. */
export interface EventStep {
  readonly title: string;
  /** The first and last line of `events-lifecycle.jsonl` that it caused, counted from 0. */
  readonly lines: readonly [number, number];
  readonly act: (state: SimState) => void;
}

const NIC = { eth0: { type: 'nic', network: 'dmz' } };

/** In this order, since each builds on the ones before it. */
export const EVENT_STEPS: readonly EventStep[] = [
  {
    title: 'create a project, a profile and an instance',
    lines: [0, 2],
    act(state) {
      createProject(state, 'shop');
      createProfile(state, 'shop', 'web');
      launch(state, { name: 'w1', project: 'shop', profiles: ['web'], start: false });
    },
  },
  { title: 'start it', lines: [3, 3], act: (state) => start(state, 'shop', 'w1') },
  {
    title: 'run a command and fetch what it printed',
    lines: [4, 8],
    act: (state) => exec(state, 'shop', 'w1', ['sh', '-c', 'echo out; echo err >&2; exit 3']),
  },
  { title: 'change a key', lines: [11, 11], act: (state) => setConfig(state, 'shop', 'w1', 'user.role', 'shop') },
  { title: 'restart it by force', lines: [15, 16], act: (state) => restart(state, 'shop', 'w1') },
  { title: 'stop it by force', lines: [17, 18], act: (state) => forceStop(state, 'shop', 'w1') },
  { title: 'rename it', lines: [19, 19], act: (state) => rename(state, 'shop', 'w1', 'w2') },
  { title: 'make a snapshot', lines: [20, 20], act: (state) => snapshot(state, 'shop', 'w2', 's1') },
  {
    title: 'change a profile with two users',
    lines: [27, 29],
    act(state) {
      withoutEvents(state, () => launch(state, { name: 'w3', project: 'shop', profiles: ['web'], start: false }));
      updateProfile(state, 'shop', 'web', NIC);
    },
  },
  {
    title: 'pause and resume',
    lines: [115, 116],
    act(state) {
      withoutEvents(state, () => launch(state, { name: 'm1', project: 'shop' }));
      pause(state, 'shop', 'm1');
      resume(state, 'shop', 'm1');
    },
  },
  { title: 'shut it down', lines: [122, 122], act: (state) => stop(state, 'shop', 'm1') },
  { title: 'move it to another project', lines: [123, 124], act: (s) => moveToProject(s, 'shop', 'm1', 'default') },
  {
    title: 'move it to another pool',
    lines: [126, 128],
    act(state) {
      const ghost = beginPoolMove(state, 'default', 'm1');
      finishPoolMove(state, 'default', ghost, 'm1');
    },
  },
  {
    title: 'launch and stop an ephemeral one',
    lines: [133, 137],
    act(state) {
      launch(state, { name: 'e1', ephemeral: true });
      forceStop(state, 'default', 'e1');
    },
  },
  {
    title: 'a network: create, change, rename, delete',
    lines: [138, 141],
    act(state) {
      createNetwork(state, 'seg9');
      setNetworkConfig(state, 'seg9', 'user.x', 'y');
      renameNetwork(state, 'seg9', 'seg10');
      deleteNetwork(state, 'seg10');
    },
  },
  { title: 'delete an instance', lines: [142, 142], act: (state) => remove(state, 'default', 'm1') },
  {
    title: 'a profile: rename, delete',
    lines: [143, 144],
    act(state) {
      withoutEvents(state, () => createProfile(state, 'default', 'over'));
      renameProfile(state, 'default', 'over', 'over2');
      deleteProfile(state, 'default', 'over2');
    },
  },
  {
    title: 'the server’s own settings',
    lines: [158, 158],
    act: (s) => announceThing(s, 'config-updated', '', 'default'),
  },
];

function withoutEvents(state: SimState, act: () => void): void {
  const listeners = [...state.listeners];
  state.listeners.clear();
  act();
  for (const listener of listeners) state.listeners.add(listener);
}
