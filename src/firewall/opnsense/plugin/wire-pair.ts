/** What the API of os-slash32 says of a high-availability pair, from 1.5 on. */

/** What became of a push to the peer; what comes after `message` is absent from a plugin that does not look. */
export interface WirePeer {
  readonly pushed: boolean;
  readonly message: string;
  readonly code?: string;
  readonly open?: boolean;
  /** Changes of others that went along before anybody had confirmed them, one sentence each. */
  readonly notes?: readonly string[];
}

/** How the firewall stands in a high-availability pair. */
export interface WireHa {
  readonly peer: string | null;
  readonly push: boolean;
  readonly role: 'master' | 'backup' | 'none' | 'unknown';
  /** Every CARP address; the status is empty where it is not seen. */
  readonly addresses: readonly { readonly interface: string; readonly address: string; readonly status: string }[];
  /** Items that are synchronised, whatever needs them; absent from a plugin that tells of those alone that something needs. */
  readonly items?: readonly string[];
  /** Items that are not synchronised though something of ours needs them. */
  readonly missing: readonly string[];
  readonly debts: readonly {
    readonly id: string;
    readonly owner: string;
    readonly what: 'kept' | 'undone';
    readonly since: number;
    readonly code: string;
    readonly message: string;
  }[];
  readonly unwatched: readonly { readonly id: string; readonly owner: string; readonly until: number }[];
}
