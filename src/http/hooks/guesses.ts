import { ipKeyGenerator } from 'express-rate-limit';
import { Slash32Error } from '../../errors/slash32-error.js';

const WINDOW_MS = 60_000;
/** A minute's wrong secrets from one address; somebody who sets a webhook up mistypes it a few times. */
const MOST = 20;
/** Beyond it, all addresses that are not known yet share one count. */
const MOST_ADDRESSES = 10_000;

/** Counts wrong secrets by address, in bounded memory. */
export interface Guesses {
  /** Counts one more; whether there were too many. */
  isTooMany(address: string | undefined): boolean;
}

/**
 * A count for each minute. Only wrong secrets are counted, and only they are refused for it: what is right is taken also from an
 * address that guesses, since a proxy in front gives everybody the same one.
 */
export function createGuesses(now: () => Date): Guesses {
  const counts = new Map<string, number>();
  let until = 0;
  return {
    isTooMany(address) {
      const time = now().getTime();
      // A clock that was set back must not keep a window open for hours.
      if (time >= until || until - time > WINDOW_MS) {
        counts.clear();
        until = time + WINDOW_MS;
      }
      const own = address === undefined ? '' : ipKeyGenerator(address);
      const key = counts.has(own) || counts.size < MOST_ADDRESSES ? own : 'others';
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count > MOST;
    },
  };
}

/** What somebody is told who guesses. */
export function tooManyGuesses(): Slash32Error {
  return new Slash32Error('S32_HTTP_TOO_MANY', {
    message: 'The request is refused: this address asks too often for what is not there.',
  });
}
