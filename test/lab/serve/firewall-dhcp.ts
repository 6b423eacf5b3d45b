import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dhcpdConfOf } from '../dhcp/dhcpd-conf.js';

/** One line of dhcpd's log with the moment at which it was read, in milliseconds of `performance.now()`. */
export interface DhcpLine {
  readonly at: number;
  readonly text: string;
}

/** Real dhcpd on the firewall's port of the lab's bridge, fed from a config.xml. */
export interface FirewallDhcp {
  /** Ends the running one and starts one with what this config.xml makes of it; calls are carried out in order. */
  restart(configXml: string): Promise<void>;
  readonly lines: readonly DhcpLine[];
  stop(): Promise<void>;
}

/** `pid`: a process of the lab, whose network namespace has the interface `opt3`. */
export function createFirewallDhcp(folder: string, pid: string): FirewallDhcp {
  const lines: DhcpLine[] = [];
  const [conf, leases, pidFile] = ['dhcpd.conf', 'dhcpd.leases', 'dhcpd.pid'].map((name) => join(folder, name));
  let child: ChildProcess | undefined;
  let queue: Promise<void> = Promise.resolve();

  async function end(): Promise<void> {
    if (child === undefined || child.exitCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }

  async function start(configXml: string): Promise<void> {
    await end();
    await writeFile(conf ?? '', dhcpdConfOf(configXml).text);
    await writeFile(leases ?? '', '', { flag: 'a' });
    child = spawn('nsenter', [
      ...[
        '-t',
        pid,
        '-n',
        'dhcpd',
        '-4',
        '-f',
        '-d',
        '-cf',
        conf ?? '',
        '-lf',
        leases ?? '',
        '-pf',
        pidFile ?? '',
        'opt3',
      ],
    ]);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const at = performance.now();
      for (const line of text.split('\n')) if (line !== '') lines.push({ at, text: line });
    });
  }

  return {
    restart(configXml) {
      queue = queue.then(() => start(configXml));
      return queue;
    },
    lines,
    stop: () => queue.then(end),
  };
}

/** When the client with this MAC first asked, and when it was given an address; undefined for what has not happened. */
export function answersOf(
  { lines }: FirewallDhcp,
  mac: string,
): { asked: number | undefined; given: number | undefined; address: string | undefined } {
  const asked = lines.find(({ text }) => text.startsWith('DHCPDISCOVER') && text.includes(mac));
  const given = lines.find(({ text }) => text.startsWith('DHCPACK') && text.includes(mac));
  return { asked: asked?.at, given: given?.at, address: /DHCPACK on (\S+)/.exec(given?.text ?? '')?.[1] };
}
