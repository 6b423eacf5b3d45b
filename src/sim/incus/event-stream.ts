import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { failure, type SimAnswer } from './answers.js';
import type { SimEvent } from './event.js';
import type { SimState } from './state.js';
import { maySee, type SimViewer } from './viewer.js';

/** How the stream misbehaves; all of it may be changed at any time. */
export interface SimStreamFaults {
  /** Ends each new connection with this HTTP status instead of a websocket; `html` with the page of a proxy and 200. */
  refuse: number | 'html' | undefined;
  /** Nothing is sent any more, not even a ping, as behind a firewall that forgot the connection. */
  silent: boolean;
  /** Of two events that follow each other at once, the second comes first, as up to Incus 7.3 (docs/facts.md, "Incus: events"). */
  disorder: boolean;
}

/** The event streams that are open. */
export interface SimStreams {
  readonly faults: SimStreamFaults;
  /** Milliseconds between two pings; Incus: 10,000. */
  pingMs: number;
  readonly open: ReadonlySet<WebSocket>;
  /** Ends every connection without a close frame, as a restart of the daemon does. */
  cut(): void;
  /** Sends anything to everybody: text, or bytes as a binary message. */
  send(message: string | Buffer): void;
  attach(server: Server, viewerOf: (request: IncomingMessage) => SimViewer): void;
}

const TYPES = ['lifecycle', 'operation', 'logging', 'network-acl'];

/** The websocket side of a simulated Incus. */
export function createStreams(state: SimState): SimStreams {
  const sockets = new WebSocketServer({ noServer: true });
  const open = new Set<WebSocket>();
  const streams: SimStreams = {
    faults: { refuse: undefined, silent: false, disorder: false },
    pingMs: 10_000,
    open,
    cut() {
      for (const socket of open) socket.terminate();
    },
    send(message) {
      if (!streams.faults.silent) for (const socket of open) socket.send(message);
    },
    attach(server, viewerOf) {
      server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
        duplex.on('error', () => undefined);
        const viewer = viewerOf(request);
        const url = new URL(request.url ?? '/', 'http://incus');
        if (streams.faults.refuse === 'html') return answer(duplex, 200, 'text/html', '<html>Sign in</html>');
        const refused = refusal(streams.faults.refuse, url, viewer);
        if (refused) return answer(duplex, refused.status, 'application/json', JSON.stringify(refused.body));
        sockets.handleUpgrade(request, duplex, head, (socket) => serve(socket, url.searchParams, viewer));
      });
    },
  };

  function serve(socket: WebSocket, query: URLSearchParams, viewer: SimViewer): void {
    open.add(socket);
    const wanted = wantedBy(query, viewer);
    const send = (event: SimEvent): void => {
      if (!streams.faults.silent) socket.send(JSON.stringify(event));
    };
    let odd = false;
    const hear = (event: SimEvent): void => {
      if (!wanted(event)) return;
      odd = streams.faults.disorder && !odd;
      if (odd) setTimeout(() => send(event), 2);
      else send(event);
    };
    state.listeners.add(hear);
    let timer: NodeJS.Timeout;
    const ping = (): void => {
      if (!streams.faults.silent) socket.ping();
      timer = setTimeout(ping, streams.pingMs);
    };
    // The first one comes at once.
    ping();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      state.listeners.delete(hear);
      open.delete(socket);
    });
  }

  return streams;
}

/** Which events somebody who asks like this hears: those of his projects only, and lines of the log as an administrator. */
function wantedBy(query: URLSearchParams, viewer: SimViewer): (event: SimEvent) => boolean {
  const types = (query.get('type') ?? 'lifecycle,operation').split(',');
  const all = query.get('all-projects') === 'true';
  const project = query.get('project') ?? 'default';
  return (event) => {
    if (!types.includes(event.type)) return false;
    if (event.project === undefined) return !viewer.restricted;
    return (all || event.project === project) && maySee(viewer, event.project);
  };
}

function refusal(fault: number | undefined, url: URL, viewer: SimViewer): SimAnswer | undefined {
  if (fault !== undefined) return failure(fault, fault === 403 ? 'Certificate is restricted' : 'refused');
  if (url.pathname !== '/1.0/events') return failure(404, 'not found');
  if (!viewer.trusted) return failure(403, 'not authorized');
  const unknown = url.searchParams
    .get('type')
    ?.split(',')
    .find((type) => !TYPES.includes(type));
  if (unknown !== undefined) return failure(400, `"${unknown}" isn't a supported event type`);
  const project = url.searchParams.get('project') ?? 'default';
  const all = url.searchParams.get('all-projects') === 'true';
  if (all && url.searchParams.has('project'))
    return failure(400, 'Cannot specify a project when requesting all projects');
  if (all || maySee(viewer, project)) return undefined;
  return failure(403, `User does not have permission for project "${project}"`);
}

function answer(duplex: Duplex, status: number, contentType: string, body: string): void {
  const head = `HTTP/1.1 ${status} Refused\r\ncontent-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(body)}`;
  duplex.end(`${head}\r\nconnection: close\r\n\r\n${body}`);
}
