import type { Request, Response } from 'express';
import { Slash32Error } from '../../errors/slash32-error.js';
import { digestOf } from '../../state/seen-file.js';
import { createGuesses, tooManyGuesses } from './guesses.js';
import { readRaw } from './raw-body.js';
import { isSigned } from './secrets.js';
import { createSeen } from './seen.js';
import type { HookDeps } from './types.js';
import { readWish } from './wish.js';

/** Far more than anybody means to send within a window; beyond it nothing is taken, since it could not be told from a replay. */
const MOST_SIGNATURES = 100_000;
const MOST_IDS = 10_000;
const LONGEST_ID = 200;

/**
 * `POST /hooks/generic`, for everything that is no Incus: signed over time and body, valid for a while, and once. Answered
 * before anything is done. A sender that repeats itself may name the message by `X-Slash32-Id` and sign it anew: it counts once.
 */
export function createGenericHook(deps: HookDeps): (request: Request, response: Response) => Promise<void> {
  const { genericKeys, windowSeconds, now, onResult } = deps;
  const seen = createSeen(2 * windowSeconds * 1000, MOST_SIGNATURES, 'refuse', deps.signatures?.known);
  const ids = createSeen(2 * windowSeconds * 1000, MOST_IDS, 'forget');
  const guesses = createGuesses(now);

  return async (request, response) => {
    const from = request.ip ?? 'local';
    const timestamp = String(request.headers['x-slash32-timestamp'] ?? '');
    const signature = String(request.headers['x-slash32-signature'] ?? '');
    if (!/^\d{1,12}$/.test(timestamp) || !/^sha256=[0-9a-f]{64}$/.test(signature))
      throw unsigned(request, 'The request is not signed: it needs X-Slash32-Timestamp and X-Slash32-Signature.');
    const body = await readRaw(request, deps.bodyMs).catch((error: unknown) => {
      onResult('generic', 'malformed', from);
      throw error;
    });
    if (!isSigned(genericKeys, timestamp, body, signature)) throw unsigned(request, 'The signature is not right.');
    // Only who knows a key is told what is wrong with his clock, or that it came before.
    const age = Math.round(now().getTime() / 1000) - Number(timestamp);
    if (Math.abs(age) > windowSeconds) {
      onResult('generic', 'stale', from);
      throw new Slash32Error('S32_HOOK_STALE', {
        message: `The message is ${age >= 0 ? `${age} s old` : `from ${-age} s ahead`}, and ${windowSeconds} s are allowed.`,
      });
    }
    const at = now().getTime();
    const digest = digestOf(signature);
    const news = seen.add(digest, at);
    if (news !== 'new') throw refuseRepeat(news, from);
    deps.signatures?.add(digest, at);
    response.status(202).json({ accepted: true });
    if (isRepeat(request)) return onResult('generic', 'double', from);
    onResult('generic', 'trigger', from);
    deps.trigger({ kind: 'webhook', ...readWish(body.toString('utf8')) });
  };

  function unsigned(request: Request, message: string): Slash32Error {
    const isGuessing = guesses.isTooMany(request.ip);
    onResult('generic', isGuessing ? 'guessing' : 'unauthorized', request.ip ?? 'local');
    return isGuessing ? tooManyGuesses() : new Slash32Error('S32_HOOK_SIGNATURE', { message });
  }

  function refuseRepeat(news: 'known' | 'full', from: string): Slash32Error {
    onResult('generic', news === 'known' ? 'replayed' : 'flooded', from);
    if (news === 'known') return new Slash32Error('S32_HOOK_REPLAYED', { message: 'This very message came before.' });
    return new Slash32Error('S32_HTTP_TOO_MANY', {
      message: `More than ${MOST_SIGNATURES} signed messages came within ${2 * windowSeconds} s; a run is on its way for them.`,
    });
  }

  function isRepeat(request: Request): boolean {
    const id = request.headers['x-slash32-id'];
    return typeof id === 'string' && id !== '' && ids.add(id.slice(0, LONGEST_ID), now().getTime()) === 'known';
  }
}
