import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildCandidate } from '../../../../src/firewall/opnsense/isc/candidate.js';
import { findFaults } from '../../../../src/firewall/opnsense/isc/faults.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { FirewallInterface } from '../../../../src/model/firewall.js';
import { create, firewallInterface, reservation, setting } from './builders.js';

const FIXTURES = new URL('../../../fixtures/opnsense/config/', import.meta.url);
const SCENARIO = readFileSync(new URL('scenario.xml', FIXTURES), 'utf8');

const RANGE = '<range><from>10.10.3.100</from><to>10.10.3.199</to></range>';

function find(dhcpd: string, interfaces: readonly FirewallInterface[] = [firewallInterface()]) {
  return findFaults(parseXml(`<opnsense><dhcpd>${dhcpd}</dhcpd></opnsense>`), interfaces);
}

/** opt3, enabled and with a good range, and this as well. */
function opt3(inner: string) {
  return find(`<opt3><enable>1</enable>${RANGE}${inner}</opt3>`);
}

function map(inner: string): string {
  return `<staticmap><mac>00:16:3e:00:03:01</mac><ipaddr>10.10.3.9</ipaddr>${inner}</staticmap>`;
}

function item(number: string, type: string, value: string): string {
  return `<numberoptions><item><number>${number}</number><type>${type}</type><value>${value}</value></item></numberoptions>`;
}

describe('findFaults', () => {
  it('finds nothing in the recording of the real software', () => {
    const one = firewallInterface();
    expect(findFaults(parseXml(SCENARIO), [one])).toEqual({ faults: [], warnings: [] });
  });

  it.each([
    ['', 'range', 'missing'],
    ['<range/>', 'range', 'empty'],
    ['<range>x</range>', 'range', 'empty'],
    ['<range><from/><to/></range>', 'range', 'no addresses'],
    [RANGE + RANGE, 'range', 'twice'],
    ['<range><from>10.10.3.999</from><to>10.10.3.9</to></range>', 'range', '10.10.3.999'],
    ['<range><from>web</from><to>10.10.3.9</to></range>', 'range', 'web'],
    ['<range><from>10.10.3.1 10.10.3.2</from><to>10.10.3.9</to></range>', 'range', 'no address'],
    ['<range><from>10.10.4.1</from><to>10.10.4.9</to></range>', 'range', 'outside 10.10.3.0/24'],
    ['<range><from>10.10.3.9</from><to>10.10.4.9</to></range>', 'range', 'outside'],
    [`${RANGE}<pool><descr>x</descr></pool>`, 'pool 1: range', 'missing'],
    [`${RANGE}<pool>x</pool>`, 'pool 1: range', 'empty'],
    [`${RANGE}<pool>${RANGE}</pool>`, 'pool 1: range', 'declared twice'],
    [`${RANGE}<pool><range><from>10.10.3.50</from><to>10.10.3.250</to></range></pool>`, 'pool 1: range', 'overlaps'],
    [`${RANGE}<pool><range><from>10.10.3.120</from><to>10.10.3.130</to></range></pool>`, 'pool 1: range', 'overlaps'],
    [`${RANGE}<pool><range><from>10.10.3.50</from><to>10.10.3.100</to></range></pool>`, 'pool 1: range', 'overlaps'],
    [`${RANGE}<pool><range><from>10.10.3.199</from><to>10.10.3.250</to></range></pool>`, 'pool 1: range', 'overlaps'],
  ])('finds a fault in the range %s', (range, object, message) => {
    const { faults } = find(`<opt3><enable>1</enable>${range}</opt3>`);
    expect(faults).toEqual([{ interface: 'opt3', object, message: expect.stringContaining(message) }]);
  });

  it.each([
    '<range><from>10.10.3.5</from></range>',
    '<range><from/><to>10.10.3.5</to></range>',
    '<range><from>10.10.3.9</from><to>10.10.3.5</to></range>',
    '<range><from>10.10.3.0</from><to>10.10.3.255</to></range>',
    `${RANGE}<pool/>`,
    `${RANGE}<pool><range><from>10.10.3.200</from><to>10.10.3.210</to></range></pool>`,
  ])('takes the range %s, as dhcpd does', (range) => {
    expect(find(`<opt3><enable>1</enable>${range}</opt3>`).faults).toEqual([]);
  });

  it.each([
    ['<mac>00-16-3e-00-03-01</mac>', 'no MAC'],
    ['<mac>0016.3e00.0301</mac>', 'no MAC'],
    ['<mac>00:16:3e:00:03:0g</mac>', 'no MAC'],
    ['<mac>00:16:3e:00:03:01</mac><mac>00:16:3e:00:03:02</mac>', 'no MAC'],
    ['<ipaddr>10.10.1.999</ipaddr>', 'no IPv4'],
    ['<ipaddr>10.10.1</ipaddr>', 'no IPv4'],
    ['<ipaddr>10.10.3.5/24</ipaddr>', 'no IPv4'],
    ['<ipaddr>fe80::1</ipaddr>', 'no IPv4'],
    ['<hostname>we"b</hostname>', 'quotation mark'],
    ['<hostname>web\\</hostname>', 'backslash'],
    ['<cid>a"b</cid>', 'quotation mark'],
    ['<filename>a"b</filename>', 'quotation mark'],
    ['<rootpath>a"b</rootpath>', 'quotation mark'],
    ['<domain>a"b</domain>', 'quotation mark'],
    ['<domainsearchlist>a..b</domainsearchlist>', 'domain names'],
    ['<domainsearchlist>a</domainsearchlist><domainsearchlist>b</domainsearchlist>', 'twice'],
    ['<gateway>10.10.3.999</gateway>', 'no address'],
    ['<defaultleasetime>soon</defaultleasetime>', 'whole number'],
    ['<dnsserver>1.1.1.999</dnsserver>', 'no address'],
    ['<dnsserver>1.1.1.1</dnsserver><dnsserver/>', 'no address'],
    ['<tftp>"</tftp>', 'quotation mark'],
    ['<tftp>x</tftp><bootfilename>"</bootfilename>', 'quotation mark'],
  ])('finds a fault in a reservation with %s', (field, message) => {
    const { faults } = opt3(`<staticmap><hostname>a</hostname></staticmap><staticmap>${field}</staticmap>`);
    expect(faults).toEqual([
      {
        interface: 'opt3',
        object: expect.stringMatching(/^reservation 2 \(/),
        message: expect.stringContaining(message),
      },
    ]);
  });

  it('names a faulty reservation so that it can be found', () => {
    const { faults } = opt3(
      '<staticmap><mac>00-16</mac><ipaddr>10.10.3.9</ipaddr><hostname>web</hostname></staticmap>',
    );
    expect(faults[0]?.object).toBe('reservation 1 (00-16, 10.10.3.9, "web")');
  });

  it.each([
    '',
    '<descr>any "text" \\ at all</descr>',
    '<hostname>web 1.lan</hostname>',
    '<hostname>we\\"b</hostname>',
    '<dnsserver/><dnsserver>1.1.1.1</dnsserver>',
    '<bootfilename>"</bootfilename>',
    '<gateway>none</gateway>',
    '<defaultleasetime/>',
    '<myfield>"</myfield>',
  ])('takes a reservation with %s, as dhcpd does', (inner) => {
    expect(opt3(map(inner))).toEqual({ faults: [], warnings: [] });
  });

  it.each([
    ['upper case', '<mac>00:16:3E:00:03:01</mac>'],
    ['no MAC', '<ipaddr>10.10.3.9</ipaddr>'],
    ['no address', '<mac>00:16:3e:00:03:01</mac>'],
    ['nothing', ''],
  ])('takes a reservation with %s', (_name, inner) => {
    expect(opt3(`<staticmap>${inner}</staticmap><staticmap/>`).faults).toEqual([]);
  });

  it.each([
    ['<gateway>nowhere at all</gateway>', 'gateway'],
    ['<domain>"</domain>', 'domain'],
    ['<maxleasetime>1.5</maxleasetime>', 'maxleasetime'],
    ['<minsecs>256</minsecs>', 'minsecs'],
    ['<interface_mtu>65536</interface_mtu>', 'interface_mtu'],
    ['<winsserver>x y</winsserver>', 'winsserver'],
    ['<ntpserver>10.0.0.256</ntpserver>', 'ntpserver'],
    ['<ldap>"</ldap>', 'ldap'],
    ['<netboot/><nextserver>a b</nextserver>', 'nextserver'],
    ['<netboot/><filename>"</filename>', 'filename'],
    ['<netboot/><filename64>"</filename64>', 'filename64'],
    ['<mac_allow>00:16:</mac_allow>', 'mac_allow'],
    ['<mac_allow>x</mac_allow>', 'mac_allow'],
    ['<mac_allow>00-16</mac_allow>', 'mac_allow'],
    ['<mac_deny>*</mac_deny>', 'mac_deny'],
    ['<mac_allow>00</mac_allow><mac_allow>01</mac_allow>', 'mac_allow'],
    ['<failover_peerip>a b</failover_peerip>', 'failover_peerip'],
    ['<ddnsupdate/><ddnsdomain>a b</ddnsdomain>', 'ddnsdomain'],
    ['<omapi/><omapiport/>', 'omapiport'],
    ['<pool><range><from>10.10.3.9</from></range><domain>"</domain></pool>', 'pool 1: domain'],
    ['<pool><range><from>10.10.3.9</from></range><mac_allow>;</mac_allow></pool>', 'pool 1: mac_allow'],
    [item('', 'text', 'x'), 'option 1 of numberoptions (number missing)'],
    [item('0x42', 'text', 'x'), 'option 1 of numberoptions (number 0x42)'],
    [item('66', 'colour', 'x'), 'option 1 of numberoptions (number 66)'],
    [item('66', '', 'a"b'), 'option 1 of numberoptions (number 66)'],
    [item('66', 'unsigned integer 8', '256'), 'option 1 of numberoptions (number 66)'],
    [item('1', 'ip-address', ''), 'option 1 of numberoptions (number 1)'],
    [item('1', 'ip-address', '255.255.255.256'), 'option 1 of numberoptions (number 1)'],
    [item('66', 'string', 'abc'), 'option 1 of numberoptions (number 66)'],
    ['<numberoptions><item>x</item></numberoptions>', 'option 1 of numberoptions'],
  ])('finds a fault in the setting %s', (inner, object) => {
    expect(opt3(inner).faults).toEqual([{ interface: 'opt3', object, message: expect.any(String) }]);
  });

  it.each([
    '<gateway/>',
    '<filename>"</filename>',
    '<ddnsdomain>a b</ddnsdomain>',
    '<mac_allow/>',
    '<mac_allow>02:00:00:00:00:00,00:16</mac_allow>',
    '<numberoptions/>',
    '<numberoptions><item/></numberoptions>',
    item('66', 'string', '&quot;x&quot;'),
    item('66', 'unsigned integer 32', '7'),
    item('66', '', 'x'),
  ])('takes the setting %s', (inner) => {
    expect(opt3(inner)).toEqual({ faults: [], warnings: [] });
  });

  it.each([
    ['1', 0],
    ['', 1],
    ['0', 1],
    [' ', 1],
  ])('finds that static ARP with %j would go dark %i times', (text, count) => {
    const dark = `<staticarp>${text}</staticarp>`;
    expect(opt3(dark).faults).toHaveLength(count);
    expect(
      find(`<opt3>${dark}</opt3><lan><enable/>${RANGE}</lan>`, [firewallInterface(), firewallInterface('lan')]).faults,
    ).toHaveLength(count);
  });

  it('says nothing of interfaces that OPNsense passes over', () => {
    const bad = '<enable>1</enable><staticmap><mac>x</mac></staticmap>';
    const good = `<opt3><enable/>${RANGE}</opt3>`;
    const off = firewallInterface('opt9', { enabled: false });
    const bare = firewallInterface('opt8', { address: undefined, prefix: undefined });
    const xml = `${good}<gone>${bad}</gone><opt9>${bad}<staticarp/></opt9><opt8>${bad}</opt8><lan><staticmap><mac>x</mac></staticmap></lan><opt7/>`;
    expect(find(xml, [firewallInterface(), off, bare, firewallInterface('lan')]).faults).toEqual([]);
  });

  it('knows that the definitions of options are global: a bad one counts on a disabled interface too', () => {
    const xml = `<opt3><enable/>${RANGE}</opt3><lan>${item('', 'text', 'x')}</lan><gone>${item('66', 'colour', 'x')}</gone>`;
    expect(find(xml).faults.map((fault) => fault.interface)).toEqual(['lan', 'gone']);
    expect(find(`<opt3><enable/>${RANGE}</opt3><lan>${item('66', 'ip-address', 'a b')}</lan>`).faults).toEqual([]);
  });

  it('says nothing while no interface has DHCP, for OPNsense then writes nothing', () => {
    expect(find(`<opt3><staticarp/>${item('', '', '')}</opt3>`).faults).toEqual([]);
  });

  it('finds settings that stand there twice', () => {
    const twice = `<opt3><enable/>${RANGE}</opt3><opt3/>`;
    expect(find(twice).faults).toEqual([expect.objectContaining({ interface: 'opt3', object: 'opt3' })]);
    const sections = parseXml(`<opnsense><dhcpd><opt3><enable/>${RANGE}</opt3></dhcpd><dhcpd/></opnsense>`);
    expect(findFaults(sections, [firewallInterface()]).faults).toEqual([expect.objectContaining({ object: 'dhcpd' })]);
  });

  it.each([
    ['duplicate', map('') + map('').replace('3.9<', '3.8<')],
    ['duplicate', map('') + map('').replace('03:01<', '03:02<')],
    ['duplicate', map('') + map('').replace('00:16:3e:00:03:01', '00:16:3E:00:03:01').replace('3.9<', '3.8<')],
    ['in-range', '<staticmap><mac>00:16:3e:00:03:01</mac><ipaddr>10.10.3.150</ipaddr></staticmap>'],
    ['outside', '<staticmap><mac>00:16:3e:00:03:01</mac><ipaddr>10.10.4.1</ipaddr></staticmap>'],
    ['other', '<staticmap><mac>00:16:3e:00:03</mac></staticmap>'],
    ['other', '<staticmap><ipaddr>web.lan</ipaddr></staticmap>'],
    ['mask', item('1', 'text', '255.255.255.255')],
    ['options', item('300', 'text', 'x')],
    ['options', '<numberoptions/><numberoptions/>'],
  ])('warns (%s) of %s and lets it pass', (kind, inner) => {
    const { faults, warnings } = opt3(inner);
    expect(faults).toEqual([]);
    expect(warnings).toEqual([expect.objectContaining({ interface: 'opt3', kind })]);
  });

  it('never quotes a key', () => {
    const secrets =
      '<ddnsupdate/><ddnsdomainkeyname>pl4nted s3cret</ddnsdomainkeyname><ddnsdomainkey>pl4nted</ddnsdomainkey><omapi/><omapikey>pl4nted</omapikey>';
    const found = opt3(secrets);
    expect(found.faults.length).toBeGreaterThan(1);
    expect(JSON.stringify(found)).not.toContain('pl4nted');
  });

  it('names each of 20,000 reservations of one address', () => {
    const maps = Array.from(
      { length: 20_000 },
      (_, index) =>
        `<staticmap><mac>00:16:3e:00:${(index >> 8).toString(16)}:${(index & 255).toString(16)}</mac><ipaddr>10.10.3.9</ipaddr></staticmap>`,
    );
    expect(opt3(maps.join('')).warnings.length).toBe(19_999);
  });
});

describe('buildCandidate', () => {
  const source = (inner: string) => `<opnsense><x/><dhcpd><opt3><enable/>${inner}</opt3></dhcpd><y/></opnsense>`;
  const build = (inner: string, changes: Parameters<typeof buildCandidate>[3]) =>
    buildCandidate(source(inner), parseXml(source(inner)), [firewallInterface()], changes);

  it('finds no fault that the change itself mends', () => {
    expect(build('', []).faults).toHaveLength(1);
    const range = setting({ setting: 'range', before: null, after: { from: '10.10.3.254', to: '10.10.3.254' } });
    expect(build('', [range]).faults).toEqual([]);
  });

  it('finds a fault that the change would make, and a foreign one beside it', () => {
    expect(
      build(`${RANGE}<staticmap><mac>x</mac></staticmap>`, [create(reservation(9, { hostname: 'a"b' }))]).faults,
    ).toHaveLength(2);
  });

  it('gives the whole edited document, parsed', () => {
    const candidate = build(RANGE, [create(reservation(9))]);
    expect(candidate.source).toContain('10.10.3.9');
    expect(candidate.root.children.map((child) => child.name)).toEqual(['x', 'dhcpd', 'y']);
    expect(candidate.root).toBe(candidate.root);
  });

  it('works where <dhcpd> is missing', () => {
    const bare = '<opnsense><x/></opnsense>';
    const change = setting({ setting: 'enabled', before: false, after: true });
    const candidate = buildCandidate(bare, parseXml(bare), [firewallInterface()], [change]);
    expect(candidate.faults).toEqual([expect.objectContaining({ object: 'range' })]);
  });
});
