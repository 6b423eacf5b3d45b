import type { Change } from './change.js';
import type { ClosedWays, Connections } from './connections.js';
import type { Pair, PeerAnswer } from './pair.js';
import type { ObservedPolicy, PolicyChange } from './policy-entries.js';
import type { SegmentState } from './segment.js';
import type { OwnerBindings, PublishScope, Unwritable, WriteScope } from './write-scope.js';

/** A virtual IP address on an interface. */
export interface VirtualIp {
  readonly address: string;
  readonly mode: 'carp' | 'alias' | 'other';
}

/** A network interface of the firewall. */
export interface FirewallInterface {
  /** `lan`, `opt3`. */
  readonly id: string;
  readonly description: string;
  readonly device: string;
  /** Canonical MAC; undefined where the transport cannot see it. */
  readonly mac: string | undefined;
  readonly enabled: boolean;
  /** Static IPv4 address and prefix; undefined when it has none. */
  readonly address: string | undefined;
  readonly prefix: number | undefined;
  readonly virtualIps: readonly VirtualIp[];
  /** Whether its device answers fixed ARP entries only, as it runs now; undefined where that cannot be seen. */
  readonly staticArp?: boolean | undefined;
}

/** A dynamic lease that was active when the firewall was read. */
export interface Lease {
  readonly interface: string;
  readonly address: string;
  readonly mac: string;
  readonly hostname: string;
}

/** An entry of the firewall's ARP table. */
export interface Neighbour {
  readonly interface: string;
  readonly address: string;
  readonly mac: string;
  readonly permanent: boolean;
}

/** A packet that a rule of the firewall logged. */
export interface LoggedPacket {
  /** As the firewall writes it. */
  readonly at: string;
  /** Interface id; the device where it is not known. */
  readonly interface: string;
  readonly direction: 'in' | 'out';
  /** `pass`, `block`, `rdr`, … */
  readonly action: string;
  /** Lower-case name. */
  readonly protocol: string;
  readonly from: string;
  readonly to: string;
  /** Destination port; undefined for protocols without. */
  readonly port: number | undefined;
  /** Id of the rule, as in the rule set. */
  readonly rule: string;
}

/** An entry or setting that DHCP would trip over at its next restart. */
export interface DhcpFault {
  readonly interface: string;
  /** The entry: `reservation 3 (00:16:…, 10.2.0.9, "web")`, `range`, `staticarp`. */
  readonly object: string;
  /** What is wrong and what it would do. */
  readonly message: string;
}

/** Somebody on a segment. */
export interface Host {
  readonly address: string;
  readonly mac: string;
}

/**
 * What the restart of DHCP does to an interface besides what the changes ask for: somebody wrote it before, and it is not
 * in force yet. `closes`: static ARP begins; `opens`: it ends; `unseen`: it is written, and whether it is in force cannot be
 * seen; `starts`: DHCP is served; `stops`: it is served no more; `ranges`: with other dynamic ranges.
 */
export interface RestartEffect {
  readonly interface: string;
  readonly what: 'closes' | 'opens' | 'unseen' | 'starts' | 'stops' | 'ranges';
  /** Whether DHCP is on there, so that static ARP came into force when it was last started. */
  readonly served: boolean;
  /** Who has a fixed ARP entry from then on. */
  readonly answered: readonly Host[];
  /** Who stands in the ARP table now, fixed entries left out; undefined where that cannot be seen. */
  readonly neighbours: readonly Host[] | undefined;
  /** Why it would stay when the change is undone, so that nobody can accept it: a clause for people. */
  readonly notUndone?: string | undefined;
}

/** An apply as the firewall remembers it. */
export interface RememberedApply {
  /** First sixteen hexadecimal digits of the SHA-256 of its confirm token. */
  readonly id: string;
  readonly owner: string;
  /** `pending`, `confirmed`, `kept`, `rolled_back`, `expired`, `restored`, `rebooted`. */
  readonly outcome: string;
  /** What the other node of a pair did with it; undefined where it was not asked. */
  readonly peer?: PeerAnswer | undefined;
}

/** An apply that the firewall will undo by itself unless somebody confirms it. */
export interface WaitingApply {
  readonly id: string;
  readonly owner: string;
  /** When it is undone, by the clock of this machine. ISO 8601, UTC. */
  readonly until: string;
  readonly secondsLeft: number;
}

/** What a firewall that undoes unconfirmed applies by itself remembers of them. */
export interface ApplyMemory {
  readonly maxConfirmSeconds: number;
  /** Which configuration applied last under each owner id; `seenAt` is ISO 8601, UTC. */
  readonly owners: readonly {
    readonly owner: string;
    readonly fingerprint: string;
    readonly host: string;
    readonly seenAt: string;
  }[];
  /** Whose key may act for which owner; undefined where the firewall binds no owners to keys. */
  readonly bindings?: OwnerBindings | undefined;
  /** The firewall's user whose key this program has; undefined where it does not tell. */
  readonly user?: string | undefined;
  readonly waiting: readonly WaitingApply[];
  /** The newest ones only. */
  readonly applies: readonly RememberedApply[];
}

/** A hostname that stands for somebody in the firewall's DNS, beside the reservations. */
export interface StandingName {
  readonly name: string;
  /** For people, as the end of "it stands for": `the firewall itself`, `192.168.1.20 (host override of Unbound)`. */
  readonly holder: string;
}

/**
 * How the places look that slash32 fills, by the target's own names: what stands there while it says nothing, as written, and
 * empty where nothing stands. A place that says something is not named.
 */
export type Places = Readonly<Record<string, string>>;

/** The firewall itself, servers elsewhere (none at all where the list is empty), or why that is not known, as a clause. */
export type Resolvers = 'firewall' | readonly string[] | { readonly unknown: string };

/** What the firewall said, at one revision. */
export interface Observed {
  readonly transport: 'file' | 'api' | 'plugin';
  /** Where it was read, for people: a file name or a URL without credentials. */
  readonly target: string;
  /** Compare-and-swap token: equal tokens mean that nobody saved in between. */
  readonly revision: string;
  /** OPNsense version, for example `26.7.2`; undefined when it cannot be seen. */
  readonly version: string | undefined;
  readonly interfaces: readonly FirewallInterface[];
  /** One for each interface that has DHCP settings, whether managed or not. */
  readonly segments: readonly SegmentState[];
  /** Interfaces on which another DHCP server answers. */
  readonly otherDhcp: readonly { readonly interface: string; readonly server: 'dnsmasq' | 'kea' }[];
  /** Undefined where the transport cannot see leases. */
  readonly leases: readonly Lease[] | undefined;
  /** Undefined where the transport cannot see the ARP table. */
  readonly neighbours: readonly Neighbour[] | undefined;
  /** Address that the firewall sees this program come from; undefined when there is no connection to it. */
  readonly ownAddress: string | undefined;
  /** Address of the other node of a high-availability pair; undefined without one. */
  readonly peerAddress: string | undefined;
  /** How it stands in a high-availability pair; undefined where that was not looked at. */
  readonly pair?: Pair | undefined;
  /** Undefined where every interface may be written. */
  readonly writable?: WriteScope;
  /** Undefined where redirects may stand everywhere, and where the firewall does not tell (a plugin older than that). */
  readonly publishable?: PublishScope | undefined;
  /** Undefined where every setting can be written. */
  readonly unwritable?: Unwritable;
  /** Undefined where the firewall does not undo an apply by itself. */
  readonly memory?: ApplyMemory;
  /** Aliases, rules and redirects; undefined where the firewall does not tell (a plugin older than the policy). */
  readonly policy?: ObservedPolicy | undefined;
  /** Undefined where the firewall does not tell (a plugin older than that). */
  readonly names?: readonly StandingName[] | undefined;
  /** What DHCP names as resolvers on an interface that names none of its own; absent in readings of older versions. */
  readonly resolvers?: Resolvers;
  /** Undefined where the transport brings no empty element back. */
  readonly places?: Places;
  /** Why no open connection can be ended there, as a clause; undefined where they can. */
  readonly connectionsStay?: string | undefined;
  /** Things a person should know about the reading itself, one sentence each. */
  readonly notes: readonly string[];
}

/** How an apply is kept or undone on a firewall that undoes unconfirmed ones by itself. */
export interface Commitment {
  readonly owner: string;
  /** 64 hexadecimal digits that confirm the apply or roll it back. A secret. */
  readonly token: string;
  /** Seconds until the firewall undoes it; 0 keeps it at once. */
  readonly seconds: number;
  /** Whether to reach the firewall again and confirm; otherwise somebody else does that later. */
  readonly wait: boolean;
  /** Tells this configuration from any other one with the same owner id. */
  readonly fingerprint: string;
  readonly host: string;
  /** Whether to go on where another configuration has used the owner id. */
  readonly takeOver: boolean;
}

/** What to write, on which reading of the firewall it was planned. */
export interface ApplyRequest {
  readonly base: Observed;
  readonly changes: readonly Change[];
  /** What becomes of aliases, rules and redirects, in any order; written in the same revision where the transport can. */
  readonly policy?: readonly PolicyChange[];
  /** What stood in the places that slash32 filled; it comes back where one of them becomes empty. */
  readonly places?: Places;
  /** The ways whose open connections end with this apply, and with its undoing; only for a firewall that does that by itself. */
  readonly cut?: { readonly apply: ClosedWays; readonly undo: ClosedWays } | undefined;
  /** One line for the firewall's own configuration history. */
  readonly message: string;
  /** Needed by a target that has `commit`. */
  readonly commitment?: Commitment;
  /** Whether a person means this node though it is not the master of its pair. */
  readonly onBackup?: boolean;
  readonly progress: (step: string) => void;
  /** Hears each try in vain to reach the firewall again while it waits to be confirmed: why, and when it puts back what was there. */
  readonly outOfReach?: (why: string, undoneAt: Date) => void;
  readonly signal: AbortSignal;
}

/** How an apply stands that the firewall could have undone by itself. */
export type Kept =
  | { readonly state: 'confirmed' | 'kept' }
  /** Undone at `until` (ISO 8601, UTC, by the clock of this machine) unless somebody confirms it. */
  | { readonly state: 'waiting'; readonly until: string };

/** What an apply did. */
export interface ApplyResult {
  /** Revision of the firewall after the write. */
  readonly revision: string;
  /** Things the person must know though the apply succeeded, one sentence each (saves of others that may be lost). */
  readonly notes: readonly string[];
  /** Undefined where the firewall undoes nothing by itself. */
  readonly kept?: Kept;
  /** What the other node of a pair did with it; undefined where it was not asked. Its message is among the notes. */
  readonly peer?: PeerAnswer | undefined;
}

/** What became of an apply that was to be confirmed or rolled back, as the firewall says. */
export type Verdict =
  | { readonly outcome: 'confirmed'; readonly notes: readonly string[]; readonly peer?: PeerAnswer | undefined }
  | { readonly outcome: 'rolled_back'; readonly left: readonly string[] }
  /** It had been settled before; `how` is an outcome as in {@link RememberedApply}. */
  | { readonly outcome: 'already'; readonly how: string }
  | { readonly outcome: 'expired'; readonly left: readonly string[] }
  | { readonly outcome: 'unknown' };

/** Settles an apply later. Both throw a `Slash32Error` when the firewall does not answer, or refuses. */
export interface Commit {
  confirm(owner: string, token: string, signal: AbortSignal): Promise<Verdict>;
  rollback(owner: string, token: string, signal: AbortSignal): Promise<Verdict>;
}

/**
 * A firewall that reservations and settings go to.
 *
 * - `observe` reads and never writes. It throws a `Slash32Error` when it cannot tell the truth about the firewall.
 * - `check` says what DHCP would trip over if `changes` were made: foreign and unmanaged entries included, because a
 *   restart sets off a fault that lies dormant in any of them. It is pure, on the last `observe`.
 * - `restarts` says what the restart of DHCP that `changes` need does to interfaces besides what they ask for; none where
 *   they need none. It is pure, on the last `observe`.
 * - `apply` writes all of `changes` in one revision or nothing, reloads what changed once, and verifies by reading
 *   back. It throws `S32_CONFLICT` when the revision moved since `base`, with nothing written. Every other error says
 *   exactly what was written.
 * - `settle` finishes the reloads of an apply that was cut short.
 */
export interface Target {
  observe(signal: AbortSignal, progress: (step: string) => void): Promise<Observed>;
  check(base: Observed, changes: readonly Change[]): readonly DhcpFault[];
  restarts(base: Observed, changes: readonly Change[]): readonly RestartEffect[];
  apply(request: ApplyRequest): Promise<ApplyResult>;
  /** Reloads what an apply that was cut short may not have reloaded; writes nothing. Nothing to do on a file. */
  settle(signal: AbortSignal, progress: (step: string) => void): Promise<void>;
  /** Only where the firewall undoes an apply by itself unless it is confirmed. */
  readonly commit?: Commit;
  /** Only where open connections can be seen. */
  readonly connections?: Connections;
  /** Only where there is a log: the newest packets that rules logged, newest first. Throws a `Slash32Error`. */
  readonly log?: (limit: number, signal: AbortSignal) => Promise<readonly LoggedPacket[]>;
}
