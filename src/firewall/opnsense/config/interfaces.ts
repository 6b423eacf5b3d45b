import { parseAddress } from '../../../model/address.js';
import type { FirewallInterface, VirtualIp } from '../../../model/firewall.js';
import { child, childrenNamed, textOf, type XmlElement } from '../xml/element.js';

/**
 * The interfaces of `<interfaces>`, with the IPv4 addresses of `<virtualip>`. An interface is enabled when its `enable` tag
 * is there at all (OPNsense asks with `isset`). One whose address comes from DHCP or PPP has no `address`, since the file
 * does not say it; no MAC stands in the file either.
 */
export function readInterfaces(root: XmlElement): FirewallInterface[] {
  const virtualIps = readVirtualIps(root);
  return (child(root, 'interfaces')?.children ?? []).map((element) => {
    const address = textOf(element, 'ipaddr');
    const prefix = textOf(element, 'subnet');
    const isStatic = parseAddress(address) !== undefined && /^(\d|[12]\d|3[0-2])$/.test(prefix);
    return {
      id: element.name,
      description: textOf(element, 'descr') || element.name.toUpperCase(),
      device: textOf(element, 'if'),
      mac: undefined,
      enabled: child(element, 'enable') !== undefined,
      address: isStatic ? address : undefined,
      prefix: isStatic ? Number(prefix) : undefined,
      virtualIps: virtualIps.get(element.name) ?? [],
    };
  });
}

function readVirtualIps(root: XmlElement): Map<string, VirtualIp[]> {
  const found = new Map<string, VirtualIp[]>();
  for (const vip of childrenNamed(child(root, 'virtualip'), 'vip')) {
    const address = textOf(vip, 'subnet');
    if (parseAddress(address) === undefined) continue;
    const id = textOf(vip, 'interface');
    const mode = textOf(vip, 'mode');
    const list = found.get(id) ?? [];
    list.push({ address, mode: mode === 'carp' ? 'carp' : mode === 'ipalias' ? 'alias' : 'other', status: undefined });
    found.set(id, list);
  }
  return found;
}
