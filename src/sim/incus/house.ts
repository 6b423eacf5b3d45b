import { isolatedProfile } from './generate.js';
import { launch, setDevice, stop } from './operations.js';
import { addNetwork, addProfile, addProject, createSimState, type SimState } from './state.js';

/** MAC addresses of the firewall VM's NICs, by network; the simulated OPNsense has the same on its interfaces. */
export const FIREWALL_MACS = {
  dmz: '10:66:6a:0f:00:01',
  edge: '10:66:6a:0f:00:02',
  servers: '10:66:6a:0f:00:03',
} as const;

/**
 * A small company's Incus host: networks dmz, edge and servers without addresses of their own, the firewall VM
 * `opnsense` on all of them, and a dozen instances in three projects, stopped and odd ones among them.
 */
export function createSimHouse(): SimState {
  const state = createSimState();
  for (const network of ['dmz', 'edge', 'servers']) addNetwork(state, network);
  addProject(state, 'shop', 'Web shop');
  addProject(state, 'lab', 'Experiments');
  for (const project of ['default', 'shop', 'lab']) {
    for (const network of ['dmz', 'edge', 'servers']) addProfile(state, isolatedProfile(project, network));
  }
  launchFirewall(state);
  for (const [name, network] of [
    ['proxy', 'edge'],
    ['mail', 'dmz'],
    ['nextcloud', 'servers'],
    ['git', 'servers'],
    ['monitoring', 'servers'],
  ] as const) {
    launch(state, { name, profiles: [`isolated-${network}`] });
  }
  launch(state, {
    name: 'shopfront',
    project: 'shop',
    profiles: ['isolated-dmz'],
    config: { 'user.role': 'shopfront' },
  });
  launch(state, { name: 'orders-db', project: 'shop', profiles: ['isolated-servers'], type: 'virtual-machine' });
  launch(state, { name: 'git', project: 'lab', profiles: ['isolated-servers'] });
  launch(state, { name: 'never-started', project: 'lab', profiles: ['isolated-servers'], start: false });
  launch(state, {
    name: 'scratch',
    project: 'lab',
    profiles: ['isolated-dmz'],
    config: { 'user.slash32.ignore': 'true' },
  });
  stop(state, 'shop', 'shopfront');
  setDevice(state, 'default', 'proxy', 'eth1', { type: 'nic', network: 'dmz', 'security.port_isolation': 'true' });
  return state;
}

function launchFirewall(state: SimState): void {
  const nic = (network: keyof typeof FIREWALL_MACS) => ({ type: 'nic', network, hwaddr: FIREWALL_MACS[network] });
  launch(state, {
    name: 'opnsense',
    type: 'virtual-machine',
    profiles: ['default'],
    devices: {
      wan: { type: 'nic', nictype: 'macvlan', parent: 'enp1s0' },
      dmz: nic('dmz'),
      edge: nic('edge'),
      servers: nic('servers'),
      root: { type: 'disk', path: '/', pool: 'default' },
    },
    config: { 'user.slash32.ignore': 'true' },
  });
}
