import type { Request, Response } from 'express';
import { Slash32Error } from '../../errors/slash32-error.js';
import { classifyEvent } from '../../inventory/incus/events/classify.js';
import { readRaw } from './raw-body.js';
import { isOneOf } from './secrets.js';
import { createSeen } from './seen.js';
import type { HookDeps, HookResult } from './types.js';

/** Incus sends each event up to three times, all of them within seconds (facts/incus.md §5). */
const DOUBLE_MS = 60_000;
const MOST_REMEMBERED = 10_000;

/**
 * `POST /hooks/incus/SECRET`, as Incus's own logging target sends it: no authentication but the path, no filter, doubles, debug
 * logs. Answered before anything is done; a post that is no news costs a glance. A wrong secret looks like an address that is not there.
 */
export function createIncusHook(deps: HookDeps): (request: Request, response: Response) => Promise<void> {
  const { incusSecrets, now, onResult } = deps;
  const seen = createSeen(DOUBLE_MS, MOST_REMEMBERED, 'forget');
  return async (request, response) => {
    if (!isOneOf(incusSecrets, String(request.params.secret))) {
      onResult('incus', 'unauthorized');
      throw new Slash32Error('S32_HTTP_NOT_FOUND', { message: 'There is nothing for POST here.' });
    }
    const body = await readRaw(request);
    response.status(202).json({ accepted: true });
    onResult('incus', judge(body.toString('utf8')));
  };

  function judge(text: string): HookResult {
    const event = parse(text);
    const hint = classifyEvent(event);
    if (hint === 'unreadable') return 'malformed';
    if (typeof hint === 'string') return 'ignored';
    if (!seen.add(text, now().getTime())) return 'double';
    deps.trigger({ kind: 'webhook', reason: hint.reason, urgent: hint.urgent });
    return 'trigger';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
