// Written by npm run openapi from openapi/slash32.yaml: change that, and not this.

/** ISO 8601, UTC. */
export type Time = string;

/** What becomes of a packet; `pass` also where it gets there beside the firewall, `unknown` depends on something that neither the rules nor the ports of the segment tell. */
export type Verdict = 'pass' | 'block' | 'reject' | 'unknown';

/** How a run ended. */
export type Outcome =
  | 'nothing'
  | 'applied'
  | 'waiting'
  | 'planned'
  | 'unsafe'
  | 'faulty'
  | 'changed'
  | 'held'
  | 'paused'
  | 'rolled_back'
  | 'cancelled'
  | 'failed'
  | 'interrupted';

/** One thing that is wrong with a request. */
export interface RequestProblem {
  readonly in: 'path' | 'query' | 'header' | 'body';
  /** JSON pointer inside of it; `/limit` is the parameter limit. */
  readonly at: string;
  readonly message: string;
}

/** Why something failed. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly where?: string | undefined;
  readonly effect: string;
  readonly hint: string;
  readonly retryable: boolean;
}

/** Applying is switched off; reading and planning go on. */
export interface Pause {
  readonly since: Time;
  readonly by: string;
  readonly reason: string;
}

/** A plan that was undone, and that no trigger applies again. */
export interface Hold {
  readonly checksum: string;
  readonly since: Time;
  readonly reason: string;
  readonly configuration: string;
}

/** An apply that the firewall undoes unless somebody confirms it. */
export interface Waiting {
  readonly runId?: string | undefined;
  readonly checksum: string;
  readonly undoneAt: Time;
}

/** The high-availability pair that the firewall belongs to, of the last look. */
export interface Pair {
  /** How the node stands that the service reaches. */
  readonly role: 'master' | 'backup' | 'unknown' | 'none';
  /** The other node as the firewall names it; absent where nothing is handed over. */
  readonly peer?: string | undefined;
  /** Whether each final change is handed over by itself; absent where that is not told. */
  readonly pushes?: boolean | undefined;
  /** What does not reach the other node though something of ours needs it. */
  readonly missing: readonly string[];
  /**
   * Changes that the other node has not taken, or of which that is not known.
   *
   * Items: A change that the other node has not taken.
   */
  readonly debts: readonly {
    readonly id: string;
    readonly owner: string;
    /** What became of it on this node. */
    readonly what: 'kept' | 'undone';
    readonly since: Time;
    /** Why, and what to do. */
    readonly message: string;
  }[];
  /**
   * Changes that came from the other node before anybody had confirmed them, and that nobody here undoes.
   *
   * Items: A change without a watch.
   */
  readonly unwatched: readonly {
    readonly id: string;
    readonly owner: string;
    readonly until: Time;
  }[];
  /** What the other node did with the last change of this owner; `checksum` and `at` are absent where somebody made it by hand. */
  last?:
    | {
        readonly id: string;
        readonly checksum?: string | undefined;
        readonly runId?: string | undefined;
        readonly at?: Time | undefined;
        /** It was asked, has what was written, and its services run with that. */
        readonly taken: boolean;
        /** It has not answered yet. */
        readonly open: boolean;
        readonly message: string;
      }
    | undefined;
}

/** The firewall holds a change of this service and cannot be reached; it puts back what was there by itself. */
export interface CutOff {
  readonly since: Time;
  readonly checksum: string;
  readonly undoneAt: Time;
  /** Why the last try was in vain. */
  readonly reason: string;
}

/** The connection on which Incus announces changes. */
export interface Stream {
  readonly state: 'off' | 'connecting' | 'up' | 'down';
  readonly since: Time;
  readonly lastEventAt?: Time | undefined;
  readonly failure?: Failure | undefined;
  readonly connects: number;
}

/** A run by the clock. */
export interface Schedule {
  readonly name: 'reconcile' | 'drift';
  readonly cron: string;
  readonly timezone: string;
  readonly nextAt: Time;
  readonly lastAt?: Time | undefined;
}

/** One thing that must be well. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
}

/** One thing that somebody should look at. */
export interface Finding {
  readonly id: string;
  /** What kind of thing it is, see docs/reference/findings.md. */
  code:
    | 'above-share'
    | 'address-changes'
    | 'adoptable'
    | 'alias-kept'
    | 'alias-taken'
    | 'apply-waiting'
    | 'applying-paused'
    | 'carp-router'
    | 'carp-server'
    | 'configuration-old'
    | 'configuration-refused'
    | 'copy-deleted'
    | 'cut-off'
    | 'deny-unknown-hole'
    | 'dhcp-off'
    | 'disk-unwritable'
    | 'empty-selector'
    | 'events-blind'
    | 'events-down'
    | 'extra-pools'
    | 'firewall-note'
    | 'first-dhcp-start'
    | 'foreign-duplicate'
    | 'group-closed'
    | 'ha-backup'
    | 'ha-debt'
    | 'ha-missing'
    | 'ha-no-push'
    | 'ha-open'
    | 'ha-own-address'
    | 'ha-unseen'
    | 'ha-unwatched'
    | 'in-range'
    | 'ipv4-filtering'
    | 'ipv6-filtering'
    | 'isolation-unknown'
    | 'kept'
    | 'leases-cut-off'
    | 'leases-unseen'
    | 'mac-filtering'
    | 'mac-list-vanishes'
    | 'mask-changeover'
    | 'name-adapted'
    | 'name-taken'
    | 'neighbours-cut-off'
    | 'new-rule'
    | 'nic-left-out'
    | 'no-address'
    | 'no-effect'
    | 'no-nics'
    | 'no-route'
    | 'no-rules-here'
    | 'nobody-protected'
    | 'not-isolated'
    | 'nowhere'
    | 'orphaned'
    | 'owner-bound'
    | 'owner-unbound'
    | 'part-waiting'
    | 'plan-held'
    | 'plan-unsafe'
    | 'policy-test'
    | 'policy-unseen'
    | 'policy-unused'
    | 'pools-close'
    | 'project-incomplete'
    | 'project-throttled'
    | 'publish-stays'
    | 'publish-target'
    | 'publish-unsupported'
    | 'range-vanishes'
    | 'redirect-stays'
    | 'release-closes'
    | 'restart-closes'
    | 'restart-opens'
    | 'restart-serves'
    | 'restart-unseen'
    | 'rules-refused'
    | 'run-failing'
    | 'same-members'
    | 'second-nic'
    | 'second-way'
    | 'segment-left-alone'
    | 'server-elsewhere'
    | 'setting-stuck'
    | 'shared-members'
    | 'source-note'
    | 'static-arp-idle'
    | 'tag-ignored'
    | 'test-of-nobody'
    | 'two-segments'
    | 'unknown-interface'
    | 'vlan'
    | 'writes-reversed';
  readonly severity: 'info' | 'warning' | 'error';
  readonly segment?: string | undefined;
  readonly object?: string | undefined;
  readonly message: string;
  readonly remedy?: string | undefined;
  readonly since: Time;
}

/** The rule that decided; absent where none did, or where the packet gets there beside the firewall. */
export interface ExplainedRule {
  /** Its uuid or label on the firewall. */
  readonly id: string;
  readonly origin: 'ours' | 'foreign' | 'legacy' | 'automatic';
  readonly description: string;
  /** Of ours, the line that asked for it: `policy.yaml:14`. */
  readonly place?: string | undefined;
}

/** One pair of ends. */
export interface ExplainedFlow {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly verdict: Verdict;
  /** One sentence. */
  readonly headline: string;
  /** What the packet meets, in order. */
  readonly steps: readonly string[];
  /** What is not known. */
  readonly reasons: readonly string[];
  readonly rule?: ExplainedRule | undefined;
}

/** A statement that would let pass what was logged. */
export interface Proposal {
  readonly from: string;
  readonly to: string;
  readonly allow: readonly string[];
  /** How many packets it stands for. */
  readonly packets: number;
}

/** What passes from each of some ends to each of some others. */
export interface Reach {
  readonly from: string;
  readonly to: string;
  /** `tcp/443`, `udp`, `any`. */
  readonly services: readonly string[];
  /** What depends on something that is not known. */
  readonly perhaps: readonly string[];
  /** How many pairs of addresses that is. */
  readonly pairs: number;
  /** Lines of the policy, or foreign rules by their description. */
  readonly by: readonly string[];
}

/** One test, and what is otherwise than it says. */
export interface PolicyTestResult {
  /** `policy.yaml:31` */
  readonly where: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'nobody';
  readonly checks: number;
  readonly failures: readonly string[];
}

/** A container or virtual machine with those of its NICs that stand on bridges. */
export interface Instance {
  readonly project: string;
  readonly name: string;
  readonly uuid: string;
  readonly status: string;
  readonly nics: readonly Nic[];
}

/** A network device of an instance that stands on a bridge. */
export interface Nic {
  readonly name: string;
  readonly network: string;
  readonly mac?: string | undefined;
  /** Whether its port is isolated from other isolated ports; absent where the source does not tell. */
  readonly isolated?: boolean | undefined;
  readonly segment?: string | undefined;
  /** What it has once the plan is applied. */
  readonly address?: string | undefined;
  /** Why it has this address, or why it has none; absent where nothing is planned for it. */
  readonly why?: string | undefined;
}

/** A segment with what the last look found there. */
export interface Segment {
  readonly name: string;
  readonly network: string;
  /** The VLAN of the network on which it lies; absent where untagged frames go. */
  readonly vlan?: number | undefined;
  readonly interface: string;
  readonly description: string;
  readonly subnet?: string | undefined;
  /** Why it was left alone. */
  readonly error?: string | undefined;
  readonly changes: number;
  readonly leftOut: number;
  readonly warnings: number;
  readonly foreign: number;
  readonly unchanged: number;
}

/** A DHCP reservation of the firewall. */
export interface Reservation {
  readonly interface: string;
  readonly segment?: string | undefined;
  readonly mac: string;
  readonly address: string;
  readonly hostname: string;
  readonly description: string;
  readonly of: 'ours' | 'foreign';
}

/** What was asked of a run. */
export interface RunOptions {
  readonly dryRun: boolean;
  readonly segments: readonly string[];
  readonly instances: readonly string[];
  readonly adopt: string | readonly string[];
  readonly checksum?: string | undefined;
  readonly force: boolean;
  readonly acceptLockoutRisk: boolean;
  readonly approve?: readonly string[] | undefined;
  readonly acceptNew?: boolean | undefined;
  readonly onBackup?: boolean | undefined;
  readonly takeOver: boolean;
  readonly confirmSeconds?: number | undefined;
  readonly confirm: boolean;
}

/** What made the service look again. */
export interface Trigger {
  readonly kind: string;
  readonly reason: string;
  readonly at: Time;
}

/** Who asked for it; `command` is a user of the command line, by the name that the system has for him. */
export interface Actor {
  readonly kind: 'service' | 'token' | 'socket' | 'hook' | 'command';
  readonly name: string;
  readonly from: string;
}

/** What a run planned, in short. */
export interface PlanDigest {
  readonly checksum: string;
  readonly changes: number;
  readonly warnings: number;
  readonly summary: PlanSummary;
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
  /** Aliases, rules and redirects. */
  readonly policy?: number | undefined;
  readonly unchanged: number;
  readonly foreign: number;
  readonly leftOut: number;
  /** Parts that wait for a person. */
  readonly waiting?: number | undefined;
}

/** One step of a run. */
export interface LogLine {
  readonly at: Time;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
}

/** One look at both sides, and what came of it. Changes and log have addresses of their own. */
export interface Run {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'ended';
  readonly options: RunOptions;
  readonly triggers: readonly Trigger[];
  readonly triggerCount: number;
  readonly actor: Actor;
  readonly queuedAt: Time;
  readonly startedAt?: Time | undefined;
  readonly endedAt?: Time | undefined;
  readonly outcome?: Outcome | undefined;
  readonly attempts: number;
  readonly plan?: PlanDigest | undefined;
  readonly revisionBefore?: string | undefined;
  readonly revisionAfter?: string | undefined;
  readonly undoneAt?: Time | undefined;
  readonly notes: readonly string[];
  readonly failure?: Failure | undefined;
  readonly idempotencyKey?: string | undefined;
}
