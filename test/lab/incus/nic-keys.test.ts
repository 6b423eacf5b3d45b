import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIncusSource } from '../../../src/inventory/incus/inventory.js';
import { hostRoutes } from '../../../src/model/host-routes.js';
import type { Instance, Inventory } from '../../../src/model/instance.js';
import { until } from '../../support/until.js';
import { labSkipReason, refuseSkip } from '../require-lab.js';
import { type IncusLab, type IncusLine, LAB_PROGRAMS, startLab } from './lab.js';

const skipReason = labSkipReason([...LAB_PROGRAMS]);
const signal = new AbortController().signal;

/** A DHCP server that is not on the host: a machine of its own on a port of the bridge, as a firewall VM is. */
const SETUP = `
incus network create -q dmz ipv4.address=none ipv6.address=none dns.mode=none
unshare --net sleep 100000 & server=$!
sleep 0.2
ip link add p-server type veth peer name s0 netns $server
ip link set p-server master dmz up
nsenter --net -t $server sh -c 'ip link set lo up; ip addr add 10.10.1.1/24 dev s0; ip link set s0 up'
nsenter --net -t $server setsid dnsmasq --keep-in-foreground --port=0 --interface=s0 --bind-interfaces --user=root \\
  --dhcp-authoritative --no-ping --dhcp-leasefile=/tmp/leases --pid-file= \\
  --dhcp-range=10.10.1.50,10.10.1.99,1h --dhcp-host=10:66:6a:00:00:20,10.10.1.20 --dhcp-option=1,255.255.255.255 --dhcp-option=3,10.10.1.1 \\
  --dhcp-host=10:66:6a:00:00:31,set:told,10.10.1.31 --dhcp-host=10:66:6a:00:00:32,10.10.1.32 --dhcp-option=tag:told,121,${hostRoutes('10.10.1.1')} > /dev/null 2>&1 < /dev/null &
incus init -q tiny client
incus config device add -q client eth0 nic network=dmz hwaddr=10:66:6a:00:00:20 security.port_isolation=true
incus start -q client
`;

/** Two containers as Incus makes them of an image of the OCI kind; one of them is told its routes. */
const CONTAINERS = `
for name in told untold; do
  incus init -q tiny $name
  [ $name = told ] && mac=10:66:6a:00:00:31 || mac=10:66:6a:00:00:32
  incus config device add -q $name eth0 nic network=dmz hwaddr=$mac security.port_isolation=true
  incus config set -q $name volatile.container.oci=true
  folder=/var/lib/incus/storage-pools/default/containers/$name
  mkdir -p $folder/rootfs/usr/sbin $folder/rootfs/usr/bin
  printf '%s' '{"ociVersion":"1.1.0","process":{"user":{"uid":0,"gid":0},"args":["/sbin/init"],"env":["PATH=/bin:/sbin"],"cwd":"/"},"root":{"path":"rootfs"},"hostname":"app","mounts":[]}' > $folder/config.json
  incus start -q $name
done
`;

const ASK = `printf '#!/bin/sh\\nexit 0\\n' > /tmp/done; /bin/busybox chmod +x /tmp/done; /bin/busybox ip link set eth0 up
/bin/busybox udhcpc -f -q -n -i eth0 -t 5 -T 1 -s /tmp/done`;

describe.each<IncusLine>(['7', '6'])('the keys of a NIC on a real Incus %s', (line) => {
  let lab: IncusLab;
  let obstacle = skipReason;

  beforeAll(async () => {
    if (obstacle !== undefined) return;
    try {
      lab = await startLab(line);
    } catch (error) {
      obstacle = refuseSkip(`the lab did not come up: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    await lab.run('sh', '-ec', SETUP);
  });

  beforeEach(({ skip }) => skip(obstacle !== undefined, obstacle));

  afterAll(async () => {
    await (lab as IncusLab | undefined)?.close();
  });

  async function read(): Promise<{ inventory: Inventory; client: Instance | undefined }> {
    const deps = { readSecret: () => Promise.resolve(''), now: () => new Date() };
    const source = createIncusSource({ via: 'socket', path: lab.socket, projects: undefined }, deps);
    const inventory = await source.read(signal, () => undefined);
    return { inventory, client: inventory.instances.find((one) => one.name === 'client') };
  }

  /** Whether the client gets a lease of the server beyond the host with these keys. */
  async function leases(...keys: readonly string[]): Promise<boolean> {
    const plain = ['security.ipv4_filtering=', 'security.mac_filtering=', 'ipv4.address='];
    const said = new Set(keys.map((key) => key.split('=')[0]));
    const all = [...plain.filter((key) => !said.has(key.slice(0, -1))), ...keys];
    await lab.run('incus', 'config', 'device', 'set', '-q', 'client', 'eth0', ...all);
    try {
      await lab.run('incus', 'exec', '-q', 'client', '--', '/bin/sh', '-c', ASK);
      return true;
    } catch (error) {
      if (/no lease|exit 1\b/.test(String(error))) return false;
      throw error;
    }
  }

  it('leave DHCP alone without a filter, and with that of MACs', async () => {
    expect(await leases()).toBe(true);
    expect((await read()).client?.nics[0]?.filters).toMatchObject({ mac: false, ipv4: false });
    expect(await leases('security.mac_filtering=true')).toBe(true);
    expect((await read()).client?.nics[0]?.filters).toMatchObject({ mac: true, ipv4: false });
  });

  it('cut a NIC off from DHCP that filters IPv4 and names no address', async () => {
    expect(await leases('security.ipv4_filtering=true')).toBe(false);
    expect((await read()).client?.nics[0]?.filters).toMatchObject({ ipv4: true, ipv4Address: undefined });
  });

  it('let one that filters IPv4 to its address reach DHCP exactly where the inventory says so', async () => {
    const reached = await leases('security.ipv4_filtering=true', 'ipv4.address=10.10.1.20');
    const { inventory, client } = await read();
    expect(client?.nics[0]?.filters).toMatchObject({ mac: true, ipv4: true, ipv4Address: '10.10.1.20' });
    expect(inventory.filteredDhcp).toMatchObject({ reaches: reached, by: expect.stringMatching(`^Incus ${line}\\.`) });
    expect(reached).toBe(line === '7');
  });

  // Incus 6.0 has no application containers.
  if (line === '7')
    it('are joined by what an application container needs: option 121, or it has no route on a lease of one address', async () => {
      await lab.run('sh', '-ec', CONTAINERS);
      const routes = async (name: string): Promise<string> => {
        const ip = ['incus', 'exec', '-q', name, '--', '/bin/busybox', 'ip'];
        await until(`${name} has an address`, async () =>
          (await lab.run(...ip, 'addr', 'show', 'eth0')).includes('inet 10.10.1.'),
        );
        return (await lab.run(...ip, 'route')).trim().replaceAll(/ +\n/g, '\n');
      };
      expect((await routes('told')).split('\n').sort()).toEqual([
        '10.10.1.1 dev eth0 scope link',
        'default via 10.10.1.1 dev eth0',
      ]);
      expect(await routes('untold')).toBe('');
      const { inventory } = await read();
      const asked = inventory.instances.filter((one) => one.hostAsks === true).map((one) => one.name);
      expect(asked.sort()).toEqual(['told', 'untold']);
    });

  it('keep a NIC from starting that filters IPv6 where the host has no br_netfilter', async () => {
    const shown = await lab.run(
      'sh',
      '-c',
      'cat /proc/sys/net/bridge/bridge-nf-call-ip6tables 2>/dev/null || echo none',
    );
    await lab.run('incus', 'init', '-q', 'tiny', 'six');
    await lab.run(
      'incus',
      'config',
      'device',
      'add',
      '-q',
      'six',
      'eth0',
      'nic',
      'network=dmz',
      'security.ipv6_filtering=true',
    );
    const started = await lab.run('incus', 'start', '-q', 'six').then(
      () => 'started',
      (error: unknown) => String(error),
    );
    if (shown.trim() === '1') expect(started).toBe('started');
    else expect(started).toMatch(/ipv6_filtering|bridge-nf|br_netfilter/);
  });
});
