import type { RequestHandler } from 'express';
import { createGuesses, tooManyGuesses } from './guesses.js';
import { createIncusJudge, type Judgement } from './judge.js';
import { readRaw } from './raw-body.js';
import { isOneOf } from './secrets.js';
import type { HookDeps, HookResult } from './types.js';

/**
 * `POST /hooks/incus/SECRET`, as Incus's own logging target sends it: no authentication but the path, no filter, doubles, debug
 * logs. Answered before anything is done; a post that is no news costs a glance. A wrong secret looks like an address that is not there.
 */
export function createIncusHook(deps: HookDeps): RequestHandler<{ secret: string }> {
  const { incusSecrets, now, onResult } = deps;
  const judge = createIncusJudge(now);
  const guesses = createGuesses(now);
  return async (request, response, next) => {
    const from = request.ip ?? 'local';
    if (!isOneOf(incusSecrets, request.params.secret)) {
      const isGuessing = guesses.isTooMany(request.ip);
      onResult('incus', isGuessing ? 'guessing' : 'unauthorized', from);
      // Whoever answers for addresses that are not there answers this.
      return next(isGuessing ? tooManyGuesses() : undefined);
    }
    const body = await readRaw(request, deps.bodyMs).catch((error: unknown) => {
      onResult('incus', 'malformed', from);
      throw error;
    });
    response.status(202).json({ accepted: true });
    const judgement = judge(body.toString('utf8'));
    onResult('incus', resultOf(judgement), from);
    if (typeof judgement === 'string') return;
    deps.trigger({ kind: 'webhook', reason: judgement.reason, urgent: judgement.urgent });
  };
}

function resultOf(judgement: Judgement): HookResult {
  if (typeof judgement !== 'string') return 'trigger';
  if (judgement === 'double') return 'double';
  return judgement === 'unreadable' ? 'malformed' : 'ignored';
}
