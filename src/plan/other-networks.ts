import { instanceName, placeOnBridge } from '../model/instance.js';
import { segmentFinder } from '../model/standing-place.js';
import { leftAloneBy } from './left-alone.js';
import { count, shortList } from './names.js';
import type { PlanInput } from './types.js';

/**
 * NICs on bridges that no segment names: nothing is done for them, which is right or a bridge that was forgotten. One line, since most
 * hosts have some; a plan of a part says nothing of them.
 */
export function otherNetworks({ settings, inventory, only }: PlanInput): string[] {
  if (only.segments.length + only.instances.length > 0) return [];
  const networks = new Set(settings.segments.map((segment) => segment.network));
  const segmentOf = segmentFinder(settings.segments);
  const firewalls = new Set(settings.firewallInstances);
  const isLeftAlone = leftAloneBy(settings);
  const numbers = new Map<string, number>();
  for (const instance of inventory.instances) {
    if (isLeftAlone(instance) || firewalls.has(instanceName(instance))) continue;
    for (const nic of instance.nics) {
      const { network } = nic;
      // NICs on another VLAN of a segment's bridge are named there
      if (segmentOf(nic) !== undefined || (networks.has(network) && placeOnBridge(nic) === 'elsewhere')) continue;
      numbers.set(network, (numbers.get(network) ?? 0) + 1);
    }
  }
  const bridges = [...numbers].sort(([one], [other]) => (one < other ? -1 : 1));
  const [first] = bridges;
  if (first === undefined) return [];
  const [network, number] = first;
  if (bridges.length === 1)
    return [
      number === 1
        ? `1 NIC stands on ${network}, which is no segment: it is left alone.`
        : `${count(number, 'NIC')} stand on ${network}, which is no segment: they are left alone.`,
    ];
  const each = shortList(bridges.map(([name, many]) => `${many} on ${name}`));
  return [`NICs on bridges that are no segment are left alone: ${each}.`];
}
