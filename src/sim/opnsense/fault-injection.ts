/**
 * How an answer goes wrong. `cut` announces more bytes than it sends, `half` ends in the middle without a sign; both (and
 * `too-large`) come after the work was done, the others instead of it unless `done` is set.
 */
export type FaultKind =
  | 'html'
  | 'timeout'
  | 'reset'
  | 'cut'
  | 'half'
  | 'empty'
  | 'not-json'
  | 'redirect'
  | 'too-large'
  | 302
  | 401
  | 403
  | 404
  | 500
  | 502;

/** A fault for the next request whose path starts with `path`. */
export interface Fault {
  readonly path: string;
  readonly kind: FaultKind;
  /** Number of requests that are hit; default 1. */
  readonly times?: number;
  /** Number of matching requests that are let through first; default 0. */
  readonly skip?: number;
  /** Whether the work is done and only the answer goes wrong; default false. */
  readonly done?: boolean;
}

/** The faults that are waiting. */
export interface FaultQueue {
  add(fault: Fault): void;
  /** The fault that hits a request, which counts it. */
  take(path: string): Fault | undefined;
}

/** An empty queue. */
export function createFaultQueue(): FaultQueue {
  const waiting: { readonly fault: Fault; skip: number; left: number }[] = [];
  return {
    add(fault) {
      waiting.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
    },
    take(path) {
      for (const entry of waiting) {
        if (entry.left === 0 || !path.startsWith(entry.fault.path)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        return entry.fault;
      }
      return undefined;
    },
  };
}
