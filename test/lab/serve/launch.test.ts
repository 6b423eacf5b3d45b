import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimOpnsense } from '../../../src/sim/opnsense/start.js';
import { temporaryFolder } from '../../cli/harness.js';
import { serve, until } from '../../serve/rig.js';
import { type IncusLab, LAB_PROGRAMS, startLab } from '../incus/lab.js';
import { labSkipReason, refuseSkip } from '../require-lab.js';
import { answersOf, createFirewallDhcp, type FirewallDhcp } from './firewall-dhcp.js';

const LAUNCHES = Number(process.env.SLASH32_LAUNCHES ?? 20);
const SLOW_LAUNCHES = 2;
/** Longer than the debounce window: each launch is the first thing that happens for a while, as by hand. */
const QUIET_MS = 1_200;
const reason = labSkipReason([...LAB_PROGRAMS, 'dhcpd']);

/** Times of one instance, in seconds. */
interface Launched {
  /** From the command to the lease. */
  readonly whole: number;
  /** From the client's first question to the lease: what it had to wait for the firewall. */
  readonly waited: number;
}

describe('an instance that is launched while the service runs', () => {
  let obstacle = reason;
  let lab: IncusLab;

  beforeAll(async () => {
    if (obstacle !== undefined) return;
    try {
      lab = await startLab();
    } catch (error) {
      obstacle = refuseSkip(`the lab did not come up: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    await writeFile(join(labFolder(lab), 'rig/prepare.sh'), await readFile(join(import.meta.dirname, 'prepare.sh')));
    await lab.run('bash', '/rig/prepare.sh');
  });

  afterAll(async () => {
    await (lab as IncusLab | undefined)?.close();
  });

  it('gets its /32 lease from real dhcpd, without anybody’s help', async (ctx) => {
    if (obstacle !== undefined) return ctx.skip(obstacle);
    const { dhcp, stop } = await stage(lab);
    try {
      const bare: Launched[] = [];
      const launched: Launched[] = [];
      const slow: Launched[] = [];
      for (let index = 0; index < LAUNCHES; index += 1) {
        launched.push(await launchOne(lab, dhcp, 'dhcp', `new-${index}`));
        bare.push(await startPrepared(lab, dhcp, `old-${index}`));
      }
      for (let index = 0; index < SLOW_LAUNCHES; index += 1)
        slow.push(await launchOne(lab, dhcp, 'slow', `slow-${index}`));
      // dhcpd has given it; the client sets it a moment later
      const shown = () => lab.run('incus', 'exec', 'new-0', '--', 'ip', '-4', 'addr', 'show', 'eth0');
      await expect.poll(shown).toMatch(/inet 10\.10\.3\.\d+\/32/);
      process.stderr.write(table({ launched, bare, slow }));
    } finally {
      await stop();
    }
  });

  it('gets it while a tenant of another project changes a NIC of his without end', async (ctx) => {
    if (obstacle !== undefined) return ctx.skip(obstacle);
    const { dhcp, stop } = await stage(lab);
    const tenant = ['--project', 'tenant'];
    try {
      await lab.run(
        'incus',
        'project',
        'create',
        'tenant',
        '-c',
        'features.images=false',
        '-c',
        'features.profiles=false',
      );
      await lab.run('incus', 'init', '-q', 'dhcp', 'mallory', '-p', 'app', ...tenant);
      await lab.run('incus', 'config', 'device', 'override', 'mallory', 'eth0', 'hwaddr=10:66:6a:99:00:00', ...tenant);
      const before = starts(dhcp);
      await rm(join(labFolder(lab), 'rig/enough'), { force: true });
      const change =
        'incus config device set mallory eth0 hwaddr "$(printf 10:66:6a:99:00:%02x $((i % 256)))" --project tenant';
      const script = `i=0; while [ ! -e /rig/enough ]; do i=$((i + 1)); ${change}; sleep 1; done; echo $i`;
      const mischief = lab.run('sh', '-c', script);
      try {
        for (const name of ['honest-1', 'honest-2'])
          expect((await launchOne(lab, dhcp, 'dhcp', name)).whole).toBeGreaterThan(0);
      } finally {
        await writeFile(join(labFolder(lab), 'rig/enough'), '');
        const changes = (await mischief).trim();
        process.stderr.write(`\n${changes} changes by a tenant: DHCP was restarted ${starts(dhcp) - before} times\n`);
      }
    } finally {
      await stop();
      await lab.run('incus', 'delete', '-q', '-f', 'mallory', ...tenant);
      await lab.run('incus', 'project', 'delete', 'tenant');
    }
  });
});

async function stage(lab: IncusLab): Promise<{ dhcp: FirewallDhcp; stop: () => Promise<void> }> {
  const cwd = await temporaryFolder();
  const firewall = await startSimOpnsense({
    folder: join(cwd, 'opnsense'),
    segments: [{ id: 'opt3', description: 'servers', address: '10.10.3.1' }],
    plugin: { interfaces: ['opt3'] },
  });
  const dhcp = createFirewallDhcp(cwd, (await readFile(join(labFolder(lab), 'pid'), 'utf8')).trim());
  // The plugin restarts dhcpd before it answers an apply.
  firewall.watchApplies({ after: () => void dhcp.restart(firewall.configText()) });
  await writeFile(join(cwd, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
  await writeFile(join(cwd, 'slash32.yaml'), configuration(lab.socket, firewall.url));
  const served = serve({ cwd });
  await until('the service is up', () => /ready|running|listen/i.test(served.text()));
  return {
    dhcp,
    async stop() {
      served.child.kill('SIGTERM');
      await served.ended;
      await dhcp.stop();
      await firewall.close();
    },
  };
}

function configuration(socket: string, url: string): string {
  return [
    'version: 1',
    'owner: lab',
    `incus: { socket: "${socket}" }`,
    `opnsense: { transport: plugin, url: "${url}", key_file: apikey.txt }`,
    'segments:',
    '  servers: { interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, mask, deny_unknown] }',
    'service: { listen: none, socket: api.sock }',
    '',
  ].join('\n');
}

/** `incus launch`: created and started in one go, so that the client asks while slash32 is still at it. */
async function launchOne(lab: IncusLab, dhcp: FirewallDhcp, image: string, name: string): Promise<Launched> {
  await new Promise((done) => setTimeout(done, QUIET_MS));
  const begun = performance.now();
  await lab.run('incus', 'launch', '-q', image, name, '-p', 'app');
  return measured(lab, dhcp, name, begun);
}

/** The time that nobody can do better than: the reservation is there before the instance starts. */
async function startPrepared(lab: IncusLab, dhcp: FirewallDhcp, name: string): Promise<Launched> {
  const known = dhcp.lines.length;
  await lab.run('incus', 'init', '-q', 'dhcp', name, '-p', 'app');
  await until('dhcpd knows it', () => dhcp.lines.slice(known).some(({ text }) => text.includes('Listening on')));
  const begun = performance.now();
  await lab.run('incus', 'start', '-q', name);
  return measured(lab, dhcp, name, begun);
}

async function measured(lab: IncusLab, dhcp: FirewallDhcp, name: string, begun: number): Promise<Launched> {
  const mac = (await lab.run('incus', 'config', 'get', name, 'volatile.eth0.hwaddr')).trim();
  await until(`${name} has a lease`, () => answersOf(dhcp, mac).given !== undefined, 60);
  const { asked = 0, given = 0 } = answersOf(dhcp, mac);
  return { whole: (given - begun) / 1000, waited: (given - asked) / 1000 };
}

function table(times: Readonly<Record<'launched' | 'bare' | 'slow', readonly Launched[]>>): string {
  const row = (name: string, list: readonly Launched[]): string => {
    const whole = list.map((one) => one.whole).toSorted((a, b) => a - b);
    const waited = list.map((one) => one.waited).toSorted((a, b) => a - b);
    return `  ${name.padEnd(46)} ${show(whole)}   ${show(waited)}\n`;
  };
  return [
    '\nfrom the command to the lease, in seconds        median   worst   | from the first question: median   worst\n',
    row(`incus launch, ${times.launched.length} times`, times.launched),
    row(`incus start with a reservation made in advance`, times.bare),
    row(`incus launch of an image slow to unpack`, times.slow),
  ].join('');
}

/** How often dhcpd was started. */
function starts({ lines }: FirewallDhcp): number {
  return lines.filter(({ text }) => text.includes('Listening on')).length;
}

function show(sorted: readonly number[]): string {
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return `${median.toFixed(2).padStart(7)} ${(sorted.at(-1) ?? 0).toFixed(2).padStart(7)}`;
}

function labFolder(lab: IncusLab): string {
  return lab.socket.slice(0, lab.socket.indexOf('/root/'));
}
