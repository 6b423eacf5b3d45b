import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import express, { type Request, type Response } from 'express';
import { dispatch } from './dispatch.js';
import type { SimReply } from './exchange.js';
import type { Fault, FaultQueue } from './fault-injection.js';
import { send, sendFault } from './faulty.js';
import { mayCall } from './privileges.js';
import { rpcUnauthenticated, xmlrpc } from './routes-xmlrpc.js';
import type { SimState } from './state.js';
import { callerOf } from './users.js';

/** One request that came, without headers and body. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** The caller's TCP port: equal for requests over one connection. */
  readonly remotePort: number;
}

/** What the web server needs. */
export interface ServerOptions {
  readonly state: SimState;
  readonly faults: FaultQueue;
  readonly log: LoggedRequest[];
  /** Whether the firewall is booting, when connections are broken off. */
  readonly isDown: () => boolean;
  /** Certificate and key in PEM; undefined means plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** 0 picks a free one. */
  readonly port: number;
}

/** A running web server on 127.0.0.1. */
export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

const LARGEST_BODY = 256 * 1024 * 1024;

/** Starts the simulated web server. */
export async function listen(options: ServerOptions): Promise<RunningServer> {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(express.raw({ type: () => true, limit: LARGEST_BODY }));
  app.use((request: Request, response: Response) => handle(options, request, response));
  const server: Server = options.tls === undefined ? createServer(app) : createTlsServer(options.tls, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function handle(options: ServerOptions, request: Request, response: Response): void {
  options.log.push({ method: request.method, path: request.path, remotePort: request.socket.remotePort ?? 0 });
  if (options.isDown()) return void response.destroy();
  const fault: Fault | undefined = options.faults.take(request.path);
  if (fault !== undefined && fault.done !== true && !NEEDS_REPLY.has(fault.kind)) {
    sendFault(response, fault.kind, { status: 200, type: undefined, body: '' });
    return;
  }
  const reply = answer(options.state, request);
  if (fault === undefined) send(response, reply);
  else sendFault(response, fault.kind, reply);
}

/** Faults that spoil an answer instead of replacing it: on a reading call it has to be made first. */
const NEEDS_REPLY: ReadonlySet<Fault['kind']> = new Set(['cut', 'half', 'too-large']);

function answer(state: SimState, request: Request): SimReply {
  const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
  const remoteAddress = request.socket.remoteAddress ?? '127.0.0.1';
  const authorization = request.headers.authorization;
  if (request.path === '/xmlrpc.php') {
    const caller = callerOf(authorization, state.users, true);
    if (caller.kind !== 'user' || !mayCall(caller.user, request.originalUrl)) return rpcUnauthenticated();
    return xmlrpc(state, body, remoteAddress);
  }
  if (!request.path.startsWith('/api/'))
    return { status: 200, type: 'text/html; charset=UTF-8', body: '<!doctype html><html></html>' };
  const { method, path } = request;
  const contentType = request.headers['content-type'];
  return dispatch(state, {
    method,
    path,
    uri: request.originalUrl,
    contentType,
    body,
    remoteAddress,
    caller: callerOf(authorization, state.users),
  });
}
