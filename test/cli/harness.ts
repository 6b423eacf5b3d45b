import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { run } from '../../src/cli/main.js';
import { createRedactor } from '../../src/secrets/redactor.js';

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly stdin?: string;
  /** On a terminal: one answer for each question, given when it is asked. */
  readonly answers?: readonly string[];
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: Date;
  readonly signal?: AbortSignal;
  /** How the program is called. */
  readonly command?: string;
}

/** Runs a command line in this process, with streams of its own. Fails when a stack trace shows up anywhere. */
export async function slash32(argv: readonly string[], options: RunOptions): Promise<Ran> {
  const stdout = capture(options.tty === true);
  const stderr = capture(options.tty === true);
  const stdin = Object.assign(new PassThrough(), { isTTY: options.tty === true });
  if (options.tty === true) stdin.write(options.stdin ?? '');
  else stdin.end(options.stdin ?? '');
  const answers = [...(options.answers ?? [])];
  stderr.stream.on('data', (chunk: Buffer) => {
    if (answers.length > 0 && /[?\]] $/.test(chunk.toString('utf8'))) stdin.write(`${answers.shift()}\n`);
  });
  const io: Io = {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: options.env ?? {},
    cwd: options.cwd,
    now: () => options.now ?? new Date(),
    signal: options.signal ?? new AbortController().signal,
    redactor: createRedactor(),
    ...(options.command === undefined ? {} : { command: options.command }),
  };
  const code = await run(io, argv);
  const ran = { code, out: stdout.text(), err: stderr.text() };
  if (/^\s+at .+:\d+:\d+\)?$/m.test(ran.out + ran.err))
    throw new Error(`a stack trace was printed:\n${ran.out}${ran.err}`);
  return ran;
}

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slash32-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** An instance as `incus list --format json` prints it, cut to what matters. */
export function listed(
  name: string,
  part: { project?: string; network?: string; mac?: string; uuid?: string; config?: Record<string, string> } = {},
) {
  const {
    project = 'default',
    network = 'servers',
    mac = macOf(`${project}/${name}`),
    uuid = uuidOf(`${project}/${name}`),
  } = part;
  const config = { 'volatile.uuid': uuid, 'volatile.eth0.hwaddr': mac, ...part.config };
  return {
    name,
    project,
    type: 'container',
    status: 'Running',
    status_code: 103,
    config,
    expanded_config: config,
    devices: {},
    expanded_devices: {
      eth0: { type: 'nic', network, 'security.port_isolation': 'true' },
      root: { type: 'disk', path: '/', pool: 'default' },
    },
    location: 'none',
    created_at: '2026-11-22T02:53:41Z',
    profiles: ['default'],
  };
}

export function macOf(name: string): string {
  const digits = digest(name).slice(0, 6);
  return `10:66:6a:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}`;
}

export async function writeInventory(folder: string, instances: readonly unknown[]): Promise<void> {
  await writeFile(join(folder, 'instances.json'), JSON.stringify(instances));
}

/** A slash32.yaml for a config.xml and an inventory file in the same folder. */
export async function writeConfig(
  folder: string,
  part: { manage?: string; extra?: string; segment?: string } = {},
): Promise<void> {
  const { manage = '[reservations]', extra = '', segment = '' } = part;
  await writeFile(
    join(folder, 'slash32.yaml'),
    [
      'owner: home',
      'incus: { file: instances.json, complete: true }',
      'opnsense: { transport: file, path: config.xml }',
      'segments:',
      `  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.200, manage: ${manage}${segment} }`,
      extra,
      '',
    ].join('\n'),
  );
}

/** A small config.xml of OPNsense, without DHCP on opt3 unless `dhcpd` says so. */
export async function writeFirewall(folder: string, dhcpd = ''): Promise<string> {
  const text = firewallXml(dhcpd);
  await writeFile(join(folder, 'config.xml'), text);
  return text;
}

export function readFirewall(folder: string): Promise<string> {
  return readFile(join(folder, 'config.xml'), 'utf8');
}

export function firewallXml(dhcpd: string): string {
  const interfaces = [1, 2, 3]
    .map(
      (n) =>
        `    <opt${n}>\n      <if>em${n + 1}</if>\n      <descr>Net${n}</descr>\n      <enable>1</enable>\n      <ipaddr>10.10.${n}.1</ipaddr>\n      <subnet>24</subnet>\n    </opt${n}>`,
    )
    .join('\n');
  return `<?xml version="1.0"?>\n<opnsense>\n  <system>\n    <hostname>fw</hostname>\n  </system>\n  <interfaces>\n${interfaces}\n  </interfaces>\n  <dhcpd>\n${dhcpd}  </dhcpd>\n</opnsense>\n`;
}

function capture(isTTY: boolean) {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream: Object.assign(stream, { isTTY }), text: () => Buffer.concat(chunks).toString('utf8') };
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}

function uuidOf(name: string): string {
  return `${digest(name)}-0000-4000-8000-000000000000`;
}
