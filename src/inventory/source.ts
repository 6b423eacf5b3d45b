import type { Inventory } from '../model/instance.js';

/**
 * A place that knows which instances exist. `read` never throws for a view that is merely incomplete: it says so per
 * project, with the reason. It throws a `Slash32Error` when it cannot be reached or answers something it should not.
 */
export interface Source {
  read(signal: AbortSignal, progress: (step: string) => void): Promise<Inventory>;
}
