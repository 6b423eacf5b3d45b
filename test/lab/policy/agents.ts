import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Namespaces } from '../dhcp/namespaces.js';
import type { Probe } from './probes.js';

/** Where an agent runs, and on which of its addresses it answers. */
export interface AgentPlace {
  readonly netns: string;
  readonly addresses: readonly string[];
}

/** Small programs, one in each network namespace, that answer on the probed ports and send probes. */
export interface Agents {
  /** Sends all probes of one namespace at once. Of each: who answered on which port (`web/443`, empty for a ping), or undefined when nobody did in that time. */
  readonly send: (
    netns: string,
    probes: readonly Probe[],
    timeoutMs: number,
  ) => Promise<readonly (string | undefined)[]>;
  readonly stop: () => Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./agent.mjs', import.meta.url));
const START_LIMIT_MS = 240_000;

/**
 * Starts an agent in each namespace; `ports` are of the form `tcp/443`. They speak to this process over a Unix socket, which
 * namespaces do not part.
 * @throws Error with what an agent said when it does not start.
 */
export async function startAgents(
  world: Namespaces,
  places: readonly AgentPlace[],
  ports: readonly string[],
): Promise<Agents> {
  const folder = await mkdtemp(join(tmpdir(), 'slash32-lab-'));
  const path = join(folder, 'agents');
  const lines = new Map<string, Line>();
  const server = createServer();
  const stop = async () => {
    for (const { socket } of lines.values()) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const arrived = arrivals(server, lines, places.length);
    const failed = places.map(({ netns, addresses }) => {
      const child = world.start(netns, [process.execPath, PROGRAM, path, netns, addresses.join(), ports.join()]);
      let said = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      return new Promise<never>((_, reject) => {
        child.once('error', reject);
        child.once('close', (code) => reject(new Error(`the agent of ${netns} ended with ${code}\n${said}`)));
      });
    });
    // After the start, the end of an agent is the normal teardown and nobody waits for these promises any more.
    for (const failure of failed) failure.catch(() => undefined);
    await Promise.race([arrived, ...failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    send: (netns, probes, timeoutMs) => {
      const line = lines.get(netns);
      if (line === undefined) throw new Error(`no agent in ${netns}`);
      return line.ask(probes, timeoutMs);
    },
  };
}

interface Line {
  readonly socket: Socket;
  readonly ask: (probes: readonly Probe[], timeoutMs: number) => Promise<readonly (string | undefined)[]>;
}

interface Waiting {
  readonly take: (answers: readonly (string | undefined)[]) => void;
  readonly refuse: (error: Error) => void;
}

interface Message {
  readonly name?: string;
  readonly id?: number;
  readonly answers?: readonly (string | null)[];
}

function arrivals(server: Server, lines: Map<string, Line>, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('not all agents of the lab have started')), START_LIMIT_MS);
    server.on('connection', (socket) => {
      const waiting = new Map<number, Waiting>();
      let next = 0;
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        for (const { refuse } of waiting.values()) refuse(new Error('an agent of the lab ended before it answered'));
      });
      const line: Line = {
        socket,
        ask: (probes, timeoutMs) => {
          next += 1;
          const id = next;
          const answered = new Promise<readonly (string | undefined)[]>((take, refuse) => {
            waiting.set(id, { take, refuse });
          });
          socket.write(`${JSON.stringify({ id, probes, timeoutMs })}\n`);
          return answered;
        },
      };
      createInterface(socket).on('line', (text) => {
        const { name, id, answers = [] } = JSON.parse(text) as Message;
        if (id !== undefined) {
          waiting.get(id)?.take(answers.map((answer) => answer ?? undefined));
          waiting.delete(id);
        }
        if (name !== undefined) lines.set(name, line);
        if (lines.size === count) {
          clearTimeout(timer);
          resolve();
        }
      });
    });
  });
}
