import { type Instance, nicName, placeOnBridge } from '../model/instance.js';
import type { SegmentContext } from './context.js';
import { leftAloneBy } from './left-alone.js';
import { count, shortList } from './names.js';
import { nicKeyWarnings, vlanList } from './nic-keys.js';
import { segmentPorts } from './ports.js';
import type { Warning } from './types.js';

/** What the ports of a segment's bridge let happen past the firewall, and which NICs are not on it although they name its bridge. */
export function bridgeWarnings(context: SegmentContext): Warning[] {
  const ports = segmentPorts(context.input, [context.segment]);
  const open = ports.filter((port) => !port.isolated).map((port) => port.id);
  const unfiltered = ports.filter((port) => port.macFiltered === false).map((port) => port.id);
  const warnings: Warning[] = [];
  if (open.length > 0)
    warnings.push({
      code: 'not-isolated',
      message:
        `${count(open.length, 'NIC')} can reach neighbours past the firewall, having no port isolation: ${shortList(open)}. One such port opens the whole ` +
        'segment, whatever the rules say. (The firewall itself is told by its MAC, or by opnsense: instances.)',
    });
  if (unfiltered.length > 0)
    warnings.push({
      code: 'mac-filtering',
      message: `${count(unfiltered.length, 'NIC')} without security.mac_filtering can send under a neighbour's MAC: ${shortList(unfiltered)}.`,
    });
  return [...warnings, ...nicKeyWarnings(context), ...elsewhere(context)];
}

function elsewhere({ segment, input }: SegmentContext): Warning[] {
  const isLeftAlone = leftAloneBy(input.settings);
  const away = input.inventory.instances
    .filter((instance) => !isLeftAlone(instance))
    .flatMap((instance) => awayFrom(instance, segment.network));
  if (away.length === 0) return [];
  const message =
    `${count(away.length, 'NIC')} on ${segment.network} ${away.length === 1 ? 'does' : 'do'} not stand on its untagged segment (${shortList(away)}), so no ` +
    'reservation here is for them.';
  return [{ code: 'vlan', message }];
}

function awayFrom(instance: Instance, network: string): string[] {
  return instance.nics
    .filter((nic) => nic.network === network && placeOnBridge(nic) === 'elsewhere')
    .map((nic) => `${nicName(instance, nic.name)} ${placeText(nic.vlans)}`);
}

/** Where the untagged and the tagged frames of a NIC go: `VLAN 30`, `VLANs 30, 40`. */
export function placeText(vlans: Instance['nics'][number]['vlans']): string {
  const untagged = vlans?.untagged === undefined || vlans.untagged === 'none' ? [] : [vlans.untagged];
  const all = [...untagged, ...(vlans?.tagged ?? [])];
  return all.length === 0 ? 'no VLAN' : vlanList(all);
}
