import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, onTestFinished } from 'vitest';
import { stateRows } from '../../../src/sim/opnsense/pf/list.js';
import { pfctlText, type SimPfState } from '../../../src/sim/opnsense/pf/states.js';
import { startSimOpnsense } from '../../../src/sim/opnsense/start.js';
import { skipReason } from '../engine/support.js';
import { startStandIn } from '../standin/start.js';
import { CONFIG, PUBLISHES, USERS } from './scene.js';

/** An ARP entry or a lease of the firewall; `device` as config.xml names it. */
export interface Host {
  readonly interface: string;
  readonly device: string;
  readonly address: string;
  readonly mac: string;
}

/** A firewall with the plugin, whichever way it is played. */
export interface Rig {
  readonly url: string;
  readonly text: () => string;
  /** Somebody else saves. */
  readonly edit: (change: (text: string) => string) => void;
  /** dhcpd does not come up any more. */
  readonly breakDhcpd: () => void;
  /** The node becomes the CARP backup of 10.10.1.250. */
  readonly becomeBackup: () => void;
  readonly setHosts: (hosts: readonly Host[]) => void;
  /** What pf keeps open. */
  readonly setStates: (states: readonly SimPfState[]) => void;
  /** Ids of what it keeps open now, sorted. */
  readonly states: () => readonly string[];
  /** The next question for the states is not answered. */
  readonly loseStates: () => void;
  /** Where redirects may stand from now on. */
  readonly setPublishes: (lines: readonly string[]) => void;
  /** Whose key alone may act for an owner from now on; undefined: anybody's. */
  readonly bindOwner: (owner: string, user: string | undefined) => void;
  readonly close: () => Promise<void>;
}

/** How a test wants its firewall. */
export interface SceneOptions {
  readonly config?: string;
  readonly maxConfirmSeconds?: number;
  /** Where redirects may stand; default: everywhere. */
  readonly publishes?: readonly string[];
}

/** Starts a firewall that the caller has to close. */
export type StartRig = (options?: SceneOptions) => Promise<Rig>;

const noPhp = await skipReason();
const RIGS = [
  ['simulator', simulatorRig, undefined],
  ['php', phpRig, noPhp],
] as const;

/**
 * Runs the same tests against the simulated OPNsense of src/sim and against the plugin's own PHP, so that neither drifts.
 * What `start` starts ends with the test; what `keep` starts has to be closed.
 */
export function describeRigs(what: string, tests: (start: StartRig, keep: StartRig, isPlayed: boolean) => void): void {
  describe.each(RIGS)(`${what} (%s)`, (_name, keep, reason) => {
    beforeEach(({ skip }) => skip(reason !== undefined, reason));
    const start: StartRig = async (options) => {
      const rig = await keep(options);
      onTestFinished(() => rig.close());
      return rig;
    };
    tests(start, keep, reason === undefined);
  });
}

/** The simulated OPNsense of src/sim. */
export async function simulatorRig(options: SceneOptions = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-contract-'));
  const sim = await startSimOpnsense({
    folder,
    users: Object.values(USERS),
    config: options.config ?? CONFIG,
    plugin: {
      interfaces: ['opt1', 'opt2'],
      maxConfirmSeconds: options.maxConfirmSeconds ?? 600,
      publishes: options.publishes ?? PUBLISHES,
    },
  });
  return {
    url: sim.url,
    ...fileOf(sim.configPath),
    breakDhcpd: () => sim.breakDhcpd(true),
    becomeBackup: () => sim.setCarp('10.10.1.250', 'BACKUP'),
    setHosts(hosts) {
      sim.setLeases(hosts.map((host) => ({ ...host, hostname: 'name' })));
      sim.setArp(hosts.map((host) => ({ ...host, permanent: false })));
    },
    setStates: (states) => sim.setStates(states),
    states: () =>
      sim
        .states()
        .map((one) => `${one.id}/${one.creator}`)
        .sort(),
    loseStates: () => sim.loseStates(true),
    setPublishes: (lines) => sim.setPublishes(lines),
    bindOwner: (owner, user) => sim.bindOwner(owner, user),
    async close() {
      await sim.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The plugin's own PHP behind `php -S`. */
export async function phpRig(options: SceneOptions = {}): Promise<Rig> {
  const seconds = `<max_confirm_seconds>${options.maxConfirmSeconds ?? 600}<`;
  const publishes = `<publishes>${(options.publishes ?? PUBLISHES).join('\n')}<`;
  const config = (options.config ?? CONFIG)
    .replace('<max_confirm_seconds>600<', seconds)
    .replace(/<publishes>[^<]*</, publishes);
  const box = await startStandIn({ users: Object.values(USERS), config, workers: 2 });
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(box.folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  mkdirSync(join(box.folder, 'conf'), { recursive: true });
  const { text, edit } = fileOf(join(box.folder, 'conf', 'config.xml'));
  return {
    url: box.url,
    text,
    edit,
    breakDhcpd: () => write('dhcpd.broken', 'dead'),
    becomeBackup: () => write('ifconfig.json', BACKUP),
    setHosts(hosts) {
      const leases = hosts.map(({ address, mac }) => ({
        address,
        binding: 'active',
        hardware: { 'mac-address': mac },
        'client-hostname': 'name',
      }));
      write('leases.json', leases);
      const arp = hosts.map(({ device, address, mac }) => ({ intf: device, ip: address, mac, permanent: false }));
      write('arp.json', arp);
    },
    setStates: (states) => write('states.json', stateRows(pfctlText(states))),
    states: () =>
      (JSON.parse(readFileSync(join(box.folder, 'states.json'), 'utf8')) as { id: string }[])
        .map((row) => row.id)
        .sort(),
    loseStates: () => write('control.json', { 'filter list states': { answer: '' } }),
    setPublishes: (lines) =>
      edit((text) =>
        text.replace(/<publishes\/>|<publishes>[^<]*<\/publishes>/, `<publishes>${lines.join('\n')}</publishes>`),
      ),
    bindOwner: (owner, user) => edit((text) => text.replace(OWNER_USERS, (found) => bindingsWith(found, owner, user))),
    close: () => box.stop(),
  };
}

const BACKUP = {
  em1: {
    macaddr: '00:16:3e:0a:00:01',
    ipv4: [
      { ipaddr: '10.10.1.1', subnetbits: 24 },
      { ipaddr: '10.10.1.250', subnetbits: 24, vhid: '7' },
    ],
    carp: { 7: { status: 'BACKUP', vhid: '7' } },
  },
};

const OWNER_USERS = /<owner_users\/>|<owner_users>[^<]*<\/owner_users>/;

function bindingsWith(element: string, owner: string, user: string | undefined): string {
  const lines = element.replace(/<[^>]*>/g, '').split('\n');
  const others = lines.filter((line) => line !== '' && !line.startsWith(`${owner} `));
  const all = user === undefined ? others : [...others, `${owner} ${user}`];
  return `<owner_users>${all.join('\n')}</owner_users>`;
}

function fileOf(path: string): Pick<Rig, 'text' | 'edit'> {
  const text = (): string => readFileSync(path, 'utf8');
  return { text, edit: (change) => writeFileSync(path, change(text())) };
}
