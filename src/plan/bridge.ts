import { type Instance, type Nic, nicName, placeOnBridge, termsOf } from '../model/instance.js';
import type { Segment } from '../model/segment.js';
import { segmentFinder } from '../model/standing-place.js';
import type { SegmentContext } from './context.js';
import { leftAloneBy } from './left-alone.js';
import { count, shortList } from './names.js';
import { nicKeyWarnings, vlanList } from './nic-keys.js';
import { segmentPorts } from './ports.js';
import type { Warning } from './types.js';

/** What the ports of a segment's bridge let happen past the firewall, and which NICs are not on it although they name its bridge. */
export function bridgeWarnings(context: SegmentContext): Warning[] {
  const ports = segmentPorts(context.input, [context.segment]);
  const open = ports.filter((port) => port.isolated === false).map((port) => port.id);
  const unknown = ports.filter((port) => port.isolated === undefined).map((port) => port.id);
  const unfiltered = ports.filter((port) => port.macFiltered === false).map((port) => port.id);
  const warnings: Warning[] = [];
  if (open.length > 0)
    warnings.push({
      code: 'not-isolated',
      message:
        `${count(open.length, 'NIC')} can reach neighbours past the firewall, having no port isolation: ${shortList(open)}. One such port opens the whole ` +
        'segment, whatever the rules say. (The firewall itself is told by its MAC, or by opnsense: instances.)',
    });
  if (unknown.length > 0)
    warnings.push({
      code: 'isolation-unknown',
      message:
        `Whether the ports of ${count(unknown.length, 'NIC')} are isolated is not known, since the source does not tell: ${shortList(unknown)}. Where one is not, its ` +
        'neighbours reach it past the firewall, whatever the rules say.',
    });
  if (unfiltered.length > 0)
    warnings.push({
      code: 'mac-filtering',
      message: `${count(unfiltered.length, 'NIC')} without ${termsOf(context.input.inventory).macFilter} can send under a neighbour's MAC: ${shortList(unfiltered)}.`,
    });
  return [...warnings, ...nicKeyWarnings(context), ...elsewhere(context)];
}

function elsewhere({ segment, input }: SegmentContext): Warning[] {
  const here = input.settings.segments.filter((one) => one.network === segment.network);
  // said once for a bridge on which several segments lie
  if (here[0] !== segment) return [];
  const isLeftAlone = leftAloneBy(input.settings);
  const segmentOf = segmentFinder(here);
  const away = input.inventory.instances
    .filter((instance) => !isLeftAlone(instance))
    .flatMap((instance) => awayFrom(instance, segment.network, segmentOf));
  if (away.length === 0) return [];
  const where = here.length === 1 && segment.vlan === undefined ? 'its untagged segment' : 'a segment of its own';
  const message =
    `${count(away.length, 'NIC')} on ${segment.network} ${away.length === 1 ? 'does' : 'do'} not stand on ${where} (${shortList(away.map(({ text }) => text))}), so no ` +
    `reservation here is for them.${away.some(({ hasVlan }) => hasVlan) ? ' A segment of that bridge with their vlan would have them.' : ''}`;
  return [{ code: 'vlan', message }];
}

function awayFrom(
  instance: Instance,
  network: string,
  segmentOf: (nic: Nic) => Segment | undefined,
): { readonly text: string; readonly hasVlan: boolean }[] {
  return instance.nics
    .filter((nic) => nic.network === network && placeOnBridge(nic) === 'elsewhere' && segmentOf(nic) === undefined)
    .map((nic) => ({
      text: `${nicName(instance, nic.name)} ${placeText(nic.vlans)}`,
      hasVlan: nic.vlans?.untagged !== 'none',
    }));
}

/** Where the untagged and the tagged frames of a NIC go: `VLAN 30`, `VLANs 30, 40`. */
export function placeText(vlans: Instance['nics'][number]['vlans']): string {
  if (vlans === undefined) return 'the untagged segment';
  const untagged = vlans?.untagged === undefined || vlans.untagged === 'none' ? [] : [vlans.untagged];
  const all = [...untagged, ...(vlans?.tagged ?? [])];
  return all.length === 0 ? 'no VLAN' : vlanList(all);
}
