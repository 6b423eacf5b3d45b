import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Slash32Error } from '../../errors/slash32-error.js';
import { type Listening, listenTcp } from '../../http/listen.js';
import { EXIT } from '../../plan/exit.js';
import { invokedAs } from '../invoked.js';
import { type Io, paintFor, print, printError } from '../io.js';
import { shellWord } from '../shell-word.js';
import { createControl } from './control/app.js';
import { type DemoWorld, SAMPLE_POLICY, startWorld } from './world.js';

/** Options of `slash32 demo --serve`. */
export interface ServeWorldOptions {
  readonly keep?: string;
  /** The first of three. */
  readonly port: number;
}

interface Served {
  readonly world: DemoWorld;
  readonly control: Listening;
}

/** `slash32 demo --serve`: a simulated world that stays until Ctrl-C, for trying every command from another terminal. Returns the exit code. */
export async function serveWorld(io: Io, { keep, port }: ServeWorldOptions): Promise<number> {
  const folder = keep === undefined ? await mkdtemp(join(tmpdir(), 'slash32-practise-')) : await freshFolder(io, keep);
  const { world, control } = await startNear(io, folder, port);
  try {
    await writeFile(join(folder, 'apikey.txt'), world.firewall.keyFile(), { mode: 0o600 });
    await writeFile(join(folder, 'policy.yaml'), SAMPLE_POLICY);
    await writeToken(folder, world);
    introduce(io, folder, world, control);
    await ended(io.signal);
  } finally {
    await Promise.all([control.close(), world.close()]);
    if (keep === undefined) await rm(folder, { recursive: true, force: true });
  }
  print(io, keep === undefined ? 'The world is gone.\n' : `The world is gone; its files stay in ${folder}.\n`);
  return EXIT.done;
}

/** Nothing of a person's own is mixed with the world, or written over by it. */
async function freshFolder(io: Io, keep: string): Promise<string> {
  const folder = resolve(io.cwd, keep);
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return folder;
  } catch (cause) {
    throw new Slash32Error('S32_OUTPUT', {
      message: `${keep} cannot be used as a folder: ${cause instanceof Error ? cause.message : String(cause)}`,
      where: keep,
      cause,
    });
  }
  throw new Slash32Error('S32_OUTPUT', {
    message: `${keep} is not empty, and a world begins anew each time.`,
    where: keep,
    hint: 'Name another folder, or delete it.',
  });
}

/** On the three ports from `first` on, so that what was written down yesterday is right today; on free ones where others have them. */
async function startNear(io: Io, folder: string, first: number): Promise<Served> {
  try {
    return await start(folder, first);
  } catch (error) {
    if (first === 0 || !isTaken(error)) throw error;
    printError(io, `One of the ports ${first} to ${first + 2} is taken: free ones instead.\n`);
    return start(folder, 0);
  }
}

async function start(folder: string, first: number): Promise<Served> {
  const at = (offset: number): number => (first === 0 ? 0 : first + offset);
  const ports = { firewall: at(0), incus: at(1) };
  const world = await startWorld({ folder, hasPolicy: true, isSecure: true, ports });
  try {
    const app = createControl(world, { renewToken: () => writeToken(folder, world) });
    return { world, control: await listenTcp(app, { host: '127.0.0.1', port: at(2) }, undefined) };
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** A trust token is used up by `init`, so there is a way to another one. */
async function writeToken(folder: string, { incus }: DemoWorld): Promise<void> {
  await writeFile(join(folder, 'incus.token'), incus.createToken({ name: 'slash32' }), { mode: 0o600 });
}

function introduce(io: Io, folder: string, { incus, firewall }: DemoWorld, control: Listening): void {
  const paint = paintFor(io, io.stdout);
  const lines = [
    paint.strong('A world to practise in: no real system is touched. Ctrl-C ends it.'),
    '',
    `  OPNsense  ${firewall.url}   its API key: apikey.txt, its configuration: opnsense/config.xml`,
    `  Incus     ${incus.httpsUrl}   a trust token: incus.token`,
    `  by hand   ${control.address}/   launch, move and delete instances, change the firewall, cut the way to it`,
    '',
    'In another terminal:',
    '',
    `  cd ${shellWord(folder)}`,
    `  slash32 init --opnsense-url ${firewall.url} --key-file apikey.txt --incus-token-file incus.token`,
    '  slash32 plan',
    '',
    'docs/practise.md goes through it in ten minutes; policy.yaml is a policy to try.',
    '',
  ];
  // From another folder, the words that started this are others.
  const command = io.command === undefined ? {} : { command: invokedAs(process.argv[1], folder) };
  print({ ...io, ...command }, `${lines.join('\n')}\n`);
}

function isTaken(error: unknown): boolean {
  const cause = error instanceof Slash32Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}
