import { readConfig } from '../config/read.js';
import { child, textOf, type XmlElement } from '../xml/element.js';
import { anyEnd, automaticDraft, type RuleDraft } from './draft.js';
import type { Places } from './interfaces.js';
import { isSet } from './model-rules.js';

/**
 * The rules that OPNsense adds so that DHCP works (filter.lib.inc, dnsmasq.inc and kea.inc of 26.7.2): for an interface that
 * gets its address by DHCP, and for those that ISC, dnsmasq or Kea serve.
 */
export function dhcpRules(root: XmlElement, places: Places): RuleDraft[] {
  const elements = child(root, 'interfaces')?.children ?? [];
  const ipv6Off = isSet(textOf(child(child(child(root, 'OPNsense'), 'Interfaces'), 'settings'), 'disableipv6'));
  const core = places.interfaces.flatMap((one) => {
    const element = elements.find((candidate) => candidate.name === one.id);
    const four = textOf(element, 'ipaddr');
    const six = textOf(element, 'ipaddrv6');
    const isc = child(child(child(root, 'dhcpd'), one.id), 'enable') !== undefined;
    const isc6 = child(child(child(root, 'dhcpdv6'), one.id), 'enable') !== undefined || six === 'track6';
    return [
      ...(!ipv6Off && (six === 'dhcp6' || six === 'slaac') ? client6(one.id) : []),
      ...(four === 'dhcp' ? client4(one.id) : []),
      ...(isc && four !== 'dhcp' && four !== 'pptp' ? [...server4(one.id, 'isc'), answer4(one.id, 'isc')] : []),
      ...(isc6 && !ipv6Off && !['6rd', '6to4'].includes(six) ? server6(one.id, 'isc') : []),
    ];
  });
  return [...core, ...pluginRules(root)];
}

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
