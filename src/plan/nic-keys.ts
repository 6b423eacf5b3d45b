import { type Inventory, placeOnBridge, type SourceTerms, termsOf } from '../model/instance.js';
import type { SegmentContext } from './context.js';
import type { SegmentNic } from './entries.js';
import { count, shortList } from './names.js';
import type { LeftOut, Warning } from './types.js';

type Objection = Pick<LeftOut, 'code' | 'message'>;

/** Why a NIC could do nothing with a reservation, by what its own keys say; undefined where it could. */
export function unreachableNic({ nic }: SegmentNic, { input }: Pick<SegmentContext, 'input'>): Objection | undefined {
  const terms = termsOf(input.inventory);
  if (placeOnBridge(nic) === 'unknown')
    return {
      code: 'vlan',
      message:
        `It joins ${vlanList(nic.vlans?.tagged ?? [])} of ${nic.network} by ${terms.taggedVlans}, and does not say where its untagged frames go, so it is not ` +
        `known whether it stands on this segment. Set ${terms.vlan} as well: 1 for the untagged segment, none or another number otherwise.`,
    };
  return filteredOut(nic, input.inventory);
}

function filteredOut({ filters, pinnedAddress }: SegmentNic['nic'], inventory: Inventory): Objection | undefined {
  if (filters?.ipv4 !== true) return undefined;
  const told = (message: string): Objection => ({ code: 'ipv4-filtering', message });
  const { ipv4Address } = filters;
  const terms = termsOf(inventory);
  if (ipv4Address === undefined)
    return told(
      `Its ${terms.ipv4Filter} without an ${terms.filterAddress} drops all its IPv4 and ARP, so no DHCP server hears of it. ` +
        `Set ${terms.filterAddress} on the NIC to the address that it is to have, or take the filter off.`,
    );
  const { filteredDhcp } = inventory;
  if (filteredDhcp?.reaches === false)
    return told(
      `${filteredDhcp.by} drops what it asks of a DHCP server that is not on the host, because of its ${terms.ipv4Filter}, so it gets ` +
        `no lease at all. Take the filter off, or ${filteredDhcp.remedy}.`,
    );
  if (pinnedAddress !== undefined && pinnedAddress !== ipv4Address)
    return told(
      `It asks for ${pinnedAddress}, and its ${terms.ipv4Filter} lets nothing pass but ${ipv4Address}. Make the two the same.`,
    );
  return undefined;
}

/** What the keys of a segment's NICs bring about that is no error, one sentence for each kind. */
export function nicKeyWarnings(context: SegmentContext): Warning[] {
  const nics = context.nics.filter(({ nic }) => nic.filters !== undefined || nic.vlans !== undefined);
  if (nics.length === 0) return [];
  return [
    ...filterWarnings(nics, context),
    ...ipv6Warnings(nics, termsOf(context.input.inventory)),
    ...vlanWarnings(nics),
  ];
}

function filterWarnings(nics: readonly SegmentNic[], context: SegmentContext): Warning[] {
  const kept = nics.filter((one) => one.nic.filters?.ipv4 === true && unreachableNic(one, context) === undefined);
  if (kept.length === 0) return [];
  const names = shortList(kept.map(({ id, nic }) => `${id} ${nic.filters?.ipv4Address}`));
  const { filteredDhcp, filterNote } = context.input.inventory;
  const why = filterNote === undefined ? '.' : `: ${filterNote}.`;
  const dhcp = filteredDhcp === undefined ? ` Whether they still reach DHCP is not known here${why}` : '';
  const message =
    `${count(kept.length, 'NIC')} can use no other address than the one they name (${termsOf(context.input.inventory).ipv4Filter}): ${names}. That keeps them from taking ` +
    `a neighbour's address, and no change of the reservation reaches them.${dhcp}`;
  return [{ code: 'ipv4-filtering', message }];
}

function ipv6Warnings(nics: readonly SegmentNic[], { ipv6Filter }: SourceTerms): Warning[] {
  const filtered = nics.filter(({ nic }) => nic.filters?.ipv6 === true);
  if (filtered.length === 0) return [];
  const message =
    `${count(filtered.length, 'NIC')} with ${ipv6Filter}: ${shortList(filtered.map(({ id }) => id))}. Such a NIC starts only where the ` +
    'host has br_netfilter with net.bridge.bridge-nf-call-ip6tables=1, which is not seen from here; without it the instance does not start.';
  return [{ code: 'ipv6-filtering', message }];
}

function vlanWarnings(nics: readonly SegmentNic[]): Warning[] {
  const tagged = nics.filter(({ nic }) => placeOnBridge(nic) !== 'unknown' && (nic.vlans?.tagged.length ?? 0) > 0);
  if (tagged.length === 0) return [];
  const names = shortList(tagged.map(({ id, nic }) => `${id} ${vlanList(nic.vlans?.tagged ?? [])}`));
  const message = `${count(tagged.length, 'NIC')} on this segment also take part in VLANs of its bridge (${names}): they can carry packets between them past the firewall.`;
  return [{ code: 'vlan', message }];
}

/** `VLAN 30`, `VLANs 30, 40-49`. */
export function vlanList(numbers: readonly string[]): string {
  return `${numbers.length === 1 && !numbers[0]?.includes('-') ? 'VLAN' : 'VLANs'} ${numbers.join(', ')}`;
}
