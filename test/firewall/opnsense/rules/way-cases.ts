import type { Flow } from '../../../../src/policy/evaluate/types.js';
import { DENY, FROM_NET, forward, legacy, model } from './config-builder.js';
import type { Case } from './config-cases.js';

const ALL = model('all', { sequence: '90' });
const OUT: Flow = { from: { address: '10.0.1.10' }, to: { internet: 'inet' }, protocol: 'tcp', port: 443 };
const SELF: Flow = { from: { address: '203.0.113.2' }, to: { address: '10.0.1.10' }, protocol: 'tcp', port: 443 };
const SIX: Flow = {
  from: { address: '2a00::7' },
  fromInterface: 'wan',
  to: { address: 'fd00:1::9' },
  protocol: 'tcp',
  port: 1,
};
const out = (descr: string, values = {}) =>
  model(descr, { interface: 'wan', direction: 'out', action: 'block', ...values });
const gateway = (name: string, values: string, on = 'opt2') =>
  `<gateway_item><name>${name}</name><interface>${on}</interface>${values}</gateway_item>`;
const WAN6 = `<ipaddr>203.0.113.2</ipaddr><subnet>24</subnet><gateway>WAN_GW</gateway><ipaddrv6>2001:db8::2</ipaddrv6><subnetv6>64</subnetv6>`;
const UNKNOWN = 'unknown by nothing';
const ROUTE = '<staticroutes><route><network>10.9.0.0/16</network><gateway>INNER</gateway></route></staticroutes>';

const TURNED = '<source><network>opt2</network><not>0</not></source><destination><any>1</any></destination>';
const BOTH = '<source><any>1</any><network>opt2</network></source><destination><any>1</any></destination>';

/** Gateways of rules and of interfaces. */
export const GATEWAY_CASES: readonly Case[] = [
  {
    it: 'does not say that a gateway leads inside',
    parts: { model: model('gw', { gateway: 'WAN_GW' }) + ALL },
    is: UNKNOWN,
  },
  {
    it: 'takes a gateway that leads to the internet there',
    parts: { model: model('gw', { gateway: 'WAN_GW' }) },
    flow: OUT,
    is: 'pass by gw',
  },
  {
    it: 'lets answers to the gateway itself get there, whose address is configured',
    parts: { model: model('gw', { interface: 'wan' }) },
    flow: { from: { address: '203.0.113.1' }, to: { address: '203.0.113.2' }, protocol: 'tcp', port: 443 },
    is: 'pass by gw',
  },
  {
    it: 'does not say that answers get to its neighbour',
    parts: { model: model('gw', { interface: 'wan' }) },
    flow: { from: { address: '203.0.113.7' }, to: { address: '203.0.113.2' }, protocol: 'tcp', port: 443 },
    is: UNKNOWN,
  },
  {
    it: 'writes no gateway that does not exist',
    parts: { model: model('gw', { gateway: 'NOBODY' }) },
    is: 'pass by gw',
  },
  {
    it: 'writes no gateway that is switched off',
    parts: {
      model: model('gw', { gateway: 'OFF' }),
      gateways: gateway('OFF', '<gateway>203.0.113.9</gateway><disabled>1</disabled>', 'wan'),
    },
    is: 'pass by gw',
  },
  {
    it: 'writes no gateway without an address on an interface with a static one',
    parts: { model: model('gw', { gateway: 'BARE' }), gateways: gateway('BARE', '<gateway>dynamic</gateway>') },
    is: 'pass by gw',
  },
  {
    it: 'leaves a rule out whose gateway is not in force where the system says so',
    parts: {
      model: model('gw', { gateway: 'NOBODY' }) + ALL,
      system: '<skip_rules_gw_down>1</skip_rules_gw_down>',
    },
    is: 'pass by all',
  },
  {
    it: 'leaves a rule out whose gateway is of the other family',
    parts: {
      model: model('gw', { gateway: 'SIX' }) + ALL,
      gateways: gateway('SIX', '<gateway>2001:db8::1</gateway><ipprotocol>inet6</ipprotocol>', 'wan'),
    },
    is: 'pass by all',
  },
  {
    it: 'keeps a rule for both families for that of its gateway',
    parts: { model: model('gw', { gateway: 'WAN_GW', ipprotocol: 'inet46' }) },
    flow: { from: { address: 'fd00:1::9' }, to: { address: '2001:db8::1' }, protocol: 'tcp', port: 443 },
    is: DENY,
  },
  {
    it: 'does not write the gateway of a rule that blocks',
    parts: { model: model('gw', { gateway: 'WAN_GW', action: 'block' }) + ALL },
    is: 'block by gw',
  },
  {
    it: 'takes the gateway of a legacy rule',
    parts: { legacy: legacy('gw', '<gateway>WAN_GW</gateway>') + legacy('all') },
    is: UNKNOWN,
  },
  {
    it: 'takes any gateway of a group, in the words of 26.7',
    parts: {
      model: model('gw', { gateway: 'BOTH' }),
      rest: '<gateways><gateway_group><name>BOTH</name><item>WAN_GW</item><item2>INNER</item2></gateway_group></gateways>',
    },
    flow: OUT,
    is: UNKNOWN,
  },
  {
    it: 'takes a group of one gateway, in the words of 25.7',
    parts: {
      model: model('gw', { gateway: 'ONE' }),
      rest: '<gateways><gateway_group><name>ONE</name><item>WAN_GW|1</item><item>NOBODY|2</item></gateway_group></gateways>',
    },
    flow: OUT,
    is: 'pass by gw',
  },
  {
    it: 'does not write a group without a gateway in force',
    parts: {
      model: model('gw', { gateway: 'NONE' }),
      rest: '<gateways><gateway_group><name>NONE</name><item>NOBODY|1</item></gateway_group></gateways>',
    },
    is: 'pass by gw',
  },
  {
    it: 'does not know where answers go that a rule sends to another gateway',
    parts: { model: model('back', { replyto: 'INNER' }) },
    is: UNKNOWN,
  },
  {
    it: 'sends answers back where they came from by itself',
    parts: { model: model('in', { interface: 'wan' }) },
    flow: FROM_NET,
    is: 'pass by in',
  },
  {
    it: 'sends answers of a rule on several interfaces back where each came from',
    parts: { model: model('many', { interface: 'wan,opt1' }) },
    is: 'pass by many',
  },
  {
    it: 'does not know what a program makes of it',
    parts: { model: model('p', { 'divert-to': '8000' }) },
    is: UNKNOWN,
  },
  {
    it: 'does not know who answers behind a proxy of handshakes',
    parts: { model: model('p', { statetype: 'synproxy' }) },
    is: UNKNOWN,
  },
  {
    it: 'does not know it of a legacy rule either',
    parts: { legacy: legacy('p', '<statetype>synproxy state</statetype>') },
    is: UNKNOWN,
  },
  {
    it: 'does not know whether answers come back without a state',
    parts: { model: model('p', { statetype: 'none' }) },
    is: UNKNOWN,
  },
  {
    it: 'looks at TCP flags of rules for TCP only',
    parts: { model: model('both', { protocol: 'TCP/UDP', tcpflags1: 'ack', tcpflags2: 'syn,ack' }) },
    is: 'pass by both',
  },
  {
    it: 'takes the way to the internet by a gateway that is in force',
    parts: {
      wan: '<ipaddr>203.0.113.2</ipaddr><subnet>24</subnet>',
      gateways: gateway('OFF', '<gateway>203.0.113.9</gateway><disabled>1</disabled><defaultgw>1</defaultgw>'),
      model: ALL,
    },
    flow: OUT,
    is: 'pass by all',
  },
];

/** Rules that OPNsense adds by itself. */
export const AUTOMATIC_CASES: readonly Case[] = [
  {
    it: 'sends what the firewall says from its WAN address to the gateway',
    parts: {},
    flow: SELF,
    is: UNKNOWN,
  },
  {
    it: 'does not, where the system says so',
    parts: { system: '<pf_disable_force_gw>1</pf_disable_force_gw>' },
    flow: SELF,
    is: 'pass by let out anything from firewall host itself',
  },
  {
    it: 'lets it reach the neighbours of its WAN',
    parts: {},
    flow: { ...SELF, to: { address: '203.0.113.9' } },
    is: 'pass by let out anything from firewall host itself',
  },
  {
    it: 'lets it reach the internet',
    parts: {},
    flow: { ...SELF, to: { internet: 'inet' } },
    is: 'pass by let out anything from firewall host itself (force gw)',
  },
  {
    it: 'opens two ports to the peer of DHCP failover',
    parts: {
      rest: '<dhcpd><opt1><enable>1</enable><failover_peerip>10.0.1.70</failover_peerip></opt1></dhcpd>',
      model: model('none', { action: 'block' }),
    },
    flow: { from: { address: '10.0.1.70' }, to: { address: '10.0.2.1' }, protocol: 'udp', port: 520 },
    is: 'pass by allow access to DHCP failover',
  },
  {
    it: 'opens them to nobody else',
    parts: { rest: '<dhcpd><opt1><enable>1</enable><failover_peerip>10.0.1.70</failover_peerip></opt1></dhcpd>' },
    flow: { from: { address: '10.0.1.71' }, to: { address: '10.0.1.1' }, protocol: 'tcp', port: 519 },
    is: DENY,
  },
  {
    it: 'lets IPv6 in IPv4 in from the provider of 6rd',
    parts: { wan: `${WAN6.replace('2001:db8::2', '6rd')}<gateway-6rd>198.51.100.1</gateway-6rd>` },
    flow: { from: { address: '198.51.100.1' }, to: { address: '203.0.113.2' }, protocol: '41' },
    is: 'pass by Allow 6in4 traffic in for 6rd on wan',
  },
  {
    it: 'lets it in from nobody else',
    parts: { wan: `${WAN6.replace('2001:db8::2', '6rd')}<gateway-6rd>198.51.100.1</gateway-6rd>` },
    flow: { from: { address: '198.51.100.2' }, to: { address: '203.0.113.2' }, protocol: '41' },
    is: DENY,
  },
  {
    it: 'lets a rule of a person close it, since it is not quick',
    parts: {
      wan: WAN6.replace('2001:db8::2', '6to4'),
      model: model('no', { interface: 'wan', action: 'block' }),
    },
    flow: { from: { address: '198.51.100.2' }, to: { address: '203.0.113.2' }, protocol: '41' },
    is: 'block by no',
  },
  {
    it: 'lets the control of PPTP in',
    parts: { wan: '<ipaddr>pptp</ipaddr>' },
    flow: { ...FROM_NET, port: 1723 },
    is: 'pass by allow PPTP client on wan',
  },
  {
    it: 'lets what PPTP carries in',
    parts: { wan: '<ipaddr>pptp</ipaddr>' },
    flow: { from: { internet: 'inet' }, to: { address: '203.0.113.2' }, protocol: 'gre' },
    is: 'pass by allow PPTP client on wan',
  },
  {
    it: 'lets networks behind a router pass those beside it where the system says so',
    parts: { legacy: '<bypassstaticroutes>yes</bypassstaticroutes>', rest: ROUTE },
    flow: { from: { address: '10.9.1.1' }, to: { address: '10.0.2.20' }, protocol: 'tcp', port: 1 },
    is: 'pass by pass traffic between statically routed subnets',
  },
  {
    it: 'lets them pass nothing else, and not without that',
    parts: { rest: ROUTE },
    flow: { from: { address: '10.9.1.1' }, to: { address: '10.0.2.20' }, protocol: 'tcp', port: 1 },
    is: DENY,
  },
  ...(
    [
      ['26.7.2', '::', 'block by Block private networks from WAN'],
      ['26.7.2', '::1', DENY],
      ['25.7.11', '::', 'block by Block all IPv6'],
      [undefined, '::2', DENY],
    ] as const
  ).map(([version, from, is]) => ({
    it: `blocks private networks as ${version ?? 'any version'} does: ${from}`,
    parts: { wan: `${WAN6}<blockpriv>1</blockpriv>`, version },
    flow: { ...SIX, from: { address: from } },
    is,
  })),
  {
    it: 'does not know of the unspecified address where the version is not known',
    parts: {
      wan: `${WAN6}<blockpriv>1</blockpriv>`,
      model: model('six', { interface: 'wan', ipprotocol: 'inet6' }),
    },
    flow: { ...SIX, from: { address: '::' } },
    is: UNKNOWN,
  },
];

/** What 25.7 makes of a configuration otherwise. */
export const OLD_CASES: readonly Case[] = [
  {
    it: 'blocks all IPv6 without the setting that lets it in, in 25.7',
    parts: { version: '25.7.11', model: model('six', { interface: 'wan', ipprotocol: 'inet6' }), wan: WAN6 },
    flow: SIX,
    is: 'block by Block all IPv6',
  },
  {
    it: 'lets it in with the setting',
    parts: {
      version: '25.7.11',
      model: model('six', { interface: 'wan', ipprotocol: 'inet6' }),
      wan: WAN6,
      system: '<ipv6allow/>',
    },
    flow: SIX,
    is: 'pass by six',
  },
  {
    it: 'does not ask 25.7 for the setting of 26.1',
    parts: {
      version: '25.7',
      model: model('six', { interface: 'wan', ipprotocol: 'inet6' }),
      wan: WAN6,
      system: '<ipv6allow>1</ipv6allow>',
      own: '<Interfaces><settings><disableipv6>1</disableipv6></settings></Interfaces>',
    },
    flow: SIX,
    is: 'pass by six',
  },
  {
    it: 'does not ask 26.1 for the setting of 25.7',
    parts: { version: '26.1', model: model('six', { interface: 'wan', ipprotocol: 'inet6' }), wan: WAN6 },
    flow: SIX,
    is: 'pass by six',
  },
  {
    it: 'tells a saved configuration of 25.7 by its models without settings of interfaces',
    parts: {
      model: model('six', { interface: 'wan', ipprotocol: 'inet6' }),
      wan: WAN6,
      own: '<Kea version="1.0.4"/>',
    },
    flow: SIX,
    is: 'block by Block all IPv6',
  },
  {
    it: 'tells one of 26.1 by its settings of interfaces',
    parts: {
      model: model('six', { interface: 'wan', ipprotocol: 'inet6' }),
      wan: WAN6,
      own: '<Interfaces><settings version="1.0.0"/></Interfaces>',
    },
    flow: SIX,
    is: 'pass by six',
  },
  {
    it: 'takes redirects in the order of the file where none has a number',
    parts: {
      nat:
        forward('zzz', { sequence: '', pass: 'pass', target: '10.0.2.20' }) +
        forward('aaa', { sequence: '', pass: 'pass', target: '10.0.1.10' }),
      model: model('first', { interface: 'opt2', direction: 'out', action: 'block', destination_net: '10.0.2.20' }),
    },
    flow: FROM_NET,
    is: 'block by first',
  },
  {
    it: 'takes them so in 25.7 whatever numbers stand there',
    parts: {
      version: '25.7.3',
      system: '<ipv6allow/>',
      nat:
        forward('zzz', { sequence: '9', pass: 'pass', target: '10.0.2.20' }) +
        forward('aaa', { sequence: '1', pass: 'pass', target: '10.0.1.10' }),
      model: model('first', { interface: 'opt2', direction: 'out', action: 'block', destination_net: '10.0.2.20' }),
    },
    flow: FROM_NET,
    is: 'block by first',
  },
  {
    it: 'passes what a redirect of 25.7 is associated with a pass',
    parts: { nat: forward('old', { 'associated-rule-id': 'pass' }) },
    flow: FROM_NET,
    is: 'pass by let out anything from firewall host itself',
  },
  {
    it: 'does not pass what one is associated with a rule',
    parts: { nat: forward('old', { 'associated-rule-id': 'nat_5f1' }) },
    flow: FROM_NET,
    is: DENY,
  },
  ...(
    [
      ['25.7', 'block by turned'],
      ['26.1', 'pass by all'],
    ] as const
  ).map(([version, is]) => ({
    it: `takes <not>0</not> of a legacy rule as ${version} does`,
    parts: {
      version,
      system: '<ipv6allow/>',
      legacy: legacy('turned', '<type>block</type>', TURNED) + legacy('all'),
    },
    is,
  })),
  {
    it: 'takes any before a network, as 25.7 does',
    parts: {
      version: '25.7',
      legacy: legacy('both', '<type>block</type>', BOTH) + legacy('all'),
    },
    is: 'block by both',
  },
  {
    it: 'uses source NAT of the model in every mode, in 25.7',
    parts: {
      version: '25.7',
      outbound: '<mode>automatic</mode>',
      firewall: snat({ target: '203.0.113.77' }),
      model: out('stop', { source_net: '203.0.113.77' }) + ALL,
    },
    flow: OUT,
    is: 'block by stop',
  },
  {
    it: 'does not use it in automatic mode from 26.1 on',
    parts: {
      version: '26.1',
      outbound: '<mode>automatic</mode>',
      firewall: snat({ target: '203.0.113.77' }),
      model: out('stop', { source_net: '203.0.113.77' }) + ALL,
    },
    flow: OUT,
    is: 'pass by all',
  },
];

/** A source NAT of the model on wan, from opt1 to any. */
export function snat(values: Readonly<Record<string, string>> = {}): string {
  return `<snatrules>${rule({ enabled: '1', sequence: '1', interface: 'wan', ipprotocol: 'inet', protocol: 'any', source_net: 'opt1', destination_net: 'any', ...values })}</snatrules>`;
}

/** A one-to-one NAT on opt2 between 10.0.1.0/24 and 198.51.100.0/24. */
export function oneToOne(values: Readonly<Record<string, string>> = {}): string {
  return `<onetoone>${rule({ enabled: '1', sequence: '1', interface: 'opt2', type: 'binat', source_net: '10.0.1.0/24', destination_net: 'any', external: '198.51.100.0/24', ...values })}</onetoone>`;
}

function rule(values: Readonly<Record<string, string>>): string {
  const tags = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<rule uuid="nat">${tags.join('')}</rule>`;
}
