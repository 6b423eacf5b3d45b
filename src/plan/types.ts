import type { Change } from '../model/change.js';
import type { DhcpFault, Observed, RestartEffect } from '../model/firewall.js';
import type { Inventory, ProjectView } from '../model/instance.js';
import type { Ledger } from '../model/ledger.js';
import type { PlanSettings } from '../model/settings.js';
import type { PlanConnections, PolicyPlan } from './policy/types.js';
import type { Warning } from './warning.js';

export type { Warning, WarningCode } from './warning.js';

/** Which foreign reservations may be taken over: none, every one whose MAC is a NIC's, or those with these MACs or addresses. */
export type Adoption = 'none' | 'all' | readonly string[];

/** Everything a plan is computed from. The same input gives the same plan. */
export interface PlanInput {
  readonly settings: PlanSettings;
  readonly inventory: Inventory;
  readonly observed: Observed;
  readonly ledger: Ledger;
  readonly adopt: Adoption;
  readonly only: PlanFilter;
  /** Whether a person says yes to what new rules ask for on segments that stand. */
  readonly acceptNew?: boolean;
  readonly now: Date;
  /** What DHCP would trip over after these changes; a target's `check`. */
  readonly check: (changes: readonly Change[]) => readonly DhcpFault[];
  /** What their restart of DHCP does besides; a target's `restarts`. */
  readonly restarts: (changes: readonly Change[]) => readonly RestartEffect[];
}

/** Narrows a plan; an empty list means no narrowing. */
export interface PlanFilter {
  readonly segments: readonly string[];
  /** `project/name`. */
  readonly instances: readonly string[];
}

/** Why a NIC gets no change in this plan. */
export type LeftOutCode =
  | 'no-mac'
  | 'bad-mac'
  | 'duplicate-mac'
  | 'bad-hostname'
  | 'pin-invalid'
  | 'pin-outside'
  | 'pin-taken'
  | 'address-conflict'
  | 'hostname-taken'
  | 'protected'
  | 'pool-exhausted'
  | 'other-owner'
  | 'foreign-unusable'
  | 'ipv4-filtering'
  | 'vlan';

/** A NIC that could not be planned; the rest of the plan goes on. Its reservation, if it has one, stays as it is. */
export interface LeftOut {
  readonly segment: string;
  readonly nic: string;
  readonly code: LeftOutCode;
  /** What is wrong and what to do, one or two sentences. */
  readonly message: string;
}

/** Why a segment cannot be planned at all. */
export type SegmentErrorCode =
  | 'interface-missing'
  | 'not-writable'
  | 'interface-disabled'
  | 'interface-without-address'
  | 'other-dhcp-server'
  | 'carp-backup'
  | 'carp-router'
  | 'pool-outside'
  | 'range-address';

/** A segment that was left alone, and why. */
export interface SegmentError {
  readonly code: SegmentErrorCode;
  readonly message: string;
}

/** What one NIC has once the plan is applied, and why this address. */
export interface Assignment {
  readonly nic: string;
  readonly mac: string;
  /** Undefined where a foreign reservation names none: DHCP then gives it whatever is free, if anything. */
  readonly address: string | undefined;
  readonly hostname: string | undefined;
  /** `pinned`, `kept`, `adopted`, `picked`, or `foreign` for one that slash32 does not own. */
  readonly source: 'pinned' | 'kept' | 'adopted' | 'picked' | 'foreign';
  readonly why: string;
}

/** The plan of one segment. */
export interface SegmentPlan {
  readonly name: string;
  readonly network: string;
  readonly interface: string;
  /** What the firewall calls the interface; empty when it has none of that id. */
  readonly description: string;
  /** `10.2.0.0/24`; undefined when the interface has no network. */
  readonly subnet: string | undefined;
  readonly error: SegmentError | undefined;
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  readonly leftOut: readonly LeftOut[];
  readonly assignments: readonly Assignment[];
  /** Entries that slash32 does not own; they are never changed. */
  readonly foreign: number;
  /** Owned entries that stay as they are. */
  readonly unchanged: number;
}

/** Why a plan must not be applied without a person's word. */
export interface UnsafeReason {
  readonly code:
    | 'deletes'
    | 'source-shrank'
    | 'source-empty'
    | 'restricted-view'
    | 'foreign-owner'
    | 'lockout'
    | 'arp-unseen'
    | 'restart-closes'
    | 'tests-fail'
    | 'watch-opens'
    | 'policy-error'
    | 'stays-closed'
    | 'extra-pools';
  readonly message: string;
  readonly overriddenBy: '--force' | '--accept-lockout-risk' | undefined;
}

/** How many changes of each kind. */
export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  readonly adopt: number;
  readonly retire: number;
  readonly restore: number;
  readonly release: number;
  readonly delete: number;
  readonly settings: number;
  /** Aliases, rules and redirects to create, update or delete. */
  readonly policy: number;
  readonly unchanged: number;
  readonly foreign: number;
  readonly leftOut: number;
}

/** Desired minus observed: what would change, why, and whether it is safe. */
export interface Plan {
  readonly format: 'slash32.plan/1';
  /** `sync` brings the firewall in step with the inventory; `release` gives up what slash32 owns. */
  readonly purpose: 'sync' | 'release';
  /** ISO 8601, UTC; not part of the checksum. */
  readonly createdAt: string;
  readonly owner: string;
  readonly target: {
    readonly transport: Observed['transport'];
    readonly name: string;
    readonly revision: string;
    readonly version: string | undefined;
  };
  readonly source: { readonly name: string; readonly projects: readonly ProjectView[] };
  readonly segments: readonly SegmentPlan[];
  /** Aliases, rules and redirects; undefined where the plan says nothing of them. */
  readonly policy?: PolicyPlan | undefined;
  /** Open connections of the ways that it closes; undefined where it closes none. */
  readonly connections?: PlanConnections | undefined;
  /** What concerns no one segment. */
  readonly warnings: readonly Warning[];
  readonly unsafe: readonly UnsafeReason[];
  /** What DHCP would trip over; while there is one, nothing is applied and nothing can override it. */
  readonly faults: readonly DhcpFault[];
  /** Whether an earlier apply was cut short, so that services must still be reloaded. */
  readonly reloadPending: boolean;
  readonly summary: PlanSummary;
  /** Sixteen hexadecimal digits over the changes alone: equal checksums mean that the same would be done. */
  readonly checksum: string;
}
