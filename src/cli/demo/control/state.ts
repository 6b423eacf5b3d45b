import { markerName, parseDescription } from '../../../model/marker.js';
import { expandDevices } from '../../../sim/incus/expand.js';
import { childOf, childrenOf, parseConfig, textAt } from '../../../sim/opnsense/node.js';
import type { DemoWorld } from '../world.js';

/** A static mapping of the simulated firewall. */
export interface Mapping {
  /** Interface and MAC address, which nobody has twice. */
  readonly key: string;
  /** The NIC of one that is slash32's own, the host name of one that was entered by hand. */
  readonly name: string;
  readonly interface: string;
  readonly mac: string;
  readonly address: string;
  /** Of slash32's own; undefined for one that was entered by hand. */
  readonly owner: string | undefined;
}

/** An instance, with what each of its NICs would be told by DHCP now. */
export interface InstanceRow {
  readonly name: string;
  readonly status: string;
  readonly nics: readonly {
    readonly name: string;
    readonly network: string;
    readonly mac: string;
    readonly lease: string;
  }[];
}

const INTERFACE_OF: Readonly<Record<string, string>> = { dmz: 'opt1', edge: 'opt2', servers: 'opt3' };

/** The firewall's interface on a network. */
export function interfaceOf(network: string): string | undefined {
  return INTERFACE_OF[network];
}

/** Every static mapping, by interface. */
export function mappingsOf(configText: string): Mapping[] {
  const dhcpd = childOf(parseConfig(configText), 'dhcpd');
  return (dhcpd?.children ?? []).flatMap((section) =>
    childrenOf(section, 'staticmap').map((map) => {
      const { marker } = parseDescription(textAt(map, 'descr'));
      const mac = textAt(map, 'mac');
      return {
        key: `${section.name} ${mac}`,
        name: marker === undefined ? textAt(map, 'hostname') : markerName(marker),
        interface: section.name,
        mac,
        address: textAt(map, 'ipaddr'),
        owner: marker?.owner,
      };
    }),
  );
}

/** Every instance, by name. */
export function instancesOf({ incus, firewall }: DemoWorld): InstanceRow[] {
  return [...incus.state.instances.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, instance]) => ({
      name,
      status: instance.status.toLowerCase(),
      nics: Object.entries(expandDevices(incus.state, instance)).flatMap(([nic, device]) => {
        const { network } = device;
        const mac = device.hwaddr ?? instance.config[`volatile.${nic}.hwaddr`];
        if (device.type !== 'nic' || network === undefined || mac === undefined) return [];
        const lease = firewall.leaseFor(mac, INTERFACE_OF[network]);
        const mask = lease?.mask === '255.255.255.255' ? '/32' : ` ${lease?.mask ?? ''}`;
        return [{ name: nic, network, mac, lease: lease === undefined ? 'none' : `${lease.address}${mask}` }];
      }),
    }));
}
