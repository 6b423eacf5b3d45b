import { isIP } from 'node:net';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { Slash32Error } from '../../../errors/slash32-error.js';
import { parseAddress } from '../../../model/address.js';
import { observedCall, type RequestObserver } from '../../../model/observer.js';
import type { Redactor } from '../../../secrets/redactor.js';
import { parseBaseUrl } from './base-url.js';
import { createAgents, type Trust } from './connection.js';
import { describeFailure } from './failures.js';
import { html, type JudgedCall, judgeJson, judgeStatus, type RawAnswer } from './judge.js';
import type { ApiKey } from './key-file.js';

/** How to reach a firewall's API. */
export interface ClientOptions {
  /** `https://fw.lan`; http only on loopback. */
  readonly url: string;
  readonly key: ApiKey;
  readonly trust: Trust;
  readonly redactor: Redactor;
  /** Time limit of a reading call in milliseconds; default 30 s. */
  readonly timeoutMs?: number;
  /** Time limit of a call that writes or restarts, which grows with the configuration; default 300 s. */
  readonly slowTimeoutMs?: number;
  /** Largest answer that is taken, in bytes; default 64 MB. */
  readonly bodyLimit?: number;
  /** Hears of each call. */
  readonly observe?: RequestObserver | undefined;
}

/** How one call is made. Without a signal it cannot be interrupted. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly slow?: boolean;
  /** Time limit of this call alone, in milliseconds. */
  readonly timeoutMs?: number;
  /** Largest answer of this call alone, in bytes. */
  readonly bodyLimit?: number;
}

/**
 * OPNsense's REST API and XML-RPC over one API key. Every method throws a `Slash32Error` with method and path in
 * `where` unless a whole answer of the right kind came; none follows a redirect, none uses a proxy, none retries.
 */
export interface OpnsenseClient {
  /** `https://fw.lan`, without credentials. */
  readonly target: string;
  /** GET, answered with JSON. */
  get(path: string, call?: CallOptions): Promise<unknown>;
  /** POST of a JSON object whose values are strings, answered with JSON. */
  post(path: string, body: Readonly<Record<string, string>>, call?: CallOptions): Promise<unknown>;
  /** POST of any JSON object, for calls of which the firewall reads more than texts. */
  postJson(path: string, body: object, call?: CallOptions): Promise<unknown>;
  /** GET of a file. Empty text when OPNsense does not know the file. */
  download(path: string, call?: CallOptions): Promise<string>;
  /** POST of XML, answered with XML. */
  postXml(path: string, xml: string, call?: CallOptions): Promise<string>;
  /** The call of a path, for errors about the content of its answer. */
  describe(method: 'GET' | 'POST', path: string): JudgedCall;
  /** Number of calls made so far, failed ones included. */
  calls(): number;
  /** The IPv4 address that this program last came from; undefined before the first call, on loopback and over IPv6. */
  ownAddress(): string | undefined;
}

const READ_TIMEOUT = 30_000;
const SLOW_TIMEOUT = 300_000;
const BODY_LIMIT = 64 * 1024 * 1024;

/** A client for the firewall at `options.url`. Registers the key's parts in the redactor before anything else. */
export function createOpnsenseClient(options: ClientOptions): OpnsenseClient {
  const { key, secret } = options.key;
  const credentials = Buffer.from(`${key}:${secret}`, 'utf8').toString('base64');
  for (const part of [key, secret, credentials]) options.redactor.register(part);
  const base = parseBaseUrl(options.url);
  const readTimeout = options.timeoutMs ?? READ_TIMEOUT;
  const slowTimeout = options.slowTimeoutMs ?? SLOW_TIMEOUT;
  let calls = 0;
  let local: string | undefined;
  const agents = createAgents(base, options.trust, readTimeout, (address) => {
    local = address;
  });
  const http: AxiosInstance = axios.create({
    baseURL: base.origin,
    headers: {
      common: { Authorization: `Basic ${credentials}`, 'User-Agent': 'slash32', 'Accept-Encoding': 'identity' },
    },
    httpAgent: agents.http,
    httpsAgent: agents.https,
    maxRedirects: 0,
    proxy: false,
    responseType: 'arraybuffer',
    maxContentLength: options.bodyLimit ?? BODY_LIMIT,
    maxBodyLength: Number.POSITIVE_INFINITY,
    validateStatus: () => true,
    transformRequest: (data: unknown) => data,
  });

  return {
    target: base.origin,
    get: (path, call) =>
      observed('GET', path, async () => judgeJson(await send('GET', path, undefined, call), describe('GET', path))),
    post: postJson,
    postJson,
    download: (path, call) => observed('GET', path, async () => (await send('GET', path, undefined, call)).body),
    postXml: (path, xml, call) => observed('POST', path, () => sendXml(path, xml, call)),
    describe,
    calls: () => calls,
    ownAddress: () => ownAddress(local),
  };

  function postJson(path: string, body: object, call?: CallOptions): Promise<unknown> {
    return observed('POST', path, async () => {
      const sent = { type: 'application/json', text: JSON.stringify(body) };
      return judgeJson(await send('POST', path, sent, call), describe('POST', path));
    });
  }

  async function sendXml(path: string, xml: string, call?: CallOptions): Promise<string> {
    const answer = await send('POST', path, { type: 'text/xml', text: xml }, call);
    if (!answer.body.trimStart().startsWith('<?xml')) {
      if (answer.body.trimStart().startsWith('<')) throw html(describe('POST', path));
      throw clean(describeNoXml(answer, describe('POST', path)));
    }
    return answer.body;
  }

  function observed<T>(method: 'GET' | 'POST', path: string, action: () => Promise<T>): Promise<T> {
    return observedCall(options.observe, `${method} ${routeOf(path)}`, () => performance.now(), action);
  }

  function describe(method: 'GET' | 'POST', path: string): JudgedCall {
    return { where: `${method} ${base.origin}${path}`, path, host: base.host };
  }

  async function send(
    method: 'GET' | 'POST',
    path: string,
    sent: { readonly type: string; readonly text: string } | undefined,
    call: CallOptions = {},
  ): Promise<RawAnswer> {
    const timeoutMs = call.timeoutMs ?? (call.slow === true ? slowTimeout : readTimeout);
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline]);
    const described = describe(method, path);
    calls += 1;
    try {
      const response: AxiosResponse<ArrayBuffer> = await http.request({
        method,
        url: path,
        signal,
        ...(call.bodyLimit === undefined ? {} : { maxContentLength: call.bodyLimit }),
        ...(sent === undefined ? {} : { data: sent.text, headers: { 'Content-Type': sent.type } }),
      });
      const answer = rawAnswer(response);
      judgeStatus(answer, described);
      return answer;
    } catch (error) {
      const interrupted = call.signal?.aborted === true;
      throw clean(
        describeFailure(error, {
          where: described.where,
          host: base.host,
          timeoutMs,
          timedOut: deadline.aborted && !interrupted,
          interrupted,
        }),
      );
    }
  }

  /** The same error with every secret replaced, since OPNsense may quote what it was sent. */
  function clean(error: Slash32Error): Slash32Error {
    const message = options.redactor.redact(error.message);
    if (message === error.message) return error;
    return new Slash32Error(error.code, { message, ...(error.where === undefined ? {} : { where: error.where }) });
  }
}

/** OPNsense's way of a path: `/api/MODULE/CONTROLLER/COMMAND`; what follows names something. */
function routeOf(path: string): string {
  return path.split('?')[0]?.split('/').slice(0, 5).join('/') ?? '';
}

function rawAnswer(response: AxiosResponse<ArrayBuffer>): RawAnswer {
  const bytes = Buffer.from(response.data);
  const announced = Number.parseInt(String(response.headers['content-length'] ?? ''), 10);
  const location: unknown = response.headers.location;
  return {
    status: response.status,
    location: typeof location === 'string' ? location : undefined,
    announced: Number.isNaN(announced) ? undefined : announced,
    received: bytes.length,
    body: bytes.toString('utf8'),
  };
}

function describeNoXml(answer: RawAnswer, call: JudgedCall): Slash32Error {
  const empty = answer.body.trim() === '';
  return new Slash32Error(empty ? 'S32_OPNSENSE_EMPTY' : 'S32_OPNSENSE_BAD_ANSWER', {
    message: empty ? `${call.host} answered with nothing.` : `The answer of ${call.host} is no XML.`,
    where: call.where,
  });
}

function ownAddress(local: string | undefined): string | undefined {
  const address = local?.replace(/^::ffff:/i, '');
  if (address === undefined || isIP(address) !== 4 || address.startsWith('127.')) return undefined;
  return parseAddress(address) === undefined ? undefined : address;
}
