import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { CommandResult } from '../../support/command.js';
import type { Namespaces } from './namespaces.js';

/** How to restart. */
export interface RestartOptions {
  /** Start with an empty lease database; OPNsense, and this rig without it, keep the old one. */
  readonly forgetLeases?: boolean;
}

/** ISC dhcpd in the router's namespace, restarted as OPNsense does it: the old one ends first, then the new one starts. */
export interface Dhcpd {
  /** Ends the running daemon and starts one with this file. Rejects with dhcpd's log when it does not start. */
  readonly restart: (conf: string, options?: RestartOptions) => Promise<void>;
  /** `dhcpd -t` on a candidate: exit code and what it said. The running daemon is not touched. */
  readonly check: (conf: string) => Promise<CommandResult>;
  /** Everything that all daemons of this rig have logged so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const CONF = '/etc/dhcp/dhcpd.conf';
const PID = '/run/dhcpd.pid';
const LEASES = '/var/lib/dhcp/dhcpd.leases';
const START_LIMIT_MS = 240_000;

/** Prepares a daemon that will listen on these interfaces of the router; nothing is started yet. */
export function createDhcpd(world: Namespaces, netns: string, interfaces: readonly string[]): Dhcpd {
  let log = '';
  let running: ChildProcess | undefined;

  async function stop(): Promise<void> {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null) {
      return;
    }
    const ended = once(child, 'close');
    await world.exec(netns, `kill "$(cat ${PID})"`);
    await ended;
  }

  async function restart(conf: string, options: RestartOptions = {}): Promise<void> {
    await stop();
    const stale = options.forgetLeases === true ? [PID, LEASES, `${LEASES}~`] : [PID];
    await world.execOk(
      netns,
      `${writeFile(CONF, conf)}
rm -f ${stale.join(' ')}
touch ${LEASES}`,
    );
    const before = log.length;
    const command = ['dhcpd', '-4', '-f', '-d', '-cf', CONF, '-lf', LEASES, '-pf', PID, ...interfaces];
    const child = world.start(netns, command);
    running = child;
    const started = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`dhcpd did not start:\n${log.slice(before)}`)), START_LIMIT_MS);
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          log += text;
          if (log.slice(before).includes('Server starting service')) {
            clearTimeout(timer);
            resolve();
          }
        });
      }
      child.once('close', (code) => {
        clearTimeout(timer);
        reject(new Error(`dhcpd ended with ${code}:\n${log.slice(before)}`));
      });
    });
    await started;
  }

  return {
    restart,
    stop,
    check: (conf) =>
      world.exec(netns, `${writeFile('/etc/dhcp/candidate.conf', conf)}\ndhcpd -4 -t -cf /etc/dhcp/candidate.conf`),
    log: () => log,
  };
}

/** A shell line that writes the text to a file exactly as it is. */
function writeFile(path: string, text: string): string {
  return `printf %s '${text.replaceAll("'", `'\\''`)}' > ${path}`;
}
