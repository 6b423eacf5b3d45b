/** The API of os-slash32 as it travels (docs/plugin-api.md). Only what slash32 uses is named. */

import type { WireHa, WirePeer } from './wire-pair.js';

/** An interface; `ipaddr` is null or no address where it has no static one. */
export interface WireInterface {
  readonly id: string;
  readonly descr: string;
  readonly device: string;
  readonly mac: string | null;
  readonly enabled: boolean;
  readonly ipaddr: string | null;
  readonly subnet: number | null;
  readonly vips: readonly { readonly address: string; readonly mode: string; readonly status: string | null }[];
  /** Whether its device is in static ARP mode; null where it is not there, absent from a plugin that does not tell. */
  readonly static_arp?: boolean | null;
}

/** What the next restart of DHCP does to an interface: of static ARP only where it is out of scope. */
export interface WireRestart {
  readonly interface: string;
  readonly what: 'closes' | 'opens' | 'starts' | 'stops' | 'ranges';
  readonly served: boolean;
  readonly answered: readonly { readonly address: string; readonly mac: string }[];
  readonly neighbours: readonly { readonly address: string; readonly mac: string }[];
}

/** What stands somewhere and what is wrong with it. */
export interface WireComplaint {
  readonly where: string;
  readonly object: string;
  readonly message: string;
}

/** Answer of `state/get`. */
export interface WireState {
  readonly result: 'ok';
  readonly api: 1;
  readonly plugin: string;
  readonly version: string | null;
  readonly revision: string;
  /** Unix seconds on the firewall's clock. */
  readonly now: number;
  readonly caller: { readonly address: string | null; readonly user: string | null };
  /** `publishes` are lines such as `wan tcp/443`; absent from a plugin that lets redirects stand everywhere. */
  readonly scope: {
    readonly interfaces: readonly string[];
    readonly max_confirm_seconds: number;
    readonly publishes?: readonly string[];
  };
  readonly interfaces: readonly WireInterface[];
  readonly dhcpd: string;
  readonly other_dhcp: readonly { readonly interface: string; readonly server: 'dnsmasq' | 'kea' }[];
  readonly faults: readonly { readonly interface: string; readonly object: string; readonly message: string }[];
  readonly leases: readonly {
    readonly interface: string;
    readonly address: string;
    readonly mac: string;
    readonly hostname: string | null;
  }[];
  readonly neighbours: readonly {
    readonly interface: string;
    readonly address: string;
    readonly mac: string;
    readonly permanent: boolean;
  }[];
  readonly peer: string | null;
  readonly owners: readonly {
    readonly owner: string;
    readonly fingerprint: string;
    readonly host: string;
    readonly seen: number;
  }[];
  readonly pending: readonly {
    readonly owner: string;
    readonly id: string;
    readonly deadline: number;
    readonly seconds_left: number;
  }[];
  readonly applies: readonly {
    readonly id: string;
    readonly owner: string;
    readonly outcome: string;
    readonly peer?: WirePeer | null;
  }[];
  readonly dhcpd_health: { readonly expected: boolean; readonly running: boolean };
  /** Settings that an apply may name; a plugin older than this list takes all but `pools` and `routes`. */
  readonly settings?: readonly string[];
  /** A small config.xml with what decides which packets pass; a plugin older than the policy has none. */
  readonly policy?: string;
  /** Whether an apply takes `cut`, and open connections are listed; absent from a plugin that does neither. */
  readonly cuts?: boolean;
  /** Absent from a plugin that does not tell. */
  readonly restarts?: readonly WireRestart[];
  /** Whose key may act for which owner; absent from a plugin that binds none. */
  readonly bindings?: readonly { readonly owner: string; readonly user: string }[];
  /** Names that its DNS answers, and those of reservations out of scope; absent from a plugin that does not tell. */
  readonly names?: readonly { readonly name: string; readonly holder: string }[];
  /** Absent from a plugin that does not tell. */
  readonly ha?: WireHa;
}

/** A reservation in an apply; `at` is its index among the interface's at the base revision, absent for a new one. */
export interface WireReservation {
  readonly at?: number;
  readonly mac: string;
  readonly ipaddr: string;
  readonly hostname: string;
  readonly descr: string;
  readonly arp: boolean;
}

/** Settings in an apply: only those that change; null takes one away. */
export interface WireSettings {
  readonly enabled?: boolean;
  readonly range?: { readonly from: string; readonly to: string } | null;
  readonly mask?: string | null;
  /** Option 121 as octets in hexadecimal with colons. */
  readonly routes?: string | null;
  readonly deny_unknown?: boolean;
  readonly mac_allow?: string | null;
  readonly static_arp?: boolean;
  readonly router?: string | null;
  /** Who gets addresses of the further pools, all of them in their order. */
  readonly pools?: readonly {
    readonly from: string;
    readonly to: string;
    readonly deny_unknown: boolean;
    readonly mac_allow: string | null;
  }[];
}

/** One interface in an apply. Without `reservations` the owner's entries there stay as they are. */
export interface WireSegment {
  readonly interface: string;
  readonly settings?: WireSettings;
  readonly reservations?: readonly WireReservation[];
  readonly adopt?: readonly { readonly at: number; readonly mac: string }[];
  readonly release?: readonly WireReservation[];
}

/** An alias in an apply. */
export interface WireAlias {
  readonly name: string;
  readonly type: string;
  readonly content: readonly string[];
  readonly descr: string;
  readonly enabled: boolean;
}

/** A filter rule in an apply, with OPNsense's words. */
export interface WireRule {
  readonly descr: string;
  readonly interface: string;
  readonly action: string;
  readonly direction: string;
  readonly ipprotocol: string;
  readonly protocol: string;
  readonly source_net: string;
  readonly source_not: boolean;
  readonly source_port: string;
  readonly destination_net: string;
  readonly destination_not: boolean;
  readonly destination_port: string;
  readonly icmptype: string;
  readonly log: boolean;
  readonly quick: boolean;
  readonly enabled: boolean;
  readonly sequence: number;
}

/** A destination NAT in an apply. */
export interface WireRedirect {
  readonly descr: string;
  readonly interface: string;
  readonly protocol: string;
  readonly destination_net: string;
  readonly destination_port: string;
  readonly target: string;
  readonly local_port: number;
  readonly log: boolean;
  readonly enabled: boolean;
  readonly sequence: number;
}

/** Packets whose open connections end; see `WayService`. */
export interface WireService {
  readonly protocol: string;
  readonly except?: readonly string[];
  readonly numbers: readonly [number, number];
  readonly source_ports?: readonly [number, number];
  readonly lands?: { readonly address: string; readonly port: number; readonly shifts: boolean };
}

/** Ways by family; addresses, or two of them with a dash between. */
export type WireWays = Partial<
  Record<
    'inet' | 'inet6',
    readonly {
      readonly from: readonly string[];
      readonly groups: readonly { readonly to: readonly string[]; readonly services: readonly WireService[] }[];
    }[]
  >
>;

/** Body of `state/apply`. Of `aliases`, `rules` and `redirects` each is the whole list of the owner, or absent. */
export interface WireApply {
  readonly owner: string;
  readonly fingerprint: string;
  readonly host: string;
  readonly take_over: boolean;
  readonly base_revision: string;
  readonly message: string;
  readonly confirm_seconds: number;
  readonly token: string;
  readonly dry_run: false;
  readonly segments: readonly WireSegment[];
  /** Interfaces on which the restart of DHCP may put static ARP in force that was left set there. */
  readonly accept_static_arp?: readonly string[];
  /** A person means this node though it is not the master of its pair. */
  readonly on_backup?: true;
  /** The ways whose open connections end with the change, and with its undoing. */
  readonly cut?: { readonly apply: WireWays; readonly undo: WireWays };
  readonly aliases?: readonly WireAlias[];
  readonly rules?: readonly WireRule[];
  readonly redirects?: readonly WireRedirect[];
}

/** Answer of `state/apply`. */
export type WireApplied =
  | {
      readonly result: 'applied';
      readonly id: string;
      readonly revision: string;
      readonly notes: readonly string[];
      readonly confirm: { readonly seconds: number; readonly deadline: number } | null;
    }
  | { readonly result: 'nothing'; readonly revision: string }
  | { readonly result: 'conflict'; readonly revision: string }
  | { readonly result: 'pending' }
  | { readonly result: 'refused'; readonly code: string; readonly errors: readonly WireComplaint[] }
  | { readonly result: 'restored'; readonly reason: string; readonly left: readonly WireComplaint[] }
  | { readonly result: 'failed'; readonly message?: string; readonly under_way?: boolean };

/** Answer of `state/connections`: rows as OPNsense lists them. */
export interface WireConnections {
  readonly result: 'ok';
  readonly connections: readonly unknown[];
}

/** Answer of `state/confirm` and `state/rollback`. */
export type WireSettled =
  | {
      readonly result: 'confirmed';
      readonly peer?: WirePeer | null;
    }
  | { readonly result: 'rolled_back' | 'expired'; readonly left: readonly WireComplaint[] }
  | { readonly result: 'already'; readonly outcome: string }
  | { readonly result: 'refused'; readonly code: string; readonly errors?: readonly WireComplaint[] }
  | { readonly result: 'unknown' }
  | { readonly result: 'failed'; readonly message?: string };
