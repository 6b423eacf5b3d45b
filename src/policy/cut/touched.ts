import type { Endpoint, PacketMatch, Redirect, Rule, RuleAlias, RuleSet } from '../../model/rules.js';

/** A rule or redirect that does something else after a change, as it was and as it is. */
export interface Touched<Of extends PacketMatch> {
  readonly before: Of | undefined;
  readonly after: Of | undefined;
  /** Only the addresses that its aliases hold are others; everything else of it, and its place, stayed. */
  readonly onlyAddresses: boolean;
}

/** What differs between two rule sets; undefined where more than aliases, rules and redirects does. */
export interface TouchedEntries {
  readonly rules: readonly Touched<Rule>[];
  readonly redirects: readonly Touched<Redirect>[];
}

/** Finds what a change touches: a packet that meets none of it fares as before. */
export function touchedEntries(before: RuleSet, after: RuleSet): TouchedEntries | undefined {
  if (surroundings(before) !== surroundings(after)) return undefined;
  const changed = changedAliases(before.aliases, after.aliases);
  return {
    rules: touchedOf(inForce(before.rules), inForce(after.rules), changed),
    redirects: touchedOf(inForce(before.redirects), inForce(after.redirects), changed),
  };
}

/** Everything of a rule set that is no alias, rule or redirect, whatever fields it has. */
function surroundings({ aliases, rules, redirects, notes, ...rest }: RuleSet): string {
  return JSON.stringify(rest);
}

function inForce<Of extends PacketMatch & { readonly enabled: boolean; readonly class?: string }>(
  all: readonly Of[],
): Of[] {
  return all.filter((one) => one.enabled && one.class !== 'invalid');
}

function touchedOf<Of extends PacketMatch & { readonly id: string }>(
  before: readonly Of[],
  after: readonly Of[],
  changed: ReadonlySet<string>,
): Touched<Of>[] {
  const was = keyed(before);
  const is = keyed(after);
  const moved = movedKeys(
    [...was.keys()].filter((key) => is.has(key)),
    [...is.keys()].filter((key) => was.has(key)),
  );
  const gone = [...was].flatMap(([key, one]) => (is.has(key) ? [] : [{ before: one, after: undefined }]));
  const others = [...is].flatMap(([key, one]) => {
    const old = was.get(key);
    const same = old !== undefined && !moved.has(key) && (old === one || sayings(old) === sayings(one));
    if (same && !namesOf(one).some((name) => changed.has(name))) return [];
    return [{ before: old, after: one, onlyAddresses: same && !hasPortAlias(one, changed) }];
  });
  return [...gone.map((one) => ({ ...one, onlyAddresses: false })), ...others];
}

/** By id, and of those that share one (the firewall's own rules for two families) by their order. */
function keyed<Of extends { readonly id: string }>(all: readonly Of[]): Map<string, Of> {
  const found = new Map<string, Of>();
  for (const one of all) {
    let key = one.id;
    for (let number = 2; found.has(key); number += 1) key = `${one.id} ${number}`;
    found.set(key, one);
  }
  return found;
}

/** What a rule says, without what only names and orders it: whether it moved is looked at among all of them. */
function sayings(one: object): string {
  return JSON.stringify({ ...one, description: '', sequence: 0, origin: '', log: false });
}

/** Of two orders of the same keys, those between the first and the last place where the orders differ. */
function movedKeys(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const first = before.findIndex((key, at) => after[at] !== key);
  if (first < 0) return new Set();
  const last = before.findLastIndex((key, at) => after[at] !== key);
  return new Set(before.slice(first, last + 1));
}

function namesOf(match: PacketMatch): string[] {
  const ports = [...match.sourcePorts, ...match.destinationPorts];
  const targets = 'targets' in match ? [{ parts: match.targets as Endpoint['parts'], not: false }] : [];
  return [
    ...[match.source, match.destination, ...targets].flatMap((end) =>
      end.parts.flatMap((part) => (part.kind === 'alias' ? [part.name] : [])),
    ),
    ...ports.flatMap((part) => (part.kind === 'alias' ? [part.name] : [])),
  ];
}

function hasPortAlias(match: PacketMatch, changed: ReadonlySet<string>): boolean {
  if ('targets' in match) return true;
  return [...match.sourcePorts, ...match.destinationPorts].some(
    (part) => part.kind === 'alias' && changed.has(part.name),
  );
}

/** Names of aliases that hold something else, those that hold them included. */
function changedAliases(before: readonly RuleAlias[], after: readonly RuleAlias[]): ReadonlySet<string> {
  const was = new Map(before.map((alias) => [alias.name, alias]));
  const is = new Map(after.map((alias) => [alias.name, alias]));
  const changed = new Set(
    [...was.keys(), ...is.keys()].filter((name) => {
      const [old, now] = [was.get(name), is.get(name)];
      return old !== now && JSON.stringify(old) !== JSON.stringify(now);
    }),
  );
  for (let grows = changed.size > 0; grows; ) {
    grows = false;
    for (const alias of [...before, ...after]) {
      if (changed.has(alias.name)) continue;
      if (!alias.entries.some((entry) => changed.has(entry.replace(/^!\s*/, '')))) continue;
      changed.add(alias.name);
      grows = true;
    }
  }
  return changed;
}
