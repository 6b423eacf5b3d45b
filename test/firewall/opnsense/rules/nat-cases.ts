import type { Flow } from '../../../../src/policy/evaluate/types.js';
import { DENY, FROM_NET, forward, model } from './config-builder.js';
import type { Case } from './config-cases.js';
import { oneToOne, snat } from './way-cases.js';

const ALL = model('all', { sequence: '90' });
const A = { address: '10.0.1.10' };
const OUT: Flow = { from: A, to: { internet: 'inet' }, protocol: 'tcp', port: 443 };
const OVER: Flow = { from: A, to: { address: '10.0.2.20' }, protocol: 'tcp', port: 443 };
const out = (descr: string, source: string, on = 'wan', values = {}) =>
  model(descr, { interface: on, direction: 'out', action: 'block', source_net: source, ...values });
const legacyNat = (values: string) =>
  `<mode>advanced</mode><rule><interface>wan</interface><source><network>opt1</network></source><destination><any>1</any></destination>${values}</rule>`;

/** Source NAT as OPNsense writes it. */
export const SOURCE_NAT_CASES: readonly Case[] = [
  {
    it: 'translates what leaves by a gateway to the address of its interface',
    parts: { outbound: '<mode>automatic</mode>', model: out('stop', '203.0.113.2') + ALL },
    flow: OUT,
    is: 'block by stop',
  },
  {
    it: 'shows the rules no source that is translated',
    parts: { outbound: '<mode>automatic</mode>', model: out('stop', '10.0.1.10') + ALL },
    flow: OUT,
    is: 'pass by all',
  },
  {
    it: 'translates by itself where no mode is named',
    parts: { outbound: '', model: out('stop', '10.0.1.10') + ALL },
    flow: OUT,
    is: 'pass by all',
  },
  {
    it: 'does not translate networks that stand on no interface by itself',
    parts: {
      outbound: '<mode>automatic</mode>',
      model: out('stop', '10.9.1.1') + model('all', { interface: 'opt2' }),
      rest: '<staticroutes><route><network>10.9.0.0/16</network><gateway>INNER</gateway></route></staticroutes>',
    },
    flow: { ...OUT, from: { address: '10.9.1.1' } },
    is: 'block by stop',
  },
  {
    it: 'translates nothing where it is switched off',
    parts: { model: out('stop', '10.0.1.10') + ALL },
    flow: OUT,
    is: 'block by stop',
  },
  {
    it: 'translates nothing on an interface whose gateway is not in force',
    parts: {
      outbound: '<mode>automatic</mode>',
      wan: '<ipaddr>203.0.113.2</ipaddr><subnet>24</subnet><gateway>NOBODY</gateway>',
      model: out('stop', '10.0.1.10') + ALL,
    },
    flow: OUT,
    is: 'block by stop',
  },
  {
    it: 'translates to the target of a rule of its own',
    parts: {
      outbound: '<mode>advanced</mode>',
      firewall: snat({ target: '203.0.113.77' }),
      model: out('stop', '203.0.113.77') + ALL,
    },
    flow: OUT,
    is: 'block by stop',
  },
  {
    it: 'translates to the address of another interface',
    parts: {
      outbound: '<mode>hybrid</mode>',
      firewall: snat({ target: 'lanip' }),
      model: out('stop', '192.168.1.1') + ALL,
    },
    flow: OUT,
    is: 'block by stop',
  },
  {
    it: 'takes rules of the model before those that OPNsense adds',
    parts: {
      outbound: '<mode>hybrid</mode>',
      firewall: snat({ nonat: '1' }),
      model: out('stop', '10.0.1.10') + ALL,
    },
    flow: OUT,
    is: 'block by stop',
  },
  {
    it: 'leaves a rule on an interface that is off out',
    parts: {
      outbound: '<mode>hybrid</mode>',
      firewall: snat({ nonat: '1', interface: 'opt7' }),
      model: out('stop', '10.0.1.10') + ALL,
    },
    flow: OUT,
    is: 'pass by all',
  },
  {
    it: 'translates IPv4 for a rule of IPv4 only',
    parts: {
      outbound: '<mode>advanced</mode>',
      firewall: snat({ source_net: 'any' }),
      model: out('stop', 'fd00:1::9', 'wan', { ipprotocol: 'inet6' }) + model('six', { ipprotocol: 'inet6' }),
    },
    flow: { from: { address: 'fd00:1::9' }, to: { internet: 'inet6' }, protocol: 'tcp', port: 443 },
    is: 'block by stop',
  },
  {
    it: 'translates to the target of a legacy rule',
    parts: { outbound: legacyNat('<target>203.0.113.77</target>'), model: out('stop', '203.0.113.77') + ALL },
    flow: OUT,
    is: 'block by stop',
  },
  {
    it: 'does not know which address of another network it gets where that matters',
    parts: {
      outbound: legacyNat(
        '<target>other-subnet</target><targetip>203.0.113.64</targetip><targetip_subnet>29</targetip_subnet>',
      ),
      model: out('stop', '203.0.113.66') + ALL,
    },
    flow: OUT,
    is: 'unknown by nothing',
  },
  {
    it: 'does not say that what gets the WAN address inside arrives: the gateway takes it',
    parts: { outbound: '<mode>advanced</mode>', firewall: snat({ interface: 'opt2', target: 'wanip' }), model: ALL },
    flow: OVER,
    is: 'unknown by nothing',
  },
  {
    it: 'keeps the port of the sender where the port is that of IPsec',
    parts: {
      outbound: '<mode>automatic</mode>',
      model: out('stop', '203.0.113.2', 'wan', { protocol: 'UDP', source_port: '500' }) + ALL,
    },
    flow: { ...OUT, protocol: 'udp', port: 500, sourcePort: 500 },
    is: 'block by stop',
  },
  {
    it: 'does not know the port of the sender elsewhere',
    parts: {
      outbound: '<mode>automatic</mode>',
      model: out('stop', '203.0.113.2', 'wan', { protocol: 'UDP', source_port: '500' }) + ALL,
    },
    flow: { ...OUT, protocol: 'udp', port: 53, sourcePort: 500 },
    is: 'unknown by nothing',
  },
  {
    it: 'looks at the ports of a legacy rule',
    parts: { outbound: legacyNat('<nonat>1</nonat><dstport>443</dstport>'), model: out('stop', '10.0.1.10') + ALL },
    flow: { ...OUT, port: 80 },
    is: 'block by stop',
  },
];

/** One-to-one NAT, prefix translation and reflection. */
export const FIXED_NAT_CASES: readonly Case[] = [
  {
    it: 'gives a packet the address of one-to-one NAT on its way out',
    parts: { firewall: oneToOne(), model: out('stop', '198.51.100.10', 'opt2') + ALL },
    flow: OVER,
    is: 'block by stop',
  },
  {
    it: 'gives it that before any other source NAT',
    parts: {
      outbound: '<mode>advanced</mode>',
      firewall: oneToOne() + snat({ interface: 'opt2', target: '10.0.2.77' }),
      model: out('stop', '198.51.100.10', 'opt2') + ALL,
    },
    flow: OVER,
    is: 'block by stop',
  },
  {
    it: 'takes what comes in for the address outside back',
    parts: { firewall: oneToOne(), model: model('in', { interface: 'opt2', destination_net: '10.0.1.10' }) },
    flow: { from: { address: '10.0.2.20' }, to: { address: '198.51.100.10' }, protocol: 'tcp', port: 443 },
    is: 'pass by in',
  },
  {
    it: 'takes it back on its own interface only',
    parts: { firewall: oneToOne(), model: model('in', { interface: 'lan', destination_net: '10.0.1.10' }) },
    flow: { from: { address: '192.168.1.9' }, to: { address: '198.51.100.10' }, protocol: 'tcp', port: 443 },
    is: DENY,
  },
  {
    it: 'reflects it on interfaces inside where it says so',
    parts: {
      firewall: oneToOne({ natreflection: 'enable' }),
      model: model('in', { interface: 'lan', destination_net: '10.0.1.10' }),
    },
    flow: { from: { address: '192.168.1.9' }, to: { address: '198.51.100.10' }, protocol: 'tcp', port: 443 },
    is: 'pass by in',
  },
  {
    it: 'reflects nothing of one whose interface is off',
    parts: {
      firewall: oneToOne({ natreflection: 'enable', interface: 'opt7' }),
      model: model('in', { interface: 'lan', destination_net: '10.0.1.10' }),
    },
    flow: { from: { address: '192.168.1.9' }, to: { address: '198.51.100.10' }, protocol: 'tcp', port: 443 },
    is: DENY,
  },
  {
    it: 'takes nothing back for the kind that works one way',
    parts: {
      firewall: oneToOne({ type: 'nat', external: '198.51.100.7' }),
      model: model('in', { interface: 'opt2', destination_net: '10.0.1.10' }),
    },
    flow: { from: { address: '10.0.2.20' }, to: { address: '198.51.100.7' }, protocol: 'tcp', port: 443 },
    is: DENY,
  },
  {
    it: 'gives the mask of the inside to an address outside without one',
    parts: {
      firewall: oneToOne({ external: '198.51.100.0' }),
      model: out('stop', '198.51.100.10', 'opt2') + ALL,
    },
    flow: OVER,
    is: 'block by stop',
  },
  {
    it: 'translates the prefix of IPv6',
    parts: {
      firewall: `<npt><rule uuid="n"><enabled>1</enabled><sequence>1</sequence><interface>opt2</interface><source_net>fd00:1::/64</source_net><destination_net>2001:db8:7::/64</destination_net></rule></npt>`,
      interfaces: '<opt3><if>em4</if><enable>1</enable><ipaddrv6>fd00:3::1</ipaddrv6><subnetv6>64</subnetv6></opt3>',
      model: out('stop', '2001:db8:7::9', 'wan', { ipprotocol: 'inet6' }) + model('six', { ipprotocol: 'inet6' }),
    },
    flow: { from: { address: 'fd00:1::9' }, to: { internet: 'inet6' }, protocol: 'tcp', port: 443 },
    is: 'pass by six',
  },
  {
    it: 'makes the firewall the sender where the helper of reflection is on',
    parts: {
      system: '<enablenatreflectionhelper>yes</enablenatreflectionhelper>',
      nat: forward('refl', { natreflection: 'purenat', target: '10.0.1.20', pass: 'pass' }),
      model: out('stop', '10.0.1.1', 'opt1'),
    },
    flow: { from: A, to: { address: '203.0.113.2' }, protocol: 'tcp', port: 443 },
    is: 'block by stop',
  },
  {
    it: 'leaves the sender as it is without the helper',
    parts: {
      nat: forward('refl', { natreflection: 'purenat', target: '10.0.1.20', pass: 'pass' }),
      model: out('stop', '10.0.1.1', 'opt1'),
    },
    flow: { from: A, to: { address: '203.0.113.2' }, protocol: 'tcp', port: 443 },
    is: 'pass by let out anything from firewall host itself',
  },
  {
    it: 'reflects no redirect whose own interface is off',
    parts: { nat: forward('refl', { interface: 'opt7', natreflection: 'purenat', target: '10.0.2.20', pass: 'pass' }) },
    flow: { from: A, to: { address: '203.0.113.2' }, protocol: 'tcp', port: 443 },
    is: DENY,
  },
  {
    it: 'reflects one that stands on an interface that is on beside it',
    parts: {
      nat: forward('refl', { interface: 'opt7,wan', natreflection: 'purenat', target: '10.0.2.20', pass: 'pass' }),
    },
    flow: { from: A, to: { address: '203.0.113.2' }, protocol: 'tcp', port: 443 },
    is: 'pass by let out anything from firewall host itself',
  },
  {
    it: 'reflects a redirect on the interface of a gateway that is switched off',
    parts: {
      wan: '<ipaddr>203.0.113.2</ipaddr><subnet>24</subnet><gateway>NOBODY</gateway>',
      nat: forward('refl', { interface: 'opt1', natreflection: 'purenat', target: '10.0.2.20', pass: 'pass' }),
    },
    flow: FROM_NET,
    is: 'pass by let out anything from firewall host itself',
  },
];
