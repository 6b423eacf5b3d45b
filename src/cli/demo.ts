import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { EXIT } from '../plan/exit.js';
import { inColumns } from '../plan/render/columns.js';
import { HOST_MASK } from '../plan/settings.js';
import type { Plan } from '../plan/types.js';
import type { SimOpnsense } from '../sim/opnsense/start.js';
import { runApply } from './apply.js';
import { walkPolicy } from './demo/policy.js';
import { type DemoWorld, SAMPLE_POLICY, startWorld } from './demo/world.js';
import { runInit } from './init/run.js';
import { type Io, paintFor, print } from './io.js';
import { runPlan } from './plan.js';
import { widthOf } from './width.js';

/** Options of `slash32 demo`. */
export interface DemoOptions {
  readonly keep?: string;
  /** Leave the world standing until Ctrl-C, and walk nowhere. */
  readonly serve?: boolean;
  /** With `serve`: the first of its three ports. */
  readonly port: number;
  /** Show a policy as well. */
  readonly policy?: boolean;
}

/** `slash32 demo`: the whole way, with the real commands, against simulators that it starts and stops. Returns the exit code. */
export async function runDemo(io: Io, options: DemoOptions): Promise<number> {
  if (options.serve === true) {
    const { serveWorld } = await import('./demo/serve.js');
    return serveWorld(io, { port: options.port, ...(options.keep === undefined ? {} : { keep: options.keep }) });
  }
  const folder =
    options.keep === undefined ? await mkdtemp(join(tmpdir(), 'slash32-demo-')) : resolve(io.cwd, options.keep);
  await mkdir(folder, { recursive: true });
  const hasPolicy = options.policy === true;
  const world = await startWorld({ folder, hasPolicy });
  try {
    return await walk({ ...io, cwd: folder }, folder, world, hasPolicy);
  } finally {
    await world.close();
    if (options.keep === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function walk(io: Io, folder: string, { incus, firewall }: DemoWorld, hasPolicy: boolean): Promise<number> {
  const step = announcer(io);
  print(
    io,
    `A simulated Incus on ${incus.httpsUrl}, a simulated OPNsense on ${firewall.url} (config.xml: ${firewall.configPath})\n`,
  );
  await writeFile(join(folder, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
  await writeFile(join(folder, 'incus.token'), incus.createToken({ name: 'slash32' }), { mode: 0o600 });

  step('slash32 init', 'enrol at Incus by a trust token, pair networks and interfaces by MAC address');
  const init = await runInit(io, {
    out: 'slash32.yaml',
    overwrite: true,
    owner: 'demo',
    incusTokenFile: 'incus.token',
    opnsenseUrl: firewall.url,
    keyFile: 'apikey.txt',
    protect: [],
  });
  if (init !== EXIT.done) return init;
  const config = { config: 'slash32.yaml' };
  await manageEverything(join(folder, 'slash32.yaml'), hasPolicy);
  if (hasPolicy) {
    step('cat policy.yaml', 'who may reach whom: groups, tags, a publish, tests');
    print(io, SAMPLE_POLICY);
  }

  const what = 'every segment fully managed: /32, unknown clients denied, static ARP';
  step('slash32 plan --out plan.json', hasPolicy ? `${what}, and the rules of the policy` : what);
  const plan = await runPlan(io, { ...config, out: 'plan.json' });
  if (plan !== EXIT.changes) return plan;
  step('slash32 apply --plan plan.json', 'exactly that plan, as one change, confirmed on a new connection');
  const apply = await runApply(io, { ...config, plan: 'plan.json' });
  if (apply !== EXIT.done) return apply;

  step('what each instance would get now', 'asked of the firewall’s config.xml');
  const approved: Plan = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8'));
  const asPlanned = printLeases(io, approved, firewall);
  step('slash32 plan', 'once more');
  const again = await runPlan(io, config);
  if (again !== EXIT.done || !asPlanned) return EXIT.error;
  if (hasPolicy) {
    const asked = await walkPolicy(io, config, step);
    if (asked !== EXIT.done) return asked;
  }
  const paint = paintFor(io, io.stdout);
  print(io, `\n${paint.good('Nothing is left to do.')} This was a demo: no real system was touched.\n`);
  print(
    io,
    'For a real Incus and a real firewall:  node bin/slash32.js init   (README.md: "Five minutes to a real firewall")\n',
  );
  return EXIT.done;
}

/** The demo shows the full state at once; a real segment is widened step by step. */
async function manageEverything(path: string, hasPolicy: boolean): Promise<void> {
  const text = await readFile(path, 'utf8');
  const steps = ['reservations', 'mask', 'deny_unknown', 'static_arp', ...(hasPolicy ? ['rules'] : [])];
  const managed = text.replaceAll(/manage: \[reservations\].*/g, `manage: [${steps.join(', ')}]`);
  await writeFile(path, hasPolicy ? `${managed}\npolicy_files: [policy.yaml]\n` : managed);
  if (hasPolicy) await writeFile(join(dirname(path), 'policy.yaml'), SAMPLE_POLICY);
}

/** Prints what a DHCP client in each NIC's place would get; false when one of them would not get what the plan said. */
function printLeases(io: Io, plan: Plan, firewall: SimOpnsense): boolean {
  const paint = paintFor(io, io.stdout);
  const rows: string[][] = [];
  let asPlanned = true;
  for (const segment of plan.segments) {
    for (const { nic, mac, address, why } of segment.assignments) {
      const lease = firewall.leaseFor(mac, segment.interface);
      const good = lease !== undefined && lease.address === address && lease.mask === HOST_MASK && lease.reachable;
      asPlanned &&= good;
      const got =
        lease === undefined ? 'none' : `${lease.address}${lease.mask === HOST_MASK ? '/32' : ` ${lease.mask}`}`;
      rows.push([good ? '✓' : '✗', nic, got, lease?.router ?? '', why]);
    }
    const stranger = firewall.leaseFor('02:00:5e:00:53:01', segment.interface);
    asPlanned &&= stranger === undefined;
    const isRefused = stranger === undefined ? '✓' : '✗';
    const got = stranger?.address ?? 'none';
    rows.push([isRefused, `a stranger on ${segment.name}`, got, '', 'unknown clients are denied']);
  }
  const shown = inColumns(['', 'NIC', 'address', 'router', 'why this address'], rows, widthOf(io));
  print(io, shown.replaceAll(/^✗/gm, paint.bad('✗')).replaceAll(/^✓/gm, paint.good('✓')));
  return asPlanned;
}

function announcer(io: Io): (command: string, what: string) => void {
  const paint = paintFor(io, io.stdout);
  return (command, what) => print(io, `\n${paint.strong(`— ${command}`)}  ${paint.faint(what)}\n\n`);
}
