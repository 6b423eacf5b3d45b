import { readConfigRuleSet } from '../../../../src/firewall/opnsense/rules/from-config.js';
import { parseConfigXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { RuleSet } from '../../../../src/model/rules.js';
import type { Flow } from '../../../../src/policy/evaluate/types.js';

/** What differs from a small config.xml with wan, lan, opt1 (both families), opt2 and a disabled opt7. */
export interface Parts {
  readonly legacy?: string;
  readonly model?: string;
  readonly firewall?: string;
  readonly nat?: string;
  readonly system?: string;
  readonly wan?: string;
  readonly interfaces?: string;
  /** Children of `<outbound>`; source NAT is off without any. */
  readonly outbound?: string;
  /** More gateways, and other children of `<OPNsense>`. */
  readonly gateways?: string;
  readonly own?: string;
  readonly rest?: string;
  readonly version?: string | undefined;
}

/** The rule set of a config.xml with these parts. */
export function read(parts: Parts, owner?: string): RuleSet {
  const wan = parts.wan ?? '<ipaddr>203.0.113.2</ipaddr><subnet>24</subnet><gateway>WAN_GW</gateway>';
  const text = `<?xml version="1.0"?><opnsense>
    <system><webgui><protocol>https</protocol></webgui><disablenatreflection>yes</disablenatreflection>${parts.system ?? ''}</system>
    <interfaces>
      <wan><if>em0</if><enable>1</enable>${wan}</wan>
      <lan><if>em1</if><descr>LAN</descr><enable>1</enable><ipaddr>192.168.1.1</ipaddr><subnet>24</subnet></lan>
      <opt1><if>em2</if><descr>servers</descr><enable>1</enable><ipaddr>10.0.1.1</ipaddr><subnet>24</subnet><ipaddrv6>fd00:1::1</ipaddrv6><subnetv6>64</subnetv6></opt1>
      <opt2><if>em3</if><descr>edge</descr><enable>1</enable><ipaddr>10.0.2.1</ipaddr><subnet>24</subnet></opt2>
      <opt7><if>em9</if><descr>unplugged</descr><ipaddr>10.0.7.1</ipaddr><subnet>24</subnet></opt7>
      ${parts.interfaces ?? ''}
    </interfaces>
    <filter>${parts.legacy ?? ''}</filter>
    <nat><outbound>${parts.outbound ?? '<mode>disabled</mode>'}</outbound>${parts.nat ?? ''}</nat>
    <OPNsense><Firewall><Filter><rules>${parts.model ?? ''}</rules>${parts.firewall ?? ''}</Filter><Alias><aliases>
      ${alias('hosts', 'host', '10.0.1.10\n10.0.1.11')}${alias('web', 'port', 'http\n443\n8000:8010')}${alias('off', 'host', '10.0.1.10', '0')}
      ${alias('table', 'urltable', 'https://example.org/list\nhosts')}${alias('geo', 'geoip', 'DE')}
    </aliases></Alias></Firewall><Gateways><gateway_item><name>WAN_GW</name><interface>wan</interface><gateway>203.0.113.1</gateway><defaultgw>1</defaultgw></gateway_item>
    <gateway_item><name>INNER</name><interface>opt2</interface><gateway>10.0.2.254</gateway></gateway_item>${parts.gateways ?? ''}</Gateways>${parts.own ?? ''}</OPNsense>
    ${parts.rest ?? ''}
  </opnsense>`;
  return readConfigRuleSet(parseConfigXml(text), { owner, version: parts.version });
}

function alias(name: string, type: string, content: string, enabled = '1'): string {
  return `<alias uuid="${name}"><enabled>${enabled}</enabled><name>${name}</name><type>${type}</type><content>${content}</content></alias>`;
}

/** A legacy rule on opt1, any to any, with more tags. */
export function legacy(
  descr: string,
  tags = '',
  ends = '<source><any>1</any></source><destination><any>1</any></destination>',
): string {
  const on = tags.includes('<interface>') ? '' : '<interface>opt1</interface>';
  return `<rule>${on}<ipprotocol>inet</ipprotocol>${tags}${ends}<descr>${descr}</descr></rule>`;
}

/** A rule of the model on opt1: quick pass in, IPv4, any to any, with other values given last. */
export function model(descr: string, values: Readonly<Record<string, string>> = {}): string {
  const all = {
    enabled: '1',
    sequence: '10',
    action: 'pass',
    quick: '1',
    interface: 'opt1',
    direction: 'in',
    ipprotocol: 'inet',
    protocol: 'any',
    source_net: 'any',
    destination_net: 'any',
    statetype: 'keep',
    description: descr,
    ...values,
  };
  const tags = Object.entries(all).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<rule uuid="${descr}">${tags.join('')}</rule>`;
}

/** A port forward on wan from the firewall's address, port 443, to 10.0.1.10. */
export function forward(
  descr: string,
  values: Readonly<Record<string, string>> = {},
  destination = '<network>wanip</network><port>443</port>',
): string {
  const all = {
    sequence: '1',
    interface: 'wan',
    ipprotocol: 'inet',
    protocol: 'tcp',
    target: '10.0.1.10',
    'local-port': '8443',
    descr,
    pass: '',
    ...values,
  };
  const tags = Object.entries(all).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<rule uuid="${descr}">${tags.join('')}<source><any>1</any></source><destination>${destination}</destination></rule>`;
}

export const WEB: Flow = { from: { address: '10.0.1.10' }, to: { address: '10.0.2.20' }, protocol: 'tcp', port: 443 };
export const ICMP6: Flow = { from: { address: 'fd00:1::9' }, to: { address: '2001:db8::1' }, protocol: 'icmp' };
export const FROM_NET: Flow = {
  from: { internet: 'inet' },
  to: { address: '203.0.113.2' },
  protocol: 'tcp',
  port: 443,
};
export const DENY = 'block by Default deny / state violation rule';
export const NETWORK = '<source><network>opt1</network></source><destination><any>1</any></destination>';
