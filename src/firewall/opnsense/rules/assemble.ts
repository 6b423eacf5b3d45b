import type { Redirect, Rule, RuleAlias, RuleRoute, RuleSet } from '../../../model/rules.js';
import { BANNED_NOTE } from './aliases.js';
import type { RedirectDraft } from './draft.js';
import type { Places } from './interfaces.js';
import type { PlacedDraft } from './model-rules.js';
import type { Names } from './names.js';
import { comparePlaces } from './order.js';
import { toRedirect, toRule } from './to-rule.js';

/** What a rule set is put together from. */
export interface Pieces {
  readonly places: Places;
  readonly aliases: readonly RuleAlias[];
  readonly routes: readonly RuleRoute[];
  /** In any order. */
  readonly rules: readonly PlacedDraft[];
  /** In order. */
  readonly redirects: readonly RedirectDraft[];
  readonly notes: readonly string[];
}

/** A description is ours when it ends with a marker of slash32, of that owner when one is given. */
export function ownership(owner: string | undefined): (description: string) => boolean {
  return (description) => {
    const found = /\[slash32:([^:\]\s]+)[^\]\s]*\]\s*$/.exec(description)?.[1];
    return found !== undefined && (owner === undefined || found === encodeURIComponent(owner));
  };
}

/** Automatic and legacy rules are numbered by their readers alone. */
function withSequence<Read extends { readonly value: Rule }>(
  read: Read,
  { model, sequence }: PlacedDraft['place'],
): Read {
  return model ? { ...read, value: { ...read.value, sequence } } : read;
}

/** Orders rules, resolves their names, and gathers the notes. pf passes what no rule fits: the default deny is a rule. */
export function assemble(pieces: Pieces): RuleSet {
  const { places } = pieces;
  const names: Names = {
    interfaces: new Map(places.interfaces.map((one) => [one.id, one])),
    groups: new Map(places.groups.map((group) => [group.id, group])),
    aliases: new Map(pieces.aliases.map((alias) => [alias.name, alias])),
    devices: places.devices,
    known: places.known,
  };
  const rules = [...pieces.rules]
    .sort((a, b) => comparePlaces(a.place, b.place))
    .map(({ draft, place }) => withSequence(toRule(draft, names), place));
  const redirects = pieces.redirects.map((draft) => toRedirect(draft, names));
  const readRules: readonly Rule[] = rules.map((read) => read.value);
  const readRedirects: readonly Redirect[] = redirects.map((read) => read.value);
  return {
    interfaces: places.interfaces,
    groups: places.groups.map(({ id, members, unseen }) => ({ id, members, unseen })),
    routes: pieces.routes,
    aliases: pieces.aliases,
    redirects: readRedirects,
    rules: readRules,
    fallback: 'pass',
    notes: [
      ...pieces.notes,
      BANNED_NOTE,
      ...redirects.flatMap((read) => read.notes),
      ...rules.flatMap((read) => read.notes),
    ],
  };
}
