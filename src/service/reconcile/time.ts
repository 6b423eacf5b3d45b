import type { Time } from './types.js';

/** The clocks and timers of this machine. A timer keeps the process alive until it is called off. */
export function systemTime(now: () => Date): Time {
  return {
    now,
    monotonic: () => performance.now(),
    after(milliseconds, action) {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
