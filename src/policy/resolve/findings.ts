import { instanceName } from '../../model/instance.js';
import type { Place, PolicyGroup, Selector } from '../../model/policy.js';
import { similarNames } from '../../model/similar.js';
import { selectorsOf } from '../language/names.js';
import type { Resolver } from './resolve.js';
import type { PolicyFinding, PolicyScene } from './types.js';

/** Pairs of groups that are named at most. */
const MOST_PAIRS = 5;

/** What of a policy does not mean what it seems to, with this inventory: nobody there, tags nobody may claim, two segments. */
export function findPolicyFaults(scene: PolicyScene, resolver: Resolver): PolicyFinding[] {
  return [
    ...resolver.tags.ignored.map(
      ({ instance, tag, why }): PolicyFinding => ({
        code: 'tag-ignored',
        severity: 'warning',
        where: instanceName(instance),
        message: `${instanceName(instance)} claims the tag ${tag}, which is ignored: ${why}.`,
      }),
    ),
    ...emptySelectors(scene, resolver),
    ...twoSegments(scene, resolver),
    ...sharedMembers(scene, resolver),
  ];
}

/** `policy.yaml:14:3`. */
export function placeOf(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

function emptySelectors(scene: PolicyScene, resolver: Resolver): PolicyFinding[] {
  return once(selectorsOf(scene.policy)).flatMap((selector) => {
    if (selector.kind === 'any' || selector.kind === 'internet' || selector.kind === 'firewall') return [];
    const { members, segments, networks } = resolver.resolve(selector);
    if (members.length + segments.length + networks.length > 0) return [];
    return [
      {
        code: 'empty-selector',
        severity: 'warning',
        where: placeOf(selector.place),
        message: `${selector.text} names no instance with an address in a segment: nothing passes because of it yet.${near(selector, scene)}`,
      },
    ];
  });
}

/** An instance that is to come is named before it is there, so this is a question and no more. */
function near(selector: Selector, { instances, members }: PolicyScene): string {
  if (selector.kind !== 'instances' || selector.pattern.includes('*')) return '';
  const names = instances.map(instanceName);
  if (names.includes(selector.pattern)) return '';
  const found = similarNames(selector.pattern, [...names, ...members.map((one) => one.nic)], 3);
  return found.length === 0 ? '' : ` Did you mean ${found.join(', ')}?`;
}

function twoSegments(scene: PolicyScene, resolver: Resolver): PolicyFinding[] {
  return once(
    selectorsOf(scene.policy).filter((one) => one.kind === 'instances' && !one.pattern.includes('*')),
  ).flatMap((selector) => {
    const segments = [...new Set(resolver.resolve(selector).members.map((member) => member.segment))];
    if (segments.length < 2) return [];
    return [
      {
        code: 'two-segments',
        severity: 'warning',
        where: placeOf(selector.place),
        message: `${selector.text} stands in ${segments.length} segments (${segments.join(', ')}); all its addresses are meant.`,
      },
    ];
  });
}

/**
 * Groups that share instances. Two of exactly the same are mostly a slip: one of them was to be another. That some are in both may
 * well be meant, and still surprises whoever opens one of them, unless one group is declared as a part of the other.
 */
function sharedMembers(scene: PolicyScene, resolver: Resolver): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const groups = scene.policy.groups.map((group) => {
    const names = namesOf(resolver.resolve(asSelector(group)));
    return { group, names, set: new Set(names) };
  });
  for (const [index, { group, names }] of groups.entries()) {
    for (const other of groups.slice(0, index)) {
      const shared = names.filter((name) => other.set.has(name));
      if (shared.length === 0 || findings.length >= MOST_PAIRS) continue;
      const isSame = shared.length === names.length && shared.length === other.names.length;
      if (!isSame && (isPartOf(group, other.group, scene) || isPartOf(other.group, group, scene))) continue;
      const both = `The groups ${other.group.name} and ${group.name}`;
      const some = shared.slice(0, 3).join(', ');
      findings.push({
        code: isSame ? 'same-members' : 'shared-members',
        severity: 'warning',
        where: placeOf(group.place),
        message: isSame
          ? `${both} have the same members.`
          : `${both} share ${shared.length} of their instances (${some}${shared.length > 3 ? ', …' : ''}).`,
      });
    }
  }
  return findings;
}

function namesOf({ members }: ReturnType<Resolver['resolve']>): string[] {
  return [...new Set(members.map((member) => member.instance))];
}

function isPartOf(part: PolicyGroup, whole: PolicyGroup, scene: PolicyScene): boolean {
  return whole.members.some((member) => {
    if (member.kind !== 'group') return false;
    const inner = scene.policy.groups.find((group) => group.name === member.group);
    return inner !== undefined && (inner.name === part.name || isPartOf(part, inner, scene));
  });
}

/** A group as a selector of its own. */
export function asSelector(group: PolicyGroup): Selector {
  return { kind: 'group', group: group.name, text: group.name, place: group.place };
}

function once(selectors: readonly Selector[]): Selector[] {
  return [...new Map([...selectors].reverse().map((one) => [`${one.kind} ${one.text}`, one])).values()].reverse();
}
