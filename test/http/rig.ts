import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { type AppDeps, createHttpApp } from '../../src/http/app.js';
import { loadContract } from '../../src/http/contract.js';
import type { Health, RequestLine } from '../../src/http/types.js';
import type { Role } from '../../src/state/roles.js';
import type { TokenVerdict } from '../../src/state/token-store.js';
import { type FakeService, fakeService } from './fake-service.js';

export const CONTRACT = loadContract();

export const TOKENS: Readonly<Record<Role | 'expired', string>> = {
  viewer: 's32_viewer',
  operator: 's32_operator',
  admin: 's32_admin',
  expired: 's32_expired',
};

/** What an operation cannot do without: values that are understood. */
const NEEDED: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  explainFlow: [
    ['from', 'web'],
    ['to', 'default/db'],
    ['port', 'tcp/22'],
  ],
};

/** A query with what the operation needs beside it. */
export function withNeeded(
  id: string,
  query: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const given = new Set(query.map(([name]) => name));
  return [...(NEEDED[id] ?? []).filter(([name]) => !given.has(name)), ...query];
}

/** A request as it goes over the wire: the path is sent as it stands. */
export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent as JSON; `raw` is sent as it stands. */
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  /** Without a length. */
  readonly chunked?: boolean;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
}

/** An API that answers, on a port of its own. */
export interface Rig {
  readonly service: FakeService;
  readonly port: number;
  readonly lines: RequestLine[];
  readonly defects: unknown[];
  readonly checked: string[];
  health: Health;
  ask(ask: Ask): Promise<Reply>;
}

const PLENTY = { requests: 1_000_000, failures: 1_000_000 };

/** An app over a fake service; closed when the test ends. */
export async function startRig(part: Partial<AppDeps> & { readonly service?: FakeService } = {}): Promise<Rig> {
  const service = part.service ?? fakeService();
  const rig: Rig = {
    service,
    port: 0,
    lines: [],
    defects: [],
    checked: [],
    health: { alive: true, ready: false, checks: [{ check: 'disk', ok: false, message: 'it is full' }] },
    ask: (one) => send(port, one),
  };
  const app = createHttpApp({
    version: '1.2.3',
    contract: CONTRACT,
    trust: 'token',
    limits: PLENTY,
    checkToken: async (token) => {
      rig.checked.push(token);
      return verdictOf(token);
    },
    health: () => rig.health,
    metrics: async () => 'slash32_up 1\n',
    filterLog: async () => [],
    onRequest: (line) => rig.lines.push(line),
    onDefect: (error) => rig.defects.push(error),
    ...part,
    service,
  });
  const server = createServer(app);
  const port = await listening(server);
  return Object.assign(rig, { port });
}

/** Lets a server listen on a free port of this machine until the test ends. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** One request on a connection of its own. */
export function send(
  port: number,
  { method = 'GET', path, token, headers, body, raw, chunked = false }: Ask,
): Promise<Reply> {
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(content === undefined || chunked ? {} : { 'content-length': String(Buffer.byteLength(content)) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(content);
  });
}

/** Expects something of a value in the end; the machine may be busy. */
export function eventually<T>(value: () => T) {
  return expect.poll(value, { timeout: 20_000, interval: 10 });
}

function verdictOf(token: string): TokenVerdict {
  if (token === TOKENS.expired) return { kind: 'expired', name: 'old' };
  const role = (['viewer', 'operator', 'admin'] as const).find((one) => TOKENS[one] === token);
  return role === undefined ? { kind: 'unknown' } : { kind: 'valid', name: role, role };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
