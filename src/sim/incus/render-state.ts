import { expandDevices } from './expand.js';
import { renderInstance, STATUS_CODES } from './render.js';
import type { SimInstance, SimState } from './state.js';

/** An instance object of `recursion=2`: with its state, snapshots and backups. */
export function renderInstanceFull(state: SimState, instance: SimInstance): Record<string, unknown> {
  const running = instance.status === 'Running' || instance.status === 'Frozen';
  return {
    ...renderInstance(state, instance),
    backups: null,
    state: {
      status: instance.status,
      status_code: STATUS_CODES[instance.status],
      disk: { root: { usage: -1, total: 0 } },
      memory: { usage: 0, usage_peak: 0, total: 0, swap_usage: 0, swap_usage_peak: 0 },
      network: running ? renderInterfaces(state, instance) : null,
      pid: running ? 1000 : 0,
      processes: running ? 2 : -1,
      cpu: { usage: 0, allocated_time: 0 },
      started_at: running ? instance.lastUsedAt : '0001-01-01T00:00:00Z',
      os_info: null,
    },
    snapshots: null,
  };
}

function renderInterfaces(state: SimState, instance: SimInstance): Record<string, unknown> {
  const interfaces: Record<string, unknown> = { lo: renderInterface('', '', 'loopback', '127.0.0.1', '8', 'local') };
  for (const [name, device] of Object.entries(expandDevices(state, instance))) {
    if (device.type !== 'nic') continue;
    const mac = device.hwaddr ?? instance.config[`volatile.${name}.hwaddr`] ?? '';
    const host = instance.config[`volatile.${name}.host_name`] ?? '';
    interfaces[name] = renderInterface(mac, host, 'broadcast', '169.254.1.1', '16', 'link');
  }
  return interfaces;
}

function renderInterface(
  hwaddr: string,
  hostName: string,
  type: string,
  address: string,
  netmask: string,
  scope: string,
): Record<string, unknown> {
  const names = ['bytes_received', 'bytes_sent', 'packets_received', 'packets_sent', 'errors_received', 'errors_sent'];
  const counters = [...names, 'packets_dropped_outbound', 'packets_dropped_inbound'];
  return {
    addresses: [{ family: 'inet', address, netmask, scope }],
    counters: Object.fromEntries(counters.map((counter) => [counter, 0])),
    hwaddr,
    host_name: hostName,
    mtu: type === 'loopback' ? 65536 : 1500,
    state: 'up',
    type,
  };
}
