/** How long to wait before a new connection. Milliseconds. */
export interface Backoff {
  /** The first wait. */
  readonly firstMs: number;
  /** No wait is longer. */
  readonly longestMs: number;
}

export const STREAM_BACKOFF: Backoff = { firstMs: 500, longestMs: 30_000 };

/**
 * The wait after `failures` failures in a row (1 or more): it doubles up to the longest. What somebody has to mend
 * (`slow`) waits that long at once, since asking often would help nobody. `random`, from 0 to below 1, shortens it by up to
 * half, so that many clients of one restarted server do not come back in step.
 */
export function reconnectDelay(failures: number, slow: boolean, random: number, backoff: Backoff): number {
  const { firstMs, longestMs } = backoff;
  const doubled = firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30);
  const longest = slow ? longestMs : Math.min(longestMs, doubled);
  return longest * (1 - random / 2);
}
