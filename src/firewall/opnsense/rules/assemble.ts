import type { Redirect, RefusedEntry, Rule, RuleAlias, RuleRoute, RuleSet } from '../../../model/rules.js';
import { BANNED_NOTE } from './aliases.js';
import type { RedirectDraft, RuleDraft, TranslationDraft } from './draft.js';
import type { Places } from './interfaces.js';
import type { PlacedDraft } from './model-rules.js';
import type { Names } from './names.js';
import { comparePlaces } from './order.js';
import { toRedirect, toRule, toTranslation } from './to-rule.js';

/** What a rule set is put together from. */
export interface Pieces {
  readonly places: Places;
  readonly aliases: readonly RuleAlias[];
  readonly routes: readonly RuleRoute[];
  /** In any order. */
  readonly rules: readonly PlacedDraft[];
  /** In order. */
  readonly redirects: readonly RedirectDraft[];
  /** In order. */
  readonly translations: readonly TranslationDraft[];
  readonly notes: readonly string[];
  /** How a place in the source is called; undefined where there is no source to look into. */
  readonly whereOf?: ((offset: number) => string) | undefined;
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
  const placed = [...pieces.rules].sort((a, b) => comparePlaces(a.place, b.place));
  const rules = placed.map(({ draft, place }) => withSequence(toRule(draft, names), place));
  const redirects = pieces.redirects.map((draft) => toRedirect(draft, names));
  const translations = pieces.translations.map((draft) => toTranslation(draft, names));
  const refusedOf = (drafts: readonly Refusable[], reads: readonly { readonly refused: readonly string[] }[]) =>
    reads.flatMap(({ refused }, at) => {
      const draft = drafts[at];
      return draft === undefined ? [] : refused.map((why) => refusal(draft, why, pieces.whereOf));
    });
  const readRules: readonly Rule[] = rules.map((read) => read.value);
  const readRedirects: readonly Redirect[] = redirects.map((read) => read.value);
  return {
    interfaces: places.interfaces,
    groups: places.groups.map(({ id, members, unseen }) => ({ id, members, unseen })),
    routes: pieces.routes,
    aliases: pieces.aliases,
    redirects: readRedirects,
    translations: translations.map((read) => read.value),
    rules: readRules,
    fallback: 'pass',
    notes: [
      ...pieces.notes,
      BANNED_NOTE,
      ...redirects.flatMap((read) => read.notes),
      ...rules.flatMap((read) => read.notes),
      ...translations.flatMap((read) => read.notes),
    ],
    refused: [
      ...refusedOf(pieces.translations, translations),
      ...refusedOf(pieces.redirects, redirects),
      ...refusedOf(
        placed.map((one) => one.draft),
        rules,
      ),
    ],
  };
}

type Refusable = Pick<RuleDraft, 'id' | 'description' | 'offset'>;

function refusal({ id, description, offset }: Refusable, why: string, whereOf: Pieces['whereOf']): RefusedEntry {
  const name = description === '' ? id : `${JSON.stringify(description)} (${id})`;
  return { where: whereOf === undefined || offset === undefined ? name : `${whereOf(offset)}, ${name}`, why };
}
