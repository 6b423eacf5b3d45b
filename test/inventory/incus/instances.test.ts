import { describe, expect, it } from 'vitest';
import { type InstanceReading, readInstance } from '../../../src/inventory/incus/instances.js';
import { createNetworkTypes, UNKNOWN_NETWORKS } from '../../../src/inventory/incus/networks.js';
import { loadRecording } from '../../contract/incus-recording.js';

function objectWith(
  devices: unknown,
  config: Record<string, string> = {},
  more: Record<string, unknown> = {},
): unknown {
  const all = { 'volatile.uuid': 'a2432d30-a803-4856-abf2-3fe75a088359', ...config };
  return {
    name: 'w1',
    project: 'shop',
    type: 'container',
    status: 'Running',
    config: all,
    expanded_config: all,
    expanded_devices: devices,
    ...more,
  };
}

function read(raw: unknown, networks = UNKNOWN_NETWORKS) {
  const reading: InstanceReading = readInstance(raw, networks);
  if (reading.kind !== 'instance') throw new Error(`read as ${reading.kind}`);
  return reading;
}

function nicsOf(raw: unknown, networks = UNKNOWN_NETWORKS) {
  return read(raw, networks).instance.nics;
}

describe('NICs of recorded instances', () => {
  it.each([
    ['20-', 'stopped', [['eth0', 'dmz', '10:66:6a:35:b4:d5', true]]],
    ['21-', 'stopped', [['eth0', 'dmz', '10:66:6a:35:b4:d5', true]]],
    ['24-', 'running', [['eth0', 'dmz', '10:66:6a:aa:bb:01', true]]],
    [
      '25-',
      'running',
      [
        ['eth0', 'dmz', '10:66:6a:aa:bb:01', true],
        ['eth1', 'edge', '10:66:6a:8f:b8:5e', true],
      ],
    ],
    ['26-', 'running', [['eth0', 'dmz', '10:66:6a:06:f1:dd', true]]],
    ['27-', 'stopped', [['eth0', 'dmz', '10:66:6a:06:f1:dd', true]]],
    ['29-w2', 'stopped', [['eth0', 'dmz', '10:66:6a:06:f1:dd', true]]],
    ['30-', 'stopped', [['eth0', 'dmz', '10:66:6a:1a:26:05', true]]],
    ['60-', 'running', [['eth0', 'dmz', '10:66:6a:6b:d8:4b', true]]],
    ['61-', 'frozen', [['eth0', 'dmz', '10:66:6a:6b:d8:4b', true]]],
    ['62-', 'stopped', [['eth0', 'dmz', '10:66:6a:6b:d8:4b', true]]],
    ['63-', 'stopped', [['eth0', 'edge', '10:66:6a:00:00:42', false]]],
    ['64-', 'stopped', []],
    ['65-', 'stopped', [['eth0', 'dmz', '10:66:6a:da:5d:16', false]]],
    ['70-', 'running', [['eth0', 'dmz', '10:66:6a:30:c5:a6', true]]],
  ])('%s is %s with %j', (prefix, status, nics) => {
    const { instance } = read(loadRecording(prefix).response.body.metadata);
    expect(instance.status).toBe(status);
    expect(instance.nics.map((nic) => [nic.name, nic.network, nic.mac, nic.isolated])).toEqual(nics);
  });

  it('keeps the uuid over a rename and gives a copy another one', () => {
    const uuids = ['20-', '29-w2', '30-'].map(
      (prefix) => read(loadRecording(prefix).response.body.metadata).instance.uuid,
    );
    expect(uuids[1]).toBe(uuids[0]);
    expect(uuids[2]).not.toBe(uuids[0]);
  });

  it.each(['04-', '05-', '47-', '71-', '50-restricted-02', '6.0.4/04-'])(
    '%s: every NIC of the list has a MAC and a network',
    (prefix) => {
      const list = loadRecording(prefix).response.body.metadata as unknown[];
      const nics = list.flatMap((raw) => nicsOf(raw));
      expect(nics.length).toBeGreaterThan(0);
      for (const nic of nics)
        expect(nic).toMatchObject({ mac: expect.stringMatching(/^[0-9a-f:]{17}$/), network: expect.any(String) });
    },
  );

  it('reads all three NICs of the recorded router', () => {
    const list = loadRecording('04-').response.body.metadata as { name: string }[];
    const router = list.find((raw) => raw.name === 'router');
    expect(nicsOf(router).map((nic) => `${nic.name} ${nic.network} ${nic.mac}`)).toEqual([
      'opt1 dmz 10:66:6a:ff:21:8f',
      'opt2 edge 10:66:6a:84:5b:bc',
      'opt3 servers 10:66:6a:21:8d:6b',
    ]);
  });
});

describe('MAC address', () => {
  const volatile = { 'volatile.eth0.hwaddr': '10:66:6a:00:00:01' };

  it.each([
    ['the device says nothing', {}, '10:66:6a:00:00:01'],
    ['the device has an override', { hwaddr: '10:66:6A:AA:BB:CC' }, '10:66:6a:aa:bb:cc'],
    ['the override is written with dashes', { hwaddr: '10-66-6a-aa-bb-cc' }, '10:66:6a:aa:bb:cc'],
    ['the override is empty', { hwaddr: '' }, '10:66:6a:00:00:01'],
    ['the override is nonsense, which the plan names', { hwaddr: 'xyz' }, 'xyz'],
  ])('when %s', (_case, device, mac) => {
    const raw = objectWith({ eth0: { type: 'nic', network: 'dmz', ...device } }, volatile);
    expect(nicsOf(raw)[0]?.mac).toBe(mac);
  });

  it('is undefined when Incus has assigned none', () => {
    expect(nicsOf(objectWith({ eth0: { type: 'nic', network: 'dmz' } }))[0]?.mac).toBeUndefined();
  });
});

describe('which devices are NICs on a bridge', () => {
  const networks = createNetworkTypes([
    { name: 'dmz', type: 'bridge', project: 'default' },
    { name: 'overlay', type: 'ovn', project: 'default' },
    { name: 'dmz', type: 'ovn', project: 'own' },
    { name: 'mac', type: 'macvlan', project: 'default' },
  ]);

  it.each([
    ['a NIC of a bridge network', { type: 'nic', network: 'dmz' }, ['dmz']],
    ['a NIC of a network that is not shown', { type: 'nic', network: 'hidden' }, ['hidden']],
    ['a NIC with nictype and parent', { type: 'nic', nictype: 'bridged', parent: 'br0' }, ['br0']],
    ['a NIC of an OVN network', { type: 'nic', network: 'overlay' }, []],
    ['a NIC of a macvlan network', { type: 'nic', network: 'mac' }, []],
    ['a macvlan NIC', { type: 'nic', nictype: 'macvlan', parent: 'eno1' }, []],
    ['a routed NIC', { type: 'nic', nictype: 'routed' }, []],
    ['a bridged NIC without parent', { type: 'nic', nictype: 'bridged' }, []],
    ['a NIC hidden by type none', { type: 'none' }, []],
    ['a disk', { type: 'disk', path: '/' }, []],
  ])('%s', (_case, device, found) => {
    expect(nicsOf(objectWith({ eth0: device }), networks).map((nic) => nic.network)).toEqual(found);
  });

  it('takes the network of a project that has its own over the one of project default', () => {
    const raw = objectWith({ eth0: { type: 'nic', network: 'dmz' } }, {}, { project: 'own' });
    expect(nicsOf(raw, networks)).toEqual([]);
  });

  it('names what it leaves out', () => {
    const raw = objectWith({ eth0: { type: 'nic', network: 'overlay' }, eth1: { type: 'nic', nictype: 'macvlan' } });
    expect(read(raw, networks).leftOut).toEqual(['eth0 (ovn)', 'eth1 (macvlan)']);
  });
});

describe('what owners ask for', () => {
  const nic = { type: 'nic', network: 'dmz' };

  it.each(['true', '1', 'yes', 'on', 'TRUE', 'On'])('port isolation and ignore are on for %s', (value) => {
    const { instance } = read(
      objectWith({ eth0: { ...nic, 'security.port_isolation': value } }, { 'user.slash32.ignore': value }),
    );
    expect(instance.ignored).toBe(true);
    expect(instance.nics[0]?.isolated).toBe(true);
  });

  it.each(['false', '0', 'no', 'off', '', 'maybe'])('port isolation and ignore are off for %j', (value) => {
    const { instance } = read(
      objectWith({ eth0: { ...nic, 'security.port_isolation': value } }, { 'user.slash32.ignore': value }),
    );
    expect(instance.ignored).toBe(false);
    expect(instance.nics[0]?.isolated).toBe(false);
  });

  it('reads the key of the instance and the key of the NIC, which goes before the address of the device', () => {
    const config = { 'user.slash32.ipv4': '10.0.0.1', 'user.slash32.eth1.ipv4': '10.0.0.2' };
    const devices = {
      eth0: nic,
      eth1: { ...nic, 'ipv4.address': '10.0.0.9' },
      eth2: { ...nic, 'ipv4.address': '10.0.0.3' },
    };
    const { instance } = read(objectWith(devices, config));
    expect(instance.pinnedAddress).toBe('10.0.0.1');
    expect(instance.nics.map((entry) => entry.pinnedAddress)).toEqual([undefined, '10.0.0.2', '10.0.0.3']);
  });

  it('takes `none` as no address', () => {
    expect(nicsOf(objectWith({ eth0: { ...nic, 'ipv4.address': 'none' } }))[0]?.pinnedAddress).toBeUndefined();
  });

  it('takes keys that come from a profile', () => {
    const raw = objectWith(
      { eth0: nic },
      {},
      {
        config: { 'volatile.uuid': 'u' },
        expanded_config: { 'volatile.uuid': 'u', 'user.slash32.ignore': 'yes', 'user.slash32.eth0.ipv4': '10.0.0.7' },
      },
    );
    expect(read(raw).instance).toMatchObject({ ignored: true, nics: [{ pinnedAddress: '10.0.0.7' }] });
  });
});

describe('objects that are not what they should be', () => {
  it.each([
    ['a ghost of a move', objectWith({}, {}, { name: 'move-of-13207006470953839848' }), 'moving'],
    ['an instance of a member that is away', objectWith(null, {}, { config: null, expanded_config: null }), 'opaque'],
    ['one without expanded_devices', objectWith(undefined), 'opaque'],
    ['one with a device that is no map', objectWith({ eth0: 'nic' }), 'opaque'],
    ['one with a number in a device', objectWith({ eth0: { type: 'nic', mtu: 1500 } }), 'opaque'],
    ['one of an unknown type', objectWith({}, {}, { type: 'unikernel' }), 'opaque'],
    ['one without status', objectWith({}, {}, { status: '' }), 'opaque'],
    ['one without project', objectWith({}, {}, { project: undefined }), 'unusable'],
    ['one without name', objectWith({}, {}, { name: undefined }), 'unusable'],
    ['a URL', '/1.0/instances/w1', 'unusable'],
    ['null', null, 'unusable'],
  ])('%s is never an instance without NICs', (_case, raw, kind) => {
    expect(readInstance(raw, UNKNOWN_NETWORKS).kind).toBe(kind);
  });

  it('does not mistake a name that only looks like a move', () => {
    expect(readInstance(objectWith({}, {}, { name: 'move-of-house' }), UNKNOWN_NETWORKS).kind).toBe('instance');
  });
});

describe('keys of a NIC that decide what it can do', () => {
  const nicOf = (device: Record<string, string>) =>
    nicsOf(objectWith({ eth0: { type: 'nic', network: 'dmz', ...device } }))[0];
  const none = { mac: false, ipv4: false, ipv6: false, ipv4Address: undefined };

  it.each([
    ['nothing is set', {}, none],
    ['MACs are filtered', { 'security.mac_filtering': 'true' }, { ...none, mac: true }],
    [
      'IPv4 is filtered, and MACs with it',
      { 'security.ipv4_filtering': '1', 'ipv4.address': '10.10.1.77' },
      { mac: true, ipv4: true, ipv6: false, ipv4Address: '10.10.1.77' },
    ],
    [
      'IPv4 is filtered to no address at all',
      { 'security.ipv4_filtering': 'yes', 'ipv4.address': 'none' },
      { ...none, mac: true, ipv4: true },
    ],
    ['IPv6 is filtered', { 'security.ipv6_filtering': 'on' }, { ...none, mac: true, ipv6: true }],
  ])('are read where %s', (_, device, filters) => {
    expect(nicOf(device as Record<string, string>)?.filters).toEqual(filters);
  });

  it.each([
    ['none', {}, undefined],
    ['its own', { vlan: '30' }, { untagged: '30', tagged: [] }],
    ['tagged ones', { 'vlan.tagged': '30, 40-49' }, { untagged: undefined, tagged: ['30', '40-49'] }],
    ['both', { vlan: 'none', 'vlan.tagged': '30' }, { untagged: 'none', tagged: ['30'] }],
  ])('say on which VLANs it stands: %s', (_, device, vlans) => {
    expect(nicOf(device as Record<string, string>)?.vlans).toEqual(vlans);
  });
});

describe('an instance', () => {
  const bridge = { eth0: { type: 'nic', network: 'dmz' } };

  it.each([
    ['whose host asks for its address', { 'volatile.container.oci': 'true' }, {}, { hostAsks: true }],
    ['that routes by source address', { 'user.slash32.source_routing': 'true' }, {}, { sourceRouting: true }],
    ['on a member of a cluster', {}, { location: 'incus2' }, { host: 'incus2' }],
  ])('%s says so', (_, config, more, part) => {
    const plain = read(objectWith(bridge)).instance;
    expect(read(objectWith(bridge, config as Record<string, string>, more)).instance).toEqual({ ...plain, ...part });
    expect(read(objectWith(bridge, {}, { location: 'none' })).instance).toEqual(plain);
  });

  it('shows what sits on a bridge beside its NICs', () => {
    const networks = createNetworkTypes([{ name: 'side', type: 'macvlan', config: { parent: 'dmz' } }]);
    const devices = {
      eth0: { type: 'nic', nictype: 'macvlan', parent: 'br0' },
      eth1: { type: 'nic', network: 'side' },
      eth2: { type: 'nic', nictype: 'physical', parent: 'eth7' },
    };
    const { instance, leftOut } = read(objectWith(devices), networks);
    expect(instance.sideNics).toEqual([
      { name: 'eth0', kind: 'macvlan', network: 'br0' },
      { name: 'eth1', kind: 'macvlan', network: 'dmz' },
    ]);
    expect(leftOut).toEqual(['eth0 (macvlan)', 'eth1 (macvlan)', 'eth2 (physical)']);
  });
});

describe('networks', () => {
  it('tell which bridges lead beyond the host', () => {
    const list = [
      { name: 'dmz', type: 'bridge', config: { 'bridge.external_interfaces': 'eth1, eth2/eth0/7' } },
      { name: 'edge', type: 'bridge', config: { 'ipv4.address': 'none' } },
    ];
    expect(createNetworkTypes(list).uplinks).toEqual({ dmz: ['eth1', 'eth2'] });
  });

  it('do not tell where their configuration is not shown', () => {
    expect(createNetworkTypes([{ name: 'dmz', type: 'bridge', config: {} }]).uplinks).toBeUndefined();
    expect(UNKNOWN_NETWORKS.uplinks).toBeUndefined();
  });
});
