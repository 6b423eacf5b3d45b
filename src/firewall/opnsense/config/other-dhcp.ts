import { inSubnet, parseAddress, subnetOf } from '../../../model/address.js';
import type { FirewallInterface, Observed } from '../../../model/firewall.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';

/** Other DHCP servers by interface, and what the file leaves open about them. */
export interface OtherDhcp {
  readonly servers: Observed['otherDhcp'];
  readonly notes: readonly string[];
}

/** On which of `interfaces` dnsmasq or Kea answers DHCPv4, as `<dnsmasq>` and `<OPNsense><Kea><dhcp4>` say. */
export function readOtherDhcp(root: XmlElement, interfaces: readonly FirewallInterface[]): OtherDhcp {
  const kea = keaInterfaces(root);
  return {
    servers: [
      ...dnsmasqInterfaces(root, interfaces).map((id) => ({ interface: id, server: 'dnsmasq' as const })),
      ...kea.map((id) => ({ interface: id, server: 'kea' as const })),
    ],
    notes: isManualKea(root)
      ? [
          'Kea runs from a configuration file of its own, so the interfaces that it serves may differ from those in config.xml.',
        ]
      : [],
  };
}

/**
 * dnsmasq serves DHCPv4 where an IPv4 range stands for an interface; a range without one stands for whichever interface's
 * network holds it. The lists of interfaces to listen on and not to serve narrow that (model Dnsmasq.xml 1.0.9).
 */
function dnsmasqInterfaces(root: XmlElement, interfaces: readonly FirewallInterface[]): string[] {
  const dnsmasq = child(root, 'dnsmasq');
  if (textOf(dnsmasq, 'enable') !== '1') return [];
  const listen = listOf(textOf(dnsmasq, 'interface'));
  const excluded = listOf(textOf(child(dnsmasq, 'dhcp'), 'no_interface'));
  const served = new Set<string>();
  for (const range of childrenNamed(dnsmasq, 'dhcp_ranges')) {
    const start = textOf(range, 'start_addr');
    if (parseAddress(start) === undefined) continue;
    const id = textOf(range, 'interface');
    const ids = id === '' ? interfaces.filter((candidate) => holds(candidate, start)).map((one) => one.id) : [id];
    for (const one of ids) served.add(one);
  }
  return [...served].filter((id) => (listen.length === 0 || listen.includes(id)) && !excluded.includes(id));
}

function holds(candidate: FirewallInterface, address: string): boolean {
  if (!candidate.enabled || candidate.address === undefined || candidate.prefix === undefined) return false;
  return inSubnet(address, subnetOf(candidate.address, candidate.prefix));
}

function keaGeneral(root: XmlElement): XmlElement | undefined {
  return child(child(child(child(root, 'OPNsense'), 'Kea'), 'dhcp4'), 'general');
}

function keaInterfaces(root: XmlElement): string[] {
  const general = keaGeneral(root);
  return textOf(general, 'enabled') === '1' ? [...new Set(listOf(textOf(general, 'interfaces')))] : [];
}

function isManualKea(root: XmlElement): boolean {
  const general = keaGeneral(root);
  return textOf(general, 'enabled') === '1' && textOf(general, 'manual_config') === '1';
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
