import type { ReachEnd } from '../reach/types.js';

/** The port that a NIC has on the bridge of a segment. */
export interface BridgePort {
  /** `project/name/nic`. */
  readonly nic: string;
  /** `project/name`. */
  readonly instance: string;
  readonly segment: string;
  /** Whether other isolated ports are out of its reach; undefined where that is not known. */
  readonly isolated: boolean | undefined;
  /** The host that it is on; undefined where there is one only, or it is not known. */
  readonly host: string | undefined;
}

/** A NIC whose answers leave by another one of its instance. */
export interface SecondNic {
  /** `project/name/nic` of the other one. */
  readonly by: string;
  /** Whether that is so already, before a plan is applied. */
  readonly already: boolean;
}

/**
 * The layer below the firewall's rules: who has which port on which segment, and what of that is not seen. The firewall's own ports
 * are not among them: they are meant to be open to everybody.
 */
export interface Layer2 {
  readonly ports: readonly BridgePort[];
  /** By segment: why ports may stand there that nobody sees, as a clause. */
  readonly unseen: ReadonlyMap<string, string>;
  /** By segment: what leads beyond this host, as a clause. */
  readonly beyond: ReadonlyMap<string, string>;
  /** By `project/name/nic`. */
  readonly secondNics: ReadonlyMap<string, SecondNic>;
}

/** A layer of which nothing is known and nothing is asked, for what is not about instances. */
export const NO_LAYER2: Layer2 = { ports: [], unseen: new Map(), beyond: new Map(), secondNics: new Map() };

/** Whether two reach each other without the firewall: `pass`, or `unknown` where somebody may carry for them or a port is not seen. */
export interface Beside {
  readonly verdict: 'pass' | 'unknown';
  /** Why, as a clause. */
  readonly why: string;
}

/** An end that is an address. */
export type HostEnd = Extract<ReachEnd, { kind: 'host' }>;

/** Answers what the layer below does to a flow whatever the firewall's rules say. */
export interface Layer2View {
  /** Whether packets get from one end to the other beside the firewall; undefined where they do not. */
  between(from: ReachEnd, to: ReachEnd): Beside | undefined;
  /** Why answers of an end may not come back; undefined where they do. `now` leaves out what a plan brings about. */
  answers(end: ReachEnd, now?: boolean): string | undefined;
  /** What is not looked at of two ends on one segment, because it is beyond this host; undefined where nothing is. */
  beyond(from: ReachEnd, to: ReachEnd): string | undefined;
  /** The hosts in groups of which every one is as good as another. */
  split(hosts: readonly HostEnd[]): HostEnd[][];
}
