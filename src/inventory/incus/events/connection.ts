import { Agent } from 'node:http';
import { connect as connectSocket } from 'node:net';
import WebSocket from 'ws';
import { Slash32Error } from '../../../errors/slash32-error.js';
import { endpointLabel, type IncusEndpoint } from '../client.js';
import { connectionFailure } from '../failures.js';
import { createPinnedAgent } from '../pinned-agent.js';
import { EVENTS_PATH } from '../urls.js';
import { refusalOf } from './refusal.js';

/** What happens on one connection. After `onEnd` nothing else does. None of them may throw. */
export interface ConnectionHandlers {
  readonly onOpen: () => void;
  /** One message as parsed JSON; undefined for what is not JSON. */
  readonly onMessage: (message: unknown) => void;
  /** The server or the network ended it, or it fell silent. */
  readonly onEnd: (failure: Slash32Error) => void;
}

/** Limits of one connection. */
export interface ConnectionLimits {
  /** From the first packet to the open websocket, the TLS handshake included. */
  readonly openMs: number;
  /** Incus pings every 10 s (docs/facts.md, "Incus: events"); a connection that is silent for so long is dead. */
  readonly silentMs: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = { openMs: 15_000, silentMs: 25_000 };

/** Far more than any event. */
const LARGEST_MESSAGE = 1024 * 1024;

/**
 * Opens the event stream of an endpoint. The answer closes it, without `onEnd`. Throws what Node throws for a key or a
 * URL that cannot be used at all.
 */
export function openConnection(
  endpoint: IncusEndpoint,
  handlers: ConnectionHandlers,
  limits: ConnectionLimits,
): () => void {
  const label = endpointLabel(endpoint);
  const context = {
    where: `GET ${label} ${EVENTS_PATH}`,
    endpoint: label,
    socketPath: endpoint.kind === 'socket' ? endpoint.path : undefined,
    timeoutMs: limits.openMs,
  };
  const { socket, close } = connect(endpoint, label);
  let ended = false;
  // Of our own: that of `ws` begins only when the agent hands a connection over, after the TLS handshake.
  let timer = startTimer(limits.openMs, () => void connectionFailure(timedOut(), context).then(end));

  function end(failure: Slash32Error | undefined): void {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    socket.terminate();
    close();
    if (failure !== undefined) handlers.onEnd(failure);
  }

  function alive(): void {
    if (ended) return;
    clearTimeout(timer);
    timer = startTimer(limits.silentMs, () => end(silent(label, context.where, limits)));
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
  socket.on('unexpected-response', (_request, response) => void refusalOf(response, context).then(end));
  socket.on('error', (error) => {
    if (isTooLarge(error)) end(tooLarge(label, context.where));
    else void connectionFailure(error, context).then(end);
  });
  socket.on('close', () => {
    // An error event, where there is one, says more, and comes first.
    setImmediate(() => end(closed(label, context.where)));
  });
  return () => end(undefined);
}

function connect(endpoint: IncusEndpoint, label: string): { socket: WebSocket; close: () => void } {
  const { agent, close } = agentOf(endpoint, label);
  const url = new URL(EVENTS_PATH, endpoint.kind === 'socket' ? 'http://incus' : endpoint.url);
  url.protocol = endpoint.kind === 'socket' ? 'ws:' : 'wss:';
  try {
    const socket = new WebSocket(url, {
      agent,
      maxPayload: LARGEST_MESSAGE,
      followRedirects: false,
      perMessageDeflate: false,
      headers: { 'User-Agent': 'slash32' },
    });
    return { socket, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** With an agent a socket's path may hold any character; a `ws+unix:` URL ends it at the first `:`. */
function agentOf(endpoint: IncusEndpoint, label: string): { agent: Agent; close: () => void } {
  if (endpoint.kind === 'https') return createPinnedAgent({ ...endpoint, endpoint: label });
  const agent = Object.assign(new Agent(), { createConnection: () => connectSocket(endpoint.path) });
  return { agent, close: () => agent.destroy() };
}

function startTimer(milliseconds: number, then: () => void): NodeJS.Timeout {
  return setTimeout(then, milliseconds).unref();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function timedOut(): Error {
  return Object.assign(new Error('the websocket did not open in time'), { code: 'ETIMEDOUT' });
}

function isTooLarge(error: Error): boolean {
  return 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
}

function tooLarge(label: string, where: string): Slash32Error {
  return new Slash32Error('S32_INCUS_UNEXPECTED', { message: `${label} sends more than any event can be.`, where });
}

function silent(label: string, where: string, limits: ConnectionLimits): Slash32Error {
  const seconds = limits.silentMs / 1000;
  return new Slash32Error('S32_INCUS_TIMEOUT', {
    message: `The event stream of ${label} was silent for ${seconds} s, not even a ping came.`,
    where,
  });
}

function closed(label: string, where: string): Slash32Error {
  return new Slash32Error('S32_INCUS_INTERRUPTED', { message: `${label} closed the event stream.`, where });
}
