import { instanceName } from '../model/instance.js';
import { leftAloneBy } from './left-alone.js';
import { count, shortList } from './names.js';
import type { PlanInput } from './types.js';

/**
 * NICs on bridges that no segment names: nothing is done for them, which is right or a bridge that was forgotten. One line, since most
 * hosts have some; a plan of a part says nothing of them.
 */
export function otherNetworks({ settings, inventory, only }: PlanInput): string[] {
  if (only.segments.length + only.instances.length > 0) return [];
  const segments = new Set(settings.segments.map((segment) => segment.network));
  const firewalls = new Set(settings.firewallInstances);
  const isLeftAlone = leftAloneBy(settings);
  const numbers = new Map<string, number>();
  for (const instance of inventory.instances) {
    if (isLeftAlone(instance) || firewalls.has(instanceName(instance))) continue;
    for (const { network } of instance.nics)
      if (!segments.has(network)) numbers.set(network, (numbers.get(network) ?? 0) + 1);
  }
  const networks = [...numbers].sort(([one], [other]) => (one < other ? -1 : 1));
  const [first] = networks;
  if (first === undefined) return [];
  const [network, number] = first;
  if (networks.length === 1)
    return [
      number === 1
        ? `1 NIC stands on ${network}, which is no segment: it is left alone.`
        : `${count(number, 'NIC')} stand on ${network}, which is no segment: they are left alone.`,
    ];
  const each = shortList(networks.map(([name, many]) => `${many} on ${name}`));
  return [`NICs on bridges that are no segment are left alone: ${each}.`];
}
