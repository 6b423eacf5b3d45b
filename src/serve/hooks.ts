import type { Router } from 'express';
import { readSecret } from '../config/secret.js';
import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { createHookRouter } from '../http/hooks/router.js';
import type { HookDeps } from '../http/hooks/types.js';
import type { ConnectDeps } from '../service/connect.js';
import { openSeenFile } from '../state/seen-file.js';

const SHORTEST = 16;
const IN_A_PATH = /^[A-Za-z0-9._~-]+$/;

/** The webhooks of a configuration, with their secrets read; undefined when none has one. Throws `S32_HOOK_SECRET`. */
export async function createHooks(
  { service }: Config,
  deps: ConnectDeps & Pick<HookDeps, 'trigger' | 'onResult'>,
): Promise<Router | undefined> {
  const { incus, generic, windowSeconds } = service.hooks;
  if (incus.length + generic.length === 0) return undefined;
  const read = async (reference: string, inPath: boolean): Promise<string> => {
    const secret = (await readSecret(reference, deps)).trim();
    if (secret.length >= SHORTEST && (!inPath || IN_A_PATH.test(secret))) return secret;
    const allowed = inPath ? ' of A-Z, a-z, 0-9, ".", "_", "~" and "-"' : '';
    throw new Slash32Error('S32_HOOK_SECRET', {
      message: `A secret of the webhooks needs at least ${SHORTEST} characters${allowed}.`,
      where: reference,
    });
  };
  const ageMs = 2 * windowSeconds * 1000;
  return createHookRouter({
    ...(generic.length === 0 ? {} : { signatures: await openSeenFile(service.seenFile, ageMs, deps.now().getTime()) }),
    trigger: deps.trigger,
    onResult: deps.onResult,
    now: deps.now,
    windowSeconds,
    incusSecrets: await Promise.all(incus.map((reference) => read(reference, true))),
    genericKeys: await Promise.all(generic.map((reference) => read(reference, false))),
  });
}
