import axios from 'axios';
import { readSecret } from '../config/secret.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { signatureOf } from '../http/hooks/secrets.js';
import { type OpenedEssentials, openEssentials } from './essentials.js';
import type { Io } from './io.js';

/** Which webhook recorded lines are played to. */
export type PlayAs = 'incus' | 'generic';

/** Where they are played to. */
export interface PosterOptions {
  readonly config: string;
  readonly as: PlayAs;
  /** The service there instead of the one of the configuration. */
  readonly url?: string;
}

/** Posts one body; resolves when it was taken. `repeated` is one that the service had already. */
export type Post = (body: string) => Promise<'taken' | 'repeated'>;

const TIMEOUT_MS = 30_000;

/**
 * Posts to a webhook of the running service, with the secret that the configuration names. Throws `S32_USAGE` where there is
 * none; the calls throw `S32_SERVICE_AWAY` and `S32_SERVICE_ANSWER`, never with the secret.
 */
export async function createPost(io: Io, options: PosterOptions): Promise<Post> {
  const config = await openEssentials(io, options.config);
  const { socket } = config.service;
  const [reference] = config.service.hooks[options.as];
  if (reference === undefined) throw noSecret(config, options.as);
  if (options.url === undefined && socket === undefined)
    throw new Slash32Error('S32_USAGE', {
      message: 'The configuration gives the service no unix socket.',
      where: config.file,
      hint: 'Give its address with --url, or add --dry-run to see what each line would do.',
    });
  const secret = (await readSecret(reference, io)).trim();
  const where = `${options.url ?? `unix:${socket}`}/hooks/${options.as}`;
  const http = axios.create({
    ...(options.url === undefined
      ? { baseURL: 'http://slash32', socketPath: socket ?? null }
      : { baseURL: originOf(options.url) }),
    headers: { 'Content-Type': 'application/json', 'User-Agent': 'slash32' },
    timeout: TIMEOUT_MS,
    proxy: false,
    maxRedirects: 0,
    validateStatus: () => true,
    transformRequest: (data: unknown) => data,
  });

  return async (body) => {
    const path = options.as === 'incus' ? `/hooks/incus/${secret}` : '/hooks/generic';
    const headers = options.as === 'incus' ? {} : sign(secret, body, io.now());
    const { status, data } = await http
      .post<unknown>(path, body, { headers, signal: io.signal })
      .catch((cause: unknown) => {
        io.signal.throwIfAborted();
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Slash32Error('S32_SERVICE_AWAY', { message: `The service does not answer: ${reason}.`, where });
      });
    if (status === 202) return 'taken';
    if (codeOf(data) === 'S32_HOOK_REPLAYED') return 'repeated';
    throw new Slash32Error('S32_SERVICE_ANSWER', {
      message: `The webhook answered HTTP ${status}${detailOf(data)}`,
      where,
      hint: `The service must run with the secret that service.hooks.${options.as} names now: restart it after changing one.`,
    });
  };
}

function noSecret(config: OpenedEssentials, as: PlayAs): Slash32Error {
  return new Slash32Error('S32_USAGE', {
    message: `Recordings are played to the webhook of a running service, and the configuration has no secret for it (service.hooks.${as}).`,
    where: config.file,
    hint: 'Give it one and restart the service, or add --dry-run to see what each line would do.',
  });
}

function originOf(url: string): string {
  if (URL.canParse(url)) return new URL(url).origin;
  throw new Slash32Error('S32_USAGE', {
    message: `${url} is no address.`,
    hint: 'Write for example https://slash32.lan:3232.',
  });
}

function sign(key: string, body: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    'X-Slash32-Timestamp': timestamp,
    'X-Slash32-Signature': signatureOf(key, timestamp, Buffer.from(body)),
  };
}

function codeOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'code' in data ? data.code : undefined;
}

function detailOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'detail' in data ? `: ${String(data.detail)}` : '.';
}
