import { type Instance, instanceName, nicName } from '../model/instance.js';
import { normalizeMac } from '../model/mac.js';
import type { Segment } from '../model/segment.js';
import { joinsTagged, segmentFinder } from '../model/standing-place.js';
import type { PlanInput } from './types.js';

type PortsInput = Pick<PlanInput, 'settings' | 'inventory' | 'observed'>;

/** A port on the bridge of a segment, whoever's it is: planned, excluded, ignored, or of a project that nobody asked for. */
export interface SegmentPort {
  /** `project/name/nic`. */
  readonly id: string;
  readonly nic: string;
  readonly instance: Instance;
  readonly segment: Segment;
  /** Undefined where the source does not tell. */
  readonly isolated: boolean | undefined;
  /** Whether the host drops frames from another MAC; undefined where that is not told. */
  readonly macFiltered: boolean | undefined;
}

/**
 * Every port that the source shows on a segment. What an owner asks to be left alone is left alone and not unseen: one open port is a
 * way past the firewall for all. Ports of the firewall itself are left out, told by the MAC of the segment's interface, or by the
 * name of the instance that it runs in: they are meant to be open. `only` asks for those of some segments.
 */
export function segmentPorts(
  { settings, inventory, observed }: PortsInput,
  only: readonly Segment[] = settings.segments,
): SegmentPort[] {
  const segmentOf = segmentFinder(only);
  const segments = new Map(only.map((segment) => [segment.network, segment]));
  const macs = new Map(observed.interfaces.map((one) => [one.id, one.mac]));
  const firewalls = new Set(settings.firewallInstances);
  const ports: SegmentPort[] = [];
  for (const instance of [...inventory.instances, ...(inventory.others ?? [])]) {
    if (firewalls.has(instanceName(instance))) continue;
    for (const nic of instance.nics) {
      const standing = segmentOf(nic);
      const here = only.filter((segment) => segment === standing || joinsTagged(nic, segment));
      for (const segment of here) {
        const own = macs.get(segment.interface);
        if (own !== undefined && nic.mac !== undefined && normalizeMac(nic.mac) === own) continue;
        const { isolated, filters } = nic;
        const id = nicName(instance, nic.name);
        ports.push({ id, nic: nic.name, instance, segment, isolated, macFiltered: filters?.mac });
      }
    }
    for (const { name, network } of instance.sideNics ?? []) {
      const segment = segments.get(network);
      if (segment === undefined) continue;
      const id = nicName(instance, name);
      ports.push({ id, nic: name, instance, segment, isolated: false, macFiltered: undefined });
    }
  }
  return ports.sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
}

/** Why ports may stand on the segments that the source does not show, as a clause; undefined where it shows all. */
export function unseenPorts({ inventory }: Pick<PortsInput, 'inventory'>): string | undefined {
  const partly = inventory.projects.find((project) => !project.complete);
  if (partly !== undefined)
    return `project ${partly.name} was not seen completely (${partly.reason ?? 'no reason given'})`;
  if (inventory.allProjects || inventory.others !== undefined) return undefined;
  return 'instances of projects that this source does not show may stand there';
}

/** The instances that stand on several segments, each with its ports there. */
export function severalSegments(ports: readonly SegmentPort[]): SegmentPort[][] {
  const byInstance = new Map<Instance, SegmentPort[]>();
  for (const port of ports) {
    const known = byInstance.get(port.instance);
    if (known === undefined) byInstance.set(port.instance, [port]);
    else known.push(port);
  }
  return [...byInstance.values()].filter((own) => new Set(own.map((port) => port.segment)).size > 1);
}
