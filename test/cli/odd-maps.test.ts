import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../src/firewall/opnsense/xml/parse.js';
import { child, childrenNamed, type XmlElement } from '../../src/xml/element.js';
import { oddMaps, staticMap } from '../plan/odd-map.js';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { pluginSettings, TRANSPORTS, type Transport, type TransportScene, transportScene } from './transports.js';

const reason = await skipReason();
const WEB = '10:66:6a:00:00:01';
const DB = '10:66:6a:00:00:02';
const INSTANCES = [
  listed('web', { mac: WEB, uuid: '11111111-0000-4000-8000-000000000000' }),
  listed('db', { mac: DB, uuid: '22222222-0000-4000-8000-000000000000' }),
];
const REST = `segments:
  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, rules] }
groups: { web: [default/web], db: [default/db] }
policy:
  - { from: web, to: db, allow: [tcp/5432] }
  - { from: "segment:servers", to: internet, allow: [tcp/443] }
tests:
  - { from: web, to: db, accept: [tcp/5432], deny: [tcp/22] }
  - { from: web, to: internet, accept: [tcp/443] }`;

const MAPS = oddMaps({ web: WEB, db: DB, net: '10.10.3' });

function configWith(maps: readonly string[]): string {
  return `<?xml version="1.0"?>
<opnsense>
  <system><hostname>fw</hostname><domain>home.arpa</domain></system>
  <interfaces>
    <wan><if>em0</if><descr>WAN</descr><enable>1</enable><ipaddr>dhcp</ipaddr></wan>
    <opt3><if>em4</if><descr>servers</descr><enable>1</enable><ipaddr>10.10.3.1</ipaddr><subnet>24</subnet></opt3>
  </interfaces>
  <dhcpd>
    <opt3><enable>1</enable><range><from>10.10.3.200</from><to>10.10.3.240</to></range>${maps.join('\n')}</opt3>
  </dhcpd>
  <filter></filter>
  <OPNsense>${pluginSettings(['opt3'])}</OPNsense>
  <revision><username>root@192.168.1.10</username><description>made changes</description><time>1795319363.77</time></revision>
</opnsense>
`;
}

function scene(transport: Transport, maps: readonly string[]): Promise<TransportScene> {
  return transportScene(transport, { config: configWith(maps), instances: INSTANCES, rest: REST, scope: ['opt3'] });
}

/** Every mapping without our marker, field by field. */
function foreignOf(config: string): (readonly (readonly [string, string])[])[] {
  const maps = childrenNamed(child(child(parseXml(config), 'dhcpd'), 'opt3'), 'staticmap');
  return maps.map(fieldsOf).filter((fields) => !fields.some(([, text]) => text.includes('[slash32:home:default/')));
}

function fieldsOf(map: XmlElement): [string, string][] {
  return map.children.map((one) => [one.name, one.text.trim()]);
}

/** Asks everything that only reads. */
async function askEverything({ cwd }: TransportScene): Promise<void> {
  const answers = [
    await slash32(['plan'], { cwd }),
    await slash32(['plan', '--json'], { cwd }),
    await slash32(['explain', 'default/web', 'default/db', 'tcp/5432'], { cwd }),
    await slash32(['reach'], { cwd }),
    await slash32(['test'], { cwd }),
  ];
  for (const { out, err } of answers) {
    expect(err).not.toContain('S32_DEFECT');
    expect(out + err).not.toMatch(/\bundefined\b|\bNaN\b/);
  }
}

/** Asks, applies, asks again: no defect, and what others wrote is as it was. */
async function goTheWholeWay(transport: Transport, maps: readonly string[]): Promise<void> {
  const one = await scene(transport, maps);
  const before = foreignOf(await one.config());
  await askEverything(one);
  const applied = await slash32(['apply', '--yes', '--force'], { cwd: one.cwd });
  expect(applied.err).not.toContain('S32_DEFECT');
  const after = await one.config();
  expect(foreignOf(after)).toEqual(before);
  if (applied.code === 0 || applied.code === 4) {
    const again = await slash32(['plan'], { cwd: one.cwd });
    expect(again.out).toContain('In all: nothing to do');
  } else if (transport === 'file') expect(after).toBe(configWith(maps));
  if (transport === 'file')
    for (const map of maps) if (!map.includes('[slash32:home:default/')) expect(after).toContain(map);
}

describe('a static mapping without an address', () => {
  const map = staticMap({ mac: DB, hostname: 'db' });

  it.each(TRANSPORTS)('is legal, stays, and leaves its NIC without one: %s', async (transport) => {
    if (transport === 'plugin PHP' && reason !== undefined) return;
    const one = await scene(transport, [map]);

    const plan = await slash32(['plan'], { cwd: one.cwd });
    expect(plan.code).toBe(2);
    expect(plan.out).toContain('default/db/eth0 no address');
    expect(plan.out).toContain('no statement or test of the policy means it');
    await goTheWholeWay(transport, [map]);
    const explain = await slash32(['explain', 'default/web', 'default/db', 'tcp/5432'], { cwd: one.cwd });
    expect(explain.err).toContain('default/db names nobody with an address in a segment');
  });

  it('may be nothing but a hostname, and a test of it asks nobody', async () => {
    const one = await scene('file', [staticMap({ hostname: 'db' }), map]);
    await askEverything(one);
    const test = await slash32(['test'], { cwd: one.cwd });
    expect(test.out).not.toMatch(/web → db.*passes/);
  });
});

describe('static mappings whose fields are empty, odd or garbage', () => {
  it.each(['file', 'api', 'plugin'] as const)(
    'end no command in a defect, and stay as they are: %s',
    async (transport) => {
      // test/plan/odd-maps.test.ts asks many more of them, without a firewall.
      for (const maps of fc.sample(MAPS, { seed: 11, numRuns: 3 })) await goTheWholeWay(transport, maps);
    },
  );
});
