import type { ConfigDisk } from './disk.js';
import type { SimNode } from './node.js';
import type { SimStateTable } from './pf/table.js';
import type { SimPlugin } from './plugin/model.js';
import type { SimUser } from './users.js';

/** A dynamic lease that the simulated dhcpd has given. */
export interface SimDynamicLease {
  readonly interface: string;
  readonly address: string;
  readonly mac: string;
  readonly hostname: string;
}

/** A row of the simulated ARP table. */
export interface SimArpRow {
  /** Device, for example `vtnet2`. */
  readonly device: string;
  readonly address: string;
  readonly mac: string;
  readonly permanent: boolean;
}

/**
 * When somebody else saves around the next XML-RPC write: before it reads the configuration; after it has read and
 * before it writes, so that the other save is lost; after it with an old reading, so that the write is lost; or after it
 * on top of it.
 */
export type SaveMoment = 'before-write' | 'during-write' | 'over-write' | 'after-write';

/** A save of somebody else. */
export interface OtherSave {
  readonly when: SaveMoment;
  readonly username: string;
  readonly description: string;
  readonly edit: (root: SimNode) => void;
}

/** What pf holds, which a save alone does not change: the configurations that it was last loaded from. */
export interface InForce {
  /** Rules, redirects and port aliases, which OPNsense writes out into them. */
  readonly rules: SimNode;
  /** Members of the tables that all other aliases are. */
  readonly tables: SimNode;
}

/** What the simulated firewall is besides its configuration. */
export interface SimState {
  readonly disk: ConfigDisk;
  readonly users: readonly SimUser[];
  readonly version: string;
  readonly iscInstalled: boolean;
  /** Whether dhcpd runs; decided at each start from the configuration on disk. */
  dhcpdRunning: boolean;
  /** The dynamic ranges that dhcpd serves, by interface; empty while it does not run. */
  serving: ReadonlyMap<string, string>;
  /** Why the last start of dhcpd failed; undefined when it did not. */
  dhcpdFault: string | undefined;
  /** Makes every start of dhcpd fail, whatever the configuration. */
  dhcpdBroken: boolean;
  /** Interfaces in static ARP mode, and the addresses that have an entry there. */
  readonly staticArp: Map<string, Set<string>>;
  leases: readonly SimDynamicLease[];
  arp: readonly SimArpRow[];
  /** Rows of the filter log, newest first, as OPNsense answers them. */
  filterLog: readonly Readonly<Record<string, string>>[];
  /** The states of pf. */
  readonly pf: SimStateTable;
  /** What pf was last loaded from through REST, at the start or by a reboot; the plugin's reloads are not followed. */
  inForce: InForce;
  readonly reloadWatchers: (() => void)[];
  /** CARP state by address; `MASTER` where it is not named. */
  readonly carp: Map<string, string>;
  /** Hardware MACs by device. */
  readonly macs: Map<string, string>;
  readonly otherSaves: OtherSave[];
  /** os-slash32; undefined where it is not installed. */
  readonly plugin: SimPlugin | undefined;
}
