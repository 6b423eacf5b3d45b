import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import { Slash32Error } from '../../../errors/slash32-error.js';
import { endpointLabel, type IncusEndpoint } from '../client.js';
import { connectionFailure } from '../failures.js';
import { createPinnedAgent } from '../pinned-agent.js';
import { EVENTS_PATH } from '../urls.js';

/** What happens on one connection. After `onEnd` nothing else does. */
export interface ConnectionHandlers {
  readonly onOpen: () => void;
  readonly onMessage: (message: unknown) => void;
  /** The server or the network ended it, or it fell silent. */
  readonly onEnd: (failure: Slash32Error) => void;
}

/** Limits of one connection. */
export interface ConnectionLimits {
  readonly openMs: number;
  /** Incus pings every 10 s (facts/incus.md §4); a connection that is silent for so long is dead. */
  readonly silentMs: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = { openMs: 15_000, silentMs: 25_000 };

/** Far more than any event. */
const LARGEST_MESSAGE = 1024 * 1024;

/** Opens the event stream of an endpoint. The answer closes it, without `onEnd`. */
export function openConnection(
  endpoint: IncusEndpoint,
  handlers: ConnectionHandlers,
  limits: ConnectionLimits,
): () => void {
  const label = endpointLabel(endpoint);
  const where = `GET ${label} ${EVENTS_PATH}`;
  const { socket, close } = connect(endpoint, label, limits.openMs);
  let ended = false;
  let silence: NodeJS.Timeout | undefined;

  function end(failure: Slash32Error | undefined): void {
    if (ended) return;
    ended = true;
    clearTimeout(silence);
    socket.terminate();
    close();
    if (failure !== undefined) handlers.onEnd(failure);
  }

  function alive(): void {
    clearTimeout(silence);
    silence = setTimeout(() => end(silent(label, where, limits)), limits.silentMs);
    silence.unref();
  }

  socket.on('open', () => {
    if (ended) return;
    alive();
    handlers.onOpen();
  });
  socket.on('ping', alive);
  socket.on('message', (data, isBinary) => {
    if (ended) return;
    alive();
    handlers.onMessage(isBinary ? undefined : parse(String(data)));
  });
  socket.on('unexpected-response', (_request, response) => {
    response.resume();
    end(refused(response, label, where));
  });
  socket.on('error', (error) => {
    const socketPath = endpoint.kind === 'socket' ? endpoint.path : undefined;
    const context = { where, endpoint: label, socketPath, timeoutMs: limits.openMs };
    void connectionFailure(timedOut(error) ?? error, context).then(end);
  });
  socket.on('close', () => {
    // An error event, where there is one, says more, and comes first.
    setImmediate(() => end(closed(label, where)));
  });
  return () => end(undefined);
}

function connect(
  endpoint: IncusEndpoint,
  label: string,
  handshakeTimeout: number,
): { socket: WebSocket; close: () => void } {
  const options = {
    handshakeTimeout,
    maxPayload: LARGEST_MESSAGE,
    followRedirects: false,
    perMessageDeflate: false,
    headers: { 'User-Agent': 'slash32' },
  };
  if (endpoint.kind === 'socket')
    return { socket: new WebSocket(`ws+unix:${endpoint.path}:${EVENTS_PATH}`, options), close: () => {} };
  const { agent, close } = createPinnedAgent({ ...endpoint, endpoint: label });
  const url = `${endpoint.url.replace(/^http/, 'ws')}${EVENTS_PATH}`;
  return { socket: new WebSocket(url, { ...options, agent }), close };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function timedOut(error: Error): Error | undefined {
  return /handshake has timed out/.test(error.message) ? Object.assign(error, { code: 'ETIMEDOUT' }) : undefined;
}

function silent(label: string, where: string, limits: ConnectionLimits): Slash32Error {
  const seconds = Math.round(limits.silentMs / 1000);
  return new Slash32Error('S32_INCUS_TIMEOUT', {
    message: `The event stream of ${label} was silent for ${seconds} s, not even a ping came.`,
    where,
  });
}

function closed(label: string, where: string): Slash32Error {
  return new Slash32Error('S32_INCUS_INTERRUPTED', { message: `${label} closed the event stream.`, where });
}

function refused(response: IncomingMessage, label: string, where: string): Slash32Error {
  const { statusCode = 0 } = response;
  if (statusCode === 401 || statusCode === 403)
    return new Slash32Error('S32_INCUS_FORBIDDEN', {
      message: `${label} does not let this client hear events.`,
      where,
    });
  return new Slash32Error('S32_INCUS_UNEXPECTED', {
    message: `${label} answered HTTP ${statusCode} where a websocket was asked for.`,
    where,
  });
}
