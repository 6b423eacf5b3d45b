import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SimEvent } from './event.js';
import type { SimState } from './state.js';
import { maySee, type SimViewer } from './viewer.js';

/** How the stream misbehaves; all of it may be changed at any time. */
export interface SimStreamFaults {
  /** Ends each new connection with this HTTP status instead of a websocket. */
  refuse: number | undefined;
  /** Nothing is sent any more, not even a ping, as behind a firewall that forgot the connection. */
  silent: boolean;
}

/** The event streams that are open. */
export interface SimStreams {
  readonly faults: SimStreamFaults;
  /** Milliseconds between two pings; Incus: 10,000. */
  pingMs: number;
  readonly open: ReadonlySet<WebSocket>;
  /** Ends every connection without a close frame, as a restart of the daemon does. */
  cut(): void;
  /** Sends any text to everybody. */
  send(text: string): void;
  attach(server: Server, viewerOf: (request: IncomingMessage) => SimViewer): void;
}

/** The websocket side of a simulated Incus. */
export function createStreams(state: SimState): SimStreams {
  const sockets = new WebSocketServer({ noServer: true });
  const open = new Set<WebSocket>();
  const streams: SimStreams = {
    faults: { refuse: undefined, silent: false },
    pingMs: 10_000,
    open,
    cut() {
      for (const socket of open) socket.terminate();
    },
    send(text) {
      if (!streams.faults.silent) for (const socket of open) socket.send(text);
    },
    attach(server, viewerOf) {
      server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
        const viewer = viewerOf(request);
        const url = new URL(request.url ?? '/', 'http://incus');
        const status = refusal(streams.faults.refuse, url, viewer);
        if (status !== undefined) {
          duplex.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
          return;
        }
        sockets.handleUpgrade(request, duplex, head, (socket) => serve(socket, url.searchParams, viewer));
      });
    },
  };

  function serve(socket: WebSocket, query: URLSearchParams, viewer: SimViewer): void {
    open.add(socket);
    const types = (query.get('type') ?? 'lifecycle,operation,logging').split(',');
    const all = query.get('all-projects') === 'true';
    const project = query.get('project') ?? 'default';
    const hear = (event: SimEvent): void => {
      const where = event.project ?? 'default';
      const wanted = types.includes(event.type) && (all || where === project) && maySee(viewer, where);
      if (wanted && !streams.faults.silent) socket.send(JSON.stringify(event));
    };
    state.listeners.add(hear);
    let timer: NodeJS.Timeout;
    const ping = (): void => {
      if (!streams.faults.silent) socket.ping();
      timer = setTimeout(ping, streams.pingMs);
    };
    timer = setTimeout(ping, streams.pingMs);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      state.listeners.delete(hear);
      open.delete(socket);
    });
  }

  return streams;
}

function refusal(fault: number | undefined, url: URL, viewer: SimViewer): number | undefined {
  if (fault !== undefined) return fault;
  if (url.pathname !== '/1.0/events') return 404;
  if (!viewer.trusted) return 403;
  const project = url.searchParams.get('project') ?? 'default';
  const all = url.searchParams.get('all-projects') === 'true';
  if (all && url.searchParams.has('project')) return 400;
  return all || maySee(viewer, project) ? undefined : 403;
}
