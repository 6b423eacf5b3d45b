import { readdir, readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { openNamespaces, SWITCH } from './namespaces.js';
import { rigSkipReason, startRig } from './rig.js';

const skipReason = rigSkipReason();

describe("the lab's namespaces", () => {
  beforeEach(({ skip }) => skip(skipReason !== undefined, skipReason));

  it('keep what is done inside away from the machine', async () => {
    const before = await machine();
    const world = await openNamespaces();
    try {
      await world.addNetns('inner');
      await world.execOk(
        'inner',
        'echo nameserver 192.0.2.1 > /etc/resolv.conf; hostname changed; echo x > /var/lib/dhcp/x; echo x > /run/x',
      );
      await world.execOk(SWITCH, 'ip link add br1 type bridge');
      expect(await world.execOk('inner', 'cat /etc/resolv.conf')).toBe('nameserver 192.0.2.1\n');
      expect(await machine()).toEqual(before);
    } finally {
      await world.close();
    }
  });

  it('start every network namespace without netfilter on bridges', async () => {
    const world = await openNamespaces();
    try {
      await world.addNetns('inner');
      for (const netns of [SWITCH, 'inner']) {
        const values = await world.execOk(netns, 'cat /proc/sys/net/bridge/bridge-nf-call-* 2>/dev/null || true');
        expect(values).toMatch(/^(0\n)*$/);
      }
    } finally {
      await world.close();
    }
  });

  it('are gone with all their processes after close, and close may be called twice', async () => {
    const before = await holders();
    const world = await openNamespaces();
    expect(await holders()).toBe(before + 1);
    await world.addNetns('inner');
    const child = world.start('inner', ['sh', '-c', 'sleep 1000 & echo up; sleep 1000']);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const id = (await world.execOk(SWITCH, 'readlink /proc/self/ns/pid')).trim();
    expect(await processesIn(id)).toBeGreaterThanOrEqual(3);
    await world.close();
    await world.close();
    expect(await processesIn(id)).toBe(0);
    expect(await holders()).toBe(before);
  });

  it("are gone after a rig that could not start, and the reason is given in dhcpd's own words", async () => {
    const before = await holders();
    await expect(startRig({ dhcpdConf: 'subnet 10.10.1.0 netmask 255.255.255.0 { range  ; }\n' })).rejects.toThrow(
      'expecting numeric value',
    );
    expect(await holders()).toBe(before);
  });
});

/** What the lab must not change on the machine. */
async function machine(): Promise<unknown> {
  return {
    hostname: hostname(),
    resolvConf: await readFile('/etc/resolv.conf', 'utf8').catch(() => undefined),
    interfaces: await readdir('/sys/class/net'),
    netns: await readdir('/run/netns').catch(() => []),
    leases: await readdir('/var/lib/dhcp').catch(() => []),
  };
}

async function pids(): Promise<readonly string[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
}

async function processesIn(pidNamespace: string): Promise<number> {
  const links = await Promise.all((await pids()).map((pid) => readlink(`/proc/${pid}/ns/pid`).catch(() => '')));
  return links.filter((link) => link === pidNamespace).length;
}

/** Number of `unshare` processes that this test process has started and that still run. */
async function holders(): Promise<number> {
  const stats = await Promise.all((await pids()).map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.filter((stat) => new RegExp(`^\\d+ \\(unshare\\) [^Z] ${process.pid} `).test(stat)).length;
}
