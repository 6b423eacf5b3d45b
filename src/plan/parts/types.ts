import type { Change } from '../../model/change.js';
import type { ObservedReservation } from '../../model/segment.js';
import type { UnsafeReason } from '../types.js';

/** What a plan leaves as it stands, because a person has to say yes to its change first. */
export interface Withheld {
  /** Reservations, as they were observed. */
  readonly entries: ReadonlySet<ObservedReservation>;
  /** DHCP settings, as `opt3 static_arp`. */
  readonly settings: ReadonlySet<string>;
  /** Projects whose instances stay in the aliases that they are in, and come into no other one that stands. */
  readonly projects: ReadonlySet<string>;
  /** Of those, the ones of which no reservation comes, goes or changes either. */
  readonly frozen: ReadonlySet<string>;
  /** Whether no alias, rule or redirect is changed at all. */
  readonly policy: boolean;
}

/** A plan that leaves nothing out. */
export const NOTHING_WITHHELD: Withheld = {
  entries: new Set(),
  settings: new Set(),
  projects: new Set(),
  frozen: new Set(),
  policy: false,
};

/** Which changes a reason speaks against: all that a plan does, its policy, or these of one project and segment. */
export type Scope = { readonly kind: 'plan' } | { readonly kind: 'policy' } | PartScope;

/** Changes that can wait by themselves. */
export interface PartScope {
  readonly kind: 'part';
  /** The same for as long as the same thing waits: `reservations servers shop`, `static_arp servers`. */
  readonly key: string;
  readonly project: string | undefined;
  readonly segment: string | undefined;
  readonly changes: readonly Change[];
}

/** A reason to ask a person, and what it is about. */
export interface Objection {
  readonly reason: UnsafeReason;
  readonly scope: Scope;
}

/** The name under which a setting is withheld. */
export function settingKey(id: string, setting: string): string {
  return `${id} ${setting}`;
}

/** More that is withheld. */
export function withhold(withheld: Withheld, changes: readonly Change[]): Withheld {
  const entries = changes.flatMap((change) =>
    change.kind === 'reservation' && change.before !== undefined ? [change.before] : [],
  );
  const settings = changes.flatMap((change) =>
    change.kind === 'setting' ? [settingKey(change.interface, change.setting)] : [],
  );
  return {
    ...withheld,
    entries: new Set([...withheld.entries, ...entries]),
    settings: new Set([...withheld.settings, ...settings]),
  };
}
