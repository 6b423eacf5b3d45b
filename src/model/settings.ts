import type { Policy } from './policy.js';
import type { Segment } from './segment.js';

/** Limits beyond which a plan asks for `--force`. */
export interface SafetyLimits {
  /** Share of a segment's owned entries that may be deleted or moved to another address, 0 to 1. */
  readonly share: number;
  /** The share counts only from this many entries on. */
  readonly shareFrom: number;
  /** Number that may be deleted or moved in all. */
  readonly total: number;
}

/** What one project and one instance may take of a segment; whoever has more keeps it. */
export interface ShareLimits {
  /** Share of a segment's pool that one of several projects may hold, with what rests because of it, 0 to 1. */
  readonly project: number;
  /** Share of the pool that one of several projects may choose by pins, 0 to 1. */
  readonly pins: number;
  /** NICs of one instance on a segment. */
  readonly instanceNics: number;
  /** Addresses that one instance may hold on a segment, with those that rest because of it. */
  readonly instanceAddresses: number;
}

/** The limits where the configuration says nothing: nobody meets them who means well. */
export const DEFAULT_SHARES: ShareLimits = { project: 0.9, pins: 0.75, instanceNics: 16, instanceAddresses: 32 };

/** What the configuration says about planning. */
export interface PlanSettings {
  /** Id of this slash32 service on the firewall. */
  readonly owner: string;
  readonly segments: readonly Segment[];
  /** Addresses that must never be cut off. */
  readonly protect: readonly string[];
  /** Addresses of both nodes of a high-availability pair; none where they are not named. */
  readonly nodeAddresses?: readonly string[] | undefined;
  /** Hostnames by `project/name` or `project/name/nic`, for those that are to be called otherwise than their instance. */
  readonly hostnames?: Readonly<Record<string, string>> | undefined;
  /** Patterns of `project/name` (with `*`) that are left alone. */
  readonly exclude: readonly string[];
  /** `project/name` of the instances that the firewall runs in, where it does: their ports are meant to be open. */
  readonly firewallInstances?: readonly string[];
  /** How long a missing instance keeps its reservation, in seconds. */
  readonly retainSeconds: number;
  /** How long a freed address goes to nobody else, in seconds. */
  readonly quarantineSeconds: number;
  readonly limits: SafetyLimits;
  /** {@link DEFAULT_SHARES} where it is absent. */
  readonly shares?: ShareLimits;
  /** Whether open connections of ways that a plan closes end with them. */
  readonly cut: 'closed' | 'never';
  readonly policy: Policy;
}
