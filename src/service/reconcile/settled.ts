import type { Run } from '../types/run.js';
import type { RunRegistry } from './run-registry.js';
import type { Time } from './types.js';

/** The run once it has ended, or as it is when the time is over or whoever waits has gone; undefined for an unknown one. */
export function untilSettled(
  registry: RunRegistry,
  time: Time,
  id: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Run | undefined> {
  const run = registry.get(id);
  if (run === undefined || run.state === 'ended' || timeoutMs <= 0 || signal.aborted) return Promise.resolve(run);
  return new Promise((resolve) => {
    const unsubscribe = registry.subscribe((event) => {
      if (event.type === 'state' && event.run.id === id && event.run.state === 'ended') done();
    });
    const callOff = time.after(timeoutMs, done);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      unsubscribe();
      callOff();
      signal.removeEventListener('abort', done);
      resolve(registry.get(id));
    }
  });
}
