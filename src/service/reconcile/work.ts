import type { Slash32Error } from '../../errors/slash32-error.js';
import type { ApplyRequest, Observed } from '../../model/firewall.js';
import type { SettledPending, Waited } from '../../model/ledger.js';
import type { PeerAnswer } from '../../model/pair.js';
import type { Plan } from '../../plan/types.js';
import type { PlannerDeps } from '../planner.js';
import type { Run } from '../types/run.js';
import type { Hold } from '../types/status.js';
import type { Actor } from '../types/trigger.js';
import type { Seen } from './ending.js';
import type { Asked } from './peers.js';
import type { Configuration } from './types.js';
import type { Tracks } from './watched.js';

/** Everything one run works with. */
export interface Work {
  readonly run: Run;
  readonly configuration: Configuration;
  /** Breaks off what only reads. */
  readonly signal: AbortSignal;
  readonly progress: (step: string) => void;
  /** Hears each try in vain to reach the firewall while a change waits there. */
  readonly outOfReach?: ApplyRequest['outOfReach'];
  /** Hears what became of an apply that a run before had left waiting. */
  readonly settled?: (settled: SettledPending) => Promise<void>;
  readonly tracks: Tracks;
  readonly guards: Guards;
  /** Since when the service has seen parts of its plans wait. */
  readonly waitingSince: readonly Waited[];
}

/** Why a plan was not approved, and what that makes of the run. */
export interface Declined {
  readonly outcome: 'held' | 'paused';
  readonly why: string;
}

/** What stands between a plan and the firewall in a service that applies by itself. */
export interface Guards {
  isPaused(): boolean;
  /** How many times as long the firewall waits for a confirmation, since the last ones came too late. */
  patience(): number;
  /** Why the last plan that was not approved was not. */
  declined(): Declined;
  /** Hears of every plan of a run before anything comes of it, and of the last apply that was undone, whoever had made it. */
  seen(plan: Plan, undone: SettledPending | undefined, work: Work): void;
  /** Whether the plan may be applied. Throws when that could not be remembered afterwards: the disk comes first. */
  approve(seen: Seen, work: Work): Promise<boolean>;
  /** What must be on the disk before the ledger forgets an apply. Throws `S32_STATE_WRITE`. */
  beforeSave(): void;
  applied(plan: Plan): void;
  /** Hears what the other node of a pair did with a change that became final. */
  asked(answer: PeerAnswer | undefined, asked: Asked): void;
  /** Hears of every reading; answers what it says anew of changes that the other node was asked to take. */
  followUp(observed: Observed): readonly string[];
  /** Hears that the firewall has undone an apply; answers why to look again, or undefined when the plan is held. */
  undone(problem: Slash32Error, work: Work, deps: PlannerDeps): Promise<string | undefined>;
  /** `settled` is the id of the undone apply that the hold is made of. */
  hold(hold: Hold | undefined, reason: string, actor: Actor, part?: { readonly settled?: string }): void;
}
