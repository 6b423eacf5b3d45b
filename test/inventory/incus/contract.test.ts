import type { Machine } from '../contract/machines.js';
import { readAs } from '../contract/read.js';
import { describeSource } from '../contract/suite.js';

/** An instance as `incus list --format json` prints it, the parts that matter. */
function incusInstance({ project, name, uuid, isRunning, nics, tags, pin }: Machine): Record<string, unknown> {
  const devices = nics.map(({ slot, mac, network, isolated }) => [
    `eth${slot}`,
    {
      type: 'nic',
      nictype: 'bridged',
      parent: network,
      ...(mac === undefined ? {} : { hwaddr: mac }),
      ...(isolated ? { 'security.port_isolation': 'true' } : {}),
    },
  ]);
  const config = {
    'volatile.uuid': uuid,
    ...(tags === undefined ? {} : { 'user.slash32.tags': tags }),
    ...(pin === undefined ? {} : { 'user.slash32.ipv4': pin }),
  };
  return {
    name,
    project,
    type: 'container',
    status: isRunning ? 'Running' : 'Stopped',
    created_at: '2026-11-01T00:00:00Z',
    location: 'none',
    config,
    expanded_config: config,
    expanded_devices: Object.fromEntries(devices),
  };
}

const without = (field: string) => (entry: Record<string, unknown>, isSpoiled: boolean) =>
  isSpoiled ? { ...entry, [field]: undefined } : entry;

const listed = (
  machines: readonly Machine[],
  change = (entry: Record<string, unknown>, _name: string) => entry,
): string => JSON.stringify(machines.map((one) => change(incusInstance(one), one.name)));

describeSource('a file of incus list', {
  hasProjects: true,
  read: (machines, signal) => readAs('incus', '-', listed(machines), true, signal),
  readUnvouched: (machines) => readAs('incus', '-', listed(machines), false),
  readSpoiled: (machines, spoiled) =>
    readAs(
      'incus',
      '-',
      listed(machines, (entry, name) => without('expanded_devices')(entry, name === spoiled)),
      true,
    ),
  readWithStatus: (machines, status) =>
    readAs(
      'incus',
      '-',
      listed(machines, (entry) => ({ ...entry, status })),
      true,
    ),
});
