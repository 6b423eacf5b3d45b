import { Router } from 'express';
import { createGenericHook } from './generic.js';
import { createIncusHook } from './incus.js';
import type { HookDeps } from './types.js';

/** The webhooks that have a secret, for mounting at /hooks. They authenticate by themselves, before they read a body. */
export function createHookRouter(deps: HookDeps): Router {
  const router = Router({ strict: true });
  if (deps.incusSecrets.length > 0) router.post('/incus/:secret', createIncusHook(deps));
  if (deps.genericKeys.length > 0) router.post('/generic', createGenericHook(deps));
  return router;
}
