import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { refuseSkip } from '../../lab/require-lab.js';
import { processesOf, type StandIn } from '../standin/start.js';

const run = promisify(execFile);

/** What an answer of the plugin holds, as far as these tests look at it. */
export interface Answer {
  readonly result?: string;
  readonly [key: string]: unknown;
}

/** An answer with its status. */
export interface Reply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  readonly body: Answer;
}

/** One reservation of a request. */
export interface Reservation {
  readonly at?: number;
  readonly mac: string;
  readonly ipaddr: string;
  readonly hostname: string;
  readonly descr: string;
  readonly arp: boolean;
}

/** Why these tests cannot run here, or undefined. They need PHP and dhcpd, but not root. */
export async function skipReason(): Promise<string | undefined> {
  try {
    const { stdout } = await run('php', ['-m']);
    const missing = ['SimpleXML', 'dom', 'mbstring', 'posix'].filter((name) => !stdout.includes(name));
    if (missing.length > 0) return refuseSkip(`PHP lacks ${missing.join(', ')}`);
  } catch {
    return refuseSkip('PHP is not installed');
  }
  if (!existsSync('/usr/sbin/dhcpd') && !existsSync('/usr/local/sbin/dhcpd'))
    return refuseSkip('dhcpd is not installed');
  return undefined;
}

/** Sends one call as the first user, on a connection of its own. The path is one of the plugin's API unless it starts with a slash. */
export function call(
  box: StandIn,
  method: string,
  path: string,
  options: { body?: string; headers?: Record<string, string>; user?: number } = {},
): Promise<Reply> {
  const user = box.users[options.user ?? 0];
  const basic = user === undefined ? {} : { Authorization: `Basic ${base64(`${user.key}:${user.secret}`)}` };
  const length = { 'Content-Length': String(Buffer.byteLength(options.body ?? '')) };
  const json = options.body === undefined ? {} : { 'Content-Type': 'application/json', ...length };
  return new Promise((resolve, reject) => {
    const sent = request(
      path.startsWith('/') ? `${box.url}${path}` : `${box.url}/api/slash32/state/${path}`,
      { method, agent: false, headers: { ...basic, ...json, ...options.headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
        });
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

/** `state/get`. */
export async function get(box: StandIn): Promise<Answer> {
  return (await call(box, 'GET', 'get')).body;
}

/** A writing call. */
export async function post(box: StandIn, verb: string, body: unknown): Promise<Answer> {
  return (await call(box, 'POST', verb, { body: JSON.stringify(body) })).body;
}

/** The parts of an apply that differ between tests. */
export interface ApplyOptions {
  readonly owner?: string;
  readonly fingerprint?: string;
  readonly takeOver?: boolean;
  readonly revision?: string;
  readonly seconds?: number;
  readonly token?: string;
  readonly dryRun?: boolean;
  readonly interface?: string;
  readonly reservations?: readonly Reservation[];
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The body of an apply on the revision of now, unless another is given. */
export function applyBody(box: StandIn, options: ApplyOptions = {}): Record<string, unknown> {
  const owner = options.owner ?? 'home';
  return {
    owner,
    fingerprint: options.fingerprint ?? createHash('sha256').update(owner).digest('hex'),
    host: 'incus1',
    take_over: options.takeOver ?? false,
    base_revision: options.revision ?? revision(box),
    message: `slash32 sync by ${owner}: a test`,
    confirm_seconds: options.seconds ?? 0,
    ...((options.seconds ?? 0) > 0 ? { token: options.token ?? newToken() } : {}),
    dry_run: options.dryRun ?? false,
    segments: [
      {
        interface: options.interface ?? 'opt1',
        reservations: options.reservations ?? [reservation(owner, 1)],
      },
    ],
    ...options.more,
  };
}

/** Applies. */
export function apply(box: StandIn, options: ApplyOptions = {}): Promise<Answer> {
  return post(box, 'apply', applyBody(box, options));
}

/** The number-th reservation of an owner: on opt1 below 150, on opt2 (a /16) any up to 10,000. */
export function reservation(owner: string, number: number, segment: 'opt1' | 'opt2' = 'opt1'): Reservation {
  const high = Math.floor(number / 200);
  const low = (number % 200) + 2;
  const byte = (value: number) => value.toString(16).padStart(2, '0');
  const letter = owner.charCodeAt(0) % 256;
  return {
    mac: `10:66:6a:${byte(letter)}:${byte(number >> 8)}:${byte(number & 255)}`,
    ipaddr: segment === 'opt1' ? `10.10.1.${low}` : `10.20.${high}.${low}`,
    hostname: `${owner}-${number}`,
    descr: `n${number} [slash32:${owner}:default/n${number}/eth0:a2432d30]`,
    arp: false,
  };
}

/** What the owner has on an interface now, each with its place, as an apply wants it. */
export function ownedIn(dhcpd: string, segment: string, owner: string): Reservation[] {
  const section = new RegExp(`<${segment}>([\\s\\S]*?)</${segment}>`).exec(dhcpd)?.[1] ?? '';
  const maps = [...section.matchAll(/<staticmap>([\s\S]*?)<\/staticmap>/g)].map((found) => found[1] ?? '');
  return maps.flatMap((text, at) => {
    const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
    if (!field('descr').includes(`[slash32:${owner}:`)) return [];
    const fields = { mac: field('mac'), ipaddr: field('ipaddr'), hostname: field('hostname'), descr: field('descr') };
    return [{ at, ...fields, arp: false }];
  });
}

/** 64 random hexadecimal digits. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/** The id under which the plugin keeps the change of a token. */
export function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

/** The text of a file in the box, or '' when it is not there. */
export function read(box: StandIn, name: string): string {
  const file = join(box.folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Writes a file into the box. */
export function write(box: StandIn, name: string, content: unknown): void {
  writeFileSync(join(box.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

/** SHA-256 of config.xml. */
export function revision(box: StandIn): string {
  return createHash('sha256')
    .update(readFileSync(join(box.folder, 'conf/config.xml')))
    .digest('hex');
}

/** How often config.xml was saved. */
export function saves(box: StandIn): number {
  return readdirSync(join(box.folder, 'conf/backup')).length;
}

/** Services that were touched, in order; the log starts anew with `clear`. */
export function services(box: StandIn, clear = false): string[] {
  const lines = read(box, 'log/services.log').split('\n').filter(Boolean);
  if (clear) write(box, 'log/services.log', '');
  return lines;
}

/** The files of unsettled changes, or others that end so. */
export function records(box: StandIn, end = 'json'): string[] {
  const folder = join(box.folder, 'conf/slash32');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(`.${end}`)) : [];
}

/** The newest entry of the history with this id. */
export function outcomeOf(box: StandIn, id: string): string | undefined {
  const lines = read(box, 'conf/slash32/history.jsonl').split('\n').filter(Boolean);
  const entries = lines.map((line) => JSON.parse(line) as { id: string; outcome: string });
  return entries.find((entry) => entry.id === id)?.outcome;
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean, seconds = 240): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(50);
  }
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The living processes of the box that run one of the plugin's scripts. */
export function scripts(box: StandIn, name: string): number[] {
  return processesOf(box.folder).filter((pid) => argumentsOf(pid).some((argument) => argument.endsWith(name)));
}

/** The arguments of a process. */
export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Runs one of the stand-in's or the plugin's PHP files beside the web server. */
export async function php(box: StandIn, file: string, ...args: string[]): Promise<string> {
  const prepend = join(import.meta.dirname, '../standin/prepend.php');
  const { stdout } = await run('php', ['-d', `auto_prepend_file=${prepend}`, file, ...args], {
    env: { ...process.env, SLASH32_STANDIN: box.folder },
  });
  return stdout;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function parse(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}
