import { describe, expect, it } from 'vitest';
import { generateInstances, isolatedProfile } from '../../../src/sim/incus/generate.js';
import { createSimHouse, FIREWALL_MACS } from '../../../src/sim/incus/house.js';
import {
  copy,
  find,
  launch,
  moveToProject,
  remove,
  rename,
  setDevice,
  start,
  stop,
} from '../../../src/sim/incus/operations.js';
import { addNetwork, addProfile, addProject, createSimState, type SimState } from '../../../src/sim/incus/state.js';

function createState(): SimState {
  const state = createSimState();
  addNetwork(state, 'dmz');
  addProfile(state, isolatedProfile('default', 'dmz'));
  return state;
}

function macOf(state: SimState, name: string, project = 'default'): string | undefined {
  return find(state, project, name).config['volatile.eth0.hwaddr'];
}

describe('the simulated Incus keeps the MAC rules of the facts', () => {
  it('gives a MAC and a uuid at creation, before any start', () => {
    const state = createState();
    launch(state, { name: 'a', profiles: ['isolated-dmz'], start: false });
    expect(macOf(state, 'a')).toMatch(/^10:66:6a(:[0-9a-f]{2}){3}$/);
    expect(find(state, 'default', 'a').config['volatile.uuid']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('keeps it over stop, start, rename and a move to another project', () => {
    const state = createState();
    addProject(state, 'shop');
    launch(state, { name: 'a', profiles: ['isolated-dmz'] });
    const mac = macOf(state, 'a');
    stop(state, 'default', 'a');
    start(state, 'default', 'a');
    rename(state, 'default', 'a', 'b');
    moveToProject(state, 'default', 'b', 'shop');
    expect(macOf(state, 'b', 'shop')).toBe(mac);
  });

  it('an override takes the volatile MAC away, and taking the override away makes a new one', () => {
    const state = createState();
    launch(state, { name: 'a', profiles: ['isolated-dmz'] });
    const before = macOf(state, 'a');
    setDevice(state, 'default', 'a', 'eth0', { type: 'nic', network: 'dmz', hwaddr: '10:66:6a:aa:bb:01' });
    expect(macOf(state, 'a')).toBeUndefined();
    setDevice(state, 'default', 'a', 'eth0', undefined);
    expect(macOf(state, 'a')).toBeDefined();
    expect(macOf(state, 'a')).not.toBe(before);
  });

  it('a copy has a MAC and a uuid of its own and never ran', () => {
    const state = createState();
    launch(state, { name: 'a', profiles: ['isolated-dmz'], config: { 'user.role': 'web' } });
    const copied = copy(state, 'default', 'a', 'b');
    expect(copied.config['volatile.uuid']).not.toBe(find(state, 'default', 'a').config['volatile.uuid']);
    expect(macOf(state, 'b')).not.toBe(macOf(state, 'a'));
    expect(copied).toMatchObject({ status: 'Stopped', lastUsedAt: undefined });
    expect(copied.config['user.role']).toBe('web');
  });

  it('an ephemeral one is gone when it stops', () => {
    const state = createState();
    launch(state, { name: 'a', ephemeral: true });
    stop(state, 'default', 'a');
    expect(state.instances.size).toBe(0);
  });

  it('refuses what Incus refuses', () => {
    const state = createState();
    launch(state, { name: 'a' });
    expect(() => launch(state, { name: 'a' })).toThrow('already exists');
    expect(() => launch(state, { name: 'b', project: 'nope' })).toThrow('Project not found');
    expect(() => remove(state, 'default', 'nope')).toThrow('Instance not found');
    launch(state, { name: 'b' });
    expect(() => rename(state, 'default', 'a', 'b')).toThrow('already exists');
  });
});

describe('generated and furnished servers', () => {
  it('5,000 instances have 5,000 MACs and uuids, and the same ones each time', () => {
    const [left, right] = [createSimState(), createSimState()];
    for (const state of [left, right])
      generateInstances(state, { count: 5000, networks: ['dmz', 'edge', 'servers'], projects: ['default', 'shop'] });
    const identities = (state: SimState) =>
      [...state.instances.values()].map(({ config }) => `${config['volatile.eth0.hwaddr']} ${config['volatile.uuid']}`);
    expect(new Set(identities(left).map((text) => text.split(' ')[0])).size).toBe(5000);
    expect(new Set(identities(left).map((text) => text.split(' ')[1])).size).toBe(5000);
    expect(identities(left)).toEqual(identities(right));
  });

  it('the house has a firewall with known MACs on three networks', () => {
    const devices = find(createSimHouse(), 'default', 'opnsense').devices;
    const macs = Object.values(devices).flatMap((device) => (device.hwaddr ? [device.hwaddr] : []));
    expect(macs).toEqual(Object.values(FIREWALL_MACS));
  });
});
