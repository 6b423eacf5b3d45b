import { instanceName } from '../../model/instance.js';
import type { SelectorKind } from '../../model/policy.js';
import { segmentFinder } from '../../model/standing-place.js';
import { ambiguous, instancesNamed, type KnownInstances, type Misnamed, meant, NAMING } from '../asked-names.js';
import type { PolicyView } from './types.js';

/** `proxy` for `edge/proxy`, and `proxy/eth1` for its NIC, where no group is called so and one of them is. */
export function asInstance({ scene }: PolicyView, selector: SelectorKind): SelectorKind {
  const word = wordOf(scene, selector);
  const [only, ...others] = word === undefined ? [] : instancesNamed(word, knownIn(scene));
  return only === undefined || others.length > 0 ? selector : { kind: 'instances', pattern: only };
}

/** What of a selector may be the name of an instance or a NIC; a group goes before an instance of its name. */
function wordOf({ policy }: PolicyView['scene'], selector: SelectorKind): string | undefined {
  if (selector.kind === 'instances') return selector.pattern;
  if (selector.kind !== 'group' || policy.groups.some((group) => group.name === selector.group)) return undefined;
  return selector.group;
}

/** Why a name cannot be asked about, with what it could mean; undefined where it can. */
export function nameFault(view: PolicyView, selector: SelectorKind): Misnamed | undefined {
  const { policy, segments } = view.scene;
  if (selector.kind === 'segment' && !segments.some((one) => one.name === selector.segment))
    return {
      message: `There is no segment ${selector.segment}.`,
      hint: `There are: ${segments.map((one) => one.name).join(', ')}.`,
    };
  if (selector.kind === 'tag' && !policy.tagOwners.some((one) => one.tag === selector.tag))
    return {
      message: `tagOwners gives the tag ${selector.tag} to nobody.`,
      hint: `${meant(
        selector.tag,
        policy.tagOwners.map((one) => one.tag),
        'tag:',
      )}Add it to tagOwners first.`,
    };
  const word = wordOf(view.scene, selector);
  if (word === undefined) return undefined;
  const found = instancesNamed(word, knownIn(view.scene));
  if (found.length > 1) return ambiguous(word, found);
  if (selector.kind !== 'group' || found.length === 1) return undefined;
  return {
    message: `There is no group and no single instance ${word}.`,
    hint: `${meant(word, everyName(view))}${NAMING}.`,
  };
}

/** What is said of a name that is understood, and that nobody bears. */
export function nobody(view: PolicyView, name: string, alone: string): Misnamed {
  return {
    message: `${whyNobody(view, name)}${alone === '' ? '' : ` ${alone}`}`,
    hint: `${isKnown(view, name) ? '' : meant(name, everyName(view))}${NAMING}, or an address.`,
  };
}

function isKnown({ scene }: PolicyView, name: string): boolean {
  return scene.instances.some((one) => instanceName(one) === name);
}

/** An instance that is there is told apart from one that is not: its NICs stand on other networks, or are left out. */
function whyNobody({ scene }: PolicyView, name: string): string {
  const instance = scene.instances.find((one) => instanceName(one) === name || one.name === name);
  if (instance === undefined) return `${name} names nobody with an address in a segment.`;
  const segmentOf = segmentFinder(scene.segments);
  const nics = instance.nics.map((nic) => {
    const segment = segmentOf(nic)?.name;
    return segment === undefined
      ? `${nic.name} stands on network ${nic.network}, which is no segment`
      : `${nic.name} on ${segment} has no reservation (slash32 plan --instance ${instanceName(instance)} says why)`;
  });
  return `${name} names nobody with an address in a segment: ${nics.join('; ') || 'it has no NIC on a network'}.`;
}

function knownIn({ members }: PolicyView['scene']): KnownInstances {
  return {
    instances: new Set(members.map((one) => one.instance)),
    nics: new Set(members.map((one) => one.nic)),
  };
}

function everyName({ scene }: PolicyView): string[] {
  return [
    ...scene.policy.groups.map((group) => group.name),
    ...scene.members.map((one) => one.instance),
    ...scene.members.map((one) => one.nic),
  ];
}
