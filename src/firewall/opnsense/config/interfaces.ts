import { parseAddress } from '../../../model/address.js';
import type { FirewallInterface, VirtualIp } from '../../../model/firewall.js';
import { normalizeMac } from '../../../model/mac.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { isEmpty } from '../isc/values.js';

/**
 * What an element of `<interfaces>` is: an assigned interface, a group of several, or a device that OPNsense registered by
 * itself (lo0, enc0). Groups are there for what a person made under Interfaces > Groups, and by themselves for each kind of
 * VPN (`openvpn`, `wireguard`). They come and go with any save of OPNsense.
 */
export function placeKind(element: XmlElement): 'assigned' | 'group' | 'virtual' {
  if (textOf(element, 'type') === 'group') return 'group';
  return isEmpty(textOf(element, 'virtual')) ? 'assigned' : 'virtual';
}

/**
 * The assigned interfaces of `<interfaces>`, with the IPv4 addresses of `<virtualip>`. An interface is enabled when its `enable` tag
 * is there at all (OPNsense asks with `isset`). One whose address comes from DHCP or PPP has no `address`, since the file
 * does not say it; a MAC stands in the file only where somebody set another one than that of the hardware.
 */
export function readInterfaces(root: XmlElement): FirewallInterface[] {
  const virtualIps = readVirtualIps(root);
  const assigned = (child(root, 'interfaces')?.children ?? []).filter((element) => placeKind(element) === 'assigned');
  return assigned.map((element) => {
    const address = textOf(element, 'ipaddr');
    const prefix = textOf(element, 'subnet');
    const isStatic = hasStaticAddress(element);
    return {
      id: element.name,
      description: textOf(element, 'descr') || element.name.toUpperCase(),
      device: textOf(element, 'if'),
      mac: normalizeMac(textOf(element, 'spoofmac')),
      enabled: child(element, 'enable') !== undefined,
      address: isStatic ? address : undefined,
      prefix: isStatic ? Number(prefix) : undefined,
      virtualIps: virtualIps.get(element.name) ?? [],
    };
  });
}

/** Whether the file says which IPv4 address and network an interface has. */
export function hasStaticAddress(element: XmlElement): boolean {
  return (
    parseAddress(textOf(element, 'ipaddr')) !== undefined && /^(\d|[12]\d|3[0-2])$/.test(textOf(element, 'subnet'))
  );
}

function readVirtualIps(root: XmlElement): Map<string, VirtualIp[]> {
  const found = new Map<string, VirtualIp[]>();
  for (const vip of childrenNamed(child(root, 'virtualip'), 'vip')) {
    const address = textOf(vip, 'subnet');
    if (parseAddress(address) === undefined) continue;
    const id = textOf(vip, 'interface');
    const mode = textOf(vip, 'mode');
    const list = found.get(id) ?? [];
    list.push({ address, mode: mode === 'carp' ? 'carp' : mode === 'ipalias' ? 'alias' : 'other' });
    found.set(id, list);
  }
  return found;
}
