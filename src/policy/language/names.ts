import type { Place, Policy, PolicyGroup, Selector } from '../../model/policy.js';
import type { Mistake } from './reader.js';

/** What else has names that a policy may use, and how a misspelt one is put right. */
export interface KnownNames {
  readonly segments: readonly string[];
  /** The candidate that a word was probably meant to be. */
  suggest(word: string, candidates: readonly string[]): string | undefined;
}

/** Finds names that nothing bears, names that two things bear, and groups that hold themselves. */
export function checkNames(policy: Policy, known: KnownNames, mistakes: Mistake[]): void {
  const groups = policy.groups.map((group) => group.name);
  const tags = policy.tagOwners.map((owner) => owner.tag);
  for (const selector of selectorsOf(policy)) {
    if (selector.kind === 'group') miss('group', selector.group, groups, selector, known, mistakes);
    if (selector.kind === 'tag') miss('tag', selector.tag, tags, selector, known, mistakes);
    if (selector.kind === 'segment') miss('segment', selector.segment, known.segments, selector, known, mistakes);
  }
  twice(policy.groups, (group) => group.name, 'The group', mistakes);
  twice(policy.tagOwners, (owner) => owner.tag, 'The tag', mistakes);
  twice(policy.publishes, (publish) => publish.name, 'The publish', mistakes);
  checkPorts(policy, mistakes);
  const cycle = findCycle(policy.groups);
  if (cycle !== undefined)
    mistakes.push({
      place: cycle.place,
      path: [],
      message: `The group ${cycle.names[0]} holds itself: ${cycle.names.join(' → ')}.`,
      hint: 'Take one of these steps out.',
    });
}

/** Every selector of a policy, wherever it stands. */
export function selectorsOf(policy: Policy): Selector[] {
  return [
    ...policy.groups.flatMap((group) => group.members),
    ...policy.statements.flatMap((one) => [...one.from, ...one.to]),
    ...policy.publishes.flatMap((one) => [one.to, ...one.from]),
    ...policy.tests.flatMap((one) => [...one.from, ...one.to]),
  ];
}

function miss(
  kind: 'group' | 'tag' | 'segment',
  name: string,
  names: readonly string[],
  { place }: Selector,
  known: KnownNames,
  mistakes: Mistake[],
): void {
  if (names.includes(name)) return;
  const near = known.suggest(name, names) ?? (kind === 'group' ? known.suggest(name, known.segments) : undefined);
  const isSegment = near !== undefined && kind === 'group' && !names.includes(near);
  const message = kind === 'tag' ? `tagOwners gives the tag ${name} to nobody.` : `There is no ${kind} ${name}.`;
  const list = names.length === 0 ? `No ${kind} is declared.` : `There are: ${names.slice(0, 12).join(', ')}.`;
  const hint =
    near === undefined
      ? list
      : `Did you mean ${isSegment || kind === 'segment' ? 'segment:' : kind === 'tag' ? 'tag:' : ''}${near}?`;
  mistakes.push({ place, path: [], message, hint });
}

function twice<T extends { readonly place: Place }>(
  all: readonly T[],
  nameOf: (one: T) => string,
  what: string,
  mistakes: Mistake[],
): void {
  const first = new Map<string, T>();
  for (const one of all) {
    const before = first.get(nameOf(one));
    if (before === undefined) first.set(nameOf(one), one);
    else
      mistakes.push({
        place: one.place,
        path: [],
        message: `${what} ${nameOf(one)} is declared twice, first in ${before.place.file}:${before.place.line}.`,
        hint: 'Take one of them out, or give it another name.',
      });
  }
}

function checkPorts({ publishes }: Policy, mistakes: Mistake[]): void {
  for (const [index, one] of publishes.entries()) {
    const other = publishes
      .slice(0, index)
      .find(
        (before) =>
          before.on === one.on &&
          before.protocol === one.protocol &&
          before.ports.from <= one.ports.to &&
          one.ports.from <= before.ports.to,
      );
    if (other !== undefined)
      mistakes.push({
        place: one.place,
        path: [],
        message: `${one.name} wants a port of ${one.on} that ${other.name} has already.`,
        hint: 'Give one of them another port.',
      });
  }
}

function findCycle(groups: readonly PolicyGroup[]): { readonly names: string[]; readonly place: Place } | undefined {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const done = new Set<string>();
  function walk(group: PolicyGroup, above: readonly string[]): string[] | undefined {
    if (above.includes(group.name)) return [...above.slice(above.indexOf(group.name)), group.name];
    if (done.has(group.name)) return undefined;
    for (const member of group.members) {
      const next = member.kind === 'group' ? byName.get(member.group) : undefined;
      const found = next && walk(next, [...above, group.name]);
      if (found !== undefined) return found;
    }
    done.add(group.name);
    return undefined;
  }
  for (const group of groups) {
    const names = walk(group, []);
    const first = names?.[0] === undefined ? undefined : byName.get(names[0]);
    if (names !== undefined && first !== undefined) return { names, place: first.place };
  }
  return undefined;
}
