import type { RuleSet } from '../../../model/rules.js';
import type { Row } from '../api/rows.js';
import { readAliasRows } from './aliases.js';
import { assemble, ownership } from './assemble.js';
import { anyEnd, automaticDraft, type TranslationDraft } from './draft.js';
import { readPlaceRows } from './interfaces.js';
import type { PlacedDraft } from './model-rules.js';
import { readRedirectRows, withReflection } from './redirects.js';
import { readSearchRow } from './search-rows.js';

/** Answers of the API, their rows only, each asked for without a limit (`{"rowCount":-1}`). */
export interface ApiRuleAnswers {
  /** `firewall/filter/searchRule`: model, legacy and automatic rules. */
  readonly rules: readonly Row[];
  /** `firewall/alias/searchItem`, or the values of `firewall/alias/export` (see exportedAliases). */
  readonly aliases: readonly Row[];
  /** `firewall/d_nat/searchRule`. */
  readonly redirects: readonly Row[];
  /** `interfaces/overview/interfacesInfo`. */
  readonly interfaces: readonly Row[];
  /** `firewall/group/searchItem`. */
  readonly groups: readonly Row[];
  /** The system's default for NAT reflection, which no answer tells; undefined leaves it open. */
  readonly reflects?: boolean | undefined;
  /** Rules with this owner's marker are ours; undefined: those of any slash32. */
  readonly owner?: string | undefined;
}

/**
 * The rule set of a running OPNsense, from its API. Pure. Routes, the system's default for NAT reflection and one-to-one NAT do
 * not show there: they are unknowns and notes.
 */
export function readApiRuleSet(answers: ApiRuleAnswers): RuleSet {
  const places = readPlaceRows(answers.interfaces, answers.groups);
  const isOurs = ownership(answers.owner);
  const rules = answers.rules.map((row) => readSearchRow(row, places, isOurs));
  const hasAutomatic = rules.some(({ draft }) => draft.origin === 'automatic');
  const inside = places.interfaces
    .filter((one) => !one.internet && one.id !== 'lo0')
    .map(({ id }) => ({ id, families: new Set(['inet', 'inet6'] as const) }));
  const canStand = (id: string) => places.interfaces.some((one) => one.id === id);
  return assemble({
    places,
    aliases: readAliasRows(answers.aliases, places.standing),
    routes: [],
    rules: hasAutomatic ? rules : [...standIns(), ...rules],
    redirects: withReflection(readRedirectRows(answers.redirects), { inside, system: answers.reflects, canStand }),
    translations: places.interfaces.filter((one) => one.internet).map((one) => unseenTranslation(one.id)),
    notes: [
      ...places.notes,
      'The API does not tell static routes and one-to-one NAT, so flows that use them are judged as if they were not there.',
      ...(hasAutomatic
        ? []
        : ['The API listed no automatic rules, so only the default deny and the way out are taken for granted.']),
    ],
  });
}

/** Where packets leave by a gateway, their source may be another one then. */
function unseenTranslation(id: string): TranslationDraft {
  return {
    id: `automatic/outbound ${id}`,
    origin: 'automatic',
    enabled: true,
    exempt: false,
    interfaces: [id],
    family: 'inet',
    protocol: '',
    source: anyEnd(),
    destination: anyEnd(),
    target: '',
    keepsHost: false,
    keepsPort: false,
    description: `source NAT on ${id}`,
    unknowns: ['the API does not tell source NAT'],
  };
}

/** What every OPNsense has: without them, everything that no rule fits would count as passed. */
function standIns(): PlacedDraft[] {
  const place = (sequence: number, id: string) => ({ priority: 1, model: false, sequence, id });
  const deny = automaticDraft({
    id: 'automatic/default-deny',
    description: 'Default deny / state violation rule',
    action: 'block',
    quick: false,
    family: 'inet46',
  });
  const out = automaticDraft({
    id: 'automatic/out',
    description: 'let out anything from firewall host itself',
    direction: 'out',
    quick: false,
    destination: anyEnd(),
  });
  return [deny, out].map((draft, at) => ({ draft, place: place(at, draft.id) }));
}
