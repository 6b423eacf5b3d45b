/** Time as the wait for a confirmation needs it; tests pass one that runs as fast as they like. */
export interface Clock {
  /** The time of day, for sentences. */
  now(): Date;
  /** Milliseconds on a clock that never jumps, for deadlines. */
  elapsed(): number;
  /** Waits; ends early, without a failure, once the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The clocks of this machine; `now` is that of the run. */
export function systemClock(now: () => Date): Clock {
  return {
    now,
    elapsed: () => performance.now(),
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        signal.addEventListener('abort', done);
      }),
  };
}
