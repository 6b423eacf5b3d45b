import axios, { type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { CATALOGUE, type ErrorCode } from '../errors/catalogue.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { isRecord } from '../schema/record.js';
import { openEssentials } from './essentials.js';
import type { Io } from './io.js';

/** How a command finds the service. */
export interface ServiceOptions {
  readonly config: string;
  /** Instead of the unix socket of the configuration; the API token comes from SLASH32_TOKEN. */
  readonly url?: string;
  readonly json?: boolean;
}

/** A running service. Both calls answer the body, and throw what the service said was wrong, with its code. */
export interface ServiceClient {
  get(path: string): Promise<unknown>;
  post(path: string, body?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const TIMEOUT_MS = 130_000;

/**
 * A client of the service over its unix socket, or over `--url` with the API token of the environment: then nothing of the
 * configuration is needed, and it is not read.
 */
export async function connectService(options: ServiceOptions, io: Io): Promise<ServiceClient> {
  const token = io.env.SLASH32_TOKEN;
  if (token !== undefined) io.redactor.register(token);
  if (options.url === undefined) return askSocket(io, await socketOf(io, options.config), TIMEOUT_MS);
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return client(io, options.url, { baseURL: options.url, headers, timeout: TIMEOUT_MS });
}

/** A client of the service behind that unix socket. Each call waits so long for its answer. */
export function askSocket(io: Io, socket: string, timeout: number): ServiceClient {
  return client(io, `unix:${socket}`, { baseURL: 'http://slash32', socketPath: socket, headers: {}, timeout });
}

function client(
  io: Io,
  where: string,
  {
    headers,
    ...how
  }: Pick<AxiosRequestConfig, 'baseURL' | 'socketPath' | 'timeout'> & {
    readonly headers: Readonly<Record<string, string>>;
  },
): ServiceClient {
  const http = axios.create({
    ...how,
    headers: { 'User-Agent': 'slash32', Accept: 'application/json', ...headers },
    maxRedirects: 0,
    proxy: false,
    validateStatus: () => true,
  });

  async function send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const answer = await http
      .request<unknown>({ method, url: path, data: body, signal: io.signal })
      .catch((cause: unknown) => {
        io.signal.throwIfAborted();
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Slash32Error('S32_SERVICE_AWAY', {
          message: `The service does not answer: ${reason}.`,
          where,
          cause,
        });
      });
    return unwrap(answer, `${method} ${where}${path}`);
  }

  return { get: (path) => send('GET', path), post: (path, body = {}) => send('POST', path, body) };
}

async function socketOf(io: Io, config: string): Promise<string> {
  const { service, file } = await openEssentials(io, config);
  if (service.socket !== undefined) return service.socket;
  throw new Slash32Error('S32_SERVICE_AWAY', {
    message: 'The configuration gives the service no unix socket.',
    where: file,
    hint: 'Give its address with --url, and an API token in SLASH32_TOKEN.',
  });
}

function unwrap({ status, data }: AxiosResponse<unknown>, where: string): unknown {
  if (status >= 200 && status < 300 && isRecord(data)) return data;
  const known = isRecord(data) ? data.code : undefined;
  if (!isRecord(data) || !isCode(known))
    throw new Slash32Error('S32_SERVICE_ANSWER', { message: `The answer (HTTP ${status}) is none of slash32.`, where });
  throw new Slash32Error(known, {
    message: text(data.detail) ?? text(data.title) ?? 'The service refused.',
    where: text(data.where) ?? where,
    effect: text(data.effect) ?? 'Nothing was changed on the firewall.',
    ...(text(data.hint) === undefined ? {} : { hint: text(data.hint) ?? '' }),
  });
}

function isCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(CATALOGUE, value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
