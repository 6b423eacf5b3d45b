import { existsSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { childOf, ensureChild, node, type SimNode, setText } from '../../../src/sim/opnsense/node.js';
import { type SimOpnsense, startSimOpnsense } from '../../../src/sim/opnsense/start.js';
import { startRig, temporaryFolder } from '../../firewall/opnsense/api/rig.js';

function section(root: SimNode, id = 'opt1'): SimNode {
  return ensureChild(ensureChild(root, 'dhcpd'), id);
}

function authorization(sim: SimOpnsense): string {
  const user = sim.users[0];
  return `Basic ${Buffer.from(`${user?.key}:${user?.secret}`).toString('base64')}`;
}

async function post(sim: SimOpnsense, path: string, body: object = {}): Promise<unknown> {
  const headers = { authorization: authorization(sim), 'content-type': 'application/json' };
  return (await fetch(`${sim.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

describe('the simulated dhcpd', () => {
  it.each<readonly [string, (root: SimNode) => void]>([
    ['no range', (root) => void section(root).children.splice(0, 99, node('enable', '1'))],
    ['an empty range', (root) => void Object.assign(childOf(section(root), 'range') ?? {}, { children: [] })],
    [
      'two ranges',
      (root) => void section(root).children.push(node('range', [node('from', '10.1.0.5'), node('to', '10.1.0.6')])),
    ],
    ['a range outside the subnet', (root) => setText(ensureChild(section(root), 'range'), 'to', '10.9.0.1')],
    [
      'an address that is none',
      (root) => void section(root).children.push(node('staticmap', [node('ipaddr', '10.1.0.999')])),
    ],
    [
      'a MAC with dashes',
      (root) => void section(root).children.push(node('staticmap', [node('mac', '00-16-3e-00-00-01')])),
    ],
    [
      'a quote in a host name',
      (root) => void section(root).children.push(node('staticmap', [node('hostname', 'a"b')])),
    ],
    [
      'an option value that is no address',
      (root) =>
        void section(root).children.push(
          node('numberoptions', [node('item', [node('number', '1'), node('type', 'ip-address'), node('value', 'x')])]),
        ),
    ],
    ['a router that is no address', (root) => setText(section(root), 'gateway', 'gw')],
  ])('does not start with %s, although the API says OK', async (_what, spoil) => {
    const { sim } = await startRig();
    expect(sim.dhcpd().running).toBe(true);
    sim.save((root) => {
      section(root).children = section(root).children.filter(({ name }) => name !== 'numberoptions');
      spoil(root);
    });
    expect(await post(sim, '/api/dhcpv4/service/restart')).toEqual({ response: 'OK' });
    expect(sim.dhcpd().running).toBe(false);
    expect(sim.dhcpd().fault).toContain('opt1: ');
  });

  it('starts in spite of what the real one takes', async () => {
    const { sim } = await startRig();
    sim.save((root) => {
      section(root).children.push(
        node('staticmap'),
        node('staticmap', [node('mac', '00:16:3E:00:00:01'), node('ipaddr', '10.99.0.1'), node('hostname', 'a b')]),
      );
    });
    await post(sim, '/api/dhcpv4/service/restart');
    expect(sim.dhcpd()).toEqual({ running: true, fault: undefined });
  });
});

describe('static ARP of the simulated firewall', () => {
  it('leaves a new mapping without an entry until the neighbour step', async () => {
    const { sim } = await startRig();
    sim.save((root) => setText(section(root), 'staticarp', '1'));
    await post(sim, '/api/dhcpv4/service/restart');
    expect(sim.leaseFor('52:54:00:01:00:00')).toMatchObject({ address: '10.1.0.200', reachable: true });
    sim.save(
      (root) =>
        void section(root).children.push(
          node('staticmap', [node('mac', '00:16:3e:00:00:01'), node('ipaddr', '10.1.0.9')]),
        ),
    );
    await post(sim, '/api/dhcpv4/service/restart');
    expect(sim.leaseFor('00:16:3e:00:00:01')).toMatchObject({ address: '10.1.0.9', reachable: false });
    await post(sim, '/api/interfaces/neighbor_settings/reconfigure');
    expect(sim.leaseFor('00:16:3e:00:00:01')).toMatchObject({ reachable: true });
  });

  it.each(['', '0'])('goes dark with the value %j', async (value) => {
    const { sim } = await startRig();
    sim.save((root) => setText(section(root), 'staticarp', value));
    await post(sim, '/api/dhcpv4/service/restart');
    await post(sim, '/api/interfaces/neighbor_settings/reconfigure');
    expect(sim.leaseFor('52:54:00:01:00:00')).toMatchObject({ reachable: false });
  });
});

describe('what a client would get', () => {
  it('shows the hole of global hosts, and that mac_allow closes it', async () => {
    const { sim } = await startRig();
    sim.save((root) => setText(section(root, 'opt2'), 'denyunknown', '1'));
    expect(sim.leaseFor('52:54:00:01:00:00', 'opt2')).toMatchObject({ kind: 'dynamic', address: '10.2.0.210' });
    expect(sim.leaseFor('52:54:00:99:00:00', 'opt2')).toBeUndefined();
    sim.save((root) => setText(section(root, 'opt2'), 'mac_allow', '02:00:00:00:00:00'));
    expect(sim.leaseFor('52:54:00:01:00:00', 'opt2')).toBeUndefined();
    expect(sim.leaseFor('52:54:00:02:00:00', 'opt2')).toMatchObject({
      kind: 'static',
      mask: '255.255.255.0',
      router: '10.2.0.1',
    });
  });
});

describe("the simulated firewall's disk", () => {
  it('writes config.xml in place, keeps a copy of each save and removes the oldest', async () => {
    const { sim } = await startRig();
    sim.save((root) => setText(ensureChild(root, 'system'), 'backupcount', '3'));
    const inode = statSync(sim.configPath).ino;
    for (let save = 0; save < 5; save += 1) sim.save(() => {});
    expect(statSync(sim.configPath).ino).toBe(inode);
    expect(sim.backups()).toHaveLength(3);
    expect(new Set(sim.backups()).size).toBe(3);
    expect(sim.configText()).toMatch(
      /<revision>\n {4}<username>root@192\.168\.1\.50<\/username>\n {4}<description>\/interfaces\.php made changes<\/description>\n {4}<time>\d+\.\d\d<\/time>/,
    );
  });

  it('starts again from the folder that it left', async () => {
    const folder = temporaryFolder();
    const first = await startSimOpnsense({ folder });
    first.save((root) => setText(ensureChild(root, 'system'), 'hostname', 'kept'));
    const text = first.configText();
    await first.close();
    const second = await startSimOpnsense({ folder, users: first.users });
    expect(second.configText()).toBe(text);
    await second.close();
    expect(existsSync(second.configPath)).toBe(true);
  });
});

describe("the peers' way", () => {
  it('takes one call and one save for each host', async () => {
    const { sim } = await startRig();
    for (const number of [1, 2, 3]) {
      const host = { host: `h${number}`, ip: `10.1.0.${number + 10}`, hwaddr: `00:16:3e:00:00:0${number}` };
      expect(await post(sim, '/api/dnsmasq/settings/addHost', { host })).toMatchObject({ result: 'saved' });
    }
    expect(await post(sim, '/api/dnsmasq/service/reconfigure')).toEqual({ status: 'ok' });
    expect(sim.log).toHaveLength(4);
    expect(sim.backups()).toHaveLength(4);
  });

  it('logs neither headers nor bodies', async () => {
    const { sim } = await startRig();
    await post(sim, '/api/dhcpv4/service/restart?x=y', { secret: 'in-the-body' });
    expect(sim.log).toMatchObject([{ method: 'POST', path: '/api/dhcpv4/service/restart' }]);
  });
});
