import { describe, expect, it } from 'vitest';
import { ensureChild, node } from '../../../../src/sim/opnsense/node.js';
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

  it.each([
    ['MASTER', 'master'],
    ['BACKUP', 'backup'],
    ['INIT', undefined],
  ] as const)('tells that a CARP address is %s', async (state, status) => {
    const { sim, target } = await startRig();
    sim.save((root) => {
      const vip = [
        node('interface', 'opt1'),
        node('mode', 'carp'),
        node('vhid', '3'),
        node('subnet', '10.1.0.254'),
        node('subnet_bits', '24'),
        node('password', 'carp-secret'),
      ];
      ensureChild(root, 'virtualip').children.push(node('vip', vip));
    });
    sim.setCarp('10.1.0.254', state);
    const observed = await observe(target);
    expect(observed.interfaces.find(({ id }) => id === 'opt1')?.virtualIps).toEqual([
      { address: '10.1.0.254', mode: 'carp', status },
    ]);
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
