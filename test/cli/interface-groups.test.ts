import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { pluginSettings, TRANSPORTS, type Transport, type TransportScene, transportScene } from './transports.js';

const reason = await skipReason();
const INSTANCES = [listed('web'), listed('db')];
const REST = `segments:
  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, rules], default: deny }
groups: { web: [default/web], db: [default/db] }
policy:
  - { from: web, to: internet, allow: [tcp/443] }
  - { from: web, to: db, allow: [tcp/5432] }
tests:
  - { from: web, to: internet, accept: [tcp/443], deny: [tcp/22] }
  - { from: db, to: internet, deny: [tcp/443] }
  - { from: web, to: db, accept: [tcp/5432] }`;

/** An element of `<interfaces>` that OPNsense registers by itself, with its fields in the order of its code. */
function registered(id: string, fields: Readonly<Record<string, string>>): string {
  const inner = Object.entries(fields).map(([name, text]) =>
    text === '' ? `<${name}/>` : `<${name}>${text}</${name}>`,
  );
  return `    <${id}>\n      <internal_dynamic>1</internal_dynamic>\n      ${inner.join('\n      ')}\n    </${id}>`;
}

const LOOPBACK = registered('lo0', {
  descr: 'Loopback',
  enable: '1',
  if: 'lo0',
  ipaddr: '127.0.0.1',
  ipaddrv6: '::1',
  subnet: '8',
  subnetv6: '128',
  type: 'none',
  virtual: '1',
});
const IPSEC = registered('enc0', { enable: '1', if: 'enc0', descr: 'IPsec encapsulation', type: 'none', virtual: '1' });
const SEGMENTS = registered('segments', {
  enable: '1',
  networks: '',
  if: 'segments',
  descr: 'segments',
  virtual: '1',
  type: 'group',
});
const WIREGUARD = registered('wireguard', {
  descr: 'WireGuard (Group)',
  if: 'wireguard',
  virtual: '1',
  enable: '1',
  type: 'group',
  networks: '',
});
/** What it is called changed with 26.7. */
const openvpn = (descr: string): string =>
  registered('openvpn', { enable: '1', if: 'openvpn', descr, type: 'group', virtual: '1', networks: '' });
const ofVersion = (descr: string): readonly string[] => [LOOPBACK, IPSEC, openvpn(descr), WIREGUARD, SEGMENTS];
const GROUP =
  '<ifgroupentry uuid="66d0a2a4-54fa-4ec6-9a5c-14d4b0a5a6a1"><ifname>segments</ifname><members>opt2,opt3</members><nogroup>0</nogroup><sequence>0</sequence><descr/></ifgroupentry>';

function configWith(elements: readonly string[], more: { rules?: string; wan?: string } = {}): string {
  const { rules = '', wan = '<ipaddr>dhcp</ipaddr>' } = more;
  return `<?xml version="1.0"?>
<opnsense>
  <system><hostname>fw</hostname><domain>home.arpa</domain><webgui><protocol>https</protocol></webgui></system>
  <interfaces>
    <wan><if>em0</if><descr>WAN</descr><enable>1</enable>${wan}</wan>
    <lan><if>em1</if><descr>LAN</descr><enable>1</enable><ipaddr>192.168.1.1</ipaddr><subnet>24</subnet></lan>
    <opt2><if>em3</if><descr>dmz</descr><enable>1</enable><ipaddr>10.10.2.1</ipaddr><subnet>24</subnet></opt2>
    <opt3><if>em4</if><descr>servers</descr><enable>1</enable><ipaddr>10.10.3.1</ipaddr><subnet>24</subnet></opt3>
    <opt4><if>ovpns1</if><descr>roadwarriors</descr><enable>1</enable></opt4>
${elements.join('\n')}
  </interfaces>
  <ifgroups version="1.0.0">${GROUP}</ifgroups>
  <dhcpd>
    <opt3><enable>1</enable><range><from>10.10.3.200</from><to>10.10.3.240</to></range></opt3>
  </dhcpd>
  <filter></filter>
  <OPNsense>
    <Firewall><Filter version="1.0.7"><rules>${rules}</rules><snatrules/><npt/><onetoone/></Filter></Firewall>
    ${pluginSettings(['opt3'])}
  </OPNsense>
  <revision><username>root@192.168.1.10</username><description>made changes</description><time>1795319363.77</time></revision>
</opnsense>
`;
}

function scene(transport: Transport, config: string): Promise<TransportScene> {
  return transportScene(transport, { config, instances: INSTANCES, rest: REST, scope: ['opt3'] });
}

/** Plans, applies, plans again, tests: all of it, and every question answered. */
async function goTheWholeWay({ cwd }: TransportScene): Promise<void> {
  const plan = await slash32(['plan'], { cwd });
  expect(plan.err + plan.out).not.toMatch(/cannot be said|unsafe|error/);
  expect(plan.out).toContain('all pass');
  const applied = await slash32(['apply', '--yes'], { cwd });
  expect(applied.err).toBe('');
  expect(applied.code).toBe(0);
  const again = await slash32(['plan'], { cwd });
  expect(again.out).toContain('In all: nothing to do');
  expect(again.code).toBe(0);
  const test = await slash32(['test'], { cwd });
  expect(test.code).toBe(0);
}

describe('a firewall with groups of interfaces, VPNs and devices that OPNsense registers by itself', () => {
  it.each(TRANSPORTS)('is planned, written and tested like any other: %s', async (transport) => {
    if (transport === 'plugin PHP' && reason !== undefined) return;
    const one = await scene(transport, configWith(ofVersion('OpenVPN (Group)')));
    await goTheWholeWay(one);
    const local = /<name>s32_home_local<\/name>[\s\S]*?<content>([^<]*)/.exec(await one.config())?.[1] ?? '';
    const named = local.split('\n').filter((entry) => entry.startsWith('__'));
    expect(named).toEqual(['__openvpn_network', '__opt4_network', '__wan_network', '__wireguard_network'].sort());
  });

  it.each([
    ['25.7 and 26.1', ofVersion('OpenVPN')],
    ['26.7', ofVersion('OpenVPN (Group)')],
    ['none of them registered yet', []],
  ])('is the same in the form that %s save', async (_name, elements) => {
    await goTheWholeWay(await scene('file', configWith(elements)));
  });

  it('has no other plan once a save of OPNsense has registered a group, lo0 and enc0, or taken them away', async () => {
    const one = await scene('file', configWith([openvpn('OpenVPN')]));
    await goTheWholeWay(one);
    const path = join(one.cwd, 'config.xml');
    const before = await readFile(path, 'utf8');
    await writeFile(
      path,
      before.replace('  </interfaces>', `${[LOOPBACK, IPSEC, SEGMENTS].join('\n')}\n  </interfaces>`),
    );
    const plan = await slash32(['plan'], { cwd: one.cwd });
    expect(plan.out).toContain('In all: nothing to do');
    expect((await slash32(['test'], { cwd: one.cwd })).code).toBe(0);
  });

  it('says that a VPN which comes later is no part of the internet, and closes nothing by that', async () => {
    const one = await scene('file', configWith([]));
    await goTheWholeWay(one);
    const path = join(one.cwd, 'config.xml');
    const before = await readFile(path, 'utf8');
    await writeFile(path, before.replace('  </interfaces>', `${openvpn('OpenVPN')}\n  </interfaces>`));
    const plan = await slash32(['plan'], { cwd: one.cwd });
    expect(plan.out).toContain('s32_home_local');
    expect(plan.out).not.toMatch(/closes|unsafe|cannot be said/);
    expect(plan.out).toContain('all pass');
  });

  it('does not know who is behind a VPN, and says so of a single address only', async () => {
    const wan = '<ipaddr>192.0.2.2</ipaddr><subnet>24</subnet>';
    const one = await scene('file', configWith([WIREGUARD], { wan }));
    await goTheWholeWay(one);
    const single = await slash32(['explain', 'default/web', '9.9.9.9', 'tcp/443'], { cwd: one.cwd });
    expect(single.out).toContain('the network of opt4 is not known here');
    const internet = await slash32(['explain', 'default/web', 'internet', 'tcp/443'], { cwd: one.cwd });
    expect(internet.out).toContain('It passes');
  });
});

describe('a rule on a group', () => {
  const rule = (name: string): string =>
    `<rule uuid="0a9c4b55-7a7c-4a32-9c0f-16d1d0d4c111"><enabled>1</enabled><sequence>10</sequence><action>block</action><quick>1</quick><interface>${name}</interface><direction>in</direction><ipprotocol>inet</ipprotocol><protocol>TCP</protocol><source_net>any</source_net><destination_net>any</destination_net><destination_port>443</destination_port><description>by hand</description></rule>`;

  it('that a person made stands before ours on its members', async () => {
    const one = await scene('file', configWith(ofVersion('OpenVPN'), { rules: rule('segments') }));
    const plan = await slash32(['plan'], { cwd: one.cwd });
    expect(plan.out).toMatch(/web → internet tcp\/443 should pass/);
  });

  it.each(['openvpn', 'wireguard', 'enc0'])('of %s concerns nobody on a segment', async (name) => {
    const one = await scene('file', configWith(ofVersion('OpenVPN'), { rules: rule(name) }));
    await goTheWholeWay(one);
  });
});

describe('an alias of somebody else that is called like an interface', () => {
  const named = (name: string, type = 'host'): string =>
    configWith([]).replace(
      '<Firewall>',
      `<Firewall><Alias version="1.0.1"><geoip><url/></geoip><aliases><alias uuid="00000002-1111-4111-8111-000000000002"><enabled>1</enabled><name>${name}</name><type>${type}</type><proto/><interface/><counters>0</counters><updatefreq/><content>192.168.1.77</content><categories/><description/></alias></aliases></Alias>`,
    );

  it.each(TRANSPORTS)(
    'is named in the plan with what to rename, and nothing of the policy is written: %s',
    async (transport) => {
      if (transport === 'plugin PHP' && reason !== undefined) return;
      const one = await transportScene(transport, {
        config: named('opt3ip'),
        instances: INSTANCES,
        rest: REST,
        scope: ['opt3'],
      });
      const plan = await slash32(['plan'], { cwd: one.cwd });
      expect(plan.out).toMatch(/policy-error.*called opt3ip.*the interface of servers.*Rename the alias/s);
      const applied = await slash32(['apply', '--yes', '--force'], { cwd: one.cwd });
      expect(applied.code).toBe(4);
      const written = await one.config();
      expect(written).not.toMatch(/slash32:[a-z]+:(alias|rule|nat)/);
      expect(written).toMatch(/slash32:[a-z]+:default/);
      expect((await slash32(['apply', '--yes', '--force'], { cwd: one.cwd })).code).toBe(3);
      expect(await one.config()).toBe(written);
    },
  );

  it('is no matter where no rule of ours calls that interface', async () => {
    const one = await scene('file', named('opt2'));
    await goTheWholeWay(one);
  });
});
