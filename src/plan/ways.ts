import { instanceName, termsOf } from '../model/instance.js';
import { leftAloneBy } from './left-alone.js';
import { count, shortList } from './names.js';
import { type SegmentPort, segmentPorts, severalSegments } from './ports.js';
import { secondNics } from './second-nics.js';
import type { PlanInput, SegmentPlan, Warning } from './types.js';

/**
 * What holds of an instance with several NICs, whether any statement names it or not: on two segments it is a way around the
 * firewall, and with leases of one address each only its first NIC can be reached.
 */
export function wayWarnings(input: PlanInput, plans: readonly SegmentPlan[]): Warning[] {
  const wide = severalSegments(segmentPorts(input));
  const warnings: Warning[] = [];
  if (wide.length > 0) {
    const message =
      `${count(wide.length, 'instance')} ${wide.length === 1 ? 'stands' : 'stand'} on several segments: ${shortList(wide.map(waysOf))}. ` +
      'Each is a way around the firewall: what it takes on one segment it can send on another.';
    warnings.push({ code: 'second-way', message });
  }
  const isLeftAlone = leftAloneBy(input.settings);
  const planned = input.inventory.instances.filter((instance) => !isLeftAlone(instance));
  const second = [...secondNics({ ...input, inventory: { ...input.inventory, instances: planned } }, plans)];
  if (second.length > 0) {
    const names = shortList(second.map(([nic, { by }]) => `${nic} (answers leave by ${by})`));
    const message =
      `${count(second.length, 'NIC')} with a lease of one address ${second.length === 1 ? 'is' : 'are'} not the first of the instance: ${names}. ` +
      `The address is unreachable unless the instance routes by source address; ${termsOf(input.inventory).sourceRouting} says that it does.`;
    warnings.push({ code: 'second-nic', message });
  }
  return [...warnings, ...unprotected(input)];
}

function waysOf(ports: readonly SegmentPort[]): string {
  const [first] = ports;
  const places = ports.map((port) => `${port.nic} on ${port.segment.name}`);
  return `${first === undefined ? '' : instanceName(first.instance)} (${places.join(', ')})`;
}

function unprotected({ settings }: PlanInput): Warning[] {
  const closing = settings.segments.filter(
    ({ manage }) => manage.includes('static_arp') || manage.includes('deny_unknown'),
  );
  if (closing.length === 0 || settings.protect.length > 0) return [];
  const names = shortList(closing.map((segment) => segment.name));
  const message =
    `protect is empty, though static_arp or deny_unknown is asked for on ${names}: nobody's way in is looked after but that of slash32 itself and the ` +
    'HA peer, as far as they are seen. Name your workstation, monitoring and whoever else there must not be cut off.';
  return [{ code: 'nobody-protected', message }];
}
