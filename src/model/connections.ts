/** Connections that a firewall keeps open, and ways that a change closes, in the words of rules.ts. */
import type { Family, IpSpan } from './ip.js';

/** One end of a connection. The port is 0 for protocols without; with ICMP it is the type at the far end, and 0 at the near one. */
export interface ConnectionEnd {
  readonly address: string;
  readonly port: number;
}

/**
 * One state of a firewall: what it passes without asking its rules again. A connection that goes through it has two of them, one
 * for the way in and one for the way out.
 */
export interface Connection {
  /** The firewall's own name of it, by which it is ended. */
  readonly id: string;
  /** Whether it was made by a packet on its way into the firewall or out of it. */
  readonly direction: 'in' | 'out';
  /** Lower-case name, or a number as text. */
  readonly protocol: string;
  /** Who opened it, as he calls himself: before any translation of the source. */
  readonly from: ConnectionEnd;
  /** What he asked for: before any redirect. */
  readonly asked: ConnectionEnd;
  /** Where it goes: after any redirect. */
  readonly to: ConnectionEnd;
}

/** Connections that can be listed and, where `end` is there, ended one by one. Both throw a `Slash32Error`. */
export interface Connections {
  list(signal: AbortSignal): Promise<ConnectionList>;
  /** Ends these, and nothing else; one that is gone by itself counts as ended. Undefined where the firewall ends them in the apply. */
  readonly end?: (ids: readonly string[], signal: AbortSignal) => Promise<void>;
}

/** What a firewall keeps open, at one moment. */
export interface ConnectionList {
  readonly connections: readonly Connection[];
  /** How many more there are that it does not show in a form that can be read. */
  readonly unread: number;
}

/** Packets of one kind. */
export interface WayService {
  /** Lower-case name; `*` stands for every protocol but those in `except`. */
  readonly protocol: string;
  readonly except?: readonly string[];
  /** Ports of tcp and udp, types of ICMP, both ends included; 0 for others. */
  readonly numbers: readonly [from: number, to: number];
  /** Undefined: any. */
  readonly sourcePorts?: readonly [from: number, to: number];
  /** Where a redirect leads; `shifts`: a span of ports keeps its offsets. Undefined: it goes where it was asked to. */
  readonly lands?: { readonly address: string; readonly port: number; readonly shifts: boolean };
}

/** Ways of one family by where they begin; no address is in two rows, and none in two groups of a row. */
export interface WayTable {
  readonly family: Family;
  readonly rows: readonly {
    readonly from: readonly IpSpan[];
    readonly groups: readonly { readonly to: readonly IpSpan[]; readonly services: readonly WayService[] }[];
  }[];
}

/** What passed and does so no more. `to` and `numbers` are as the sender asks, before any redirect. */
export interface ClosedWays {
  readonly closed: readonly WayTable[];
  /** Passed before, and whether it does afterwards is not known. */
  readonly perhaps: readonly WayTable[];
}
