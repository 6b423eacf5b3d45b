import type { ObservedPolicy, Owned, PolicyChange } from '../../../model/policy-entries.js';

/** What a reading shows otherwise than the changes ask for, in words; undefined when all of it is there and nothing else has changed. */
export function policyDifference(
  before: ObservedPolicy,
  changes: readonly PolicyChange[],
  found: ObservedPolicy,
): string | undefined {
  const kinds = { alias: ['aliases'], rule: ['rules'], redirect: ['redirects'] } as const;
  for (const kind of ['alias', 'rule', 'redirect'] as const) {
    const [list] = kinds[kind];
    const own = changes.filter((change) => change.kind === kind);
    const expected = expectedEntries(before[list], own);
    const seen = counted(found[list]);
    for (const [name, wanted] of counted(expected)) {
      if (seen.get(name) !== wanted) return `${kind} ${name.split('\n')[0]}`;
      seen.delete(name);
    }
    const [extra] = seen.keys();
    if (extra !== undefined) return `${kind} ${extra.split('\n')[0]}, which should not be there`;
  }
  return undefined;
}

type AnyOwned = Owned<object>;

function expectedEntries(before: readonly AnyOwned[], changes: readonly PolicyChange[]): AnyOwned[] {
  const gone = new Set(changes.flatMap((change) => (change.before === undefined ? [] : [change.before.uuid])));
  const made = changes.flatMap(({ key, before: old, after }): AnyOwned[] => {
    if (after === undefined) return [];
    const owner = old?.owner ?? /\[slash32:([^:]+):[^\]]*\]$/.exec(after.description)?.[1] ?? '';
    return [{ uuid: '', owner, key, enabled: true, odd: [], entry: after }];
  });
  return [...before.filter((one) => !gone.has(one.uuid)), ...made];
}

/** How often each entry is there, by its key and all that it says; uuids are the firewall's business. */
function counted(entries: readonly AnyOwned[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { owner, key, enabled, odd, entry } of entries) {
    const name = `${owner}:${key}\n${canonical([enabled, odd, entry])}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (key === 'parts' && Array.isArray(part)) return part.map(canonical).sort();
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
