import type { SettingValue } from './change.js';

/** What a setting was before slash32 first changed it. */
export interface Original {
  readonly interface: string;
  readonly setting: SettingValue['setting'];
  readonly value: SettingValue['before'];
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
}

/** An address that goes to nobody else for a while, because hand-written rules may still name it. */
export interface Quarantined {
  readonly interface: string;
  readonly address: string;
  /** `project/name/nic` that had it and may have it back at once. */
  readonly nic: string;
  /** ISO 8601, UTC. */
  readonly until: string;
}

/**
 * What slash32 must remember between runs and cannot read from the firewall. It is small, lies in one file
 * (`state_file`), and losing it costs the quarantine and the originals, never a reservation.
 */
export interface Ledger {
  readonly version: 1;
  /** Set while an apply is under way; still set afterwards, its services may not have been reloaded. ISO 8601, UTC. */
  readonly unfinishedSince: string | undefined;
  readonly originals: readonly Original[];
  readonly quarantine: readonly Quarantined[];
}

/** A ledger with nothing in it. */
export const EMPTY_LEDGER: Ledger = { version: 1, unfinishedSince: undefined, originals: [], quarantine: [] };
