import { spawn } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What up.sh calls; mmdebstrap it gets for itself. */
export const LAB_PROGRAMS = ['bash', 'unshare', 'nsenter', 'flock', 'ip', 'apt-get', 'dpkg-deb'] as const;

/** A real Incus in namespaces of its own. */
export interface IncusLab {
  /** The socket of root. */
  readonly socket: string;
  /** The socket of `incus-user`, once that runs. */
  readonly userSocket: string;
  /** An HTTPS origin on this machine's loopback that leads to the server's port inside. */
  readonly url: string;
  /** Runs a command inside; answers what it printed, throws when it fails. */
  run(...command: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Which line of Incus: 7 of Debian's backports, or 6.0 of Debian stable. */
export type IncusLine = '7' | '6';

const LAB = process.env.LAB ?? join(process.env.TMPDIR ?? tmpdir(), 'slash32-incus-lab');

/** Brings the lab up: about a minute the first time, a second or two after. Whoever calls it must call `close`. */
export async function startLab(line: IncusLine = '7'): Promise<IncusLab> {
  const folder = line === '7' ? LAB : `${LAB}-${line}`;
  const run = (script: string, ...args: readonly string[]): Promise<string> => runScript(folder, line, script, ...args);
  await run('up.sh');
  const relay = await startRelay(join(folder, 'rig/https.sock'));
  return {
    socket: join(folder, 'root/var/lib/incus/unix.socket'),
    userSocket: join(folder, 'root/var/lib/incus/unix.socket.user'),
    url: relay.url,
    run: (...command) => run('in.sh', ...command),
    async close() {
      await relay.close();
      await run('down.sh');
    },
  };
}

async function runScript(folder: string, line: IncusLine, script: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(join(import.meta.dirname, script), args, {
    env: { ...process.env, LAB: folder, INCUS: line, LAB_OWNER: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (part) => {
    output.out += part;
  });
  child.stderr.on('data', (part) => {
    output.err += part;
  });
  // `exit` and not `close`: daemons that were started keep the pipes open.
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  child.stdout.destroy();
  child.stderr.destroy();
  if (script === 'down.sh' && output.err !== '') process.stderr.write(output.err);
  if (code !== 0) throw new Error(`${script} ${args.join(' ')}: exit ${code}\n${output.err}${output.out}`);
  return output.out;
}

/** The server listens inside its own network namespace; a socket file is the way in, and this the way to that. */
async function startRelay(socketPath: string) {
  const open = new Set<Socket>();
  const server: Server = createServer((outside) => {
    const inside = connect(socketPath);
    for (const [from, to] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.once('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `https://127.0.0.1:${port}`,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
