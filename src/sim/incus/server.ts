import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type SimAnswer, sync } from './answers.js';
import { createToken, type TokenOptions, trust } from './enrolment.js';
import { createStreams, type SimStreams } from './event-stream.js';
import { type SimFault, sendFault, takeFault } from './faults.js';
import { logRequest } from './noise.js';
import { answerRequest } from './routes.js';
import { createSimState, type SimState } from './state.js';
import { ROOT_VIEWER, type SimViewer, userSocketViewer, viewerByCertificate } from './viewer.js';
import {
  closeServer,
  createServerCertificate,
  createTls,
  fingerprintOf,
  listen,
  peerCertificate,
  readBody,
} from './wire.js';

/** Where the simulated Incus listens; each is off unless asked for. Ports are of 127.0.0.1, and free ones unless one is named. */
export interface SimIncusOptions {
  /** Default: an empty server. */
  readonly state?: SimState;
  /** Path of the socket of root. */
  readonly socket?: string;
  /** A socket that behaves like that of `incus-user`: a restricted view of these projects. */
  readonly userSocket?: { readonly path: string; readonly projects: readonly string[] };
  readonly https?: boolean;
  readonly httpsPort?: number;
  /** Plain HTTP with the rights of root, which real Incus does not have; for looking at it with a browser. */
  readonly http?: boolean;
}

/** One request that was received. */
export interface SimRequestRecord {
  readonly method: string;
  readonly url: string;
  readonly over: 'socket' | 'https' | 'http';
}

/** A simulated Incus that runs. Its state may be changed at any time with the functions of `operations.ts`. */
export interface SimIncus {
  readonly state: SimState;
  /** Every request, oldest first. */
  readonly requests: SimRequestRecord[];
  /** Faults to answer with; the first that fits the path applies. */
  readonly faults: SimFault[];
  /** The event streams. */
  readonly streams: SimStreams;
  readonly socket: string | undefined;
  readonly httpsUrl: string | undefined;
  readonly httpUrl: string | undefined;
  /** The server's certificate in PEM and its SHA-256; empty and zeros without `https`. */
  readonly certificate: string;
  readonly fingerprint: string;
  /** A trust token, as `incus config trust add` prints it. */
  createToken(options: TokenOptions): string;
  /** Puts a certificate in PEM into the trust store; answers its fingerprint. */
  trust(entry: { name: string; certificate: string; restricted?: boolean; projects?: readonly string[] }): string;
  /** Called after each request was answered in memory and before it is sent: the moment for a change in between. */
  onRequest: ((record: SimRequestRecord) => void) | undefined;
  close(): Promise<void>;
}

/** Starts a simulated Incus: real HTTP, state in memory. */
export async function startSimIncus(options: SimIncusOptions = {}): Promise<SimIncus> {
  const state = options.state ?? createSimState();
  const identity = options.https ? createServerCertificate() : undefined;
  const servers: Server[] = [];
  const addresses: string[] = [];
  const sim: SimIncus = {
    state,
    requests: [],
    faults: [],
    streams: createStreams(state),
    socket: options.socket,
    httpsUrl: undefined,
    httpUrl: undefined,
    certificate: identity?.certificate ?? '',
    fingerprint: identity ? fingerprintOf(identity.certificate) : '0'.repeat(64),
    createToken: (token) => createToken(state, token, sim.fingerprint, addresses),
    trust: (entry) => trust(state, entry),
    onRequest: undefined,
    close: async () => {
      sim.streams.cut();
      await Promise.all(servers.map(closeServer));
    },
  };

  async function start(server: Server, viewerOf: ViewerOf, socket?: string, port?: number): Promise<number> {
    servers.push(server);
    sim.streams.attach(server, viewerOf);
    return await listen(server, socket, port);
  }

  const asRoot = () => ROOT_VIEWER;
  if (options.socket) await start(createServer(listenerOf(sim, 'socket', asRoot)), asRoot, options.socket);
  if (options.userSocket) {
    const viewer = userSocketViewer(state, options.userSocket.projects);
    const ofUser = () => viewer;
    await start(createServer(listenerOf(sim, 'socket', ofUser)), ofUser, options.userSocket.path);
  }
  const httpPort = options.http ? await start(createServer(listenerOf(sim, 'http', asRoot)), asRoot) : undefined;
  const httpsPort = identity
    ? await start(
        createTls(identity, listenerOf(sim, 'https', byCertificate(state))),
        byCertificate(state),
        undefined,
        options.httpsPort,
      )
    : undefined;
  if (httpsPort !== undefined) addresses.push(`127.0.0.1:${httpsPort}`);
  return Object.assign(sim, {
    httpsUrl: httpsPort === undefined ? undefined : `https://127.0.0.1:${httpsPort}`,
    httpUrl: httpPort === undefined ? undefined : `http://127.0.0.1:${httpPort}`,
  });
}

type ViewerOf = (request: IncomingMessage) => SimViewer;

function byCertificate(state: SimState): ViewerOf {
  return (request) => {
    const certificate = peerCertificate(request);
    return viewerByCertificate(state, certificate === undefined ? undefined : fingerprintOf(certificate));
  };
}

function listenerOf(sim: SimIncus, over: SimRequestRecord['over'], viewerOf: ViewerOf): RequestListener {
  return async (request, response) => {
    const body = await readBody(request);
    const record = { method: request.method ?? '', url: request.url ?? '', over };
    sim.requests.push(record);
    logRequest(sim.state, record.method, record.url, over);
    const fault = takeFault(sim.faults, record.url);
    const viewer = fault === 'untrusted' ? viewerByCertificate(sim.state, undefined) : viewerOf(request);
    const answer = answerUrl(sim, request, body, viewer);
    // Rendered now: the state may change in `onRequest`.
    const text = JSON.stringify(answer.body);
    sim.onRequest?.(record);
    if (fault !== undefined && fault !== 'untrusted') return sendFault(response, fault, text);
    sendAnswer(response, answer, text);
  };
}

function answerUrl(sim: SimIncus, request: IncomingMessage, body: string, viewer: SimViewer): SimAnswer {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  // Go refuses a query with a semicolon, and Incus then lists nothing (docs/facts.md, "Incus: answers").
  if (query.includes(';') && path === '/1.0/instances' && viewer.trusted) return sync([]);
  return answerRequest(sim.state, {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    body,
    viewer,
    clientCertificate: peerCertificate(request),
    certificate: sim.certificate,
    fingerprint: sim.fingerprint,
  });
}

function sendAnswer(response: ServerResponse, answer: SimAnswer, text: string): void {
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(text);
}
