import type { Observed } from '../../model/firewall.js';
import type { Inventory } from '../../model/instance.js';
import type { PlanSettings } from '../../model/settings.js';
import type { Plan, PlanSummary } from '../../plan/types.js';
import type { Actor, RememberedTrigger } from './trigger.js';

/** How a run ended. */
export const RUN_OUTCOMES = [
  /** Nothing was to be done. */
  'nothing',
  /** Applied, and confirmed or kept where the firewall could have undone it. */
  'applied',
  /** Applied; the firewall undoes it unless somebody confirms. */
  'waiting',
  /** A dry run found changes. */
  'planned',
  /** All that is to be done waits for a person; nothing was changed. */
  'unsafe',
  /** DHCP would trip over something that stands on the firewall; nothing was changed. */
  'faulty',
  /** What would be done is not what was approved; nothing was changed. */
  'changed',
  /** The same plan was rolled back before, and is held; nothing was changed. */
  'held',
  /** Applying is paused; nothing was changed. */
  'paused',
  /** The firewall undid it, by itself or by somebody's hand. */
  'rolled_back',
  'cancelled',
  'failed',
  /** The service ended in the middle of it. */
  'interrupted',
] as const;

export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** What somebody asks of a run beside looking again. */
export interface RunOptions {
  readonly dryRun: boolean;
  /** Only these; empty is all. Segments by name, instances as `project/name`. */
  readonly segments: readonly string[];
  readonly instances: readonly string[];
  readonly adopt: 'none' | 'all' | readonly string[];
  /** Apply only the plan with this checksum. */
  readonly checksum: string | undefined;
  readonly force: boolean;
  readonly acceptLockoutRisk: boolean;
  /** Ids of parts of the plan that a person says yes to. */
  readonly approve?: readonly string[];
  /** Yes to what new rules ask for on segments that stand. */
  readonly acceptNew?: boolean;
  /** Whether this node is meant though it is not the master of its pair. */
  readonly onBackup?: boolean;
  readonly takeOver: boolean;
  /** Seconds that the firewall waits for the confirmation; undefined is what the configuration says. */
  readonly confirmSeconds: number | undefined;
  /** False leaves the confirmation to somebody else. */
  readonly confirm: boolean;
}

/** A run as a trigger asks for it: everything, with every guard. */
export const PLAIN_RUN: RunOptions = {
  dryRun: false,
  segments: [],
  instances: [],
  adopt: 'none',
  checksum: undefined,
  force: false,
  acceptLockoutRisk: false,
  takeOver: false,
  confirmSeconds: undefined,
  confirm: true,
};

/** One line of a run's own log. */
export interface RunLogLine {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
}

/** A failure as a run, an answer of the API and the journal carry it. */
export interface Failure {
  /** A code of the catalogue. */
  readonly code: string;
  readonly message: string;
  readonly where: string | undefined;
  /** What it means for the firewall. */
  readonly effect: string;
  readonly hint: string;
  readonly retryable: boolean;
}

/** What a run planned, in short: it goes into the journal. */
export interface PlanDigest {
  readonly checksum: string;
  /** How many changes in all. */
  readonly changes: number;
  readonly warnings: number;
  readonly summary: PlanSummary;
}

/** One look at both sides, and what came of it. */
export interface Run {
  /** `20261123T031500Z-4f9c1a`: sorts by time. */
  readonly id: string;
  readonly state: 'queued' | 'running' | 'ended';
  readonly options: RunOptions;
  /** The newest hundred at most; several triggers share one run. */
  readonly triggers: readonly RememberedTrigger[];
  readonly triggerCount: number;
  readonly actor: Actor;
  /** ISO 8601, UTC, as all times here. */
  readonly queuedAt: string;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly outcome: RunOutcome | undefined;
  /** How often both sides were read. */
  readonly attempts: number;
  readonly plan: PlanDigest | undefined;
  /** Each change in one line for people, the first thousand; `plan.changes` is how many there are. */
  readonly changes: readonly string[];
  /** The firewall's revision before and after; equal when nothing was written. */
  readonly revisionBefore: string | undefined;
  readonly revisionAfter: string | undefined;
  /** When the firewall undoes it unless it is confirmed. */
  readonly undoneAt: string | undefined;
  readonly notes: readonly string[];
  readonly failure: Failure | undefined;
  readonly log: readonly RunLogLine[];
  /** What the client called this request; a second request of that name gets the same run. */
  readonly idempotencyKey: string | undefined;
}

/** What a run read and planned, kept in memory only. */
export interface Reading {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly plan: Plan;
  readonly inventory: Inventory;
  readonly observed: Observed;
  /** What the configuration said about planning. */
  readonly settings: PlanSettings;
}

/** What those who watch a run hear. */
export type RunEvent =
  | { readonly type: 'state'; readonly run: Run }
  | { readonly type: 'log'; readonly runId: string; readonly line: RunLogLine };
