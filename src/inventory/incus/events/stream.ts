import { Slash32Error } from '../../../errors/slash32-error.js';
import type { SourceListener, StreamState } from '../../listening.js';
import type { IncusEndpoint } from '../client.js';
import { type Backoff, reconnectDelay, STREAM_BACKOFF } from './backoff.js';
import { classifyEvent } from './classify.js';
import { CONNECTION_LIMITS, type ConnectionLimits, openConnection } from './connection.js';

/** What a stream needs from outside. */
export interface StreamDeps {
  readonly now: () => Date;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly limits?: ConnectionLimits;
  readonly backoff?: Backoff;
  /** After a connection that lived so long (milliseconds, default a minute) the waits begin with short ones again. */
  readonly goodMs?: number;
}

const GOOD_MS = 60_000;
/** Failures that somebody has to mend. */
const SLOW: ReadonlySet<string> = new Set([
  'S32_INCUS_FINGERPRINT',
  'S32_INCUS_FORBIDDEN',
  'S32_INCUS_UNTRUSTED',
  'S32_INCUS_TLS',
  'S32_INCUS_CLIENT_CERTIFICATE',
  'S32_INCUS_SOCKET_DENIED',
]);

/**
 * Listens to what Incus announces, for as long as nobody calls the answer, and connects again whenever that breaks off. The
 * endpoint is looked up before each connection, since key files may be replaced. Never throws.
 */
export function startEventStream(
  endpoint: () => Promise<IncusEndpoint>,
  handlers: SourceListener,
  deps: StreamDeps,
): () => void {
  const { now, random, limits = CONNECTION_LIMITS, backoff = STREAM_BACKOFF, goodMs = GOOD_MS } = deps;
  let state: StreamState = {
    state: 'connecting',
    since: now().toISOString(),
    lastEventAt: undefined,
    failure: undefined,
    connects: 0,
  };
  let failures = 0;
  let stopped = false;
  let close: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;

  function become(part: Partial<StreamState>): void {
    const since = part.state === undefined || part.state === state.state ? state.since : now().toISOString();
    state = { ...state, ...part, since };
    handlers.onState(state);
  }

  async function open(): Promise<void> {
    let target: IncusEndpoint;
    try {
      target = await endpoint();
    } catch (error) {
      return fail(error);
    }
    if (stopped) return;
    try {
      listen(target);
    } catch (error) {
      fail(unusable(error));
    }
  }

  function listen(target: IncusEndpoint): void {
    let upSince: number | undefined;
    close = openConnection(
      target,
      {
        onOpen() {
          upSince = performance.now();
          const connects = state.connects + 1;
          become({ state: 'up', failure: undefined, connects });
          handlers.onConnected(connects === 1);
        },
        onMessage: hear,
        onEnd(failure) {
          if (upSince !== undefined && performance.now() - upSince >= goodMs) failures = 0;
          fail(failure);
        },
      },
      limits,
    );
  }

  function hear(message: unknown): void {
    const result = classifyEvent(message);
    handlers.onMessage?.(typeof result === 'string' ? result : 'hint');
    if (result !== 'unreadable') become({ lastEventAt: now().toISOString() });
    if (typeof result !== 'string') handlers.onHint(result);
  }

  function fail(error: unknown): void {
    if (stopped) return;
    const failure = asFailure(error);
    failures += 1;
    become({ state: 'down', failure });
    const delay = reconnectDelay(failures, SLOW.has(failure.code), random(), backoff);
    timer = setTimeout(() => void open(), delay).unref();
  }

  handlers.onState(state);
  void open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    close();
  };
}

/** Node throws at once for a certificate or key that is not one. Its text never quotes them. */
function unusable(cause: unknown): Slash32Error {
  const text = cause instanceof Error ? cause.message : String(cause);
  const message = `The event stream cannot be opened with this certificate, key or address: ${text}.`;
  return new Slash32Error('S32_INCUS_CLIENT_CERTIFICATE', { message, cause });
}

function asFailure(error: unknown): Slash32Error {
  if (error instanceof Slash32Error) return error;
  const message = `The event stream could not be opened: ${error instanceof Error ? error.message : String(error)}.`;
  return new Slash32Error('S32_INCUS_INTERRUPTED', { message, cause: error });
}
