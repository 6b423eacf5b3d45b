import { setMaxListeners } from 'node:events';
import { request } from 'node:http';
import type { SimEvent } from './event.js';
import type { SimState } from './state.js';

/** `logging.NAME.target.*` of the configuration of a server. */
export interface WebhookLoggerOptions {
  readonly address: string;
  /** `target.retry`: how often each event is sent, whether it arrived or not. Incus's default is 3. */
  readonly retry?: number;
  /** The pause after a failed connection, in milliseconds. Incus: 10,000. */
  readonly pauseMs?: number;
}

/** A webhook logger that runs. */
export interface WebhookLogger {
  /** Requests that were answered, with whatever status. */
  readonly answered: number;
  /** Attempts that found nobody. */
  readonly failed: number;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
  /** Ends it; what is on its way is cut off. */
  stop(): void;
}

/** Milliseconds that one event after the other waits, so that many of them overtake those before. */
const DELAYS = [12, 3, 20, 0, 7];

/**
 * Incus's webhook logger as it is (docs/facts.md, "Incus: webhooks"): every event of every type and project, each in a task of its own and
 * so in no order, `retry` times even if the first was answered well, without authentication, the status ignored. Of the
 * real one some repeats get lost, since their request's body is spent; here all of them come.
 */
export function startWebhookLogger(state: SimState, options: WebhookLoggerOptions): WebhookLogger {
  const { address, retry = 3, pauseMs = 10_000 } = options;
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const tasks = new Set<Promise<void>>();
  const counts = { heard: 0, answered: 0, failed: 0 };

  async function send(event: SimEvent): Promise<void> {
    const body = JSON.stringify(event);
    for (let attempt = 0; attempt < retry && !stopping.signal.aborted; attempt += 1) {
      try {
        await post(address, body, stopping.signal);
        counts.answered += 1;
      } catch {
        counts.failed += 1;
        await pause(pauseMs, stopping.signal);
      }
    }
  }

  function hear(event: SimEvent): void {
    const delay = DELAYS[counts.heard % DELAYS.length] ?? 0;
    counts.heard += 1;
    const task = pause(delay, stopping.signal).then(() => send(event));
    tasks.add(task);
    void task.finally(() => tasks.delete(task));
  }

  state.listeners.add(hear);
  return {
    get answered() {
      return counts.answered;
    },
    get failed() {
      return counts.failed;
    },
    async idle() {
      while (tasks.size > 0) await Promise.all(tasks);
    },
    stop() {
      state.listeners.delete(hear);
      stopping.abort();
    },
  };
}

/** The headers are those of the recording, and no others. */
function post(address: string, body: string, signal: AbortSignal): Promise<void> {
  const headers = {
    Host: new URL(address).host,
    'User-Agent': 'Go-http-client/1.1',
    'Content-Length': Buffer.byteLength(body),
    'Content-Type': 'application/json',
    'Accept-Encoding': 'gzip',
  };
  return new Promise((resolve, reject) => {
    const sent = request(address, { method: 'POST', headers, signal, agent: false }, (response) => {
      response.resume();
      response.once('end', resolve);
      response.once('error', reject);
    });
    sent.removeHeader('connection');
    sent.once('error', reject);
    sent.end(body);
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}
