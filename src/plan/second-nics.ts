import { type Instance, instanceName, type Nic, nicName, placeOnBridge } from '../model/instance.js';
import type { Segment } from '../model/segment.js';
import { segmentFinder } from '../model/standing-place.js';
import type { SecondNic } from '../policy/layer2/types.js';
import { projectState } from './project.js';
import { HOST_MASK } from './settings.js';
import type { PlanInput, SegmentPlan } from './types.js';

type SecondInput = Pick<PlanInput, 'settings' | 'inventory' | 'observed'>;

/**
 * NICs with a lease of one address whose instance has another NIC before them: it has one default route, by the first, so answers
 * from the others leave by that one, and a firewall that looks where packets come from drops them. By `project/name/nic`.
 */
export function secondNics(input: SecondInput, plans: readonly SegmentPlan[]): Map<string, SecondNic> {
  const { settings, inventory, observed } = input;
  const segmentOf = segmentFinder(settings.segments);
  const firewalls = new Set(settings.firewallInstances);
  const masks = new Map(
    settings.segments.map((segment) => {
      const state = observed.segments.find((one) => one.interface === segment.interface);
      const changes = plans.find((plan) => plan.name === segment.name)?.changes ?? [];
      const after = state === undefined ? changedMask(changes) : projectState(state, changes).mask;
      return [segment, { before: state?.mask === HOST_MASK, after: after === HOST_MASK }] as const;
    }),
  );
  const found = new Map<string, SecondNic>();
  for (const instance of inventory.instances) {
    if (instance.sourceRouting === true || firewalls.has(instanceName(instance))) continue;
    const [first, ...others] = nicsInOrder(instance, segmentOf);
    for (const nic of others) {
      const segment = segmentOf(nic);
      const mask = segment && masks.get(segment);
      // On one segment answers come in where they should, by whichever of the two they leave.
      if (first === undefined || isOneGround(first, nic) || !mask?.after) continue;
      found.set(nicName(instance, nic.name), { by: first.name, already: mask.before });
    }
  }
  return found;
}

function isOneGround(one: Nic, other: Nic): boolean {
  return one.network === other.network && one.vlans?.untagged === other.vlans?.untagged;
}

function changedMask(changes: SegmentPlan['changes']): string | undefined {
  const change = changes.find((one) => one.kind === 'setting' && one.setting === 'mask');
  return change?.kind === 'setting' && typeof change.after === 'string' ? change.after : undefined;
}

/** The NICs of an instance as its kernel most likely has them: `eth2` before `eth10`. */
function nicsInOrder({ nics }: Instance, segmentOf: (nic: Nic) => Segment | undefined): Instance['nics'] {
  const number = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
  return nics
    .filter((nic) => placeOnBridge(nic) !== 'elsewhere' || segmentOf(nic) !== undefined)
    .toSorted((one, other) => number(one.name) - number(other.name) || (one.name < other.name ? -1 : 1));
}
