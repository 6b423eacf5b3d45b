import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSimUser, type SimUser } from '../../../src/sim/opnsense/users.js';

const HERE = dirname(fileURLToPath(import.meta.url));

/** How a stand-in firewall is started. */
export interface StandInOptions {
  /** Default: one user `slash32` who may call the plugin's API and nothing else. */
  readonly users?: readonly SimUser[];
  /** Default: sample-config.xml. */
  readonly config?: string;
  /** Requests that can be answered at once; default 1. */
  readonly workers?: number;
  /** Files to write into the folder before the start. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The plugin's PHP behind `php -S`, in a folder of its own. */
export interface StandIn {
  readonly url: string;
  readonly folder: string;
  readonly users: readonly SimUser[];
  /** Kills the web server at once, as a crash would. */
  killServer(): Promise<void>;
  /** Starts the web server again on the same address. */
  startServer(): Promise<void>;
  /** Ends every process that came out of it and removes the folder. */
  stop(): Promise<void>;
}

/** Starts the plugin on a free loopback port. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-standin-'));
  const users = options.users ?? [createSimUser('slash32', ['page-services-slash32-api'])];
  writeFileSync(join(folder, 'users.json'), JSON.stringify(users));
  if (options.config !== undefined) {
    mkdirSync(join(folder, 'conf'));
    writeFileSync(join(folder, 'conf', 'config.xml'), options.config, { mode: 0o640 });
  }
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), text);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;

  async function startServer(): Promise<void> {
    server = spawn('php', ['-S', `127.0.0.1:${port}`, join(HERE, 'router.php')], {
      env: {
        ...process.env,
        PHP_INI_SCAN_DIR: join(HERE, 'ini'),
        SLASH32_STANDIN: folder,
        PHP_CLI_SERVER_WORKERS: String(options.workers ?? 1),
      },
      stdio: 'ignore',
      detached: true,
    });
    await untilAnswers(`${url}/api/slash32/state/get`);
  }

  async function killServer(): Promise<void> {
    if (server?.pid === undefined) return;
    const child = server;
    server = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-Number(child.pid), 'SIGKILL');
    await gone;
  }

  async function stop(): Promise<void> {
    await killServer();
    killAllOf(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    await startServer();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, folder, users, killServer, startServer, stop };
}

/** The ids of the living processes that were started with this folder as their stand-in. */
export function processesOf(folder: string): number[] {
  const mark = `SLASH32_STANDIN=${folder}\0`;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && environmentOf(pid).includes(mark));
}

function killAllOf(folder: string): void {
  for (const pid of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended by itself
    }
  }
}

function environmentOf(pid: number): string {
  const file = `/proc/${pid}/environ`;
  try {
    return existsSync(file) ? `${readFileSync(file, 'utf8')}\0` : '';
  } catch {
    return '';
  }
}

async function untilAnswers(url: string): Promise<void> {
  const end = Date.now() + 240_000;
  for (;;) {
    try {
      const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
      if (answer.status === 302) return;
    } catch {
      // not listening yet
    }
    if (Date.now() > end) throw new Error(`the stand-in did not answer at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      probe.close(() => resolve(address.port));
    });
  });
}
