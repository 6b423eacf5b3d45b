import type { Change } from './change.js';
import type { SegmentState } from './segment.js';

/** A virtual IP address on an interface. */
export interface VirtualIp {
  readonly address: string;
  readonly mode: 'carp' | 'alias' | 'other';
  /** CARP state of this node; undefined when it cannot be seen or is no CARP address. */
  readonly status: 'master' | 'backup' | undefined;
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

/** An entry or setting that DHCP would trip over at its next restart. */
export interface DhcpFault {
  readonly interface: string;
  /** The entry: `reservation 3 (00:16:…, 10.2.0.9, "web")`, `range`, `staticarp`. */
  readonly object: string;
  /** What is wrong and what it would do. */
  readonly message: string;
}

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
  /** Things a person should know about the reading itself, one sentence each. */
  readonly notes: readonly string[];
}

/** What to write, on which reading of the firewall it was planned. */
export interface ApplyRequest {
  readonly base: Observed;
  readonly changes: readonly Change[];
  /** One line for the firewall's own configuration history. */
  readonly message: string;
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}

/** What an apply did. */
export interface ApplyResult {
  /** Revision of the firewall after the write. */
  readonly revision: string;
  /** Things the person must know though the apply succeeded, one sentence each (saves of others that may be lost). */
  readonly notes: readonly string[];
}

/**
 * A firewall that reservations and settings go to.
 *
 * - `observe` reads and never writes. It throws a `Slash32Error` when it cannot tell the truth about the firewall.
 * - `check` says what DHCP would trip over if `changes` were made: foreign and unmanaged entries included, because a
 *   restart sets off a fault that lies dormant in any of them. It is pure, on the last `observe`.
 * - `apply` writes all of `changes` in one revision or nothing, reloads what changed once, and verifies by reading
 *   back. It throws `S32_CONFLICT` when the revision moved since `base`, with nothing written. Every other error says
 *   exactly what was written.
 * - `settle` finishes the reloads of an apply that was cut short.
 */
export interface Target {
  observe(signal: AbortSignal, progress: (step: string) => void): Promise<Observed>;
  check(base: Observed, changes: readonly Change[]): readonly DhcpFault[];
  apply(request: ApplyRequest): Promise<ApplyResult>;
  /** Reloads what an apply that was cut short may not have reloaded; writes nothing. Nothing to do on a file. */
  settle(signal: AbortSignal, progress: (step: string) => void): Promise<void>;
}
