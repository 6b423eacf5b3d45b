import {
  type AliasEntry,
  type ObservedPolicy,
  type Owned,
  type PolicyChange,
  parsePolicyMarker,
  type RedirectEntry,
  type RuleEntry,
} from '../model/policy-entries.js';
import type { Endpoint, Redirect, Rule, RuleAlias, RuleSet } from '../model/rules.js';

/** The rule set as it will be once these changes are made; what is not ours stays as it is, in its place. Pure. */
export function projectRuleSet(observed: ObservedPolicy, changes: readonly PolicyChange[]): RuleSet {
  const { ruleSet } = observed;
  const aliases = projectAliases(ruleSet.aliases, changes);
  const names = new Set(aliases.map((alias) => alias.name));
  const rules = projectRules(ruleSet.rules, changes).map((rule) => withoutGone(rule, names));
  return { ...ruleSet, aliases, rules, redirects: projectRedirects(ruleSet.redirects, changes) };
}

/** What will be observed once these changes are made; entries that are new are named by their key until they are read. */
export function projectObserved(observed: ObservedPolicy, changes: readonly PolicyChange[]): ObservedPolicy {
  if (changes.length === 0) return observed;
  return {
    ruleSet: projectRuleSet(observed, changes),
    aliases: projectOwned(
      observed.aliases,
      changes.filter((change) => change.kind === 'alias'),
    ),
    rules: projectOwned(
      observed.rules,
      changes.filter((change) => change.kind === 'rule'),
    ),
    redirects: projectOwned(
      observed.redirects,
      changes.filter((change) => change.kind === 'redirect'),
    ),
  };
}

function projectOwned<Entry extends { readonly description: string }>(
  owned: readonly Owned<Entry>[],
  changes: readonly {
    readonly key: string;
    readonly before: Owned<Entry> | undefined;
    readonly after: Entry | undefined;
  }[],
): Owned<Entry>[] {
  const gone = new Set(changes.flatMap((change) => (change.before === undefined ? [] : [change.before.uuid])));
  const made = changes.flatMap(({ key, before, after }): Owned<Entry>[] => {
    if (after === undefined) return [];
    const owner = before?.owner ?? parsePolicyMarker(after.description)?.owner ?? '';
    return [{ uuid: before?.uuid ?? key, owner, key, enabled: true, odd: [], entry: after }];
  });
  return [...owned.filter((one) => !gone.has(one.uuid)), ...made];
}

function projectAliases(aliases: readonly RuleAlias[], changes: readonly PolicyChange[]): RuleAlias[] {
  const after = new Map(aliases.map((alias) => [alias.name, alias]));
  for (const change of changes) {
    if (change.kind !== 'alias') continue;
    if (change.before !== undefined) after.delete(change.before.entry.name);
    if (change.after !== undefined) after.set(change.after.name, aliasOf(change.after));
  }
  return [...after.values()];
}

function aliasOf({ name, type, content }: AliasEntry): RuleAlias {
  return { name, kind: type === 'port' ? 'ports' : 'addresses', entries: content, unknown: undefined };
}

/** OPNsense disables a rule whose alias is gone (Rule.php); one of several names only drops out. */
function withoutGone(rule: Rule, names: ReadonlySet<string>): Rule {
  const isThere = (part: Endpoint['parts'][number]): boolean => part.kind !== 'alias' || names.has(part.name);
  const ends = [rule.source, rule.destination];
  const ports = [...rule.sourcePorts, ...rule.destinationPorts];
  if (
    ends.every((end) => end.parts.every(isThere)) &&
    ports.every((one) => one.kind !== 'alias' || names.has(one.name))
  )
    return rule;
  const [source, destination] = ends.map((end) => ({ ...end, parts: end.parts.filter(isThere) }));
  if (source === undefined || destination === undefined) return rule;
  const gone =
    source.parts.length === 0 ||
    destination.parts.length === 0 ||
    ports.some((one) => one.kind === 'alias' && !names.has(one.name));
  return { ...rule, source, destination, enabled: rule.enabled && !gone };
}

function projectRules(rules: readonly Rule[], changes: readonly PolicyChange[]): Rule[] {
  const own = changes.filter((change) => change.kind === 'rule');
  const gone = new Set(own.flatMap((change) => (change.before === undefined ? [] : [change.before.uuid])));
  const left = rules.filter((rule) => !gone.has(rule.id));
  const made = own.flatMap((change) =>
    change.after === undefined ? [] : [ruleOf(change.after, change.before?.uuid ?? change.key)],
  );
  return made.length === 0 ? left : insertRules(left, made);
}

function ruleOf(entry: RuleEntry, id: string): Rule {
  return {
    id,
    origin: 'ours',
    class: 'interface',
    enabled: true,
    sequence: entry.sequence,
    quick: true,
    action: entry.action,
    direction: 'in',
    interfaces: [entry.interface],
    interfacesNot: false,
    family: entry.family,
    protocols: entry.protocol === 'any' ? [] : [entry.protocol],
    source: entry.source,
    destination: entry.destination,
    sourcePorts: [],
    destinationPorts: entry.ports === undefined ? [] : [entry.ports],
    icmpTypes: entry.protocol === 'icmp' ? entry.icmpTypes : [],
    icmp6Types: [],
    log: entry.log,
    stateful: true,
    newConnections: true,
    description: entry.description,
    unknowns: [],
  };
}

/** Among the rules of single interfaces by sequence; those of the old format have none and come behind. */
function insertRules(rules: readonly Rule[], made: readonly Rule[]): Rule[] {
  const at = rules.findIndex((rule) => rule.class === 'interface');
  const end = at < 0 ? firstBehind(rules) : at;
  const numbered = rules.filter((rule) => rule.class === 'interface' && rule.sequence !== undefined);
  const others = new Set<Rule>(numbered);
  const sorted = [...numbered, ...made].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  return [...rules.slice(0, end), ...sorted, ...rules.slice(end).filter((rule) => !others.has(rule))];
}

/** Where interface rules would begin if there were any: behind floating and group rules, before those of redirects. */
function firstBehind(rules: readonly Rule[]): number {
  const last = rules.findLastIndex((rule) => rule.class === 'floating' || rule.class === 'group');
  if (last >= 0) return last + 1;
  const invalid = rules.findIndex((rule) => rule.class === 'invalid');
  return invalid < 0 ? rules.length : invalid;
}

function projectRedirects(redirects: readonly Redirect[], changes: readonly PolicyChange[]): Redirect[] {
  const own = changes.filter((change) => change.kind === 'redirect');
  if (own.length === 0) return [...redirects];
  const gone = new Set(own.flatMap((change) => (change.before === undefined ? [] : [change.before.uuid])));
  const made = own.flatMap((change) =>
    change.after === undefined ? [] : [redirectOf(change.after, change.before?.uuid ?? change.key)],
  );
  const left = redirects.filter((one) => !gone.has(one.id));
  const numbered = left.filter((one) => one.sequence !== undefined);
  const others = new Set(numbered);
  const first = left.findIndex((one) => one.sequence !== undefined);
  const at = first < 0 ? left.filter((one) => one.origin === 'automatic').length : first;
  const sorted = [...numbered, ...made].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  return [...left.slice(0, at), ...sorted, ...left.slice(at).filter((one) => !others.has(one))];
}

function redirectOf(entry: RedirectEntry, id: string): Redirect {
  return {
    id,
    origin: 'ours',
    enabled: true,
    sequence: entry.sequence,
    action: 'redirect',
    interfaces: [entry.interface],
    interfacesNot: false,
    family: 'inet',
    protocols: [entry.protocol],
    source: { parts: [{ kind: 'any' }], not: false },
    destination: entry.destination,
    sourcePorts: [],
    destinationPorts: [{ kind: 'ports', ...entry.ports }],
    targets: [{ kind: 'addresses', span: entry.target }],
    targetPort: entry.targetPort === entry.ports.from ? undefined : entry.targetPort,
    passes: false,
    description: entry.description,
    unknowns: [],
  };
}
