import type { Nic, NicFilters, NicVlans, SideNic } from '../../model/instance.js';
import { normalizeMac } from '../../model/mac.js';
import { child, childrenNamed, type XmlElement } from '../../xml/element.js';

/** NICs on bridges, and what else a machine has of interfaces. */
export interface InterfacesReading {
  readonly nics: readonly Nic[];
  /** Those that sit on a bridge's device all the same. */
  readonly sideNics: readonly SideNic[];
  /** Names with their kind. */
  readonly leftOut: readonly string[];
}

/** Reads `<interface>` elements. `wishes` may pin one NIC: `ipv4.NIC`. */
export function readInterfaces(devices: XmlElement, wishes: Readonly<Record<string, string>>): InterfacesReading {
  const nics: Nic[] = [];
  const sideNics: SideNic[] = [];
  const leftOut: string[] = [];
  const names = new Set<string>();
  for (const [position, element] of childrenNamed(devices, 'interface').entries()) {
    const name = uniqueName(nameOf(element, position), names);
    const source = child(element, 'source')?.attributes ?? {};
    const type = element.attributes.type ?? 'unknown';
    const network = type === 'bridge' ? source.bridge : type === 'network' ? source.network : undefined;
    if (network) nics.push(readNic(name, element, network, wishes));
    else leftOut.push(`${name} (${type})`);
    if (!network && type === 'direct' && source.dev) sideNics.push({ name, kind: 'macvtap', network: source.dev });
  }
  return { nics, sideNics, leftOut };
}

function readNic(name: string, element: XmlElement, network: string, wishes: Readonly<Record<string, string>>): Nic {
  const mac = child(element, 'mac')?.attributes.address;
  return {
    name,
    network,
    mac: mac === undefined ? undefined : (normalizeMac(mac) ?? mac),
    isolated: child(element, 'port')?.attributes.isolated === 'yes',
    pinnedAddress: wishes[`ipv4.${name}`]?.trim() || undefined,
    filters: filtersOf(child(element, 'filterref')),
    vlans: vlansOf(child(element, 'vlan')),
  };
}

/**
 * libvirt gives an interface no name that lasts: `vnet3` and the alias `net0` change with its neighbours and with each start. What
 * lasts is an alias that a person gave (`ua-…`), then the slot of its PCI device, then its MAC; the last two are called as systemd
 * calls them inside the machine.
 */
function nameOf(element: XmlElement, position: number): string {
  const alias = child(element, 'alias')?.attributes.name ?? '';
  if (/^ua-.+/.test(alias)) return alias.slice(3);
  const address = child(element, 'address')?.attributes;
  if (address?.type === 'pci') {
    const [domain, bus, slot, part] = [address.domain, address.bus, address.slot, address.function].map(Number);
    if (bus !== undefined && slot !== undefined && Number.isInteger(bus) && Number.isInteger(slot))
      return `en${domain ? `P${domain}` : ''}p${bus}s${slot}${part ? `f${part}` : ''}`;
  }
  const mac = normalizeMac(child(element, 'mac')?.attributes.address ?? '');
  return mac === undefined ? `nic${position}` : `enx${mac.replaceAll(':', '')}`;
}

function uniqueName(wanted: string, names: Set<string>): string {
  let name = wanted;
  for (let count = 2; names.has(name); count += 1) name = `${wanted}-${count}`;
  names.add(name);
  return name;
}

/** Filters that libvirt ships; of another one it is not known what it drops. */
const WHOLE_FILTERS = new Set(['clean-traffic', 'clean-traffic-gateway']);
const MAC_FILTERS = new Set(['no-mac-spoofing']);

function filtersOf(filter: XmlElement | undefined): NicFilters | undefined {
  if (filter === undefined) return { mac: false, ipv4: false, ipv6: false, ipv4Address: undefined };
  const name = filter.attributes.filter ?? '';
  if (MAC_FILTERS.has(name)) return { mac: true, ipv4: false, ipv6: false, ipv4Address: undefined };
  if (!WHOLE_FILTERS.has(name)) return undefined;
  const addresses = childrenNamed(filter, 'parameter').filter((one) => one.attributes.name === 'IP');
  const [only] = addresses;
  return {
    mac: true,
    ipv4: true,
    ipv6: false,
    ipv4Address: addresses.length === 1 ? only?.attributes.value : undefined,
  };
}

function vlansOf(vlan: XmlElement | undefined): NicVlans | undefined {
  const tags = childrenNamed(vlan, 'tag').map(({ attributes }) => ({
    id: attributes.id ?? '',
    isNative: attributes.nativeMode === 'untagged',
  }));
  if (tags.length === 0) return undefined;
  const isTrunk = vlan?.attributes.trunk === 'yes' || tags.length > 1;
  if (!isTrunk) return { untagged: tags[0]?.id, tagged: [] };
  return {
    untagged: tags.find(({ isNative }) => isNative)?.id,
    tagged: tags.filter(({ isNative }) => !isNative).map(({ id }) => id),
  };
}
