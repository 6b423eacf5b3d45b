import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import axios from 'axios';
import { createRedactor } from '../../src/secrets/redactor.js';
import { type Running, startService } from '../../src/serve/start.js';
import type { SimEvent } from '../../src/sim/incus/event.js';
import { launch } from '../../src/sim/incus/operations.js';
import { type SimIncus, startSimIncus } from '../../src/sim/incus/server.js';
import { addNetwork, createSimState } from '../../src/sim/incus/state.js';
import { type SimOpnsense, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { median } from './stopwatch.js';

/** What a storm of webhook posts did to a running service. */
export interface WebhookResult {
  readonly posts: number;
  readonly changes: number;
  /** Seconds from the first post to the last answer. */
  readonly seconds: number;
  /** Milliseconds to the answer 202. */
  readonly median: number;
  readonly worst: number;
  /** Answers that were no 202. */
  readonly refused: number;
  /** Runs that the storm led to, and how many a debounce window each would allow. */
  readonly runs: number;
  readonly windows: number;
  /** Reservations that the changes should have led to, and did. */
  readonly found: number;
  /** Bytes of heap at the end beyond those after the first tenth; undefined where garbage cannot be collected by hand. */
  readonly growth: number | undefined;
}

const SECRET = 'bench-bench-bench-bench';
const AT_ONCE = 20;

/**
 * Posts events to a whole service, as Incus's webhook logger does: `changes` new instances announced three times each, and
 * all the rest of `posts` debug logs. The event stream is refused, so that the webhook alone brings the news.
 */
export async function measureWebhooks(posts: number, changes: number): Promise<WebhookResult> {
  const folder = await mkdtemp(join(tmpdir(), 'slash32-bench-hooks-'));
  const state = createSimState();
  addNetwork(state, 'servers');
  const incus = await startSimIncus({ state, socket: join(folder, 'incus.sock') });
  incus.streams.faults.refuse = 503;
  const firewall = await startSimOpnsense({
    folder: join(folder, 'opnsense'),
    segments: [{ id: 'opt3', description: 'servers', address: '10.10.3.1' }],
    plugin: { interfaces: ['opt3'] },
  });
  const running = await startBench(folder, incus, firewall);
  try {
    return await storm(running, state, firewall, posts, changes);
  } finally {
    await running.close();
    await Promise.all([incus.close(), firewall.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function startBench(folder: string, incus: SimIncus, firewall: SimOpnsense): Promise<Running> {
  await writeFile(join(folder, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
  await writeFile(join(folder, 'hook.secret'), SECRET, { mode: 0o600 });
  await writeFile(
    join(folder, 'slash32.yaml'),
    [
      'version: 1',
      'owner: bench',
      `incus: { socket: "${incus.socket}" }`,
      `opnsense: { transport: plugin, url: "${firewall.url}", key_file: apikey.txt }`,
      'segments: { servers: { interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations] } }',
      'service: { listen: "127.0.0.1:0", socket: none, hooks: { incus: [hook.secret] } }',
      'schedule: { reconcile: never, drift: never }',
      '',
    ].join('\n'),
  );
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  return startService(join(folder, 'slash32.yaml'), {
    stdin: process.stdin,
    stderr: silent,
    env: process.env,
    now: () => new Date(),
    redactor: createRedactor(),
    version: 'bench',
  });
}

async function storm(
  { service, addresses }: Running,
  state: SimIncus['state'],
  firewall: SimOpnsense,
  posts: number,
  changes: number,
): Promise<WebhookResult> {
  await quiet(service);
  const runsBefore = service.runs({ limit: 1000, before: undefined, outcome: undefined }).length;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const http = axios.create({
    baseURL: addresses[0] ?? '',
    proxy: false,
    httpAgent: agent,
    validateStatus: () => true,
  });
  const times: number[] = [];
  let refused = 0;
  const post = async (body: object): Promise<void> => {
    const begun = performance.now();
    const { status } = await http.post(`/hooks/incus/${SECRET}`, body);
    times.push(performance.now() - begun);
    if (status !== 202) refused += 1;
  };
  const bodies = eventsOf(state, posts, changes);
  const begun = performance.now();
  let early: number | undefined;
  for (let sent = 0; sent < posts; sent += AT_ONCE) {
    if (early === undefined && sent >= posts / 10) early = heap();
    await Promise.all(bodies(sent, Math.min(AT_ONCE, posts - sent)).map(post));
  }
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  await quiet(service);
  const late = heap();
  const found = (firewall.configText().match(/\[slash32:bench:default\/storm-/g) ?? []).length;
  return {
    posts,
    changes,
    seconds,
    median: median(times),
    worst: Math.max(...times),
    refused,
    runs: service.runs({ limit: 1000, before: undefined, outcome: undefined }).length - runsBefore,
    windows: Math.ceil(seconds) + 1,
    found,
    growth: early === undefined || late === undefined ? undefined : late - early,
  };
}

/** Bodies of posts `from` to `from + count`: every so often an instance appears, and is announced three times. */
function eventsOf(
  state: SimIncus['state'],
  posts: number,
  changes: number,
): (from: number, count: number) => readonly object[] {
  const every = Math.floor(posts / changes);
  let launched = 0;
  return (from, count) =>
    Array.from({ length: count }, (_unused, index) => from + index).flatMap((number) => {
      const isNews = number % every === 0 && launched < changes;
      if (!isNews) return [noise(number)];
      const heard: SimEvent[] = [];
      const hear = (event: SimEvent): void => void heard.push(event);
      state.listeners.add(hear);
      launch(state, {
        name: `storm-${launched}`,
        devices: { eth0: { type: 'nic', network: 'servers' } },
        start: false,
      });
      state.listeners.delete(hear);
      launched += 1;
      return heard.flatMap((event) => [event, event, event]);
    });
}

function noise(number: number): object {
  const metadata = { message: 'Handling API request', level: 'debug', context: { number: String(number) } };
  return { type: 'logging', timestamp: new Date().toISOString(), metadata, location: 'none' };
}

async function quiet(service: Running['service']): Promise<void> {
  for (;;) {
    const { running, queued, nextRunAt, lastSuccessAt } = service.status();
    if (running === undefined && queued === 0 && nextRunAt === undefined && lastSuccessAt !== undefined) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}

function heap(): number | undefined {
  if (globalThis.gc === undefined) return undefined;
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** The result in words, with what is to be reached. */
export function webhookReport(result: WebhookResult): string {
  const { posts, changes, seconds, runs, windows, found, refused, growth } = result;
  const verdict = (reached: boolean): string => (reached ? 'reached' : 'MISSED');
  const memory = growth === undefined ? 'not measured' : `${(growth / 1e6).toFixed(1)} MB`;
  return [
    `Webhooks: ${posts} posts for ${changes} real changes in ${seconds.toFixed(1)} s, ${refused} not answered 202`,
    `  answer 202: median ${result.median.toFixed(1)} ms, worst ${result.worst.toFixed(0)} ms (to reach: median 50 ms: ${verdict(result.median <= 50)})`,
    `  runs: ${runs} in ${windows} debounce windows (at most one each: ${verdict(runs <= windows)})`,
    `  changes found: ${found} of ${changes} (${verdict(found === changes)}); heap after the first tenth: ${memory} more`,
  ].join('\n');
}
