import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Slash32Error } from '../errors/slash32-error.js';
import type { Caller } from './types.js';

/** How often one address may ask in a minute. */
export interface RateLimits {
  readonly requests: number;
  /** With a wrong API token, or without one. */
  readonly failures: number;
}

export const RATE_LIMITS: RateLimits = { requests: 600, failures: 20 };

const WRONG_TOKEN: ReadonlySet<string> = new Set(['S32_HTTP_TOKEN', 'S32_HTTP_TOKEN_EXPIRED']);

const COMMON = {
  windowMs: 60_000,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  handler: (_request: Request, _response: Response, next: NextFunction) => next(tooMany('this address asks too often')),
} as const;

/** Lets a right API token in whoever else asks from its address; wrong ones are told to wait after a few. */
export type GuessGuard = (request: Request, response: Response, attempt: () => Promise<Caller>) => Promise<Caller>;

/** Refuses, with `S32_HTTP_TOO_MANY`, an address that asks too often without an API token, for what needs none. */
export function createRequestLimiter({ requests }: RateLimits): RequestHandler {
  return rateLimit({ ...COMMON, limit: requests });
}

/** Refuses, with `S32_HTTP_TOO_MANY`, the holder of one API token who asks too often; the others of his address do not wait for him. */
export function createCallerLimiter({
  requests,
}: RateLimits): (request: Request, response: Response, caller: Caller) => Promise<void> {
  const callers = new WeakMap<Request, string>();
  const limiter = rateLimit({
    ...COMMON,
    limit: requests,
    keyGenerator: (request) => callers.get(request) ?? '',
    handler: (_request, _response, next) => next(tooMany('this API token asks too often')),
  });
  return async (request, response, caller) => {
    callers.set(request, `${caller.actor.kind} ${caller.actor.name}`);
    await new Promise<void>((resolve, reject) => {
      void limiter(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
  };
}

/**
 * Refuses, with `S32_HTTP_TOO_MANY`, whoever goes on guessing API tokens. A guess has no chance however often it is made (256 random bits);
 * the limit keeps the noise small. Only what was refused for its token counts: a request that is under way, or was broken off, is no guess.
 */
export function createGuessGuard({ failures }: RateLimits): GuessGuard {
  const counter = rateLimit({ ...COMMON, limit: failures });
  return async (request, response, attempt) => {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Slash32Error) || !WRONG_TOKEN.has(error.code)) throw error;
      const known = await counter.getKey(ipKeyGenerator(request.ip ?? ''));
      if (known !== undefined && known.totalHits >= failures) {
        const left = (known.resetTime?.getTime() ?? 0) - Date.now();
        response.setHeader('Retry-After', String(Math.max(1, Math.ceil(left / 1000))));
        throw tooMany('too many wrong API tokens came from this address');
      }
      await new Promise<void>((resolve) => void counter(request, response, () => resolve()));
      throw error;
    }
  };
}

function tooMany(reason: string): Slash32Error {
  return new Slash32Error('S32_HTTP_TOO_MANY', { message: `The request is refused: ${reason}.` });
}
