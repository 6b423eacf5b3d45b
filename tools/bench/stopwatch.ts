/** Two times of one piece of work, in milliseconds. */
export interface Times {
  /** From beginning to end, waiting included. */
  readonly wall: number;
  /** While this process was busy; what it waited for others is left out. */
  readonly own: number;
}

/** Times one piece of work; garbage of earlier work is collected first where Node was started with `--expose-gc`. */
export async function timed(work: () => unknown): Promise<Times> {
  globalThis.gc?.();
  const busy = performance.eventLoopUtilization();
  const start = performance.now();
  await work();
  return { wall: performance.now() - start, own: performance.eventLoopUtilization(busy).active };
}

/** The median of each of both times. */
export function medianTimes(runs: readonly Times[]): Times {
  return { wall: median(runs.map((run) => run.wall)), own: median(runs.map((run) => run.own)) };
}

/** The middle value, or the mean of the two in the middle; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
