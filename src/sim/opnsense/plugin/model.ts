import type { SimNode } from '../node.js';

/** A reservation as the plugin's API names it; `at` is its index at the base revision. */
export interface PluginReservation {
  readonly at?: number;
  readonly mac: string;
  readonly ipaddr: string;
  readonly hostname: string;
  readonly descr: string;
  readonly arp?: boolean;
}

/** The settings that an apply may name; null or false takes one away. */
export interface PluginSettings {
  readonly enabled?: boolean | null;
  readonly range?: { readonly from: string; readonly to: string } | null;
  readonly mask?: string | null;
  /** Option 121 as octets in hexadecimal with colons. */
  readonly routes?: string | null;
  readonly deny_unknown?: boolean | null;
  readonly mac_allow?: string | null;
  readonly static_arp?: boolean | null;
  readonly router?: string | null;
  readonly pools?: readonly {
    readonly from: string;
    readonly to: string;
    readonly deny_unknown: boolean;
    readonly mac_allow: string | null;
  }[];
}

/** One interface of an apply. */
export interface PluginSegment {
  readonly interface: string;
  readonly settings?: PluginSettings;
  readonly reservations?: readonly PluginReservation[];
  readonly adopt?: readonly { readonly at: number; readonly mac: string }[];
  readonly release?: readonly PluginReservation[];
}

/** An alias of an apply. */
export interface PluginAlias {
  readonly name: string;
  readonly type: 'host' | 'network' | 'port';
  readonly content: readonly string[];
  readonly descr: string;
  readonly enabled?: boolean;
}

/** A rule of an apply: OPNsense's field names, with `descr` for the description. */
export interface PluginRule {
  readonly descr: string;
  readonly interface: string;
  readonly sequence: number;
  readonly [field: string]: string | number | boolean | undefined;
}

/** A destination NAT of an apply. */
export interface PluginRedirect {
  readonly descr: string;
  readonly interface: string;
  readonly protocol: 'tcp' | 'udp';
  /** An IPv4 address, or the id of the interface with `ip` behind it. */
  readonly destination_net: string;
  /** `443`, `8000-8010`. */
  readonly destination_port: string;
  readonly target: string;
  readonly local_port: number;
  readonly log?: boolean;
  readonly enabled?: boolean;
  readonly sequence: number;
}

/** Ways by family: addresses, or two of them with a dash between, and the packets that went there. */
export type PluginWays = Partial<
  Record<
    'inet' | 'inet6',
    readonly {
      readonly from: readonly string[];
      readonly groups: readonly {
        readonly to: readonly string[];
        readonly services: readonly {
          readonly protocol: string;
          readonly except?: readonly string[];
          readonly numbers: readonly [number, number];
          readonly source_ports?: readonly [number, number];
          readonly lands?: { readonly address: string; readonly port: number; readonly shifts: boolean };
        }[];
      }[];
    }[]
  >
>;

/** Body of `state/apply` (docs/plugin-api.md). */
export interface PluginApply {
  readonly owner: string;
  readonly fingerprint: string;
  readonly host?: string;
  readonly take_over?: boolean;
  readonly base_revision: string;
  readonly message?: string;
  readonly confirm_seconds?: number;
  readonly token?: string | null;
  readonly dry_run?: boolean;
  readonly on_backup?: boolean;
  readonly segments?: readonly PluginSegment[];
  readonly accept_static_arp?: readonly string[];
  readonly cut?: { readonly apply: PluginWays; readonly undo: PluginWays };
  readonly aliases?: readonly PluginAlias[];
  readonly rules?: readonly PluginRule[];
  readonly redirects?: readonly PluginRedirect[];
}

/** What stands somewhere and what is wrong with it. */
export interface Complaint {
  readonly where: string;
  readonly object: string;
  readonly message: string;
}

/** One touched element: what it was, what it became, and where it stands. */
export interface NodeChange {
  readonly kind: 'reservation' | 'setting' | 'alias' | 'rule' | 'redirect' | 'category' | 'blank';
  /** Interface of a reservation or setting, path of a blank element, uuid of anything else. */
  readonly at: string;
  /** Tag of a setting, else what people call it. */
  readonly name: string;
  readonly action: 'created' | 'updated' | 'deleted' | 'adopted' | 'released';
  readonly before: readonly SimNode[];
  readonly after: readonly SimNode[];
  /** Index among its kind before the change. */
  readonly place: number;
  /** Who asked for this setting, too, when it stood there already. */
  readonly wanted?: readonly Claim[];
}

/** An apply that relies on a setting which a change of another owner made that waits. */
export interface Claim {
  readonly owner: string;
  /** Of the apply; undefined when it had nothing to change and so cannot be undone. */
  readonly id: string | undefined;
  /** Seconds since 1970. */
  readonly since: number;
}

/** An apply that waits to be confirmed. */
export interface PendingApply {
  readonly id: string;
  readonly owner: string;
  readonly since: number;
  readonly deadline: number;
  changes: readonly NodeChange[];
  /** Interfaces on which it put static ARP in force that was set before. */
  readonly dormant: readonly string[];
  /** What ends with its undoing, and what decided about packets after it. */
  readonly cut?: { readonly undo: PluginWays; readonly policy: string } | undefined;
  readonly timer: NodeJS.Timeout;
}

/** What became of a push to the peer; without `code` as plugins before 1.5 say it. */
export interface SimPeer {
  readonly pushed: boolean;
  readonly message: string;
  readonly code?: string;
  readonly open?: boolean;
}

/** A change that the peer has not taken. */
export interface SimDebt {
  readonly id: string;
  readonly owner: string;
  readonly what: 'kept' | 'undone';
  readonly since: number;
  readonly code: string;
  readonly message: string;
}

/** One line of the plugin's history. */
export interface ApplyLine {
  readonly id: string;
  readonly owner: string;
  readonly at: number;
  readonly user: string;
  readonly host: string;
  readonly summary: string;
  readonly revision_before: string;
  readonly revision_after: string;
  notes: readonly string[];
  outcome: 'pending' | 'confirmed' | 'kept' | 'rolled_back' | 'expired' | 'restored' | 'rebooted';
  left: readonly Complaint[];
  peer?: SimPeer;
}

/** The simulated plugin: its settings and what it remembers. */
export interface SimPlugin {
  /** Interfaces that it may touch. */
  interfaces: readonly string[];
  maxConfirmSeconds: number;
  /** Where redirects may stand, as the settings have it: `wan tcp/443`. */
  publishes: readonly string[];
  /** Whose key may act for an owner; for one that is not named any may. */
  readonly users: Map<string, string>;
  readonly owners: Map<string, { fingerprint: string; host: string; seen: number }>;
  readonly pending: Map<string, PendingApply>;
  /** Newest first. */
  readonly applies: ApplyLine[];
  /** Set by tests: the firewall drops every connection after the next apply, until that was rolled back. */
  cutAfterApply: boolean;
  isCut: boolean;
  /** Whether it tells of a high-availability pair and judges its role as a whole, as plugins do from 1.5 on. */
  readonly tellsPair: boolean;
  /** Its setting "Push to the peer". */
  push: boolean;
  /** Set by tests: what a peer that is asked answers. */
  peerAnswer: { readonly code: string; readonly message: string };
  debts: readonly SimDebt[];
  unwatched: readonly { readonly id: string; readonly owner: string; readonly until: number }[];
  watcher: ApplyWatcher;
}

/** What a test does around each apply. */
export interface ApplyWatcher {
  /** An apply has come and nothing was looked at yet. */
  readonly before?: () => void;
  /** It was applied and is not answered yet. */
  readonly after?: (apply: PluginApply) => void;
}
