import type { Request, Response } from 'express';
import { Slash32Error } from '../../errors/slash32-error.js';
import { readRaw } from './raw-body.js';
import { isSigned } from './secrets.js';
import { createSeen } from './seen.js';
import type { HookDeps } from './types.js';

const LONGEST_REASON = 200;
/** Far more than anybody means to send within a window; beyond it nothing is taken, since it could not be told from a replay. */
const MOST_SIGNATURES = 100_000;

/**
 * `POST /hooks/generic`, for everything that is no Incus: signed over time and body, valid for a while, and once. Answered
 * before anything is done.
 */
export function createGenericHook(deps: HookDeps): (request: Request, response: Response) => Promise<void> {
  const { genericKeys, windowSeconds, now, onResult } = deps;
  const seen = createSeen(2 * windowSeconds * 1000, MOST_SIGNATURES, 'refuse');
  return async (request, response) => {
    const timestamp = String(request.headers['x-slash32-timestamp'] ?? '');
    const signature = String(request.headers['x-slash32-signature'] ?? '');
    if (!/^\d{1,12}$/.test(timestamp) || !/^sha256=[0-9a-f]{64}$/.test(signature)) {
      onResult('generic', 'unauthorized');
      throw refused('The request is not signed: it needs X-Slash32-Timestamp and X-Slash32-Signature.');
    }
    const body = await readRaw(request);
    if (!isSigned(genericKeys, timestamp, body, signature)) {
      onResult('generic', 'unauthorized');
      throw refused('The signature is not right.');
    }
    // Only who knows a key is told what is wrong with his clock.
    const age = Math.round(now().getTime() / 1000) - Number(timestamp);
    if (Math.abs(age) > windowSeconds) {
      onResult('generic', 'stale');
      throw new Slash32Error('S32_HOOK_STALE', {
        message: `The message is ${age >= 0 ? `${age} s old` : `from ${-age} s ahead`}, and ${windowSeconds} s are allowed.`,
      });
    }
    if (!seen.add(signature, now().getTime())) {
      onResult('generic', 'replayed');
      throw new Slash32Error('S32_HOOK_REPLAYED', { message: 'This very message came before.' });
    }
    const { reason, urgent } = readWish(body);
    response.status(202).json({ accepted: true });
    onResult('generic', 'trigger');
    deps.trigger({ kind: 'webhook', reason, urgent });
  };
}

/** What the message says; one that says nothing readable is a trigger all the same, since it was signed. */
function readWish(body: Buffer): { readonly reason: string; readonly urgent: boolean } {
  const value = parse(body.toString('utf8'));
  const wish = typeof value === 'object' && value !== null ? { ...value } : {};
  const reason = 'reason' in wish && typeof wish.reason === 'string' ? wish.reason : 'generic webhook';
  const clean = reason.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ').slice(0, LONGEST_REASON);
  return { reason: clean === '' ? 'generic webhook' : clean, urgent: 'urgent' in wish && wish.urgent === true };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(message: string): Slash32Error {
  return new Slash32Error('S32_HOOK_SIGNATURE', { message });
}
