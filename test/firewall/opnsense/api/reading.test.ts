import { describe, expect, it } from 'vitest';
import type { Pair } from '../../../../src/model/pair.js';
import { childOf } from '../../../../src/sim/opnsense/node.js';
import { addCarp } from '../../../support/carp.js';
import { observe, startRig } from './rig.js';

describe('what a reading tells', () => {
  it('tells dynamic leases and the ARP table by interface', async () => {
    const { sim, target } = await startRig();
    sim.setLeases([{ interface: 'opt1', address: '10.1.0.215', mac: '52:54:00:00:00:99', hostname: 'phone' }]);
    sim.setArp([
      { device: 'vtnet2', address: '10.1.0.215', mac: '52:54:00:00:00:99', permanent: false },
      { device: 'vtnet1', address: '192.168.1.1', mac: '00:16:3e:0a:00:01', permanent: true },
      { device: 'ovpns1', address: '10.9.9.9', mac: '52:54:00:00:00:98', permanent: false },
    ]);
    const observed = await observe(target);
    expect(observed.leases).toEqual([
      { interface: 'opt1', address: '10.1.0.215', mac: '52:54:00:00:00:99', hostname: 'phone' },
    ]);
    expect(observed.neighbours).toEqual([
      { interface: 'opt1', address: '10.1.0.215', mac: '52:54:00:00:00:99', permanent: false },
      { interface: 'lan', address: '192.168.1.1', mac: '00:16:3e:0a:00:01', permanent: true },
    ]);
  });

  it.each<[string, 'MASTER' | 'BACKUP' | 'INIT' | '', Pair['role']]>([
    ['10.1.0.254', 'MASTER', 'master'],
    ['10.1.0.254', 'BACKUP', 'backup'],
    ['10.1.0.254', 'INIT', 'backup'],
    ['10.1.0.254', '', 'unknown'],
    ['2001:db8::fe', 'MASTER', 'master'],
    ['2001:db8::fe', 'BACKUP', 'backup'],
  ])('tells that with %s %s this node is %s', async (address, state, role) => {
    const { sim, target } = await startRig();
    sim.save((root) => addCarp(root, 'opt1', address));
    sim.setCarp(address, state);
    const { pair } = await observe(target);
    expect(pair).toMatchObject({
      role,
      addresses: [{ interface: 'opt1', address, status: state === '' ? undefined : state.toLowerCase() }],
    });
  });

  it('says no role where no address is shared, nor one on an interface that is off', async () => {
    const { sim, target } = await startRig();
    expect((await observe(target)).pair?.role).toBe('none');
    sim.save((root) => {
      addCarp(root, 'opt1', '10.1.0.254');
      const opt1 = childOf(childOf(root, 'interfaces'), 'opt1');
      if (opt1 !== undefined) opt1.children = opt1.children.filter((one) => one.name !== 'enable');
    });
    expect((await observe(target)).pair?.role).toBe('none');
  });

  it('takes the MAC of the hardware, not a spoofed one', async () => {
    const { sim, target } = await startRig();
    sim.setMac('vtnet3', '00:16:3E:AA:BB:CC');
    const observed = await observe(target);
    expect(observed.interfaces.find(({ id }) => id === 'opt2')?.mac).toBe('00:16:3e:aa:bb:cc');
    expect(observed.interfaces.find(({ id }) => id === 'lo0')?.mac).toBeUndefined();
  });

  it('has a revision that changes with each save and with nothing else', async () => {
    const { sim, target } = await startRig();
    const first = await observe(target);
    expect((await observe(target)).revision).toBe(first.revision);
    sim.save(() => {});
    expect((await observe(target)).revision).not.toBe(first.revision);
  });

  it('reads thousands of mappings with six calls', async () => {
    const segments = [{ id: 'opt1', description: 'big', address: '10.16.0.1', prefix: 16, foreign: 3000 }];
    const { sim, target } = await startRig({ segments });
    const observed = await observe(target);
    expect(observed.segments[0]?.reservations).toHaveLength(3000);
    expect(sim.log).toHaveLength(6);
  });
});
