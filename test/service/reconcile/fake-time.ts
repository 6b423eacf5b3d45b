import type { Time } from '../../../src/service/reconcile/types.js';

/** Clocks that stand still until they are told to go on. */
export interface FakeTime extends Time {
  /** Lets so much time pass, timer by timer, and everything finish that follows from it. */
  pass(milliseconds: number): Promise<void>;
  /** Sets the wall clock forward or back; durations do not notice. */
  jump(milliseconds: number): void;
  /** Resolves when so much time has passed. */
  sleep(milliseconds: number): Promise<void>;
  timers(): number;
}

export function fakeTime(at = '2026-11-23T08:00:00Z'): FakeTime {
  let elapsed = 0;
  let offset = Date.parse(at);
  let timers: { readonly due: number; readonly action: () => void }[] = [];
  const time: FakeTime = {
    now: () => new Date(offset + elapsed),
    monotonic: () => elapsed,
    after(milliseconds, action) {
      const timer = { due: elapsed + milliseconds, action };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    async pass(milliseconds) {
      const end = elapsed + milliseconds;
      await settle();
      for (;;) {
        const next = timers.filter((one) => one.due <= end).sort((left, right) => left.due - right.due)[0];
        if (next === undefined) break;
        timers = timers.filter((one) => one !== next);
        elapsed = Math.max(elapsed, next.due);
        next.action();
        await settle();
      }
      elapsed = end;
    },
    jump(milliseconds) {
      offset += milliseconds;
    },
    sleep: (milliseconds) => new Promise((resolve) => void time.after(milliseconds, resolve)),
    timers: () => timers.length,
  };
  return time;
}

/** Lets promises that need no real time run their course. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
