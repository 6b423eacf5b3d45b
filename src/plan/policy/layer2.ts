import { instanceName } from '../../model/instance.js';
import { normalizeMac } from '../../model/mac.js';
import type { BridgePort, Layer2 } from '../../policy/layer2/types.js';
import { segmentPorts, unseenPorts } from '../ports.js';
import { secondNics } from '../second-nics.js';
import type { PlanInput, SegmentPlan } from '../types.js';

type Layer2Input = Pick<PlanInput, 'settings' | 'inventory' | 'observed'>;

/** What a source tells of the bridges of all segments, for the question who reaches whom beside the firewall. */
export function layer2Of(input: Layer2Input, plans: readonly SegmentPlan[]): Layer2 {
  const unseen = unseenPorts(input);
  const names = input.settings.segments.map((segment) => segment.name);
  return {
    ports: segmentPorts(input).map(
      ({ id, instance, segment, isolated }): BridgePort => ({
        nic: id,
        instance: instanceName(instance),
        segment: segment.name,
        isolated,
        host: instance.host,
      }),
    ),
    unseen: new Map(unseen === undefined ? [] : names.map((name) => [name, unseen])),
    beyond: beyondOf(input),
    secondNics: secondNics(input, plans),
  };
}

/** A bridge that leads beyond the host: by what its configuration names, or since the firewall is on none of its ports. */
function beyondOf({ settings, inventory, observed }: Layer2Input): Map<string, string> {
  const firewalls = new Set(settings.firewallInstances);
  const nics = [...inventory.instances, ...(inventory.others ?? [])].flatMap((instance) =>
    instance.nics.map((nic) => ({ ...nic, isNamed: firewalls.has(instanceName(instance)) })),
  );
  return new Map(
    settings.segments.flatMap(({ name, network, interface: id }): [string, string][] => {
      const uplinks = inventory.uplinks?.[network];
      if (uplinks !== undefined) return [[name, `${uplinks.join(', ')} leads from ${network} to other hosts`]];
      const mac = observed.interfaces.find((one) => one.id === id)?.mac;
      const isHere = nics.some(
        (nic) => nic.network === network && (nic.isNamed || (nic.mac !== undefined && normalizeMac(nic.mac) === mac)),
      );
      return mac === undefined || isHere
        ? []
        : [[name, `the firewall is on none of the ports of ${network} that are seen`]];
    }),
  );
}
