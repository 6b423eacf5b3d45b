import { readFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { median } from '../../../src/bench/stopwatch.js';
import { listed, writeInventory } from '../../cli/harness.js';
import { ask, reservations, type Served, serve, serveScene, until } from '../../serve/rig.js';
import { event } from './scene.js';

const SECRET = 'c0ffee'.repeat(8);
const POSTS = 10_000;
const CHANGES = 50;
const AT_A_TIME = 8;
const DEBOUNCE_MS = 1000;

describe('a service that gets ten thousand posts for fifty changes', () => {
  it('has every change on the firewall afterwards, with one run a debounce window, and answers all of them', async () => {
    const scene = await serveScene({ service: ['  hooks: { incus: [hook.secret] }'] });
    await writeFile(join(scene.cwd, 'hook.secret'), SECRET, { mode: 0o600 });
    // A file announces nothing by itself, so that every run comes of a post.
    const path = join(scene.cwd, 'slash32.yaml');
    const config = await readFile(path, 'utf8');
    await writeFile(path, config.replace(/^incus: .*$/m, 'incus: { file: instances.json, complete: true }'));
    const names = Array.from({ length: CHANGES }, (_, number) => `web-${number}`);
    const save = (count: number) =>
      writeInventory(
        scene.cwd,
        names.slice(0, count).map((name) => listed(name)),
      );
    await save(0);
    vi.stubEnv('NODE_OPTIONS', `--import ${fileURLToPath(new URL('./collect.mjs', import.meta.url))}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const served = serve(scene);
    await until('it runs', async () => (await ask(scene, '/v1/status'))?.lastSuccessAt !== undefined, 60);

    const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
    onTestFinished(() => agent.destroy());
    const post = (body: string) => send(agent, scene.socket, body);
    const log = JSON.stringify({ type: 'logging', metadata: { level: 'debug', message: 'Handling API request' } });
    for (let count = 0; count < 1000; count += 1) await post(log);
    const runsBefore = await countRuns(scene);
    const heapBefore = await heap(scene, served);

    const times: number[] = [];
    let refused = 0;
    let made = 0;
    const started = performance.now();
    const left = Array.from({ length: POSTS }, (_, index) => index).values();
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        for (const index of left) {
          const isChange = index % (POSTS / CHANGES) === 0;
          if (isChange) {
            made += 1;
            await save(made);
          }
          const body = isChange ? JSON.stringify(event('instance-created', names[made - 1])) : log;
          for (let copy = 0; copy < (isChange ? 3 : 1); copy += 1) {
            const before = performance.now();
            if ((await post(body)) !== 202) refused += 1;
            times.push(performance.now() - before);
          }
        }
      }),
    );
    await until('every change is on the firewall', () => ours(scene) === CHANGES, 60);
    const windows = Math.ceil((performance.now() - started) / DEBOUNCE_MS);
    const runs = (await countRuns(scene)) - runsBefore;
    const growth = ((await heap(scene, served)) - heapBefore) / 1e6;
    process.stderr.write(
      `  ${times.length} posts in ${windows} s: ${runs} runs, median ${median(times).toFixed(1)} ms to 202, heap ${growth.toFixed(1)} MB more\n`,
    );
    expect(refused).toBe(0);
    expect(runs).toBeGreaterThan(0);
    expect(runs).toBeLessThanOrEqual(windows + 1);
    // Fifty reservations and the runs that made them stay; of the posts nothing does.
    expect(growth).toBeLessThan(8);
    expect(served.child.exitCode).toBeNull();
  }, 240_000);
});

type Scene = Parameters<typeof ask>[0];

function ours(scene: Scene): number {
  return reservations(scene).filter((one) => one.includes('[slash32:home:')).length;
}

async function countRuns(scene: Scene): Promise<number> {
  return Number(/^slash32_run_duration_seconds_count (\d+)$/m.exec(await metrics(scene))?.[1] ?? 0);
}

/** Bytes that stay after garbage was collected. */
async function heap(scene: Scene, { child }: Served): Promise<number> {
  child.kill('SIGUSR2');
  // Answered after the signal was.
  await metrics(scene);
  return Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(await metrics(scene))?.[1] ?? 0);
}

async function metrics(scene: Scene): Promise<string> {
  return String(await ask(scene, '/metrics'));
}

function send(agent: Agent, socketPath: string, body: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const path = `/hooks/incus/${SECRET}`;
    const sent = request({ socketPath, path, method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
