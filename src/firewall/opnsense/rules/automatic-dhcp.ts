import { child, textOf, type XmlElement } from '../../../xml/element.js';
import { readConfig } from '../config/read.js';
import { anyEnd, automaticDraft, type RuleDraft } from './draft.js';
import type { Places } from './interfaces.js';
import { blocksIpv6, type Release } from './release.js';
import { isSet } from './values.js';

/**
 * The rules that OPNsense adds so that DHCP works (filter.lib.inc, dnsmasq.inc and kea.inc of 26.7.2): for an interface that
 * gets its address by DHCP, and for those that ISC, dnsmasq or Kea serve.
 */
export function dhcpRules(root: XmlElement, places: Places, release: Release): RuleDraft[] {
  const elements = child(root, 'interfaces')?.children ?? [];
  const ipv6Off = blocksIpv6(root, release);
  const core = places.interfaces.flatMap((one) => {
    const element = elements.find((candidate) => candidate.name === one.id);
    const four = textOf(element, 'ipaddr');
    const six = textOf(element, 'ipaddrv6');
    const isc = child(child(child(root, 'dhcpd'), one.id), 'enable') !== undefined;
    const isc6 = child(child(child(root, 'dhcpdv6'), one.id), 'enable') !== undefined || six === 'track6';
    const peer = textOf(child(child(root, 'dhcpd'), one.id), 'failover_peerip');
    return [
      ...(!ipv6Off && (six === 'dhcp6' || six === 'slaac') ? client6(one.id) : []),
      ...(four === 'dhcp' ? client4(one.id) : []),
      ...(isc && four !== 'dhcp' && four !== 'pptp'
        ? [...server4(one.id, 'isc'), answer4(one.id, 'isc'), ...failover(one.id, peer)]
        : []),
      ...(four === 'pptp' ? pptp(one.id) : []),
      ...(ipv6Off ? [] : tunnel6(one.id, six, textOf(element, 'gateway-6rd'))),
      ...(isc6 && !ipv6Off && !['6rd', '6to4'].includes(six) ? server6(one.id, 'isc') : []),
    ];
  });
  return [...core, ...pluginRules(root)];
}

/** The peer of ISC's failover reaches the firewall on two ports, before every rule of a person. */
function failover(id: string, peer: string): RuleDraft[] {
  if (peer === '') return [];
  return ['519', '520'].map((port) =>
    automaticDraft({
      id: `automatic/dhcp-failover ${port} ${id}`,
      description: 'allow access to DHCP failover',
      interfaces: [id],
      protocol: 'tcp/udp',
      source: anyEnd(peer),
      destination: anyEnd('(self)', port),
    }),
  );
}

function pptp(id: string): RuleDraft[] {
  const base = { description: `allow PPTP client on ${id}`, interfaces: [id], quick: false } as const;
  return [
    automaticDraft({
      ...base,
      id: `automatic/pptp ${id}`,
      protocol: 'tcp',
      destination: anyEnd('any', '1723'),
      tcpFlags: 'S/SA',
    }),
    automaticDraft({ ...base, id: `automatic/pptp gre ${id}`, protocol: 'gre' }),
  ];
}

/** IPv6 in IPv4: from and to the provider's end of 6rd, or to and from the firewall itself for 6to4. */
function tunnel6(id: string, kind: string, end: string): RuleDraft[] {
  if (kind !== '6rd' && kind !== '6to4') return [];
  const base = { interfaces: [id], protocol: '41', quick: false } as const;
  const [into, out] = kind === '6rd' ? [{ source: anyEnd(end) }, { destination: anyEnd(end) }] : [SELF_IN, SELF_OUT];
  return [
    automaticDraft({
      ...base,
      ...into,
      id: `automatic/${kind} in ${id}`,
      description: `Allow 6in4 traffic in for ${kind} on ${id}`,
    }),
    automaticDraft({
      ...base,
      ...out,
      id: `automatic/${kind} out ${id}`,
      description: `Allow 6in4 traffic out for ${kind} on ${id}`,
      direction: 'out',
    }),
  ];
}

const SELF_IN = { destination: anyEnd('(self)') };
const SELF_OUT = { source: anyEnd('(self)') };

function pluginRules(root: XmlElement): RuleDraft[] {
  const servers = readConfig(root).otherDhcp;
  const dnsmasq = servers.filter((one) => one.server === 'dnsmasq').map((one) => one.interface);
  const kea = servers.filter((one) => one.server === 'kea').map((one) => one.interface);
  const wantsRules = isSet(textOf(child(child(root, 'dnsmasq'), 'dhcp'), 'default_fw_rules') || '1');
  const keaGeneral = child(child(child(child(root, 'OPNsense'), 'Kea'), 'dhcp4'), 'general');
  const keaWantsRules = isSet(textOf(keaGeneral, 'fwrules') || '1');
  return [
    ...(wantsRules ? dnsmasq : []).flatMap((id) => [
      ...server4(id, 'dnsmasq'),
      answer4(id, 'dnsmasq'),
      ...server6(id, 'dnsmasq'),
    ]),
    ...(keaWantsRules ? kea : []).flatMap((id) => server4(id, 'kea')),
  ];
}

function client4(id: string): RuleDraft[] {
  const base = { description: `allow DHCP client on ${id}`, interfaces: [id], protocol: 'udp' } as const;
  return [
    automaticDraft({
      ...base,
      id: `automatic/dhcp-client in ${id}`,
      source: anyEnd('any', '67'),
      destination: anyEnd('any', '68'),
    }),
    automaticDraft({
      ...base,
      id: `automatic/dhcp-client out ${id}`,
      direction: 'out',
      source: anyEnd('any', '68'),
      destination: anyEnd('any', '67'),
    }),
  ];
}

function client6(id: string): RuleDraft[] {
  const base = { description: `allow dhcpv6 client on ${id}`, interfaces: [id], protocol: 'udp' } as const;
  return [
    automaticDraft({ ...base, id: `automatic/dhcpv6-client in ${id}`, destination: anyEnd('fe80::/10', '546') }),
    automaticDraft({
      ...base,
      id: `automatic/dhcpv6-client out ${id}`,
      direction: 'out',
      source: anyEnd('fe80::/10', '546'),
      destination: anyEnd('fe80::/10,ff02::/16', '547'),
    }),
  ];
}

const SERVER = 'allow access to DHCP server';

function server4(id: string, server: string): RuleDraft[] {
  return ['255.255.255.255', '(self)'].map((to) =>
    automaticDraft({
      id: `automatic/dhcp ${server} ${id} ${to}`,
      description: SERVER,
      interfaces: [id],
      protocol: 'udp',
      source: anyEnd('any', '68'),
      destination: anyEnd(to, '67'),
    }),
  );
}

function answer4(id: string, server: string): RuleDraft {
  return automaticDraft({
    id: `automatic/dhcp ${server} ${id} out`,
    description: SERVER,
    interfaces: [id],
    protocol: 'udp',
    direction: 'out',
    source: anyEnd('(self)', '67'),
    destination: anyEnd('any', '68'),
  });
}

function server6(id: string, server: string): RuleDraft[] {
  const local = 'fe80::/10';
  const rows = [
    [local, '', 'fe80::/10,ff02::/16', '546', 'in'],
    [local, '', 'ff02::/16', '547', 'in'],
    ['ff02::/16', '', local, '547', 'in'],
    [local, '', '(self)', '546', 'in'],
    ['(self)', '547', local, '', 'out'],
  ] as const;
  return rows.map(([from, fromPort, to, toPort, direction], at) =>
    automaticDraft({
      id: `automatic/dhcpv6 ${server} ${id} ${at + 1}`,
      description: SERVER,
      interfaces: [id],
      family: 'inet6',
      protocol: 'udp',
      direction,
      source: anyEnd(from, fromPort),
      destination: anyEnd(to, toPort),
    }),
  );
}
