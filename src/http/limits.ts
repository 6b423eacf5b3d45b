import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Slash32Error } from '../errors/slash32-error.js';

/** How often one address may ask in a minute. */
export interface RateLimits {
  readonly requests: number;
  /** With a wrong API token or a wrong secret. */
  readonly failures: number;
}

export const RATE_LIMITS: RateLimits = { requests: 600, failures: 20 };

const MINUTE_MS = 60_000;

/** Refuses, with `S32_HTTP_TOO_MANY`, whoever asks too often, and sooner whoever guesses. */
export function createLimiters({ requests, failures }: RateLimits): RequestHandler[] {
  const refuse: RequestHandler = (_request, _response, next) => {
    next(new Slash32Error('S32_HTTP_TOO_MANY', { message: 'This address asks too often.' }));
  };
  const common = { windowMs: MINUTE_MS, standardHeaders: 'draft-8', legacyHeaders: false, handler: refuse } as const;
  return [
    rateLimit({ ...common, limit: requests }),
    rateLimit({
      ...common,
      limit: failures,
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    }),
  ];
}
