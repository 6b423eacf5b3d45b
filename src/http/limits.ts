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

/** Lets an attempt to authenticate happen, unless too many from the same address have failed. */
export type GuessGuard = (request: Request, response: Response, attempt: () => Promise<Caller>) => Promise<Caller>;

/** Refuses, with `S32_HTTP_TOO_MANY`, whoever asks too often. */
export function createRequestLimiter({ requests }: RateLimits): RequestHandler {
  return rateLimit({ ...COMMON, limit: requests });
}

/**
 * Refuses, with `S32_HTTP_TOO_MANY`, whoever guesses API tokens. Only what was refused for its token counts: a request that
 * is under way, or was broken off, is no guess.
 */
export function createGuessGuard({ failures }: RateLimits): GuessGuard {
  const counter = rateLimit({ ...COMMON, limit: failures });
  return async (request, response, attempt) => {
    const known = await counter.getKey(ipKeyGenerator(request.ip ?? ''));
    if (known !== undefined && known.totalHits >= failures) {
      const left = (known.resetTime?.getTime() ?? 0) - Date.now();
      response.setHeader('Retry-After', String(Math.max(1, Math.ceil(left / 1000))));
      throw tooMany('too many wrong API tokens came from this address');
    }
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Slash32Error && WRONG_TOKEN.has(error.code))
        await new Promise<void>((resolve) => void counter(request, response, () => resolve()));
      throw error;
    }
  };
}

function tooMany(reason: string): Slash32Error {
  return new Slash32Error('S32_HTTP_TOO_MANY', { message: `The request is refused: ${reason}.` });
}
