import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type Request, type Response, type Router } from 'express';
import helmet from 'helmet';
import { Slash32Error } from '../errors/slash32-error.js';
import { authenticate, requireRole, type Trust } from './auth.js';
import { readJson, requestFault } from './body.js';
import type { Contract, Operation } from './contract.js';
import { runOf } from './handlers/runs.js';
import { createCallerLimiter, createGuessGuard, createRequestLimiter, RATE_LIMITS, type RateLimits } from './limits.js';
import { OPERATIONS } from './operations.js';
import { createPages, PAGE_POLICY } from './pages.js';
import { problemOf } from './problem.js';
import { type OperationId, roleOf } from './roles.js';
import type { Answer, ApiDeps, ApiRequest, Caller } from './types.js';
import { createValidators, type RequestProblem, type RequestValidator, type Values } from './validate.js';
import { watchRun } from './watch.js';

/** What the HTTP side is made of. */
export interface AppDeps extends ApiDeps {
  readonly contract: Contract;
  readonly trust: Trust;
  /** Mounted at /hooks; it authenticates by itself. */
  readonly hooks?: Router;
  readonly limits?: RateLimits;
  /** Takes secrets out of every text of an answer. */
  readonly redact?: (text: string) => string;
}

/** What is known of a request while it is answered. */
interface Locals {
  id: string;
  route: string;
  begun: number;
  caller?: Caller;
  problems?: readonly RequestProblem[];
}

/**
 * The HTTP API. A request is authenticated, limited, judged by its role and by the contract, in this order, and only then
 * answered; its body is read after the authentication. Every failure is a problem of the catalogue.
 */
export function createHttpApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.enable('strict routing');
  app.use(begin(deps));
  app.use(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY },
      // Other names below this one are other people's machines, who may well speak plain HTTP.
      strictTransportSecurity: { includeSubDomains: false },
    }),
  );
  app.use(refuseSecondHost);
  // Before the limits: a busy Incus sends ten thousand events a minute, and every one is taken.
  if (deps.hooks !== undefined) app.use('/hooks', named('/hooks'), deps.hooks);
  const gates = createGates(deps);
  const validators = createValidators(deps.contract);
  for (const operation of deps.contract.operations) {
    const validate = validators.get(operation.id);
    if (validate !== undefined) addOperation(app, operation, validate, gates, deps);
  }
  for (const path of new Set(deps.contract.operations.map((operation) => operation.path)))
    app.all(routeOf(path), named(path), refuseMethod(path, deps.contract));
  // A socket has no addresses that could ask too often.
  if (deps.trust === 'token') app.use(createRequestLimiter(deps.limits ?? RATE_LIMITS));
  app.use(createPages(deps.contract));
  app.use((request) => {
    throw new Slash32Error('S32_HTTP_NOT_FOUND', { message: `There is nothing for ${request.method} here.` });
  });
  app.use(failed(deps));
  return app;
}

function begin({ onRequest }: AppDeps): express.RequestHandler {
  return (request, response, next) => {
    const locals = localsOf(response);
    Object.assign(locals, { id: randomUUID(), route: '(unknown)', begun: performance.now() } satisfies Locals);
    response.setHeader('X-Request-Id', locals.id);
    response.setHeader('Cache-Control', 'no-store');
    response.on('close', () => {
      const { route, begun, caller } = locals;
      const seconds = (performance.now() - begun) / 1000;
      onRequest({ method: request.method, route, status: response.statusCode, seconds, actor: caller?.actor });
    });
    next();
  };
}

/** Two names for one request: whoever stands in between may have gone by the other one (RFC 9112 §3.2). */
function refuseSecondHost(request: Request, _response: Response, next: express.NextFunction): void {
  const hosts = request.rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host');
  if (hosts.length > 1)
    throw new Slash32Error('S32_HTTP_REQUEST', { message: 'The request names two hosts: send one Host header.' });
  next();
}

function named(route: string): express.RequestHandler {
  return (_request, response, next) => {
    localsOf(response).route = route;
    next();
  };
}

/** Who may pass to an operation: whoever needs no API token, else whoever shows a right one and does not ask too often with it. */
type Gate = (request: Request, response: Response) => Promise<Caller>;

function createGates(deps: AppDeps): { readonly open: Gate; readonly closed: Gate } {
  const limits = deps.limits ?? RATE_LIMITS;
  const guard = createGuessGuard(limits);
  const limit = createCallerLimiter(limits);
  const open: Gate = (request) => authenticate(request, 'socket', deps);
  if (deps.trust === 'socket') return { open, closed: open };
  return {
    open,
    async closed(request, response) {
      const caller = await guard(request, response, () => authenticate(request, 'token', deps));
      await limit(request, response, caller);
      return caller;
    },
  };
}

function addOperation(
  app: Express,
  operation: Operation,
  validate: RequestValidator,
  gates: ReturnType<typeof createGates>,
  deps: AppDeps,
): void {
  const role = roleOf(operation.id);
  if (role === undefined) throw new RangeError(`openapi/slash32.yaml: nobody answers ${operation.id}`);
  const handle = OPERATIONS[operation.id as OperationId];
  const pass = operation.isPublic ? gates.open : gates.closed;
  app[operation.method](routeOf(operation.path), named(operation.path), async (request, response) => {
    const locals = localsOf(response);
    const caller = await pass(request, response);
    locals.caller = caller;
    requireRole(caller, role);
    const judged = validate({
      path: { ...request.params },
      query: { ...request.query },
      header: { ...request.headers },
      body: operation.method === 'post' ? await readJson(request, response) : undefined,
    });
    if (!judged.ok) {
      locals.problems = judged.problems;
      const [first] = judged.problems;
      throw new Slash32Error('S32_HTTP_REQUEST', { message: `${first?.in} ${first?.at}: ${first?.message}.` });
    }
    const ask: ApiRequest = { values: judged.values, caller, signal: goneSignal(response) };
    if (handle === undefined) {
      const lastId = Number(request.headers['last-event-id'] ?? 0);
      return watchRun(response, deps.service, runOf(ask, deps), lastId, (data) => text(data, deps));
    }
    const answer = await handle(ask, deps);
    linkNextPage(response, request.path, judged.values.query, answer.body);
    send(response, answer, deps);
  });
}

function send(response: Response, { status, body, text: plain, headers }: Answer, deps: AppDeps): void {
  response.status(status).set({ ...headers });
  if (plain !== undefined) response.type(plain.type).send(plain.content);
  else if (body === undefined) response.end();
  else response.type('application/json').send(text(body, deps));
}

/** JSON without a secret in any of its texts. */
function text(value: unknown, { redact }: AppDeps): string {
  if (redact === undefined) return JSON.stringify(value);
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? redact(part) : part));
}

function linkNextPage(response: Response, path: string, query: Values['query'], body: unknown): void {
  if (typeof body !== 'object' || body === null || !('nextCursor' in body)) return;
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, cursor: body.nextCursor })) next.set(name, String(value));
  response.links({ next: `${path}?${next}` });
}

function failed(deps: AppDeps): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, _next) => {
    const { id, problems, route } = localsOf(response);
    const known = error instanceof Slash32Error ? error : requestFault(error);
    if (known === undefined) deps.onDefect(error, `${request.method} ${route}`);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = problemOf(known ?? error, id, problems);
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="slash32"');
    // What was not read of the body would be taken for the next request.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.status(problem.status).type('application/problem+json').send(text(problem, deps));
  };
}

function refuseMethod(path: string, { operations }: Contract): express.RequestHandler {
  const methods = operations.filter((one) => one.path === path).map((one) => one.method.toUpperCase());
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return (_request, response) => {
    response.setHeader('Allow', allow.join(', '));
    throw new Slash32Error('S32_HTTP_METHOD', { message: `Only ${allow.join(', ')} means anything here.` });
  };
}

function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return gone.signal;
}

function routeOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function localsOf(response: Response): Locals {
  return response.locals as Locals;
}
