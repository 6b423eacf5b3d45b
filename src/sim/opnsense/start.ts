import { configureNeighbours, restartDhcpd } from './dhcpd.js';
import { openDisk, type Revision } from './disk.js';
import { createFaultQueue, type Fault } from './fault-injection.js';
import { leaseFor, type SimLease } from './inspect.js';
import { childOf, type SimNode, textAt } from './node.js';
import type { SimPfState } from './pf/states.js';
import { emptyTable } from './pf/table.js';
import { type PluginHandles, type PluginOptions, pluginHandles, pluginOf, settleAll } from './plugin/handles.js';
import { inForceText, reloadAliases } from './policy/in-force.js';
import { buildSampleConfig, type SampleSegment } from './sample-config.js';
import { type LoggedRequest, listen } from './server.js';
import type { OtherSave, SimArpRow, SimDynamicLease, SimState } from './state.js';
import { createSimUser, keyFileOf, type SimUser } from './users.js';

/** How the simulated firewall starts. */
export interface SimOpnsenseOptions {
  /** A folder for config.xml and backup/; a config.xml that is there is used. */
  readonly folder: string;
  /** The first config.xml; default: the sample configuration with `segments`. */
  readonly config?: string;
  readonly segments?: readonly SampleSegment[];
  /** Default: one user `slash32` with page-all. */
  readonly users?: readonly SimUser[];
  /** Default 26.7.2. */
  readonly version?: string;
  /** Whether os-isc-dhcp is there; default true. */
  readonly iscInstalled?: boolean;
  /** os-slash32, with the interfaces that it may touch; default: not installed. */
  readonly plugin?: PluginOptions;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Default: a free one. */
  readonly port?: number;
}

/**
 * A simulated OPNsense on loopback: real HTTP and a real config.xml on disk, answering as the recordings of 26.7.2 do for
 * the calls that slash32 makes. For `demo`, tests and bench.
 */
export interface SimOpnsense extends PluginHandles {
  readonly url: string;
  readonly configPath: string;
  readonly users: readonly SimUser[];
  /** The key file of a user, by default of the first. */
  keyFile(name?: string): string;
  /** Every request so far, without headers and bodies. */
  readonly log: readonly LoggedRequest[];
  clearLog(): void;
  configText(): string;
  /** Names of the backups, newest first. */
  backups(): readonly string[];
  removeBackup(id: string): void;
  /** Somebody saves right now, by default with a backup. */
  save(edit: (root: SimNode) => void, revision?: Partial<Revision>, options?: { readonly backup?: boolean }): string;
  /** Somebody saves around the next XML-RPC write. */
  concurrentSave(save: Pick<OtherSave, 'when' | 'edit'> & Partial<Revision>): void;
  failNext(fault: Fault): void;
  /** Runs an action right after the `count`-th save from now. */
  onSaves(count: number, action: () => void): void;
  /** Sets the firewall's clock so many seconds forward, or back. */
  setClock(seconds: number): void;
  /** Breaks off every connection until it is mended; what runs on the firewall by itself goes on. */
  cutWay(isCut: boolean): void;
  isWayCut(): boolean;
  /** Puts in force what somebody changed of DHCP by hand, as the button of OPNsense's own page does. */
  restartDhcp(): void;
  /** Breaks off every connection for so many milliseconds; then dhcpd starts from the configuration on disk. */
  reboot(milliseconds: number): void;
  setLeases(leases: readonly SimDynamicLease[]): void;
  setArp(rows: readonly SimArpRow[]): void;
  /** What `diagnostics/firewall/log` answers, newest first. */
  setFilterLog(rows: readonly Readonly<Record<string, string>>[]): void;
  /** What pf keeps open from now on. */
  setStates(states: readonly SimPfState[]): void;
  /** What it keeps open now. */
  states(): readonly SimPfState[];
  /** Whether the firewall does not list what it keeps open. */
  loseStates(lost: boolean): void;
  /** Looks after each state that is ended from now on. */
  onKill(look: (state: SimPfState) => void): void;
  /** A config.xml with the rules and table members that pf was last loaded with, the plugin's reloads apart. */
  inForceText(): string;
  /** Looks after everything that pf is loaded with from now on: rules, or tables. */
  onReload(look: () => void): void;
  /** How this node stands on a shared address; an empty status is one that is not seen. */
  setCarp(address: string, status: 'MASTER' | 'BACKUP' | 'INIT' | ''): void;
  setMac(device: string, mac: string): void;
  /** Makes dhcpd fail to start, whatever its configuration. */
  breakDhcpd(broken: boolean): void;
  dhcpd(): { readonly running: boolean; readonly fault: string | undefined };
  /** Interfaces whose device is in static ARP mode, and the addresses that it answers there. */
  staticArp(): Readonly<Record<string, readonly string[]>>;
  /** What a client with this MAC would get from the configuration on disk. */
  leaseFor(mac: string, interfaceId?: string): SimLease | undefined;
  close(): Promise<void>;
}

/** Starts a simulated OPNsense; `close` stops it and leaves the folder as it is. */
export async function startSimOpnsense(options: SimOpnsenseOptions): Promise<SimOpnsense> {
  const users = options.users ?? [createSimUser('slash32', ['page-all'])];
  const segments = options.segments === undefined ? {} : { segments: options.segments };
  const disk = openDisk(options.folder, options.config ?? buildSampleConfig({ users, ...segments }));
  const state: SimState = {
    disk,
    users,
    version: options.version ?? '26.7.2',
    iscInstalled: options.iscInstalled ?? true,
    dhcpdRunning: false,
    serving: new Map(),
    dhcpdFault: undefined,
    dhcpdBroken: false,
    staticArp: new Map(),
    leases: [],
    arp: [],
    filterLog: [],
    pf: emptyTable(),
    inForce: { rules: disk.view(), tables: disk.view() },
    reloadWatchers: [],
    carp: new Map(),
    macs: hardware(disk.read()),
    otherSaves: [],
    plugin: options.plugin === undefined ? undefined : pluginOf(options.plugin),
  };
  restartDhcpd(state);
  const faults = createFaultQueue();
  const log: LoggedRequest[] = [];
  let downUntil = 0;
  let isWayCut = false;
  const isDown = () => isWayCut || Date.now() < downUntil || state.plugin?.isCut === true;
  const server = await listen({ state, faults, log, isDown, tls: options.tls, port: options.port ?? 0 });

  return {
    url: server.url,
    configPath: disk.path,
    users,
    keyFile(name) {
      const user = name === undefined ? users[0] : users.find((known) => known.name === name);
      if (user === undefined) throw new RangeError(`no such user: ${name}`);
      return keyFileOf(user);
    },
    log,
    clearLog: () => void log.splice(0),
    configText: () => disk.readText(),
    backups: () => disk.backups().map(({ id }) => id),
    removeBackup: (id) => void disk.removeBackup(id),
    save(edit, revision, how) {
      const root = disk.read();
      edit(root);
      return disk.save(root, someone(revision), how);
    },
    concurrentSave: (save) => void state.otherSaves.push({ when: save.when, edit: save.edit, ...someone(save) }),
    failNext: (fault) => faults.add(fault),
    setClock: (seconds) => disk.setClock(seconds),
    onSaves: (count, action) => disk.onSaves(count, action),
    cutWay(isCut) {
      isWayCut = isCut;
    },
    isWayCut: isDown,
    restartDhcp() {
      restartDhcpd(state);
      configureNeighbours(state);
    },
    reboot(milliseconds) {
      downUntil = Date.now() + milliseconds;
      state.staticArp.clear();
      state.pf.states = [];
      settleAll(state, 'rebooted');
      reloadAliases(state);
      restartDhcpd(state);
    },
    setLeases(leases) {
      state.leases = leases;
    },
    setFilterLog(rows) {
      state.filterLog = rows;
    },
    setStates(states) {
      state.pf.states = states;
    },
    states: () => state.pf.states,
    loseStates(lost) {
      state.pf.isLost = lost;
    },
    onKill(look) {
      state.pf.watcher = look;
    },
    inForceText: () => inForceText(state),
    onReload(look) {
      state.reloadWatchers.push(look);
    },
    setArp(rows) {
      state.arp = rows;
    },
    setCarp: (address, status) => void state.carp.set(address, status),
    setMac: (device, mac) => void state.macs.set(device, mac),
    breakDhcpd(broken) {
      state.dhcpdBroken = broken;
    },
    dhcpd: () => ({ running: state.dhcpdRunning, fault: state.dhcpdFault }),
    staticArp: () => Object.fromEntries([...state.staticArp].map(([id, addresses]) => [id, [...addresses].sort()])),
    ...pluginHandles(state),
    leaseFor: (mac, interfaceId) => leaseFor(state, mac, interfaceId),
    close() {
      for (const pending of state.plugin?.pending.values() ?? []) clearTimeout(pending.timer);
      return server.close();
    },
  };
}

function someone(revision: Partial<Revision> | undefined): Revision {
  return {
    username: revision?.username ?? 'root@192.168.1.50',
    description: revision?.description ?? '/interfaces.php made changes',
  };
}

/** `00:16:3e:0a:00:NN` for the NN-th interface of the configuration. */
function hardware(root: SimNode): Map<string, string> {
  const devices = (childOf(root, 'interfaces')?.children ?? [])
    .map((each) => textAt(each, 'if'))
    .filter((device) => device !== 'lo0');
  return new Map(devices.map((device, index) => [device, `00:16:3e:0a:00:${index.toString(16).padStart(2, '0')}`]));
}
