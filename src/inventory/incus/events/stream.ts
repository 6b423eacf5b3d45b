import { Slash32Error } from '../../../errors/slash32-error.js';
import type { IncusEndpoint } from '../client.js';
import { classifyEvent, type EventHint, type Passed } from './classify.js';
import { CONNECTION_LIMITS, type ConnectionLimits, openConnection } from './connection.js';

/** How the stream stands. */
export interface StreamState {
  readonly state: 'connecting' | 'up' | 'down';
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly lastEventAt: string | undefined;
  readonly failure: Slash32Error | undefined;
  /** Connections since the start. */
  readonly connects: number;
}

/** Who hears of what. */
export interface StreamHandlers {
  readonly onHint: (hint: EventHint) => void;
  /** The stream is up; whatever happened before was missed, so everything must be read anew. */
  readonly onConnected: (first: boolean) => void;
  readonly onState: (state: StreamState) => void;
  /** Each message, for counting: a hint, or why it was passed over. */
  readonly onMessage?: (result: 'hint' | Passed) => void;
}

/** What a stream needs from outside. */
export interface StreamDeps {
  readonly now: () => Date;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly limits?: ConnectionLimits;
  /** The first wait after a failure, in milliseconds. */
  readonly firstDelayMs?: number;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A connection that lived so long was a good one: the next failure begins with short waits again. */
const GOOD_MS = 60_000;
/** Failures that somebody has to mend: asking often would help nobody. */
const SLOW: ReadonlySet<string> = new Set([
  'S32_INCUS_FINGERPRINT',
  'S32_INCUS_FORBIDDEN',
  'S32_INCUS_UNTRUSTED',
  'S32_INCUS_CLIENT_CERTIFICATE',
  'S32_INCUS_SOCKET_DENIED',
]);

/**
 * Listens to what Incus announces, for as long as nobody calls the answer, and connects again whenever that breaks off. The
 * endpoint is looked up before each connection, since key files may be replaced. Never throws.
 */
export function startEventStream(
  endpoint: () => Promise<IncusEndpoint>,
  handlers: StreamHandlers,
  deps: StreamDeps,
): () => void {
  const { now, random, limits = CONNECTION_LIMITS, firstDelayMs = FIRST_DELAY_MS } = deps;
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
      fail(error);
      return;
    }
    if (stopped) return;
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
          if (upSince !== undefined && performance.now() - upSince >= GOOD_MS) failures = 0;
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
    const delay = SLOW.has(failure.code)
      ? LONGEST_DELAY_MS
      : Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** Math.min(failures - 1, 16));
    timer = setTimeout(() => void open(), delay * (0.75 + random() / 2));
    timer.unref();
  }

  handlers.onState(state);
  void open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    close();
  };
}

function asFailure(error: unknown): Slash32Error {
  if (error instanceof Slash32Error) return error;
  return new Slash32Error('S32_INCUS_INTERRUPTED', { message: String(error), cause: error });
}
