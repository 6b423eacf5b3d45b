import { setTimeout as sleep } from 'node:timers/promises';
import { Slash32Error } from '../errors/slash32-error.js';
import { acquireRunLock, type RunLock } from '../state/run-lock.js';
import { type Io, printError } from './io.js';

/** A run of the service takes a second or two; one that waits for its confirmation takes as long as that. */
const LONGEST_WAIT_MS = 180_000;
const LOOK_MS = 200;

/**
 * The lock for a command of a person. The service's run is waited for, with a word, since it comes to an end by itself; another
 * person's is not, since he may be reading his plan. Throws `S32_RUN_LOCKED` when the wait has been long enough.
 */
export async function takeTurn(
  io: Io,
  path: string,
  command: string,
  longestMs: number = LONGEST_WAIT_MS,
): Promise<RunLock> {
  const begun = performance.now();
  let isSaid = false;
  for (;;) {
    try {
      return await acquireRunLock(path, command);
    } catch (error) {
      const isService =
        error instanceof Slash32Error && error.code === 'S32_RUN_LOCKED' && error.message.includes("'slash32 serve");
      if (!isService || performance.now() - begun > longestMs) throw error;
    }
    if (!isSaid) printError(io, 'The service is at work on the firewall: waiting for its run to end.\n');
    isSaid = true;
    await sleep(LOOK_MS, undefined, { signal: io.signal });
  }
}
