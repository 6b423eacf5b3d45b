import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../src/firewall/opnsense/xml/parse.js';
import { child, childrenNamed, textOf } from '../../src/xml/element.js';
import { skipReason } from '../plugin/engine/support.js';
import { listed, macOf, slash32, writeInventory } from './harness.js';
import { pluginSettings, TRANSPORTS, type Transport, type TransportScene, transportScene } from './transports.js';

const noPhp = await skipReason();
const OCTETS = '20:0a:0a:03:01:00:00:00:00:00:0a:0a:03:01';
const SCOPE = ['opt1', 'opt2', 'opt3'];
const SEGMENTS = [
  ['dmz', 'opt1'],
  ['edge', 'opt2'],
  ['servers', 'opt3'],
] as const;

/** Three segments with plain DHCP; `foreign` stands on opt3. */
function configWith(foreign = ''): string {
  const interfaces = SEGMENTS.map(
    ([name, id], at) =>
      `<${id}><if>vtnet${at + 2}</if><descr>${name}</descr><enable>1</enable><ipaddr>10.10.${at + 1}.1</ipaddr><subnet>24</subnet></${id}>`,
  );
  const dhcpd = SEGMENTS.map(
    ([, id], at) =>
      `<${id}><enable>1</enable><range><from>10.10.${at + 1}.210</from><to>10.10.${at + 1}.240</to></range>${id === 'opt3' ? foreign : ''}</${id}>`,
  );
  return `<?xml version="1.0"?>
<opnsense>
  <system><hostname>fw</hostname><domain>internal</domain></system>
  <interfaces><wan><if>vtnet0</if><descr>WAN</descr><enable>1</enable><ipaddr>192.0.2.2</ipaddr><subnet>24</subnet></wan>${interfaces.join('')}</interfaces>
  <dhcpd>${dhcpd.join('')}</dhcpd>
  <filter></filter>
  <OPNsense>${pluginSettings(SCOPE)}</OPNsense>
  <revision><username>root@192.168.1.10</username><description>made changes</description><time>1795319363.77</time></revision>
</opnsense>
`;
}

function restOf(manage: string, more = ''): string {
  const lines = SEGMENTS.map(
    ([name, id], at) =>
      `  ${name}: { network: ${name}, interface: ${id}, pool: 10.10.${at + 1}.20-10.10.${at + 1}.200, manage: ${manage}${more === '' ? '' : ', default: deny'} }`,
  );
  return ['segments:', ...lines, more].join('\n');
}

const OCI = [listed('nginx', { config: { 'volatile.container.oci': 'true' } }), listed('db')];

function scene(
  transport: Transport,
  instances: readonly unknown[],
  rest: string,
  foreign = '',
): Promise<TransportScene> {
  return transportScene(transport, { config: configWith(foreign), instances, rest, scope: SCOPE });
}

/** The items of `<numberoptions>` on opt3 as `number type value`. */
async function optionsOf({ config }: TransportScene): Promise<string[]> {
  const opt3 = child(child(parseXml(await config()), 'dhcpd'), 'opt3');
  return childrenNamed(child(opt3, 'numberoptions'), 'item').map((item) =>
    ['number', 'type', 'value'].map((name) => textOf(item, name)).join(' '),
  );
}

async function rewrite({ cwd }: TransportScene, change: (text: string) => string): Promise<void> {
  const file = join(cwd, 'slash32.yaml');
  await writeFile(file, change(await readFile(file, 'utf8')));
}

const MASK = '1 ip-address 255.255.255.255';
const ROUTES = `121 string ${OCTETS}`;

describe.each(TRANSPORTS)('an application container on %s', (transport) => {
  const skip = transport === 'plugin PHP' ? noPhp : undefined;

  it.skipIf(skip !== undefined)(
    'gets the way to its router with the mask step, and release takes it back',
    async () => {
      const one = await scene(
        transport,
        OCI,
        restOf('[reservations, mask]'),
        '<numberoptions><item><number>66</number><type>text</type><value>x</value></item></numberoptions>',
      );
      const plan = await slash32(['plan'], one);
      expect(plan.out).toContain('option 121 (routes): not set → 10.10.3.1/32 on the link, 0.0.0.0/0 by 10.10.3.1');
      expect((await slash32(['apply', '--yes'], one)).code).toBe(0);
      expect(await optionsOf(one)).toEqual(['66 text x', MASK, ROUTES]);
      expect((await slash32(['plan'], one)).code).toBe(0);
      const released = await slash32(['release', '--all', '--remove', '--yes', '--force'], one);
      expect([released.code, await optionsOf(one)]).toEqual([0, ['66 text x']]);
    },
  );

  it.skipIf(skip !== undefined)('is shown once on a segment that was masked before, and waits for a yes', async () => {
    const one = await scene(transport, [OCI[1]], restOf('[reservations, mask]'));
    expect((await slash32(['apply', '--yes'], one)).code).toBe(0);
    await writeInventory(one.cwd, OCI);
    const state = join(one.cwd, 'slash32.state.json');
    const { accepted: _accepted, ...before } = JSON.parse(await readFile(state, 'utf8'));
    await writeFile(state, JSON.stringify(before), { mode: 0o600 });

    const applied = await slash32(['apply', '--yes'], one);
    expect(applied.out).toContain('waits for a yes: slash32 apply --accept-new --segment servers');
    expect(await optionsOf(one)).toEqual([MASK]);
    expect((await slash32(['apply', '--yes', '--accept-new', '--segment', 'servers'], one)).code).toBe(0);
    expect(await optionsOf(one)).toEqual([MASK, ROUTES]);
    const again = await slash32(['plan'], one);
    expect([again.code, again.out.includes('waits for a yes')]).toEqual([0, false]);
  });

  it.skipIf(skip !== undefined)(
    'keeps the mask step from being taken where option 121 is somebody else’s',
    async () => {
      const foreign =
        '<numberoptions><item><number>121</number><type>text</type><value>10.0.0.0/8,10.10.3.9</value></item></numberoptions>';
      const one = await scene(transport, OCI, restOf('[reservations, mask]'), foreign);
      const applied = await slash32(['apply', '--yes'], one);
      expect(applied.out).toContain(
        'the mask step is not taken, since they would get no route: an option 121 by other hands stands on opt3',
      );
      expect(await optionsOf(one)).toEqual(['121 text 10.0.0.0/8,10.10.3.9']);
      expect((await slash32(['plan'], one)).code).toBe(0);
    },
  );
});

/** An instance with these NICs: name, network and further keys of each. */
function withNics(name: string, nics: readonly (readonly [string, string, Record<string, string>?])[]) {
  const base = listed(name);
  const macs = nics.map(([nic]) => [`volatile.${nic}.hwaddr`, macOf(`default/${name}/${nic}`)]);
  const config = { ...base.config, ...Object.fromEntries(macs) };
  const devices = nics.map(([nic, network, keys]) => [
    nic,
    { type: 'nic', network, 'security.port_isolation': 'true', 'security.mac_filtering': 'true', ...keys },
  ]);
  return { ...base, config, expanded_config: config, expanded_devices: Object.fromEntries(devices) };
}

describe('a NIC on a VLAN of the bridge', () => {
  it('gets no reservation on the untagged segment, and the plan says where it stands', async () => {
    const vm2 = withNics('vm2', [['eth0', 'servers', { vlan: '30' }]]);
    const one = await scene('file', [withNics('vm1', [['eth0', 'servers']]), vm2], restOf('[reservations]'));
    const plan = await slash32(['plan'], one);
    expect(plan.out).toContain('default/vm1/eth0');
    expect(plan.out).toContain('1 NIC on servers does not stand on its untagged segment (default/vm2/eth0 VLAN 30)');
    expect((await slash32(['apply', '--yes'], one)).code).toBe(0);
    expect(await one.config()).not.toContain('default/vm2');
  });

  it('loses the reservation that it had there once somebody says yes, with the reason', async () => {
    const vm2 = [['eth0', 'servers']] as const;
    const one = await scene('file', [withNics('vm2', vm2)], `${restOf('[reservations]')}\nretain: 0`);
    expect((await slash32(['apply', '--yes'], one)).code).toBe(0);
    await writeInventory(one.cwd, [withNics('vm2', [['eth0', 'servers', { vlan: '30' }]])]);
    const waits = await slash32(['plan'], one);
    expect(waits.out).toContain('waits for a yes: slash32 apply --accept-new --segment servers');
    expect(waits.code).toBe(0);
    const plan = await slash32(['plan', '--accept-new'], one);
    expect(plan.out).toContain('delete: its NIC eth0 stands on VLAN 30 of servers now, not on the untagged segment');
    expect(plan.out).not.toContain('its instance is gone');
  });
});

const POLICY = `policy:
  - { from: default/db, to: default/dual, allow: [tcp/443] }
tests:
  - { from: default/db, to: default/dual, accept: [tcp/443] }`;

describe('an instance with two NICs on two segments', () => {
  const dual = withNics('dual', [
    ['eth0', 'dmz'],
    ['eth1', 'edge'],
  ]);

  it('is a way around the firewall, and its second address is not simply reached', async () => {
    const one = await scene(
      'file',
      [dual, withNics('db', [['eth0', 'servers']])],
      restOf('[reservations, mask, rules]', POLICY),
    );
    const plan = await slash32(['plan'], one);
    expect(plan.out).toContain('1 instance stands on several segments: default/dual (eth0 on dmz, eth1 on edge)');
    expect(plan.out).toContain('default/dual/eth1 (answers leave by eth0)');
    expect((await slash32(['apply', '--yes'], one)).code).toBe(0);
    const tested = await slash32(['test'], one);
    expect(tested.code).toBe(3);
    expect(tested.out).toContain('default/dual/eth1 tcp/443 should pass, and that cannot be said');
    const explained = await slash32(['explain', 'default/db', 'default/dual', 'tcp/443'], one);
    expect(explained.out).toContain('default/db → default/dual/eth1 tcp/443: It is not known whether it passes');
    expect((await slash32(['plan'], one)).code).toBe(0);
  });

  it('says that it routes by source address, and is believed', async () => {
    const config = { ...dual.config, 'user.slash32.source_routing': 'true' };
    const routed = { ...dual, config, expanded_config: config };
    const one = await scene(
      'file',
      [routed, withNics('db', [['eth0', 'servers']])],
      restOf('[reservations, mask, rules]', POLICY),
    );
    expect((await slash32(['apply', '--yes'], one)).code).toBe(0);
    expect((await slash32(['test', '--now'], one)).code).toBe(0);
  });
});

const DENIED = `tests:
  - { name: git stays out, from: default/git, to: default/db, deny: [tcp] }`;

describe('an open port on a segment', () => {
  const closed = [withNics('git', [['eth0', 'servers']]), withNics('db', [['eth0', 'servers']])];
  const open = withNics('git', [['eth0', 'servers', { 'security.port_isolation': 'false' }]]);

  it('fails a test that denies the way, and holds nobody up', async () => {
    const one = await scene('file', closed, restOf('[reservations, rules]', DENIED));
    expect((await slash32(['apply', '--yes'], one)).code).toBe(0);
    expect((await slash32(['test'], one)).code).toBe(0);
    await writeInventory(one.cwd, [open, closed[1], withNics('new', [['eth0', 'servers']])]);
    const tested = await slash32(['test'], one);
    expect([tested.code, tested.out]).toEqual([
      3,
      expect.stringContaining('should be dropped and passes beside the firewall'),
    ]);
    const explained = await slash32(['explain', 'git', 'db', 'tcp/22'], one);
    expect(explained.out).toContain('It passes beside the firewall');
    expect(explained.out).not.toContain('It is blocked');
    expect((await slash32(['reach', '--from', 'default/git', '--to', 'default/db'], one)).out).toContain('any');
    const applied = await slash32(['apply', '--yes'], one);
    expect([applied.code, await one.config()]).toEqual([0, expect.stringContaining('default/new')]);
  });

  it('of the firewall is named in the configuration where no MAC tells it', async () => {
    const one = await scene(
      'file',
      [...closed, withNics('opnsense', [['eth3', 'servers', { 'security.port_isolation': 'false' }]])],
      restOf('[reservations, rules]', DENIED),
    );
    expect((await slash32(['test', '--now'], one)).code).toBe(3);
    await rewrite(one, (text) => text.replace('path: config.xml', 'path: config.xml, instances: [default/opnsense]'));
    expect((await slash32(['test', '--now'], one)).code).toBe(0);
    expect((await slash32(['plan'], one)).out).not.toContain('port isolation');
  });
});
