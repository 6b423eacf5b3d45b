import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import axios from 'axios';
import { loadConfig } from '../config/load.js';
import { readSecret } from '../config/secret.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { classifyEvent } from '../inventory/incus/events/classify.js';
import { visible } from '../plan/render/visible.js';
import { EXIT } from '../plan/verdict.js';
import { type Io, paintFor, print } from './io.js';

/** Options of `slash32 receive`. */
export interface ReceiveOptions {
  readonly config: string;
  /** Only says what each event would do. */
  readonly dryRun?: boolean;
  /** The service there instead of the one of the configuration. */
  readonly url?: string;
  readonly json?: boolean;
}

interface Counts {
  events: number;
  hints: number;
  sent: number;
}

/**
 * `slash32 receive FILE`: plays recorded events, one JSON object a line, to a running service by its webhook, or says what each
 * would do. Takes events as the stream has them, and posts as a webhook recorder has them (with a `body`). Returns the exit code.
 */
export async function runReceive(io: Io, file: string, options: ReceiveOptions): Promise<number> {
  const lines = (await read(resolve(io.cwd, file))).split('\n').filter((line) => line.trim() !== '');
  const post = options.dryRun === true ? undefined : await poster(io, options);
  const paint = paintFor(io, io.stdout);
  const counts: Counts = { events: 0, hints: 0, sent: 0 };
  for (const [index, line] of lines.entries()) {
    const body = bodyOf(line);
    const result = classifyEvent(parse(body));
    counts.events += 1;
    const isHint = typeof result !== 'string';
    if (isHint) counts.hints += 1;
    const what = isHint ? `${result.reason}${result.urgent ? ' (at once)' : ''}` : `passed over: ${result}`;
    if (options.json !== true && (isHint || options.dryRun === true))
      print(io, `${String(index + 1).padStart(5)}  ${isHint ? paint.good(visible(what)) : paint.faint(what)}\n`);
    if (post !== undefined) {
      await post(body);
      counts.sent += 1;
    }
  }
  if (options.json === true) print(io, `${JSON.stringify({ format: 'slash32.receive/1', ...counts }, null, 2)}\n`);
  else
    print(
      io,
      `${counts.events} events, ${counts.hints} of them news${post === undefined ? '' : `, ${counts.sent} sent`}.\n`,
    );
  return EXIT.done;
}

async function poster(io: Io, options: ReceiveOptions): Promise<(body: string) => Promise<void>> {
  const config = loadConfig(resolve(io.cwd, options.config));
  const [reference] = config.service.hooks.incus;
  const { socket } = config.service;
  if (reference === undefined || (options.url === undefined && socket === undefined))
    throw new Slash32Error('S32_USAGE', {
      message:
        'Events are played to the webhook of a running service, and the configuration has none (service.hooks.incus).',
      where: config.file,
      hint: 'Give it a secret and restart the service, or add --dry-run to see what each event would do.',
    });
  const secret = (await readSecret(reference, io)).trim();
  const where = options.url ?? `unix:${socket}`;
  const http = axios.create({
    ...(options.url === undefined
      ? { baseURL: 'http://slash32', socketPath: socket ?? null }
      : { baseURL: options.url }),
    headers: { 'Content-Type': 'application/json' },
    proxy: false,
    maxRedirects: 0,
    validateStatus: () => true,
    transformRequest: (data: unknown) => data,
  });
  return async (body) => {
    const { status } = await http
      .post(`/hooks/incus/${secret}`, body, { signal: io.signal })
      .catch((cause: unknown) => {
        io.signal.throwIfAborted();
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Slash32Error('S32_SERVICE_AWAY', {
          message: `The service does not answer: ${reason}.`,
          where,
          cause,
        });
      });
    if (status === 202) return;
    throw new Slash32Error('S32_SERVICE_ANSWER', { message: `The webhook answered HTTP ${status}.`, where });
  };
}

/** A line is an event, or the record of a post whose body is one. */
function bodyOf(line: string): string {
  const value = parse(line);
  const record = typeof value === 'object' && value !== null ? { ...value } : {};
  return 'body' in record && typeof record.body === 'string' ? record.body : line;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Slash32Error('S32_USAGE', { message: `The recording cannot be read: ${reason}.`, where: path, cause });
  }
}
