import type { FirewallInterface } from '../../src/model/firewall.js';
import type { Instance, Inventory, Nic } from '../../src/model/instance.js';
import type { SegmentState } from '../../src/model/segment.js';

/** An interface `opt1` on 10.2.0.1/24, some fields replaced. */
export function anInterface(fields: Partial<FirewallInterface> = {}): FirewallInterface {
  return {
    id: 'opt1',
    description: 'SERVERS',
    device: 'vtnet1',
    mac: '10:66:6a:00:00:01',
    enabled: true,
    address: '10.2.0.1',
    prefix: 24,
    virtualIps: [],
    ...fields,
  };
}

/** DHCP of `opt1` without a range and reservations, some fields replaced. */
export function aState(fields: Partial<SegmentState> = {}): SegmentState {
  return {
    interface: 'opt1',
    enabled: true,
    range: undefined,
    extraRanges: [],
    pools: [],
    mask: undefined,
    routes: undefined,
    denyUnknown: false,
    macAllow: undefined,
    staticArp: 'off',
    router: undefined,
    servers: [],
    leaseSeconds: 7200,
    reservations: [],
    ...fields,
  };
}

/** A NIC by its network and MAC. */
export function aNic(name: string, network: string, mac: string | undefined): Nic {
  return { name, network, mac, isolated: true, pinnedAddress: undefined };
}

/** A running container `default/NAME` with these NICs, some fields replaced. */
export function anInstance(name: string, nics: readonly Nic[], fields: Partial<Instance> = {}): Instance {
  return {
    project: 'default',
    name,
    uuid: undefined,
    type: 'container',
    status: 'running',
    ignored: false,
    tags: [],
    pinnedAddress: undefined,
    nics,
    ...fields,
  };
}

/** A complete inventory of these instances. */
export function anInventory(instances: readonly Instance[]): Inventory {
  return { source: 'test', instances, projects: [], allProjects: true, notes: [] };
}
