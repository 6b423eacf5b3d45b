import type { NewRule, SettingValue } from './change.js';
import type { WayService } from './connections.js';
import type { Places } from './firewall.js';
import type { Family } from './ip.js';

/** What a setting was before slash32 first changed it. */
export interface Original {
  readonly interface: string;
  readonly setting: SettingValue['setting'];
  readonly value: SettingValue['before'];
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
}

/** A new rule that holds on an interface: it was set up with it, or a person said yes. */
export interface AcceptedRule {
  readonly interface: string;
  readonly rule: NewRule;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** When slash32 first wrote to an interface on which nothing of it stood: what is not among the originals was there before. */
export interface Arrival {
  readonly interface: string;
  /** ISO 8601, UTC. */
  readonly at: string;
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

/** Changes of one NIC's reservation that follow each other closely. */
export interface Flap {
  /** `project/name/nic`. */
  readonly nic: string;
  readonly count: number;
  /** The last one. ISO 8601, UTC. */
  readonly at: string;
}

/** A part of a plan that waits for a person. */
export interface Waited {
  /** `reservations servers shop`. */
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** An apply that was sent and that the firewall may still undo by itself. */
export interface PendingApply {
  /** 64 hexadecimal digits that confirm it or roll it back. A secret: the file has mode 0600. */
  readonly token: string;
  /** The firewall it was sent to, for people, without credentials. */
  readonly target: string;
  /** ISO 8601, UTC. */
  readonly sentAt: string;
  readonly confirmSeconds: number;
  /** Whether the sender meant to confirm it by itself; a later run may then do that in its place. */
  readonly wait?: boolean;
  /** When the firewall undoes it, where that is known. ISO 8601, UTC. */
  readonly until?: string;
  /** Checksum of the plan. */
  readonly checksum: string;
  /** The run that sent it, as the journal names it. */
  readonly run?: string;
  /** What the ledger said before, for when the apply is undone. */
  readonly before: {
    readonly originals: readonly Original[];
    readonly quarantine: readonly Quarantined[];
    readonly configuration?: string;
  };
}

/** What became of the last apply that was left unconfirmed, as whoever asked the firewall first was told. */
export interface SettledPending {
  /** As the firewall lists it. */
  readonly id: string;
  /** Of the plan. */
  readonly checksum: string;
  /** `confirmed`, `rolled_back`, `expired`, `restored`, `rebooted`; `unknown` where the firewall does not know the apply. */
  readonly how: string;
  /** The configuration that it was planned with. */
  readonly configuration?: string;
  /** The run that had sent it. */
  readonly run?: string;
}

/** Ways of one family whose open connections are to be ended, see `WayTable`; spans are text, since a file has no big numbers. */
export interface OwedTable {
  readonly family: Family;
  readonly rows: readonly {
    readonly from: readonly string[];
    readonly groups: readonly { readonly to: readonly string[]; readonly services: readonly WayService[] }[];
  }[];
}

/** What an apply was to end behind its write: a run that is cut short there leaves it to the next one. */
export interface CutDebt {
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Absent where there were too many to remember. */
  readonly ways?: readonly OwedTable[];
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
  readonly arrivals?: readonly Arrival[];
  readonly accepted?: readonly AcceptedRule[];
  /** What waits for a person, and since when. */
  readonly waiting?: readonly Waited[];
  readonly flaps?: readonly Flap[];
  /** What stood in the places that slash32 has filled since. */
  readonly places?: Places;
  /** The firewall that all this is about, as `Observed.target` names it. */
  readonly target?: string;
  /** SHA-256 of the configuration by which the firewall was last brought in step. */
  readonly configuration?: string;
  /** Random id of this state file, 32 hexadecimal digits; tells two configurations with one owner id apart. */
  readonly installation?: string;
  readonly pending?: PendingApply;
  readonly settled?: SettledPending;
  /** Open connections of what was closed that nobody has ended yet. */
  readonly cutDebts?: readonly CutDebt[];
}

/** A ledger with nothing in it. */
export const EMPTY_LEDGER: Ledger = { version: 1, unfinishedSince: undefined, originals: [], quarantine: [] };
