import { Writable } from 'node:stream';

/** What may wait for a slow reader, in bytes; a busy day of a service is less. */
const MOST_WAITING = 1024 * 1024;

/**
 * A stream in front of one that may be slow, full, closed or broken: writing to it never fails and never waits, and what
 * waits for a slow reader is bounded. Lines that do not fit, or fail, are lost; `lost` makes the line that tells how many.
 */
export function createOutlet(destination: Writable, lost: (lines: number) => string): Writable {
  let missing = 0;
  // A failure comes as an event, long after the write, and unheard it would end the process.
  destination.on('error', () => undefined);

  function pass(text: string): void {
    if (destination.destroyed || destination.writableEnded || destination.writableLength > MOST_WAITING) {
      missing += 1;
      return;
    }
    if (missing > 0) {
      const before = missing;
      missing = 0;
      send(`${lost(before)}\n`, before);
    }
    send(text, 1);
  }

  function send(text: string, lines: number): void {
    try {
      destination.write(text, (error) => {
        if (error) missing += lines;
      });
    } catch {
      missing += lines;
    }
  }

  return new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      pass(String(chunk));
      done();
    },
  });
}
