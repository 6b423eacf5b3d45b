import { instanceName } from '../../model/instance.js';
import type { SelectorKind } from '../../model/policy.js';
import { similarNames } from '../../model/similar.js';
import { segmentFinder } from '../../model/standing-place.js';
import type { PolicyView } from './types.js';

/** What cannot be answered, and what to write instead. */
export interface Misunderstood {
  readonly message: string;
  readonly hint: string;
}

/** `proxy` for `edge/proxy`, and `proxy/eth1` for its NIC, where no group is called so and one instance is. */
export function asInstance({ scene }: PolicyView, selector: SelectorKind): SelectorKind {
  if (selector.kind === 'group' && !scene.policy.groups.some((group) => group.name === selector.group)) {
    const [only, second] = namedSo(scene, selector.group);
    if (only !== undefined && second === undefined) return { kind: 'instances', pattern: only };
  }
  if (selector.kind !== 'instances' || selector.pattern.split('/').length !== 2) return selector;
  const known = scene.members.some((one) => one.instance === selector.pattern);
  const nics = [...new Set(scene.members.map((one) => one.nic))].filter((nic) => nic.endsWith(`/${selector.pattern}`));
  return !known && nics.length === 1 && nics[0] !== undefined ? { kind: 'instances', pattern: nics[0] } : selector;
}

/** Why a name cannot be asked about, with what it could mean; undefined where it can. */
export function nameFault(view: PolicyView, selector: SelectorKind): Misunderstood | undefined {
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
  if (selector.kind !== 'group' || asInstance(view, selector).kind !== 'group') return undefined;
  if (policy.groups.some((group) => group.name === selector.group)) return undefined;
  const several = namedSo(view.scene, selector.group);
  if (several.length > 1)
    return {
      message: `${selector.group} is ambiguous: ${several.length} instances are called so.`,
      hint: `Name one of them: ${several.slice(0, MOST).join(', ')}${several.length > MOST ? ', …' : ''}.`,
    };
  return {
    message: `There is no group and no single instance ${selector.group}.`,
    hint: `${meant(selector.group, everyName(view))}Name an instance as project/name.`,
  };
}

/** What is said of a name that is understood, and that nobody bears. */
export function nobody(view: PolicyView, name: string, alone: string): Misunderstood {
  return {
    message: `${whyNobody(view, name)}${alone === '' ? '' : ` ${alone}`}`,
    hint: `${isKnown(view, name) ? '' : meant(name, everyName(view))}Name an instance as project/name, one of its NICs as project/name/nic, or an address.`,
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

const MOST = 8;

function namedSo({ members }: PolicyView['scene'], name: string): string[] {
  return [...new Set(members.map((one) => one.instance))].filter((one) => one.endsWith(`/${name}`)).sort();
}

function everyName({ scene }: PolicyView): string[] {
  return [
    ...scene.policy.groups.map((group) => group.name),
    ...scene.members.map((one) => one.instance),
    ...scene.members.map((one) => one.nic),
  ];
}

function meant(word: string, names: readonly string[], prefix = ''): string {
  const near = similarNames(word, names);
  return near.length === 0 ? '' : `Did you mean ${near.map((one) => `${prefix}${one}`).join(', ')}? `;
}
