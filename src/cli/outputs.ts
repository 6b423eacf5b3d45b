import type { Writable } from 'node:stream';
import { errorCode } from '../state/disk-errors.js';

/** What became of the streams that a command prints to. */
export interface Outputs {
  /** Resolves when everything is printed, with what kept some of it from being so; a reader that went away is no failure. */
  settled(): Promise<Error | undefined>;
}

/** The reader of a pipe ended, or the terminal closed: nobody is there who misses anything. */
const NOBODY_READS: ReadonlySet<string> = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/** Listens to both streams for as long as the process lives, so that none of their errors ends it. */
export function watchOutputs(stdout: Writable, stderr: Writable): Outputs {
  let lost: Error | undefined;
  const hear = (error: Error): void => {
    if (!NOBODY_READS.has(errorCode(error))) lost ??= error;
  };
  stdout.on('error', hear);
  stderr.on('error', () => undefined);
  return {
    async settled() {
      await new Promise<void>((done) => {
        stdout.write('', (error) => {
          if (error) hear(error);
          done();
        });
      });
      return lost;
    },
  };
}
