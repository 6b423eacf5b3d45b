import type {
  AliasChange,
  AliasEntry,
  Owned,
  PolicyChange,
  RedirectChange,
  RuleChange,
  RuleEntry,
} from '../../../../model/policy-entries.js';
import type { Endpoint } from '../../../../model/rules.js';

/** The writes of an apply in the order in which they are made; each phase is put in force before the next one begins. */
export interface Phases {
  /** Only closes: rules that go or would meet other members are switched off, redirects go, aliases lose what they will not have. */
  readonly close: {
    readonly rules: readonly Owned<RuleEntry>[];
    readonly redirects: readonly string[];
    readonly aliases: readonly AliasEntry[];
  };
  /** Aliases as they shall be. Those that are new are used by nobody yet. */
  readonly aliases: readonly AliasEntry[];
  /** Rules and redirects as they shall be. */
  readonly open: { readonly rules: readonly RuleChange[]; readonly redirects: readonly RedirectChange[] };
  /** What nothing refers to any more. A block is among these: taking it away opens. */
  readonly remove: { readonly rules: readonly string[]; readonly aliases: readonly string[] };
}

/**
 * Puts changes in an order in which nothing passes at any moment that passes neither before nor after: first everything that only
 * closes, then aliases, then rules, then what is left over. A rule that changes while one of its aliases gets new members is
 * switched off meanwhile, since those must not meet the rule as it was. Pure.
 */
export function planPhases(changes: readonly PolicyChange[]): Phases {
  const aliases = changes.filter((change) => change.kind === 'alias');
  const rules = changes.filter((change) => change.kind === 'rule');
  const redirects = changes.filter((change) => change.kind === 'redirect');
  const negated = negatedAliases(rules);
  const widened = new Set(aliases.filter((one) => isWidened(one, negated)).flatMap(namesOf));
  const meets = ({ before }: RuleChange): boolean =>
    before !== undefined && aliasesIn(before.entry).some((name) => widened.has(name));
  const passes = (rule: RuleEntry): boolean => rule.action === 'pass';
  return {
    close: {
      rules: rules.flatMap(({ before, after }) =>
        before !== undefined && passes(before.entry) && (after === undefined || meets({ before, after } as RuleChange))
          ? [before]
          : [],
      ),
      redirects: redirects.flatMap(({ before, after }) =>
        after === undefined && before !== undefined ? [before.uuid] : [],
      ),
      aliases: aliases.flatMap((one) => narrowed(one, negated)),
    },
    aliases: aliases.flatMap(({ after }) => after ?? []),
    open: {
      rules: rules.filter(({ after }) => after !== undefined),
      redirects: redirects.filter(({ after }) => after !== undefined),
    },
    remove: {
      rules: rules.flatMap(({ before, after }) => (after === undefined && before !== undefined ? [before.uuid] : [])),
      aliases: aliases.flatMap(({ before, after }) =>
        after === undefined && before !== undefined ? [before.uuid] : [],
      ),
    },
  };
}

/** Aliases that a rule turns round: what comes into one is closed by that, and what goes out of it opened. */
function negatedAliases(rules: readonly RuleChange[]): ReadonlySet<string> {
  const entries = rules.flatMap(({ before, after }) => [before?.entry, after]).filter((entry) => entry !== undefined);
  const ends = entries.flatMap((entry) => [entry.source, entry.destination]);
  return new Set(ends.filter((end) => end.not).flatMap(aliasesOf));
}

function aliasesIn({ source, destination, ports }: RuleEntry): string[] {
  return [...aliasesOf(source), ...aliasesOf(destination), ...(ports?.kind === 'alias' ? [ports.name] : [])];
}

function aliasesOf(end: Endpoint): string[] {
  return end.parts.flatMap((part) => (part.kind === 'alias' ? [part.name] : []));
}

/** The name that compilers give to the alias of everything that is not the internet, which rules only ever turn round. */
const TURNED_ROUND = /:alias\/local\/local\]$/;

function isTurned({ before, after }: AliasChange, negated: ReadonlySet<string>): boolean {
  const entry = before?.entry ?? after;
  return entry !== undefined && (negated.has(entry.name) || TURNED_ROUND.test(entry.description));
}

/** What opens when it comes into an alias: an address, or in one that is turned round nothing; an exclusion does the opposite. */
function opensBy(item: string, isTurnedRound: boolean): boolean {
  return item.startsWith('!') === isTurnedRound;
}

function namesOf({ before, after }: AliasChange): string[] {
  return [before?.entry.name, after?.name].filter((name) => name !== undefined);
}

/** Also one that comes back after somebody took it away or switched it off, since rules may still name it. */
function isWidened(change: AliasChange, negated: ReadonlySet<string>): boolean {
  const { before, after } = change;
  if (after === undefined) return false;
  if (before === undefined || !before.enabled || before.entry.type !== after.type) return true;
  const turned = isTurned(change, negated);
  const was = new Set(before.entry.content);
  const is = new Set(after.content);
  return (
    after.content.some((item) => !was.has(item) && opensBy(item, turned)) ||
    before.entry.content.some((item) => !is.has(item) && !opensBy(item, turned))
  );
}

/** The alias with all that closes and nothing that opens; nothing where that is what it is, or what it shall be. */
function narrowed(change: AliasChange, negated: ReadonlySet<string>): AliasEntry[] {
  const { before, after } = change;
  if (before === undefined || after === undefined) return [];
  const turned = isTurned(change, negated);
  const was = new Set(before.entry.content);
  const is = new Set(after.content);
  const kept = before.entry.content.filter((item) => is.has(item) || !opensBy(item, turned));
  const closing = after.content.filter((item) => !was.has(item) && !opensBy(item, turned));
  const content = [...kept, ...closing].sort();
  const same = (other: readonly string[]): boolean =>
    content.length === other.length && content.every((item) => other.includes(item));
  return same(before.entry.content) || same(after.content) ? [] : [{ ...before.entry, content }];
}
