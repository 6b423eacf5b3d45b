import { Agent as HttpAgent } from 'node:http';
import type { AxiosInstance, AxiosStatic } from 'axios';
import { observedCall, type RequestObserver } from '../../model/observer.js';
import { unwrapAnswer } from './answer.js';
import { connectionFailure } from './failures.js';
import { createPinnedAgent } from './pinned-agent.js';
import type { IncusUrl } from './urls.js';

/** Where Incus listens, with everything needed to talk to it. PEM texts and fingerprints, no file names. */
export type IncusEndpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'https';
      readonly url: string;
      readonly cert: string;
      readonly key: string;
      readonly fingerprint: string;
    };

/**
 * One connection to Incus. Both calls answer the `metadata` of a synchronous answer and throw a `Slash32Error` for
 * everything else; an abort of `signal` throws its reason. Redirects are never followed and proxies never used.
 */
export interface IncusClient {
  /** For people: `unix:/…` or the URL. */
  readonly endpoint: string;
  get(url: IncusUrl, signal: AbortSignal): Promise<unknown>;
  post(url: IncusUrl, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown>;
  /** Closes the connections that are kept open. */
  close(): void;
}

/** Limits of one request. */
export interface ClientLimits {
  /** Time for one whole answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer that is taken, in bytes. */
  readonly maxBytes: number;
}

/** 5,000 instances are about 20 MB; a cluster of that size may take a while to answer. */
export const DEFAULT_LIMITS: ClientLimits = { timeoutMs: 60_000, maxBytes: 256 * 1024 * 1024 };

/** How an endpoint is named to people. */
export function endpointLabel(endpoint: IncusEndpoint): string {
  return endpoint.kind === 'socket' ? `unix:${endpoint.path}` : endpoint.url;
}

/** What speaks HTTP. Found again without its file by whoever has loaded it from here, so it is loaded from nowhere else. */
export async function loadHttp(): Promise<AxiosStatic> {
  return (await import('axios')).default;
}

/** A client for one endpoint, whose calls `observe` hears of. Nothing is sent before the first call. */
export function createIncusClient(
  endpoint: IncusEndpoint,
  limits: ClientLimits = DEFAULT_LIMITS,
  observe?: RequestObserver,
): IncusClient {
  const label = endpointLabel(endpoint);
  const connection = connectionOf(endpoint, label);
  let http: Promise<AxiosInstance> | undefined;

  /** Whoever reads a file has no need of it, so it is not loaded before the first call. */
  async function connect(): Promise<AxiosInstance> {
    return (await loadHttp()).create({
      ...connection.options,
      headers: { 'User-Agent': 'slash32', Accept: 'application/json', 'Accept-Encoding': 'identity' },
      maxRedirects: 0,
      proxy: false,
      decompress: false,
      responseType: 'text',
      maxContentLength: limits.maxBytes,
      maxBodyLength: 1024 * 1024,
      validateStatus: () => true,
      transformResponse: (body: unknown) => body,
    });
  }

  function send(method: 'GET' | 'POST', url: IncusUrl, signal: AbortSignal, body?: unknown): Promise<unknown> {
    const call = `${method} ${url.split('?')[0]}`;
    return observedCall(
      observe,
      call,
      () => performance.now(),
      () => ask(method, url, signal, body),
    );
  }

  async function ask(method: 'GET' | 'POST', url: IncusUrl, signal: AbortSignal, body: unknown): Promise<unknown> {
    signal.throwIfAborted();
    const where = `${method} ${label} ${url}`;
    http ??= connect();
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const stop = AbortSignal.any([signal, deadline]);
    const answer = await request(await http, { method, url, data: body, signal: stop }).catch(
      async (error: unknown) => {
        signal.throwIfAborted();
        const cause = deadline.aborted ? deadline.reason : error;
        const socketPath = endpoint.kind === 'socket' ? endpoint.path : undefined;
        throw await connectionFailure(cause, { where, endpoint: label, socketPath, timeoutMs: limits.timeoutMs });
      },
    );
    return unwrapAnswer(answer, { where, endpoint: label });
  }

  return {
    endpoint: label,
    get: (url, signal) => send('GET', url, signal),
    post: (url, body, signal) => send('POST', url, signal, body),
    close: connection.close,
  };
}

interface RequestOptions {
  readonly method: string;
  readonly url: string;
  readonly data: unknown;
  readonly signal: AbortSignal;
}

async function request(http: AxiosInstance, options: RequestOptions) {
  const { status, headers, data } = await http.request<unknown>(options);
  return {
    status,
    contentType: String(headers['content-type'] ?? ''),
    body: typeof data === 'string' ? data : '',
  };
}

function connectionOf(endpoint: IncusEndpoint, label: string) {
  if (endpoint.kind === 'socket') {
    const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 });
    const options = { baseURL: 'http://incus', socketPath: endpoint.path, httpAgent: agent };
    return { options, close: () => agent.destroy() };
  }
  const { agent, close } = createPinnedAgent({ ...endpoint, endpoint: label });
  return { options: { baseURL: endpoint.url, httpsAgent: agent }, close };
}
