import type { PairRole, PeerDebt, UnwatchedChange } from '../../model/pair.js';
import type { Throttle } from '../../plan/throttled.js';
import type { PeerMoment } from '../../state/service-state.js';
import type { Failure } from './run.js';

/** A plan that was undone, and that triggers do not apply again. */
export interface Hold {
  /** Checksum of the plan. */
  readonly checksum: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** What became of it: `rolled back by …`, `not confirmed in time`. */
  readonly reason: string;
  /** SHA-256 of the configuration that it was planned with: another one releases the hold. */
  readonly configuration: string;
}

/** The file of the configuration is another one than the service uses. */
export interface OtherFile {
  /** When that was first seen. ISO 8601, UTC. */
  readonly since: string;
  /** Why it cannot be taken as it is: it is invalid, or needs a restart; undefined where reading it again is enough. */
  readonly failure: Failure | undefined;
  /** Whether the firewall was last brought in step by another configuration than the service uses: then it applies nothing by itself. */
  readonly holds: boolean;
}

/** Applying is switched off; reading and planning go on. */
export interface Pause {
  readonly since: string;
  /** Who did it; `slash32` when the service stopped itself. */
  readonly by: string;
  readonly reason: string;
}

/** The connection on which Incus announces changes. */
export interface StreamStatus {
  /** `off` where the source has no events (a file). */
  readonly state: 'off' | 'connecting' | 'up' | 'down';
  /** Since when. ISO 8601, UTC. */
  readonly since: string;
  readonly lastEventAt: string | undefined;
  readonly failure: Failure | undefined;
  /** Connections since the start. */
  readonly connects: number;
}

/** A run by the clock. */
export interface Schedule {
  readonly name: 'reconcile' | 'drift';
  readonly cron: string;
  readonly timezone: string;
  /** When it runs next. ISO 8601, UTC. */
  readonly nextAt: string;
  readonly lastAt: string | undefined;
}

/** An apply that waits on the firewall. */
export interface WaitingStatus {
  readonly runId: string | undefined;
  readonly checksum: string;
  readonly undoneAt: string;
}

/** A part of the plan that waits for a person. */
export interface PartStatus {
  /** What approves it: `slash32 apply --approve ID`. */
  readonly id: string;
  readonly project: string | undefined;
  readonly segment: string | undefined;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Why it waits, one sentence each. */
  readonly reasons: readonly string[];
  /** False where nothing overrides that. */
  readonly approvable: boolean;
  /** How many changes it holds. */
  readonly changes: number;
}

/** NICs of one project that a limit keeps waiting. */
export interface ThrottledStatus {
  readonly project: string;
  readonly limit: Throttle;
  /** How many NICs. */
  readonly nics: number;
  /** When the last of them is made; undefined where no time helps. ISO 8601, UTC. */
  readonly until: string | undefined;
  readonly message: string;
}

/** A change of ours that the firewall has and from behind which it cannot be reached. */
export interface CutOffStatus {
  /** Since when it cannot be reached. ISO 8601, UTC. */
  readonly since: string;
  readonly checksum: string;
  /** When it puts back what was there by itself. */
  readonly undoneAt: string;
  /** Why the last try was in vain. */
  readonly reason: string;
}

/** A change that the other node was asked to take. */
export type LastChange = Omit<PeerMoment, 'checksum' | 'at'> & Partial<Pick<PeerMoment, 'checksum' | 'at'>>;

/** The pair of firewalls that the service writes to, as its last look saw it. */
export interface PairStatus {
  /** How the node stands that the service reaches. */
  readonly role: PairRole;
  /** The other node as the firewall names it; undefined where nothing is handed over. */
  readonly peer: string | undefined;
  /** Whether the firewall hands each final change to it by itself; undefined where it does not tell. */
  readonly pushes: boolean | undefined;
  /** What does not reach it though something of ours needs it, by the firewall's names. */
  readonly missing: readonly string[];
  /** Changes that the other node has not taken. */
  readonly debts: readonly Omit<PeerDebt, 'open'>[];
  /** Changes that stand without a watch. */
  readonly unwatched: readonly UnwatchedChange[];
  /** What the other node did with the last change of this owner, by the service or by hand; by hand, plan and time are not known. */
  readonly last: LastChange | undefined;
}

/** The service at a glance. */
export interface ServiceStatus {
  readonly owner: string;
  readonly version: string;
  readonly target: string;
  readonly source: string;
  readonly startedAt: string;
  /** The configuration's SHA-256 and when it was read; a reload that failed keeps the old one and is named. */
  readonly configuration: {
    readonly digest: string;
    readonly readAt: string;
    readonly failure: Failure | undefined;
    readonly onDisk?: OtherFile | undefined;
    /** The interfaces of its segments. */
    readonly interfaces?: readonly string[] | undefined;
  };
  readonly running: string | undefined;
  readonly queued: number;
  /** When the next run begins: after the debounce window, or after a failure. */
  readonly nextRunAt: string | undefined;
  /** Failures in a row. */
  readonly failures: number;
  readonly lastRunId: string | undefined;
  readonly lastAttemptAt: string | undefined;
  readonly lastSuccessAt: string | undefined;
  readonly pause: Pause | undefined;
  readonly hold: Hold | undefined;
  readonly waiting: WaitingStatus | undefined;
  /** Parts of the plan that wait for a person, of the last reading. */
  readonly parts?: readonly PartStatus[];
  /** Projects of which several NICs wait because of a limit, of the last reading. */
  readonly throttled?: readonly ThrottledStatus[];
  /** Undefined where the firewall shares no address and hands nothing over, and before the first reading. */
  readonly pair?: PairStatus | undefined;
  readonly cutOff: CutOffStatus | undefined;
  /** Why the journal or the state cannot be written; nothing is applied meanwhile. */
  readonly disk: Failure | undefined;
  readonly stream: StreamStatus;
  readonly schedules: readonly Schedule[];
  /** Changes that the last reading found to be made; undefined before the first one. */
  readonly drift: number | undefined;
}
