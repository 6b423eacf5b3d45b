import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncusServerConfig } from '../../../src/inventory/incus/config.js';
import { createIncusSource } from '../../../src/inventory/incus/inventory.js';
import type { Inventory } from '../../../src/model/instance.js';
import { type SimIncus, type SimIncusOptions, startSimIncus } from '../../../src/sim/incus/server.js';
import { createSimState, type SimState } from '../../../src/sim/incus/state.js';

/** A simulated Incus at a socket in a directory of its own, gone after `close`. */
export interface Rig {
  readonly sim: SimIncus;
  readonly state: SimState;
  readonly directory: string;
  readonly socket: string;
  close(): Promise<void>;
}

export async function startRig(options: SimIncusOptions = {}): Promise<Rig> {
  const directory = await mkdtemp(join(tmpdir(), 's32-'));
  const socket = join(directory, 'unix.socket');
  const state = options.state ?? createSimState();
  const sim = await startSimIncus({ ...options, state, socket });
  return {
    sim,
    state,
    directory,
    socket,
    close: async () => {
      await sim.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export const LIMITS = { timeoutMs: 60_000, maxBytes: 64 * 1024 * 1024 };

/** Reads the inventory with what the source needs from outside: files as secrets, the real clock. */
export async function readFrom(config: IncusServerConfig, limits = LIMITS): Promise<Inventory> {
  const deps = { readSecret: (path: string) => readFile(path, 'utf8'), now: () => new Date(), limits };
  return await createIncusSource(config, deps).read(new AbortController().signal, () => undefined);
}

/** Reads over the socket. */
export async function readSocket(rig: Rig, projects?: readonly string[], limits = LIMITS): Promise<Inventory> {
  return await readFrom({ via: 'socket', path: rig.socket, projects }, limits);
}

/** `{ default: 'complete', shop: 'reason' }`, for short assertions. */
export function viewsOf(inventory: Inventory): Record<string, string> {
  return Object.fromEntries(
    inventory.projects.map((view) => [view.name, view.complete ? 'complete' : (view.reason ?? '')]),
  );
}

/** The error that `promise` rejects with; fails when it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
