import type { FindingCode, FindingOf } from '../findings/catalogue.js';
import type { Change } from '../model/change.js';
import type { DhcpFault, Observed, RestartEffect } from '../model/firewall.js';
import type { Inventory, ProjectView } from '../model/instance.js';
import type { Ledger } from '../model/ledger.js';
import type { PolicyChange } from '../model/policy-entries.js';
import type { PlanSettings } from '../model/settings.js';
import type { PlanConnections, PolicyPlan } from './policy/types.js';
import type { Warning } from './warning.js';

export type { Warning } from './warning.js';

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
  /** Whether a person means this node though it is not the master of its pair. */
  readonly onBackup?: boolean;
  /** What a person says about what is unsafe; nothing where it is absent. */
  readonly overrides?: Overrides;
  /** Ids of parts that a person says yes to. */
  readonly approvedParts?: readonly string[];
  readonly now: Date;
  /** What DHCP would trip over after these changes; a target's `check`. */
  readonly check: (changes: readonly Change[]) => readonly DhcpFault[];
  /** What their restart of DHCP does besides; a target's `restarts`. */
  readonly restarts: (changes: readonly Change[]) => readonly RestartEffect[];
}

/** What a person said to let everything that is unsafe pass. */
export interface Overrides {
  readonly force: boolean;
  readonly acceptLockoutRisk: boolean;
}

/** Narrows a plan; an empty list means no narrowing. */
export interface PlanFilter {
  readonly segments: readonly string[];
  /** `project/name`. */
  readonly instances: readonly string[];
}

/** Why a NIC gets no change in this plan. */
export type LeftOutCode = FindingCode<'left-out'>;

/** A NIC that could not be planned; the rest of the plan goes on. Its reservation, if it has one, stays as it is. */
export interface LeftOut extends FindingOf<'left-out'> {
  readonly segment: string;
  readonly nic: string;
  /** Where it only waits for its time: until when. ISO 8601, UTC. */
  readonly until?: string;
}

/** Why a segment was left alone as a whole. */
export type SegmentError = FindingOf<'segment'>;

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
  /** The VLAN of the network on which it lies; absent where untagged frames go. */
  readonly vlan?: number;
  readonly interface: string;
  /** What the firewall calls the interface; empty when it has none of that id. */
  readonly description: string;
  /** `10.2.0.0/24`; undefined when the interface has no network. */
  readonly subnet: string | undefined;
  readonly error: SegmentError | undefined;
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  /** What is as somebody wants it and worth a line, for whoever reads the plan; never a finding. */
  readonly notes?: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly assignments: readonly Assignment[];
  /** Entries that slash32 does not own; they are never changed. */
  readonly foreign: number;
  /** Owned entries that stay as they are. */
  readonly unchanged: number;
}

/** Why a plan must not be applied without a person's word. */
export interface UnsafeReason extends FindingOf<'unsafe'> {
  readonly overriddenBy: '--force' | '--accept-lockout-risk' | undefined;
  /** The part that waits for it; absent where the whole plan does. */
  readonly part?: string;
}

/** Changes that wait for a person's yes while the rest of the plan goes on. What they would change stands as it is. */
export interface WaitingPart {
  /** Sixteen hexadecimal digits over what it would do: a yes to an id is a yes to exactly that. */
  readonly id: string;
  /** The same for as long as the same thing waits, however it grows: `reservations servers shop`. */
  readonly key: string;
  /** The project whose instances it is about; undefined where it is about no single one. */
  readonly project: string | undefined;
  readonly segment: string | undefined;
  /** Since when something of this key waits. ISO 8601, UTC; not part of a checksum. */
  readonly since: string;
  readonly reasons: readonly UnsafeReason[];
  /** False where no word of a person lifts it: what is named must be mended. */
  readonly approvable: boolean;
  readonly changes: readonly Change[];
  readonly policy: readonly PolicyChange[];
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
  /** Parts that wait for a person. */
  readonly waiting: number;
}

/** Desired minus observed: what would change, why, and whether it is safe. */
export interface Plan {
  readonly format: 'slash32.plan/2';
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
  /** What is as somebody wants it and worth a line; never a finding. */
  readonly notes?: readonly string[];
  /** Everything that asks for a person: what the whole plan waits for, and what its parts wait for. */
  readonly unsafe: readonly UnsafeReason[];
  /** What is not among the changes until somebody says yes. */
  readonly waiting: readonly WaitingPart[];
  /** Ids of parts that somebody said yes to, and that are among the changes. */
  readonly approved: readonly string[];
  /** What DHCP would trip over; while there is one, nothing is applied and nothing can override it. */
  readonly faults: readonly DhcpFault[];
  /** Whether an earlier apply was cut short, so that services must still be reloaded. */
  readonly reloadPending: boolean;
  readonly summary: PlanSummary;
  /** Sixteen hexadecimal digits over the changes and what waits: equal checksums mean that the same would be done. */
  readonly checksum: string;
}
