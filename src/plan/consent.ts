import type { Change, NewRule, SettingName } from '../model/change.js';
import { HOST_MASK } from '../model/host-routes.js';
import type { AcceptedRule, Ledger } from '../model/ledger.js';
import { instant } from './instant.js';
import type { PlanInput, Warning } from './types.js';

/**
 * What a newer slash32 may do on a segment that stands. A rule that came later than the segment is not applied by itself: the
 * plan says what it asks for, and a person says yes once, which the ledger remembers. A segment that is set up now is set up
 * with all rules.
 */
export interface Consent {
  /** Whether a rule holds on an interface that stands. */
  accepts(id: string, rule: NewRule): boolean;
  /** Whether the firewall's side can write a setting. */
  writes(setting: SettingName): boolean;
  /** What a person does about a setting that it cannot write, as the end of a sentence. */
  readonly remedy: string;
}

/** What the ledger, the person who asks now, and the firewall's side allow. */
export function consentOf({ ledger, observed, acceptNew }: PlanInput): Consent {
  const known = new Set(ledger.accepted?.map(({ interface: id, rule }) => `${id} ${rule}`));
  return {
    accepts: (id, rule) => acceptNew === true || known.has(`${id} ${rule}`),
    writes: (setting) => observed.unwritable?.settings.includes(setting) !== true,
    remedy: observed.unwritable?.remedy ?? '',
  };
}

/** The warning that something new waits on a segment; `what` is a sentence of what it would do. */
export function waitsForYes(rule: NewRule, segment: string, what: string): Warning {
  const message = `${what} That is new in this version (${rule}), and waits for a yes: slash32 apply --accept-new --segment ${segment}`;
  return { code: 'new-rule', message };
}

/**
 * Whether open connections may end with their ways. Where policy of ours stands that an older version wrote, a person says yes
 * once; where none stands, everything is set up by the rules of now.
 */
export function acceptsCut({ ledger, observed, settings, acceptNew }: PlanInput): boolean {
  if (acceptNew === true || ledger.accepted?.some(({ rule }) => rule === 'cut') === true) return true;
  const { aliases = [], rules = [], redirects = [] } = observed.policy ?? {};
  return ![...aliases, ...rules, ...redirects].some(({ owner }) => owner === settings.owner);
}

/** The ledger once a policy was written, or asked about, by somebody who said yes to that. */
export function withCutAccepted(ledger: Ledger, input: PlanInput): Ledger {
  const ids = input.settings.segments
    .filter(({ manage }) => manage.includes('rules'))
    .map((segment) => segment.interface);
  const known = new Set(ledger.accepted?.flatMap((one) => (one.rule === 'cut' ? [one.interface] : [])));
  const fresh = ids.filter((id) => !known.has(id));
  if (fresh.length === 0 || !acceptsCut(input)) return ledger;
  const at = instant(input.now.getTime());
  const added = fresh.map((id): AcceptedRule => ({ interface: id, rule: 'cut', at }));
  return { ...ledger, accepted: [...(ledger.accepted ?? []), ...added] };
}

/**
 * What is accepted once `changes` are made: a rule whose change is made, since it is made only where it holds; and where the mask is
 * set up now, the rule about routes too, though nobody there needs them yet.
 */
export function nextAccepted(
  { accepted, originals }: Pick<Ledger, 'accepted' | 'originals'>,
  changes: readonly Change[],
  now: Date,
): readonly AcceptedRule[] | undefined {
  const next = [...(accepted ?? [])];
  const add = (id: string, rule: NewRule): void => {
    if (!next.some((one) => one.interface === id && one.rule === rule))
      next.push({ interface: id, rule, at: instant(now.getTime()) });
  };
  for (const change of changes) {
    if (change.rule !== undefined) add(change.interface, change.rule);
    if (change.kind !== 'setting') continue;
    const stood = originals.some((one) => one.interface === change.interface && one.setting === 'mask');
    if (change.setting === 'mask' && change.after === HOST_MASK && !stood) add(change.interface, 'oci-routes');
  }
  return next.length === 0 ? accepted : next;
}
