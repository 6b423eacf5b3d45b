/** What the process does about signals: where they are heard, what time it is, and how it leaves. */
export interface SignalOptions {
  readonly on: (signal: NodeJS.Signals, hear: () => void) => unknown;
  /** Milliseconds of a clock that is never set back. */
  readonly clock: () => number;
  /** Leaves at once with this exit code. */
  readonly exit: (code: number) => void;
  /** The signals that ask for an end. */
  readonly signals: readonly NodeJS.Signals[];
}

/** Whoever presses the keys a second time has waited longer than this. */
export const ECHO_MS = 2000;

/**
 * Asks for the end at the first signal, once. One request often comes as two signals: `timeout`, `npm` and a terminal tell the
 * program and its whole process group. Such an echo must not cut off what is being written; neither may a service manager's
 * repeated SIGTERM, which has SIGKILL for its last word. Only Ctrl-C again, {@link ECHO_MS} later, leaves at once (130).
 */
export function endOnSignals(end: () => void, { on, clock, exit, signals }: SignalOptions): void {
  let first: number | undefined;
  for (const signal of signals)
    on(signal, () => {
      if (first === undefined) {
        first = clock();
        end();
        return;
      }
      if (signal === 'SIGINT' && clock() - first >= ECHO_MS) exit(130);
    });
}
