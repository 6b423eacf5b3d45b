import { instanceName } from '../../model/instance.js';
import type { Place, PolicyGroup, Selector } from '../../model/policy.js';
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
    ...sameMembers(scene, resolver),
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
        message: `${selector.text} names no instance with an address in a segment: nothing passes because of it yet.`,
      },
    ];
  });
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

/** Two groups of the same instances are mostly a slip: one of them was to be another. */
function sameMembers(scene: PolicyScene, resolver: Resolver): PolicyFinding[] {
  const seen = new Map<string, PolicyGroup>();
  const findings: PolicyFinding[] = [];
  for (const group of scene.policy.groups) {
    const { members, segments, networks } = resolver.resolve(asSelector(group));
    if (members.length === 0) continue;
    const key = JSON.stringify([members.map((one) => one.nic).sort(), [...segments].sort(), [...networks].sort()]);
    const other = seen.get(key);
    if (other === undefined) seen.set(key, group);
    else if (findings.length < MOST_PAIRS)
      findings.push({
        code: 'same-members',
        severity: 'warning',
        where: placeOf(group.place),
        message: `The groups ${other.name} and ${group.name} have the same members.`,
      });
  }
  return findings;
}

/** A group as a selector of its own. */
export function asSelector(group: PolicyGroup): Selector {
  return { kind: 'group', group: group.name, text: group.name, place: group.place };
}

function once(selectors: readonly Selector[]): Selector[] {
  return [...new Map([...selectors].reverse().map((one) => [`${one.kind} ${one.text}`, one])).values()].reverse();
}
