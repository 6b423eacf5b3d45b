import { type ErrorRequestHandler, Router } from 'express';
import { Slash32Error } from '../../errors/slash32-error.js';
import { createGenericHook } from './generic.js';
import { createIncusHook } from './incus.js';
import type { HookDeps } from './types.js';

/**
 * The webhooks that have a secret, for mounting at /hooks. They authenticate by themselves, before they read a body. What they
 * refuse is passed on as a `Slash32Error` for the app to answer; a wrong secret is passed on as if no webhook were there.
 */
export function createHookRouter(deps: HookDeps): Router {
  const router = Router({ strict: true });
  if (deps.incusSecrets.length > 0) router.post('/incus/:secret', createIncusHook(deps));
  if (deps.genericKeys.length > 0) router.post('/generic', createGenericHook(deps));
  router.use(passOn);
  return router;
}

const passOn: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) return next(error);
  const isTooMany = error instanceof Slash32Error && error.code === 'S32_HTTP_TOO_MANY';
  // What was not read of a body would be taken for the next request; and who guesses connects anew each time.
  if (!request.complete || isTooMany) response.setHeader('Connection', 'close');
  if (isTooMany) response.setHeader('Retry-After', '60');
  // A path that cannot be decoded is no secret, and express would print it: nothing is there.
  next(error instanceof URIError ? undefined : error);
};
