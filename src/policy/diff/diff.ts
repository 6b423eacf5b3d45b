import { formatPlace } from '../../model/policy.js';
import {
  type AliasEntry,
  type ObservedPolicy,
  type Owned,
  type PolicyChange,
  plainDescription,
  type RedirectEntry,
  type RuleEntry,
} from '../../model/policy-entries.js';
import type { CompiledAlias, CompiledPolicy, CompiledRedirect, CompiledRule } from '../compile/types.js';
import { giveSequences } from './sequences.js';

/** What a compiled policy is held against. */
export interface DiffInput {
  readonly owner: string;
  readonly compiled: CompiledPolicy;
  readonly observed: ObservedPolicy;
  /** Interfaces whose rules may not be written now: those of ours that stand there stay as they are. */
  readonly outOfScope?: ReadonlySet<string>;
}

/** An alias of ours that nothing asks for and that stays, since somebody else names it. */
export interface KeptAlias {
  readonly name: string;
  readonly content: readonly string[];
  /** Who names it, for people. */
  readonly by: readonly string[];
}

/** What would have to change, interfaces without room for all rules, and what has to stay. */
export interface PolicyDiff {
  readonly changes: readonly PolicyChange[];
  readonly full: readonly string[];
  readonly kept: readonly KeptAlias[];
}

/** Desired minus observed, entry by entry: what is as it should be gives no change, whatever its order. Pure. */
export function diffPolicy(input: DiffInput): PolicyDiff {
  const { compiled, observed, owner } = input;
  const mine = <Entry>(all: readonly Owned<Entry>[]): Owned<Entry>[] => all.filter((one) => one.owner === owner);
  const rules = mine(observed.rules).filter((one) => !input.outOfScope?.has(one.entry.interface));
  const sequences = giveSequences(compiled.rules, numbersOf(rules));
  const redirects = mine(observed.redirects);
  const aliases = mine(observed.aliases);
  const numbers = redirectNumbers(compiled.redirects, redirects);
  const changes: PolicyChange[] = [
    ...diffKind(
      'alias',
      compiled.aliases.map((one): Wanted<AliasEntry> => ({ ...wantedOf(one), entry: settled(one, aliases) })),
      aliases,
      sameAlias,
    ),
    ...diffKind(
      'rule',
      compiled.rules.map(
        (one): Wanted<RuleEntry> => ({
          ...wantedOf(one),
          entry: { ...one.entry, sequence: sequences.byKey.get(one.key) ?? 0 },
        }),
      ),
      rules,
      sameText,
    ),
    ...diffKind(
      'redirect',
      compiled.redirects.map(
        (one): Wanted<RedirectEntry> => ({
          ...wantedOf(one),
          entry: { ...one.entry, sequence: numbers.get(one.key) ?? 0 },
        }),
      ),
      redirects,
      sameText,
    ),
  ];
  const kept = keptAliases(changes, input);
  const names = new Set(kept.map((one) => one.name));
  const isKept = (one: PolicyChange): boolean =>
    one.kind === 'alias' && one.action === 'delete' && names.has(one.before?.entry.name ?? '');
  return { changes: changes.filter((one) => !isKept(one)), full: sequences.full, kept };
}

/** Of the aliases that would go, those that entries of others name. Entries of ours name none of them any more. */
function keptAliases(changes: readonly PolicyChange[], { owner, observed, outOfScope }: DiffInput): KeptAlias[] {
  const staying = new Set(
    observed.rules.flatMap((one) =>
      one.owner === owner && outOfScope?.has(one.entry.interface) === true ? [one.key] : [],
    ),
  );
  return changes.flatMap((one): KeptAlias[] => {
    if (one.kind !== 'alias' || one.action !== 'delete' || one.before === undefined) return [];
    const { name, content } = one.before.entry;
    const by = (observed.uses ?? [])
      .filter((use) => use.alias === name && (use.owner !== owner || staying.has(use.key ?? '')))
      .map((use) => use.by);
    return by.length === 0 ? [] : [{ name, content, by: [...new Set(by)] }];
  });
}

/** An alias as it is to be, where another content of it does the same and stands there already. */
function settled({ key, entry, settle }: CompiledAlias, present: readonly Owned<AliasEntry>[]): AliasEntry {
  const standing =
    settle === undefined ? undefined : present.find((one) => one.key === key && one.entry.name === entry.name);
  return standing === undefined ? entry : { ...entry, content: settle?.(standing.entry.content) ?? entry.content };
}

interface Wanted<Entry> {
  readonly key: string;
  readonly reason: string;
  readonly entry: Entry;
}

function wantedOf(one: CompiledAlias | CompiledRule | CompiledRedirect): {
  readonly key: string;
  readonly reason: string;
} {
  return { key: one.key, reason: one.place === undefined ? one.what : `${one.what} (${formatPlace(one.place)})` };
}

/** Entries are told apart by key; a second one with the same marker is a copy that somebody made by hand. */
function diffKind<Kind extends PolicyChange['kind'], Entry extends AliasEntry | RuleEntry | RedirectEntry>(
  kind: Kind,
  wanted: readonly Wanted<Entry>[],
  present: readonly Owned<Entry>[],
  isSame: (before: Entry, after: Entry) => boolean,
): PolicyChange[] {
  const byKey = new Map<string, Owned<Entry>>();
  const copies: Owned<Entry>[] = [];
  const asked = new Map<string, Entry[]>();
  for (const { key, entry } of wanted) {
    const same = asked.get(key);
    if (same === undefined) asked.set(key, [entry]);
    else same.push(entry);
  }
  for (const one of present) {
    const isAsked = asked.get(one.key)?.some((entry) => !isRenamed(entry, one.entry)) === true;
    if (byKey.has(one.key) || !isAsked) copies.push(one);
    else byKey.set(one.key, one);
  }
  const made = wanted.flatMap(({ key, reason, entry }): PolicyChange[] => {
    const before = byKey.get(key);
    if (before === undefined) return [change(kind, 'create', key, undefined, entry, reason)];
    if (before.enabled && before.odd.length === 0 && isSame(before.entry, entry)) return [];
    return [change(kind, 'update', key, before, entry, reason)];
  });
  const gone = copies.map((before) =>
    change(
      kind,
      'delete',
      before.key,
      before,
      undefined,
      `${nameOf(before.entry)}${asked.has(before.key) ? 'a copy of an entry that is there' : 'nothing in the policy asks for it any more'}`,
    ),
  );
  return [...made, ...gone];
}

/** What a person calls it, before what is said of it: its description without the marker. The plan names an alias by itself. */
function nameOf(entry: AliasEntry | RuleEntry | RedirectEntry): string {
  if ('name' in entry) return '';
  const plain = plainDescription(entry.description);
  return plain === '' ? '' : `${plain}: `;
}

function isRenamed(
  wanted: AliasEntry | RuleEntry | RedirectEntry,
  present: AliasEntry | RuleEntry | RedirectEntry,
): boolean {
  return 'name' in wanted && 'name' in present && wanted.name !== present.name;
}

function change(
  kind: PolicyChange['kind'],
  action: PolicyChange['action'],
  key: string,
  before: Owned<AliasEntry | RuleEntry | RedirectEntry> | undefined,
  after: AliasEntry | RuleEntry | RedirectEntry | undefined,
  reason: string,
): PolicyChange {
  return { kind, action, key, before, after, reason } as PolicyChange;
}

function sameAlias(before: AliasEntry, after: AliasEntry): boolean {
  return (
    before.type === after.type &&
    before.description === after.description &&
    before.content.length === after.content.length &&
    before.content.every((item, at) => item === after.content[at])
  );
}

function sameText<Entry>(before: Entry, after: Entry): boolean {
  return JSON.stringify(before) === JSON.stringify(after) || canonical(before) === canonical(after);
}

/** JSON with sorted keys; lists of aliases in an end have no order of their own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (key === 'parts' && Array.isArray(part)) return part.map(canonical).sort();
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The number of each entry; of copies that of the first, since that is the one that stays. */
function numbersOf(present: readonly Owned<RuleEntry | RedirectEntry>[]): ReadonlyMap<string, number> {
  return new Map([...present].reverse().map((one) => [one.key, one.entry.sequence]));
}

/** Redirects keep their sequence; new ones come behind those of ours, and far behind the usual ones by hand. */
function redirectNumbers(
  wanted: readonly CompiledRedirect[],
  present: readonly Owned<RedirectEntry>[],
): ReadonlyMap<string, number> {
  const now = numbersOf(present);
  const numbers = new Map<string, number>();
  let next = Math.max(10_000, ...present.map((one) => one.entry.sequence));
  for (const { key } of wanted) {
    const kept = now.get(key);
    if (kept === undefined) next += 10;
    numbers.set(key, kept ?? next);
  }
  return numbers;
}
