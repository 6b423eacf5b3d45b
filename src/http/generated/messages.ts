// Written by npm run openapi from openapi/slash32.yaml: change that, and not this.

import type {
  Check,
  CutOff,
  ExplainedFlow,
  Failure,
  Finding,
  Hold,
  Instance,
  LogLine,
  Pair,
  Pause,
  PolicyTestResult,
  Proposal,
  Reach,
  RequestProblem,
  Reservation,
  Run,
  Schedule,
  Segment,
  Stream,
  Time,
  Waiting,
} from './parts.js';

export type * from './parts.js';

/** A failure (RFC 9457). */
export interface Problem {
  /** The code as a URN. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What happened. */
  readonly detail: string;
  readonly code: string;
  readonly where?: string | undefined;
  /** What it means for the firewall. */
  readonly effect: string;
  /** What to do. */
  readonly hint: string;
  /** Id of the request. */
  readonly instance?: string | undefined;
  /** Each thing that is wrong with the request. */
  readonly problems?: readonly RequestProblem[] | undefined;
}

/** Which slash32 this is, and which API it speaks. */
export interface Version {
  readonly name: 'slash32';
  readonly version: string;
  readonly api: 'v1';
}

/** The service at a glance. */
export interface Status {
  readonly owner: string;
  readonly version: string;
  /** The firewall. */
  readonly target: string;
  /** Where the inventory comes from. */
  readonly source: string;
  readonly startedAt: Time;
  readonly configuration: {
    readonly digest: string;
    readonly readAt: Time;
    readonly failure?: Failure | undefined;
    /** The interfaces of its segments. */
    readonly interfaces?: readonly string[] | undefined;
    /** The file, where it is another one than the service uses; absent where it is the same. */
    onDisk?:
      | {
          readonly since: Time;
          readonly failure?: Failure | undefined;
          /** The firewall was last brought in step by another configuration than the service uses; it applies nothing by itself until it has read the file again. */
          readonly holds: boolean;
        }
      | undefined;
  };
  /** The run that goes on. */
  readonly running?: string | undefined;
  readonly queued: number;
  readonly nextRunAt?: Time | undefined;
  /** Runs in a row that failed. */
  readonly failures: number;
  readonly lastRunId?: string | undefined;
  readonly lastAttemptAt?: Time | undefined;
  readonly lastSuccessAt?: Time | undefined;
  readonly pause?: Pause | undefined;
  readonly hold?: Hold | undefined;
  readonly waiting?: Waiting | undefined;
  /** Parts of the plan that wait for a person, of the last look. */
  parts?:
    | readonly {
        /** What approves it: `approve` of a run. */
        readonly id: string;
        /** Absent where it is about no single one. */
        readonly project?: string | undefined;
        readonly segment?: string | undefined;
        readonly since: Time;
        /** Why it waits, one sentence each. */
        readonly reasons: readonly string[];
        /** False where nothing overrides that. */
        readonly approvable: boolean;
        /** How many changes it holds. */
        readonly changes: number;
      }[]
    | undefined;
  /** Projects of which several NICs wait because a limit keeps them from what they ask for, of the last look. */
  throttled?:
    | readonly {
        readonly project: string;
        /** How often they change, or how much the project may have. */
        readonly limit: 'flapping' | 'share';
        /** How many. */
        readonly nics: number;
        readonly until?: Time | undefined;
        /** Who waits for what, until when, and why. */
        readonly message: string;
      }[]
    | undefined;
  readonly pair?: Pair | undefined;
  readonly cutOff?: CutOff | undefined;
  readonly disk?: Failure | undefined;
  readonly stream: Stream;
  readonly schedules: readonly Schedule[];
  /** Changes that the last look found to be made. */
  readonly drift?: number | undefined;
}

/** What runs by the clock. */
export interface ScheduleList {
  readonly items: readonly Schedule[];
}

/** How the service is. */
export interface Health {
  readonly alive: boolean;
  readonly ready: boolean;
  readonly checks: readonly Check[];
}

/** Whether the process does anything at all. */
export interface Liveness {
  readonly alive: boolean;
}

/** Whether the service does its work. */
export interface Readiness {
  readonly ready: boolean;
  /** Names of the checks that fail. */
  readonly reasons: readonly string[];
}

/** A page of findings. */
export interface FindingList {
  readonly items: readonly Finding[];
  readonly nextCursor?: string | undefined;
}

/** Why something passes or does not. */
export interface Explanation {
  /** Whether it is about the firewall as it would be. */
  readonly after: boolean;
  readonly flows: readonly ExplainedFlow[];
}

/** What watched and denying segments logged. */
export interface WatchAnswer {
  /** Packets of the log that were read. */
  readonly read: number;
  /** Segments whose last rule of ours is on the firewall. */
  readonly segments: readonly string[];
  readonly proposals: readonly Proposal[];
  /** Packets of nobody that a statement could name. */
  readonly others: number;
}

/** A page of who reaches whom. */
export interface ReachList {
  readonly items: readonly Reach[];
  readonly nextCursor?: string | undefined;
}

/** A page of tests. */
export interface PolicyTestList {
  readonly items: readonly PolicyTestResult[];
  /** Whether there are tests, all of them pass and no publish is left out: a test that asks nobody is not a pass. */
  readonly passed: boolean;
  /** How many tests ask nobody. */
  readonly nobody: number;
  /** Publishes that are left out, with their line and why. */
  readonly nowhere: readonly string[];
  readonly nextCursor?: string | undefined;
}

/** A page of instances. */
export interface InstanceList {
  readonly items: readonly Instance[];
  readonly nextCursor?: string | undefined;
}

/** The segments. */
export interface SegmentList {
  readonly items: readonly Segment[];
}

/** A page of reservations. */
export interface ReservationList {
  readonly items: readonly Reservation[];
  readonly nextCursor?: string | undefined;
}

/**
 * slash32.plan/2; its own schema is docs/reference/plan.schema.json. `waiting` lists the parts that wait for a person, with id, reasons,
 * project and since when; they are not among the changes until a run approves them.
 *
 */
export interface Plan {
  readonly format: 'slash32.plan/2';
  readonly checksum: string;
}

/** What is asked of a run; without anything it looks at everything and applies what is to be done. */
export interface RunRequest {
  /** Look and plan, change nothing. */
  readonly dryRun?: boolean | undefined;
  readonly segments?: readonly string[] | undefined;
  readonly instances?: readonly string[] | undefined;
  /** Take over foreign reservations of our NICs. */
  readonly adopt?: (('none' | 'all') | readonly string[]) | undefined;
  /** Apply only this plan. */
  readonly checksum?: string | undefined;
  readonly force?: boolean | undefined;
  readonly acceptLockoutRisk?: boolean | undefined;
  /** Say yes to these parts that wait, by their ids; a part that is another one by now ends the run. */
  readonly approve?: readonly string[] | undefined;
  /** Yes to what this version newly asks for on segments that stand. */
  readonly acceptNew?: boolean | undefined;
  /** Write on this node of a high-availability pair though it is not the master. */
  readonly onBackup?: boolean | undefined;
  readonly takeOver?: boolean | undefined;
  readonly confirmSeconds?: number | undefined;
  /** False leaves the confirmation to somebody else. */
  readonly confirm?: boolean | undefined;
}

/** A page of runs, newest first. */
export interface RunList {
  readonly items: readonly Run[];
  readonly nextCursor?: string | undefined;
}

/** A page of changes, each in one line for people. */
export interface ChangeList {
  readonly items: readonly string[];
  /** How many there were in all. */
  readonly total: number;
  readonly nextCursor?: string | undefined;
}

/** The steps of a run so far. */
export interface LogList {
  readonly items: readonly LogLine[];
}

/** The apply that waits, where there is one. */
export interface Pending {
  readonly waiting?: Waiting | undefined;
}

/** What became of an apply that waited. */
export interface Settled {
  readonly outcome: 'confirmed' | 'rolled_back';
  readonly checksum: string;
  /** Entries that others changed meanwhile. */
  readonly left: readonly string[];
  readonly notes: readonly string[];
  /** What the other node of a high-availability pair did with the change; absent where it was not asked. */
  peer?:
    | {
        /** It was asked, has what was written, and its services run with that. */
        readonly taken: boolean;
        /** It has not answered yet. */
        readonly open: boolean;
        readonly message: string;
      }
    | undefined;
}

/** Why it is paused. */
export interface PauseRequest {
  readonly reason?: string | undefined;
}
