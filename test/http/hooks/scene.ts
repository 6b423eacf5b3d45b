import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import axios, { type AxiosInstance } from 'axios';
import express from 'express';
import { onTestFinished } from 'vitest';
import { createHookRouter } from '../../../src/http/hooks/router.js';
import { signatureOf } from '../../../src/http/hooks/secrets.js';
import type { HookDeps } from '../../../src/http/hooks/types.js';
import { problemOf } from '../../../src/http/problem.js';
import type { Trigger } from '../../../src/service/types/trigger.js';

export const SECRET = 'a-secret-of-the-path';
export const KEYS = ['the old key of the hook', 'the new key of the hook'];
export const NOW = Date.parse('2026-11-23T12:00:00Z');

/** The webhooks alone on an express app, with everything that they said. */
export interface Scene {
  readonly triggers: Trigger[];
  /** `incus trigger`, in the order of the posts. */
  readonly results: string[];
  readonly addresses: Set<string>;
  readonly clock: { now: number };
  readonly http: AxiosInstance;
  readonly port: number;
  /** A connection of one's own, for what no client would send. */
  readonly dial: () => Socket;
}

export async function scene(part: Partial<HookDeps> = {}): Promise<Scene> {
  const triggers: Trigger[] = [];
  const results: string[] = [];
  const addresses = new Set<string>();
  const clock = { now: NOW };
  const app = express();
  const deps: HookDeps = {
    trigger: (trigger) => void triggers.push(trigger),
    incusSecrets: [SECRET],
    genericKeys: KEYS,
    windowSeconds: 300,
    now: () => new Date(clock.now),
    onResult(hook, result, from) {
      results.push(`${hook} ${result}`);
      addresses.add(from);
    },
    ...part,
  };
  app.use('/hooks', createHookRouter(deps));
  app.use((request, response) => {
    if (!request.complete) response.setHeader('Connection', 'close');
    response.status(404).json({});
  });
  app.use(((error, _request, response, _next) => {
    if (response.headersSent) return;
    const problem = problemOf(error, 'x');
    response.status(problem.status).json(problem);
  }) satisfies express.ErrorRequestHandler);
  const server = createServer(app).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const http = axios.create({
    baseURL: `http://127.0.0.1:${port}`,
    proxy: false,
    validateStatus: () => true,
    // Texts go out as they are: what is signed is what is sent.
    transformRequest: (data: unknown) =>
      typeof data === 'string' || data instanceof Readable ? data : JSON.stringify(data),
  });
  const dial = (): Socket => {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  return { triggers, results, addresses, clock, http, port, dial };
}

/** Everything that a connection says until it ends. */
export async function hear(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.on('error', () => undefined);
  await new Promise((done) => socket.once('close', done));
  return Buffer.concat(parts).toString('utf8');
}

/** A lifecycle event as Incus posts it. */
export function event(action: string, name = 'w1', timestamp = '2026-11-22T02:53:51.369Z'): object {
  return {
    type: 'lifecycle',
    timestamp,
    metadata: { action, source: `/1.0/instances/${name}`, name, project: 'default' },
    location: 'none',
    project: 'default',
  };
}

export interface Signing {
  readonly key?: string;
  /** Milliseconds. */
  readonly at?: number;
  readonly time?: string;
  readonly id?: string;
}

/** The headers of a generic webhook. */
export function signed(body: string, { key = KEYS[0] ?? '', at = NOW, time, id }: Signing = {}) {
  const timestamp = time ?? String(Math.floor(at / 1000));
  return {
    'X-Slash32-Timestamp': timestamp,
    'X-Slash32-Signature': signatureOf(key, timestamp, Buffer.from(body)),
    'Content-Type': 'application/json',
    ...(id === undefined ? {} : { 'X-Slash32-Id': id }),
  };
}
