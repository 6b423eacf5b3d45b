import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSegments } from '../../../../src/firewall/opnsense/isc/read.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { SegmentState } from '../../../../src/model/segment.js';

const FIXTURES = new URL('../../../fixtures/opnsense/config/', import.meta.url);
const SCENARIO = readFileSync(new URL('scenario.xml', FIXTURES), 'utf8');
const FULL = readFileSync(new URL('dhcpd-full.xml', FIXTURES), 'utf8');

function read(inner: string): SegmentState | undefined {
  return readSegments(parseXml(`<opnsense><dhcpd><opt3>${inner}</opt3></dhcpd></opnsense>`))[0];
}

function option(number: string, type: string, value: string): string {
  return `<item><number>${number}</number><type>${type}</type><value>${value}</value></item>`;
}

describe('readSegments', () => {
  it('reads the fully managed segment of the recording', () => {
    expect(readSegments(parseXml(SCENARIO))).toEqual([
      {
        interface: 'opt3',
        enabled: true,
        range: { from: '10.10.3.254', to: '10.10.3.254' },
        extraRanges: [],
        pools: [],
        mask: '255.255.255.255',
        denyUnknown: true,
        macAllow: '02:00:00:00:00:00',
        staticArp: 'on',
        router: undefined,
        leaseSeconds: 7200,
        servers: [],
        reservations: [
          {
            position: 0,
            mac: '00:16:3e:00:03:01',
            address: '10.10.3.11',
            hostname: 'nextcloud',
            description: 'nextcloud & co [slash32:home:default/nextcloud/eth0]',
            arpEntry: false,
          },
          {
            position: 1,
            mac: '00:16:3e:00:03:02',
            address: '10.10.3.12',
            hostname: 'db',
            description: 'db [slash32:home:default/db/eth0]',
            arpEntry: false,
          },
        ],
      },
    ]);
  });

  it('reads every interface of a compact recording', () => {
    const states = readSegments(parseXml(`<opnsense><dhcpd>${FULL}</dhcpd></opnsense>`));
    expect(states.map((state) => [state.interface, state.enabled, state.staticArp, state.reservations.length])).toEqual(
      [
        ['opt1', true, 'on', 2],
        ['opt2', true, 'on', 2],
        ['opt3', true, 'on', 2],
      ],
    );
  });

  it.each([
    ['nothing', '', {}],
    ['enable in any form', '<enable/>', { enabled: true }],
    ['enable 0, which OPNsense takes as on', '<enable>0</enable>', { enabled: true }],
    ['denyunknown in any form', '<denyunknown/>', { denyUnknown: true }],
    ['static ARP', '<staticarp>1</staticarp>', { staticArp: 'on' }],
    ['static ARP with a word', '<staticarp>yes</staticarp>', { staticArp: 'on' }],
    ['static ARP that goes dark: empty', '<staticarp/>', { staticArp: 'dark' }],
    ['static ARP that goes dark: 0', '<staticarp>0</staticarp>', { staticArp: 'dark' }],
    ['static ARP that goes dark: blank', '<staticarp> </staticarp>', { staticArp: 'dark' }],
    ['an empty MAC list', '<mac_allow/>', { macAllow: undefined }],
    ['a MAC list', '<mac_allow>00:16,02:00</mac_allow>', { macAllow: '00:16,02:00' }],
    ['an empty gateway', '<gateway/>', { router: undefined }],
    ['no gateway for clients', '<gateway>none</gateway>', { router: 'none' }],
    ['a gateway', '<gateway>10.0.0.1</gateway>', { router: '10.0.0.1' }],
    ['a lease time', '<defaultleasetime>600</defaultleasetime>', { leaseSeconds: 600 }],
    ['an empty lease time', '<defaultleasetime/>', { leaseSeconds: 7200 }],
    [
      'further pools',
      '<pool><range><from>10.0.0.5</from><to>10.0.0.9</to></range></pool><pool><denyunknown/><mac_allow>02:00</mac_allow><range/></pool>',
      {
        extraRanges: [{ from: '10.0.0.5', to: '10.0.0.9' }],
        pools: [
          { from: '10.0.0.5', to: '10.0.0.9', denyUnknown: false, macAllow: null },
          { from: '', to: '', denyUnknown: true, macAllow: '02:00' },
        ],
      },
    ],
    ['an empty pool', '<pool/>', { extraRanges: [] }],
    [
      'a range',
      '<range><from>10.0.0.5</from><to>10.0.0.9</to></range>',
      { range: { from: '10.0.0.5', to: '10.0.0.9' } },
    ],
    [
      'a range backwards',
      '<range><from>10.0.0.9</from><to>10.0.0.5</to></range>',
      { range: { from: '10.0.0.5', to: '10.0.0.9' } },
    ],
    [
      'a range of one end',
      '<range><from>10.0.0.9</from><to/></range>',
      { range: { from: '10.0.0.9', to: '10.0.0.9' } },
    ],
    ['an empty range', '<range/>', { range: undefined }],
    ['a range without addresses', '<range><from/><to/></range>', { range: undefined }],
    ['two ranges', '<range><from>10.0.0.5</from></range><range><from>10.0.0.6</from></range>', { range: undefined }],
    ['a bad range', '<range><from>10.0.0.999</from><to>10.0.0.9</to></range>', { range: undefined }],
    [
      'the mask',
      `<numberoptions>${option('1', 'ip-address', '255.255.255.255')}</numberoptions>`,
      { mask: '255.255.255.255' },
    ],
    [
      'the mask as octets',
      `<numberoptions>${option('1', 'string', 'ff:ff:FF:0')}</numberoptions>`,
      { mask: '255.255.255.0' },
    ],
    [
      'the mask as text',
      `<numberoptions>${option('1', 'text', '255.255.255.255')}</numberoptions>`,
      { mask: 'invalid' },
    ],
    [
      'the mask without a type',
      `<numberoptions>${option('1', '', '255.255.255.255')}</numberoptions>`,
      { mask: 'invalid' },
    ],
    ['a mask that is none', `<numberoptions>${option('1', 'ip-address', 'no')}</numberoptions>`, { mask: 'invalid' }],
    [
      'two masks that differ',
      `<numberoptions>${option('1', 'ip-address', '255.255.255.255')}${option('1', 'ip-address', '255.0.0.0')}</numberoptions>`,
      { mask: 'invalid' },
    ],
    [
      'the routes as octets',
      `<numberoptions>${option('121', 'string', '20:A:0:0:1:0:0:0:0:00:0a:00:00:01')}</numberoptions>`,
      { routes: '20:0a:00:00:01:00:00:00:00:00:0a:00:00:01' },
    ],
    [
      'the routes beside the mask',
      `<numberoptions>${option('1', 'ip-address', '255.255.255.255')}${option('0121', 'String', '00:0a:00:00:01')}</numberoptions>`,
      { mask: '255.255.255.255', routes: '00:0a:00:00:01' },
    ],
    [
      'routes as text',
      `<numberoptions>${option('121', 'text', '00:0a:00:00:01')}</numberoptions>`,
      { routes: 'invalid' },
    ],
    [
      'routes that end early',
      `<numberoptions>${option('121', 'string', '20:0a')}</numberoptions>`,
      { routes: 'invalid' },
    ],
    [
      'two lists of routes that differ',
      `<numberoptions>${option('121', 'string', '00:0a:00:00:01')}${option('121', 'string', '00:0a:00:00:02')}</numberoptions>`,
      { routes: 'invalid' },
    ],
    [
      'another option',
      `<numberoptions>${option('11', 'ip-address', '255.255.255.255')}</numberoptions>`,
      { mask: undefined },
    ],
  ])('reads %s', (_name, inner, expected) => {
    const nothing = {
      interface: 'opt3',
      enabled: false,
      range: undefined,
      extraRanges: [],
      pools: [],
      mask: undefined,
      routes: undefined,
      denyUnknown: false,
      macAllow: undefined,
      staticArp: 'off',
      router: undefined,
      leaseSeconds: 7200,
      servers: [],
      reservations: [],
    };
    expect(read(inner)).toEqual({ ...nothing, ...expected });
  });

  it.each([
    ['upper case', '<mac>00:16:3E:AB:00:01</mac>', { mac: '00:16:3e:ab:00:01' }],
    ['dashes', '<mac>00-16-3e-ab-00-01</mac>', { mac: '00:16:3e:ab:00:01' }],
    ['no MAC at all', '<mac>garbage</mac>', { odd: { mac: 'garbage' } }],
    ['no address at all', '<ipaddr>10.2.0.300</ipaddr>', { odd: { address: '10.2.0.300' } }],
    ['an address with leading zeros', '<ipaddr>10.2.0.010</ipaddr>', { odd: { address: '10.2.0.010' } }],
    ['an empty field', '<mac/>', {}],
    [
      'CDATA and entities',
      '<hostname><![CDATA[a]]></hostname><descr>M&#xFC;ller</descr>',
      { hostname: 'a', description: 'Müller' },
    ],
    ['an ARP entry', '<arp_table_static_entry>1</arp_table_static_entry>', { arpEntry: true }],
    ['an ARP entry that is off', '<arp_table_static_entry>0</arp_table_static_entry>', { arpEntry: false }],
    ['an empty ARP entry', '<arp_table_static_entry/>', { arpEntry: false }],
    ['unknown fields', '<cid>x</cid><myfield/>', {}],
  ])('reads a reservation with %s', (_name, inner, expected) => {
    const nothing = {
      position: 0,
      mac: undefined,
      address: undefined,
      hostname: undefined,
      description: '',
      arpEntry: false,
    };
    expect(read(`<staticmap>${inner}</staticmap>`)?.reservations).toEqual([{ ...nothing, ...expected }]);
  });

  it('counts positions among the reservations only', () => {
    const inner =
      '<staticmap><mac>a</mac></staticmap><enable/><staticmap uuid="1"/><staticmap><mac>c</mac></staticmap>';
    expect(read(inner)?.reservations.map((entry) => [entry.position, entry.odd?.mac])).toEqual([
      [0, 'a'],
      [1, undefined],
      [2, 'c'],
    ]);
  });

  it.each(['', '<dhcpd/>', '<dhcpd></dhcpd>'])('finds no segment in %j', (section) => {
    expect(readSegments(parseXml(`<opnsense>${section}</opnsense>`))).toEqual([]);
  });
});
