import type { Flow } from '../../../../src/policy/evaluate/types.js';
import { DENY, FROM_NET, forward, ICMP6, legacy, model, NETWORK, type Parts, WEB } from './config-builder.js';

/** One config.xml and one question about it. */
export interface Case {
  readonly it: string;
  readonly parts: Parts;
  readonly flow?: Flow;
  readonly is: string;
}

/** Every case says what OPNsense does in its name. */
export const CASES: readonly Case[] = [
  { it: 'denies by default', parts: {}, is: DENY },
  { it: 'takes the blank element of an empty legacy list for no rule', parts: { legacy: '<rule/>' }, is: DENY },
  { it: 'takes a legacy rule without type as a pass', parts: { legacy: legacy('plain') }, is: 'pass by plain' },
  {
    it: 'takes a legacy rule without direction as in',
    parts: { legacy: legacy('out', '<direction>out</direction>') + legacy('plain') },
    is: 'pass by plain',
  },
  {
    it: 'takes a legacy interface rule as quick',
    parts: { legacy: legacy('first', '<type>block</type>') + legacy('second') },
    is: 'block by first',
  },
  {
    it: 'takes a legacy floating rule as not quick',
    parts: { legacy: legacy('float', '<type>block</type><floating>yes</floating>') + legacy('plain') },
    is: 'pass by plain',
  },
  {
    it: 'takes a legacy floating rule that says quick as quick',
    parts: {
      legacy: legacy('plain') + legacy('float', '<type>reject</type><floating>yes</floating><quick>yes</quick>'),
    },
    is: 'reject by float',
  },
  {
    it: 'takes a legacy floating rule without interface for all',
    parts: {
      legacy: legacy('float', '<interface></interface><type>block</type><floating>yes</floating><quick>1</quick>'),
    },
    is: 'block by float',
  },
  {
    it: 'does not take an empty tag for disabled',
    parts: { legacy: legacy('plain', '<disabled></disabled>') },
    is: 'pass by plain',
  },
  { it: 'leaves a disabled legacy rule out', parts: { legacy: legacy('plain', '<disabled>1</disabled>') }, is: DENY },
  { it: 'reads a legacy network', parts: { legacy: legacy('net', '', NETWORK) }, is: 'pass by net' },
  {
    it: 'turns a legacy network around',
    parts: { legacy: legacy('net', '', NETWORK.replace('</network>', '</network><not>1</not>')) },
    is: DENY,
  },
  {
    it: 'takes the network before the address of a legacy end',
    parts: { legacy: legacy('net', '', NETWORK.replace('</network>', '</network><address>1.2.3.4</address>')) },
    is: 'pass by net',
  },
  {
    it: 'reads a legacy address and port',
    parts: {
      legacy: legacy(
        'db',
        '<protocol>tcp</protocol>',
        '<source><address>hosts</address></source><destination><address>10.0.2.20</address><port>web</port></destination>',
      ),
    },
    is: 'pass by db',
  },
  {
    it: 'ignores a legacy port without a protocol that has ports',
    parts: {
      legacy: legacy('db', '', '<source><any>1</any></source><destination><any>1</any><port>22</port></destination>'),
    },
    is: 'pass by db',
  },
  {
    it: 'reads a port by name',
    parts: { model: model('web', { protocol: 'TCP', destination_port: 'https' }) },
    is: 'pass by web',
  },
  {
    it: 'reads a range of ports',
    parts: { model: model('web', { protocol: 'TCP', destination_port: '400-500' }) },
    is: 'pass by web',
  },
  {
    it: 'leaves a rule with a port that is none out',
    parts: { model: model('web', { protocol: 'TCP', destination_port: 'nonsense' }) },
    is: DENY,
  },
  {
    it: 'takes rules of the model before legacy ones',
    parts: { legacy: legacy('old', '<type>block</type>'), model: model('new', { sequence: '999999' }) },
    is: 'pass by new',
  },
  {
    it: 'takes legacy floating rules before interface rules of the model',
    parts: { legacy: legacy('old', '<type>block</type><floating>yes</floating><quick>1</quick>'), model: model('new') },
    is: 'block by old',
  },
  {
    it: 'leaves a rule on a disabled interface out',
    parts: { model: model('plugged', { interface: 'opt7' }) },
    flow: { ...WEB, from: { address: '10.0.7.9' }, fromInterface: 'opt1' },
    is: DENY,
  },
  {
    it: 'leaves a rule on a group that is not set up out',
    parts: {
      model: model('group', { interface: 'seg' }),
      rest: '<ifgroups><ifgroupentry><ifname>seg</ifname><members>opt1,opt2</members></ifgroupentry></ifgroups>',
    },
    is: DENY,
  },
  {
    it: 'holds a rule on a group that is set up',
    parts: {
      model: model('group', { interface: 'seg' }),
      interfaces: '<seg><type>group</type><if>seg</if><enable>1</enable></seg>',
      rest: '<ifgroups><ifgroupentry><ifname>seg</ifname><members>opt1 opt2</members></ifgroupentry></ifgroups>',
    },
    is: 'pass by group',
  },
  { it: 'takes a disabled alias as empty', parts: { model: model('off', { source_net: 'off' }) }, is: DENY },
  {
    it: 'does not know what a URL holds',
    parts: { model: model('url', { destination_net: 'table' }) },
    is: 'unknown by nothing',
  },
  {
    it: 'knows an alias that is nested beside a URL',
    parts: { model: model('url', { source_net: 'table' }) },
    is: 'pass by url',
  },
  {
    it: 'does not know which country an address is in',
    parts: { model: model('geo', { source_net: 'geo', action: 'block', sequence: '1' }) + model('all') },
    is: 'unknown by nothing',
  },
  {
    it: 'reads several aliases at once',
    parts: { model: model('two', { source_net: 'off,hosts' }) },
    is: 'pass by two',
  },
  {
    it: 'reads ICMP of both families with the types of each',
    parts: {
      model: model('ping', { protocol: 'ICMP', ipprotocol: 'inet46', icmptype: 'unreach', icmp6type: 'echoreq' }),
    },
    flow: ICMP6,
    is: 'pass by ping',
  },
  {
    it: 'keeps the types of IPv4 for IPv4',
    parts: {
      model: model('ping', { protocol: 'ICMP', ipprotocol: 'inet46', icmptype: 'unreach', icmp6type: 'echoreq' }),
    },
    flow: { ...WEB, protocol: 'icmp' },
    is: DENY,
  },
  {
    it: 'adds link-local addresses to the network of an interface for IPv6',
    parts: { model: model('six', { ipprotocol: 'inet6', source_net: 'opt1' }) },
    flow: { ...ICMP6, from: { address: 'fe80::9' }, to: { address: '2001:db8::1' }, fromInterface: 'opt1' },
    is: 'pass by six',
  },
  {
    it: 'lets needed ICMPv6 in everywhere',
    parts: {},
    flow: { ...ICMP6, icmpType: 2 },
    is: 'pass by IPv6 RFC4890 requirements (ICMP)',
  },
  {
    it: 'counts virtual addresses to the firewall',
    parts: {
      model: model('self', { destination_net: '(self)' }),
      rest: '<virtualip><vip><mode>carp</mode><interface>opt2</interface><subnet>10.0.2.200</subnet><subnet_bits>24</subnet_bits></vip></virtualip>',
    },
    flow: { ...WEB, to: { address: '10.0.2.200' } },
    is: 'pass by self',
  },
  {
    it: 'blocks private sources on wan before any rule of a user',
    parts: {
      wan: '<ipaddr>203.0.113.2</ipaddr><subnet>24</subnet><blockpriv>1</blockpriv>',
      model: model('all', { interface: 'wan' }),
    },
    flow: { ...WEB, fromInterface: 'wan' },
    is: 'block by Block private networks from WAN',
  },
  {
    it: 'does not know whether a private source is in the list of bogon networks',
    parts: {
      wan: '<ipaddr>203.0.113.2</ipaddr><subnet>24</subnet><blockbogons>1</blockbogons>',
      model: model('all', { interface: 'wan' }),
    },
    flow: { ...WEB, fromInterface: 'wan' },
    is: 'unknown by nothing',
  },
  {
    it: 'knows that the internet is not in the list of bogon networks',
    parts: {
      wan: '<ipaddr>203.0.113.2</ipaddr><subnet>24</subnet><blockbogons>1</blockbogons>',
      model: model('all', { interface: 'wan' }),
    },
    flow: FROM_NET,
    is: 'pass by all',
  },
  {
    it: 'lets answers to a DHCP client in',
    parts: { wan: '<ipaddr>dhcp</ipaddr>' },
    flow: {
      from: { address: '203.0.113.1' },
      to: { address: '255.255.255.255' },
      protocol: 'udp',
      port: 68,
      sourcePort: 67,
      fromInterface: 'wan',
    },
    is: 'pass by allow DHCP client on wan',
  },
  {
    it: 'lets DHCP in where ISC serves',
    parts: { rest: '<dhcpd><opt1><enable>1</enable></opt1></dhcpd>' },
    flow: {
      from: { address: '0.0.0.0' },
      to: { address: '255.255.255.255' },
      protocol: 'udp',
      port: 67,
      sourcePort: 68,
      fromInterface: 'opt1',
    },
    is: 'pass by allow access to DHCP server',
  },
  {
    it: 'lets DHCP in nowhere else',
    parts: { rest: '<dhcpd><opt1><enable>1</enable></opt1></dhcpd>' },
    flow: {
      from: { address: '0.0.0.0' },
      to: { address: '255.255.255.255' },
      protocol: 'udp',
      port: 67,
      sourcePort: 68,
      fromInterface: 'opt2',
    },
    is: DENY,
  },
  {
    it: 'keeps the web interface open on its own port',
    parts: { system: '<webgui><protocol>https</protocol><port>8443</port></webgui>' },
    flow: { ...WEB, from: { address: '192.168.1.9' }, to: { address: '192.168.1.1' } },
    is: 'pass by anti-lockout rule',
  },
  {
    it: 'keeps ssh open where it is on',
    parts: { system: '<ssh><enabled>enabled</enabled><port>2222</port></ssh>' },
    flow: { ...WEB, from: { address: '192.168.1.9' }, to: { address: '192.168.1.1' }, port: 2222 },
    is: 'pass by anti-lockout rule',
  },
  { it: 'needs a rule for a port forward that brings none', parts: { nat: forward('site') }, flow: FROM_NET, is: DENY },
  {
    it: 'passes a port forward with its own rule',
    parts: { nat: forward('site', { pass: 'rule' }) },
    flow: FROM_NET,
    is: 'pass by site',
  },
  {
    it: 'lets a block before the own rule of a port forward win',
    parts: {
      nat: forward('site', { pass: 'rule' }),
      model: model('stop', { interface: 'wan', action: 'block', destination_net: '10.0.1.10' }),
    },
    flow: FROM_NET,
    is: 'block by stop',
  },
  {
    it: 'passes a port forward that passes by itself',
    parts: { nat: forward('site', { pass: 'pass' }), model: model('stop', { interface: 'wan', action: 'block' }) },
    flow: FROM_NET,
    is: 'pass by let out anything from firewall host itself',
  },
  {
    it: 'takes port forwards by sequence',
    parts: {
      nat:
        forward('later', { pass: 'rule', sequence: '9' }) +
        forward('stop', { nordr: '1', sequence: '2', target: '', 'local-port': '' }),
    },
    flow: FROM_NET,
    is: DENY,
  },
  {
    it: 'leaves a disabled port forward out',
    parts: { nat: forward('site', { pass: 'pass', disabled: '1' }) },
    flow: FROM_NET,
    is: DENY,
  },
  {
    it: 'forwards a range of ports with its offsets',
    parts: { nat: forward('range', { pass: 'rule' }, '<network>wanip</network><port>440-450</port>') },
    flow: FROM_NET,
    is: 'pass by range',
  },
  {
    it: 'does not know where one-to-one NAT leads that names nothing inside',
    parts: {
      firewall:
        '<onetoone><rule uuid="one"><enabled>1</enabled><interface>wan</interface><external>203.0.113.2/32</external></rule></onetoone>',
      model: model('all', { interface: 'wan' }),
    },
    flow: FROM_NET,
    is: 'unknown by nothing',
  },
  {
    it: 'does not reflect a port forward where that is off',
    parts: { nat: forward('site', { pass: 'pass' }) },
    flow: { ...WEB, to: { address: '203.0.113.2' } },
    is: DENY,
  },
  {
    it: 'reflects a port forward that asks for it',
    parts: { nat: forward('site', { pass: 'pass', natreflection: 'purenat' }) },
    flow: { ...WEB, from: { address: '10.0.2.20' }, to: { address: '203.0.113.2' } },
    is: 'pass by let out anything from firewall host itself',
  },
  {
    it: 'asks the way out of a static route',
    parts: {
      rest: '<staticroutes><route><network>192.168.50.0/24</network><gateway>INNER</gateway></route></staticroutes>',
      model: model('all') + model('stop', { interface: 'opt2', direction: 'out', action: 'block' }),
    },
    flow: { ...WEB, to: { address: '192.168.50.9' } },
    is: 'block by stop',
  },
  {
    it: 'passes everything where packet filtering is off',
    parts: { system: '<disablefilter>yes</disablefilter>' },
    is: 'pass by nothing',
  },
];
