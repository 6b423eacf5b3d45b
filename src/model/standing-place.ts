import type { Nic } from './instance.js';
import type { Segment } from './segment.js';

type Ground = Pick<Segment, 'network' | 'vlan'>;

/**
 * Finds the segment that a NIC stands on: its bridge, and where on it its untagged frames go. A NIC that only joins tagged VLANs counts
 * as one of the untagged segment until somebody says more.
 */
export function segmentFinder<Of extends Ground>(segments: readonly Of[]): (nic: Nic) => Of | undefined {
  const byGround = new Map(segments.map((segment) => [groundKey(segment.network, segment.vlan), segment]));
  return (nic) => {
    const vlan = vlanOf(nic);
    return vlan === 'none' ? undefined : byGround.get(groundKey(nic.network, vlan));
  };
}

/** Whether a NIC takes part in the VLAN of a segment by tagged frames. */
export function joinsTagged({ network, vlans }: Nic, segment: Ground): boolean {
  const { vlan } = segment;
  if (vlan === undefined || network !== segment.network) return false;
  return (vlans?.tagged ?? []).some((text) => {
    const [first = '', last = first] = text.split('-');
    return Number(first) <= vlan && vlan <= Number(last);
  });
}

/** Where a segment lies, for people: `br0`, `VLAN 30 of br0`. */
export function groundText({ network, vlan }: Ground): string {
  return vlan === undefined ? network : `VLAN ${vlan} of ${network}`;
}

/** VLAN 1 is where a bridge puts untagged frames unless somebody changed that. */
function vlanOf({ vlans }: Nic): number | 'none' | undefined {
  const untagged = vlans?.untagged;
  if (untagged === undefined || untagged === '1') return undefined;
  return untagged === 'none' ? 'none' : Number(untagged);
}

function groundKey(network: string, vlan: number | undefined): string {
  return `${network} ${vlan ?? ''}`;
}
