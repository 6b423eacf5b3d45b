import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { escapeText } from '../xml/escape.js';
import { parseConfigXml } from '../xml/parse.js';
import { hostOf } from './peer.js';

/**
 * A whole config.xml cut down to what slash32 needs, as a small config.xml: of interfaces, virtual addresses, the
 * high-availability peer, dnsmasq, Kea and the revision only the named fields, and `<dhcpd>` exactly as it stands. Everything
 * else, above all passwords, keys and certificates, is gone, so that the whole text can be forgotten at once. (`<dhcpd>`
 * itself may hold a dynamic-DNS or OMAPI key: it is needed to edit, never to show.) Throws like {@link parseConfigXml}, also for
 * a text that breaks off.
 */
export function cutConfig(text: string, root: XmlElement = parseConfigXml(text)): string {
  const lines = ['<?xml version="1.0"?>', '<opnsense>'];
  lines.push(
    ...section(
      'interfaces',
      (child(root, 'interfaces')?.children ?? []).flatMap((one) => fields(one, INTERFACE)),
    ),
  );
  lines.push(
    ...section(
      'virtualip',
      childrenNamed(child(root, 'virtualip'), 'vip').flatMap((one) => fields(one, VIP)),
    ),
  );
  lines.push(...cutPeer(child(root, 'hasync')));
  lines.push(...cutDnsmasq(child(root, 'dnsmasq')));
  const kea = child(child(child(root, 'OPNsense'), 'Kea'), 'dhcp4');
  const general = some(child(kea, 'general'), ['enabled', 'manual_config', 'interfaces']);
  if (general.length > 0) lines.push(...section('OPNsense', section('Kea', section('dhcp4', general))));
  lines.push(...some(child(root, 'revision'), ['username', 'description', 'time']));
  for (const dhcpd of childrenNamed(root, 'dhcpd')) lines.push(`  ${text.slice(dhcpd.start, dhcpd.end)}`);
  lines.push('</opnsense>', '');
  return lines.join('\n');
}

const INTERFACE = ['if', 'descr', 'enable', 'ipaddr', 'subnet', 'type', 'virtual'];
const VIP = ['interface', 'mode', 'subnet', 'subnet_bits'];
const RANGE = ['interface', 'start_addr', 'end_addr'];

/** Only the host of the peer's URL, since a URL can carry a password. */
function cutPeer(hasync: XmlElement | undefined): string[] {
  if (hasync === undefined) return [];
  const peer = escapeText(hostOf(textOf(hasync, 'synchronizetoip')));
  return section('hasync', [
    `  <synchronizetoip>${peer}</synchronizetoip>`,
    ...values(hasync, ['pfsyncpeerip', 'syncitems']),
  ]);
}

function cutDnsmasq(dnsmasq: XmlElement | undefined): string[] {
  if (dnsmasq === undefined) return [];
  return section('dnsmasq', [
    ...values(dnsmasq, ['enable', 'interface']),
    ...some(child(dnsmasq, 'dhcp'), ['no_interface']),
    ...childrenNamed(dnsmasq, 'dhcp_ranges').flatMap((range) => fields(range, RANGE)),
  ]);
}

function some(element: XmlElement | undefined, names: readonly string[]): string[] {
  return element === undefined ? [] : fields(element, names);
}

function fields(element: XmlElement, names: readonly string[]): string[] {
  return section(element.name, values(element, names));
}

function values(element: XmlElement, names: readonly string[]): string[] {
  return names
    .filter((name) => child(element, name) !== undefined)
    .map((name) => `  <${name}>${escapeText(textOf(element, name).replaceAll('\r', ' '))}</${name}>`);
}

function section(name: string, lines: readonly string[]): string[] {
  return [`  <${name}>`, ...lines.map((line) => `  ${line}`), `  </${name}>`];
}
