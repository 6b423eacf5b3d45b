import { markerName, parseDescription } from '../../model/marker.js';
import type { Member, PolicyScene } from '../../policy/resolve/types.js';
import { matchInstances } from '../names.js';
import type { PlanInput, SegmentPlan } from '../types.js';
import { layer2Of } from './layer2.js';
import { waysIn } from './ways-in.js';

type SceneInput = Pick<PlanInput, 'settings' | 'inventory' | 'observed'>;

/**
 * The instances of all segments with the addresses that they have once the segments' changes are made. A reservation of ours
 * that stays counts as its instance, also where the instance was not seen or could not be planned: an incomplete view must not
 * take it out of a group. Instances of `heldProjects` stay in the aliases that they are in, those that `gainNothing` come into
 * no other by their tags.
 */
export function policyScene(
  input: SceneInput,
  segments: readonly SegmentPlan[],
  heldProjects: ReadonlySet<string> = new Set(),
  gainNothing: ReadonlySet<string> = new Set(),
): PolicyScene {
  const { settings, inventory, observed } = input;
  const excluded = matchInstances(settings.exclude);
  const instances = inventory.instances.filter((one) => !one.ignored && !excluded(one));
  const seen = new Set(inventory.instances.map((one) => `${one.project}/${one.name}`));
  const members = new Map<string, Member>();
  const unseen = new Set<string>();
  for (const plan of segments) {
    const at = { segment: plan.name, interface: plan.interface };
    for (const { nic, address } of plan.assignments)
      if (address !== undefined) members.set(`${plan.name} ${nic}`, memberOf(nic, address, at));
    const going = new Set(
      plan.changes.flatMap((one) => (one.kind === 'reservation' ? (one.before?.position ?? []) : [])),
    );
    const state = observed.segments.find((one) => one.interface === plan.interface);
    for (const entry of state?.reservations ?? []) {
      const { marker } = parseDescription(entry.description);
      if (marker?.owner !== settings.owner || marker.retiredAt !== undefined || going.has(entry.position)) continue;
      const nic = markerName(marker);
      if (entry.address === undefined || members.has(`${plan.name} ${nic}`)) continue;
      members.set(`${plan.name} ${nic}`, memberOf(nic, entry.address, at));
      if (!seen.has(`${marker.project}/${marker.instance}`)) unseen.add(entry.address);
    }
  }
  return {
    owner: settings.owner,
    policy: settings.policy,
    segments: settings.segments,
    interfaces: observed.interfaces,
    writable: observed.writable,
    publishable: observed.publishable,
    varyingNetworks: (observed.policy?.ruleSet.aliases ?? []).filter((one) => one.varies).map((one) => one.name),
    instances,
    members: [...members.values()],
    layer2: layer2Of(input, segments),
    leftAlone: new Map(segments.flatMap(({ name, error }) => (error === undefined ? [] : [[name, error.message]]))),
    kept: keptAddresses(input, unseen),
    waysIn: waysIn(input),
    nodeAddresses: settings.nodeAddresses,
    ...(heldProjects.size + gainNothing.size === 0
      ? {}
      : { held: { projects: heldProjects, standing: standingMembers(input), gainNothing } }),
  };
}

/** What our aliases hold now, by the key of their marker. */
function standingMembers({ settings, observed }: SceneInput): ReadonlyMap<string, ReadonlySet<string>> {
  const ours = observed.policy?.aliases.filter((alias) => alias.owner === settings.owner) ?? [];
  return new Map(ours.map(({ key, entry }) => [key, new Set(entry.content)]));
}

function keptAddresses({ settings, observed }: SceneInput, unseen: ReadonlySet<string>): PolicyScene['kept'] {
  const ours = observed.policy?.aliases.filter((alias) => alias.owner === settings.owner) ?? [];
  return new Map(
    unseen.size === 0
      ? []
      : ours.map(({ key, entry }) => [key, new Set(entry.content.filter((address) => unseen.has(address)))]),
  );
}

function memberOf(nic: string, address: string, at: Pick<Member, 'segment' | 'interface'>): Member {
  const [project = '', name = ''] = nic.split('/');
  return { instance: `${project}/${name}`, project, nic, address, ...at };
}
