/**
 * How one node of a high-availability pair stands on the addresses that both share. `none`: there is no such address. `master`: it
 * answers at all of them. `backup`: there is one at which it surely does not. `unknown`: there is one of which that cannot be seen.
 */
export type PairRole = 'none' | 'master' | 'backup' | 'unknown';

/** An address that both nodes share, of either family. */
export interface SharedAddress {
  readonly interface: string;
  readonly address: string;
  /** The firewall's word for how this node stands on it, in lower case; undefined where it cannot be seen. */
  readonly status: string | undefined;
}

/** What of ours has to reach the other node, so that packets go the same way there. */
export type HandOverPart = 'records' | 'dhcp' | 'rules' | 'aliases' | 'redirects' | 'categories';

/** A part that the firewall does not hand over, though something of ours stands in it. */
export interface HandOverGap {
  readonly part: HandOverPart;
  /** What the firewall's own page calls it. */
  readonly name: string;
}

/** What the other node did with a change that became final here. */
export interface PeerAnswer {
  /** It was asked, has what was written, and its services run with that. */
  readonly taken: boolean;
  /** It has not answered yet: a later reading tells. */
  readonly open: boolean;
  /** What happened and what to do, in whole sentences. */
  readonly message: string;
}

/** A change that the other node has not taken, or of which that is not known. */
export interface PeerDebt {
  /** Of the apply. */
  readonly id: string;
  readonly owner: string;
  /** What became of the change here. */
  readonly what: 'kept' | 'undone';
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Whether the other node has only not answered yet. */
  readonly open: boolean;
  /** Why it is not there, and what to do. */
  readonly message: string;
}

/** A change that came from the other node while nobody had confirmed it, and that nobody here undoes. */
export interface UnwatchedChange {
  readonly id: string;
  readonly owner: string;
  /** Until when it could have been confirmed there. ISO 8601, UTC. */
  readonly until: string;
}

/** One node of a high-availability pair, as far as it tells. */
export interface Pair {
  /** Undefined where it cannot be seen at all, as from a file. */
  readonly role: PairRole | undefined;
  /** Every address that both nodes share. */
  readonly addresses: readonly SharedAddress[];
  /** The other node as the firewall names it; undefined where it hands nothing over. */
  readonly peer: string | undefined;
  /** Whether the firewall hands each final change to the other node by itself; undefined where it does not tell. */
  readonly pushes: boolean | undefined;
  readonly missing: readonly HandOverGap[];
  readonly debts: readonly PeerDebt[];
  readonly unwatched: readonly UnwatchedChange[];
  /** Where a person sets what is handed over, as the end of a sentence; undefined where the firewall does not tell of it. */
  readonly remedy?: string | undefined;
}

/** The role of a node by its shared addresses: one at which it does not answer is enough not to be the master. */
export function roleOf(addresses: readonly SharedAddress[]): PairRole {
  if (addresses.length === 0) return 'none';
  if (addresses.some(({ status }) => status !== undefined && status !== 'master')) return 'backup';
  return addresses.every(({ status }) => status === 'master') ? 'master' : 'unknown';
}
