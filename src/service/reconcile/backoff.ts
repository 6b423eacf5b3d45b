const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;
const JITTER = 0.25;

/**
 * How long to wait after the `failures`-th failure in a row, in milliseconds: 1 s, 2 s, 4 s … 5 min, each a quarter more or
 * less, so that two services that failed together do not come back together. `random` is from 0 to below 1.
 */
export function backoff(failures: number, random: number): number {
  const exponent = Math.min(Math.max(failures, 1), 20) - 1;
  const middle = Math.min(FIRST_MS * 2 ** exponent, LONGEST_MS);
  return Math.round(middle * (1 - JITTER + 2 * JITTER * random));
}
