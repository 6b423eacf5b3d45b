import type { Slash32Error } from '../../errors/slash32-error.js';
import type { ServiceState, ServiceStateStore } from '../../state/service-state.js';
import { asProblem } from './failure.js';

/** What the service remembers, in memory and on the disk. */
export interface Memory {
  get(): ServiceState;
  /** Changes both, or neither: throws `S32_STATE_WRITE`. */
  put(part: Partial<ServiceState>): void;
  /** Changes what is in memory, and the disk as soon as it lets itself be written. */
  keep(part: Partial<ServiceState>): void;
  /** Throws `S32_STATE_WRITE` while the disk is behind. */
  flush(): void;
  /** Looks whether the disk lets itself be written, and brings it up to date. */
  look(): void;
  /** Why the disk is behind, or could not be written. */
  failure(): Slash32Error | undefined;
}

/** A memory that begins with what was loaded. */
export function createMemory(loaded: ServiceState, states: Pick<ServiceStateStore, 'save' | 'probe'>): Memory {
  let state = loaded;
  let failure: Slash32Error | undefined;
  function save(next: ServiceState): void {
    try {
      states.save(next);
      failure = undefined;
    } catch (error) {
      throw asProblem(error);
    }
  }
  return {
    get: () => state,
    put(part) {
      const next = { ...state, ...part };
      save(next);
      state = next;
    },
    keep(part) {
      state = { ...state, ...part };
      try {
        save(state);
      } catch (error) {
        failure = asProblem(error);
      }
    },
    flush() {
      if (failure !== undefined) save(state);
    },
    look() {
      try {
        if (failure === undefined) states.probe?.();
        else save(state);
      } catch (error) {
        failure = asProblem(error);
      }
    },
    failure: () => failure,
  };
}
