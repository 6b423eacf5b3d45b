import type { Nic, NicFilters, NicVlans, SideNic } from '../../model/instance.js';
import { normalizeMac } from '../../model/mac.js';
import { isTruthy } from '../shared/guards.js';
import type { NetworkTypes } from './networks.js';

type StringMap = Readonly<Record<string, string>>;

/** The parts of an instance that its NICs are made of. */
export interface NicSource {
  readonly project: string;
  readonly devices: Readonly<Record<string, StringMap>>;
  /** The instance's own keys over those of its profiles. */
  readonly config: StringMap;
}

/** NICs on bridges, and the names of network devices that are left out, each with its kind. */
export interface NicReading {
  readonly nics: readonly Nic[];
  /** Of those that are left out, the ones that sit on a bridge all the same. */
  readonly sideNics: readonly SideNic[];
  readonly leftOut: readonly string[];
}

/**
 * The NICs of an instance that stand on bridges (docs/facts.md, "Incus: instances and NICs"). A device of type `none` hides an inherited
 * one; a NIC of another kind (macvlan, ovn, routed …) is reached by no DHCP server of ours.
 */
export function readNics(source: NicSource, networks: NetworkTypes): NicReading {
  const nics: Nic[] = [];
  const sideNics: SideNic[] = [];
  const leftOut: string[] = [];
  for (const [name, device] of Object.entries(source.devices)) {
    if (device.type !== 'nic') continue;
    const attachment = findBridge(source.project, device, networks);
    if ('network' in attachment) {
      nics.push(readNic(name, device, attachment.network, source.config));
      continue;
    }
    const { kind } = attachment;
    leftOut.push(`${name} (${kind})`);
    const parent = device.network ? networks.parentOf(source.project, device.network) : device.parent;
    if (SIDE_KINDS.has(kind) && parent) sideNics.push({ name, kind, network: parent });
  }
  return { nics, sideNics, leftOut };
}

/** Kinds of NICs that send by the interface they sit on, a bridge too. */
const SIDE_KINDS: ReadonlySet<string> = new Set(['macvlan', 'ipvlan']);

function findBridge(
  project: string,
  device: StringMap,
  networks: NetworkTypes,
): { network: string } | { kind: string } {
  if (device.network) {
    const type = networks.typeOf(project, device.network);
    if (type === undefined || type === 'bridge') return { network: device.network };
    return { kind: type };
  }
  if (device.nictype === 'bridged' && device.parent) return { network: device.parent };
  return { kind: device.nictype || 'without a network' };
}

function readNic(name: string, device: StringMap, network: string, config: StringMap): Nic {
  const mac = device.hwaddr || config[`volatile.${name}.hwaddr`];
  return {
    name,
    network,
    mac: mac === undefined ? undefined : (normalizeMac(mac) ?? mac),
    isolated: isTruthy(device['security.port_isolation']),
    pinnedAddress: pinOf(name, device, config),
    filters: filtersOf(device),
    vlans: vlansOf(device),
  };
}

/** Filtering addresses sets up the filter of MACs as well (docs/facts.md, "Incus: NIC filters"). */
function filtersOf(device: StringMap): NicFilters {
  const ipv4 = isTruthy(device['security.ipv4_filtering']);
  const ipv6 = isTruthy(device['security.ipv6_filtering']);
  const address = device['ipv4.address']?.trim();
  return {
    mac: ipv4 || ipv6 || isTruthy(device['security.mac_filtering']),
    ipv4,
    ipv6,
    ipv4Address: address && address !== 'none' ? address : undefined,
  };
}

function vlansOf(device: StringMap): NicVlans | undefined {
  const untagged = device.vlan?.trim() || undefined;
  const tagged = (device['vlan.tagged'] ?? '').split(/[\s,]+/).filter((one) => one !== '');
  return untagged === undefined && tagged.length === 0 ? undefined : { untagged, tagged };
}

/** The user's key for this NIC goes before the device's own address; `none` there means "no address at all". */
function pinOf(name: string, device: StringMap, config: StringMap): string | undefined {
  const key = config[`user.slash32.${name}.ipv4`]?.trim();
  if (key) return key;
  const own = device['ipv4.address']?.trim();
  return own && own !== 'none' ? own : undefined;
}
