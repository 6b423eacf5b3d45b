import type { Waited } from '../../model/ledger.js';
import type { Plan } from '../../plan/types.js';
import type { PlannerDeps } from '../planner.js';
import type { Core } from './core.js';

/**
 * The same dependencies, whose ledger knows as well since when the service has seen parts wait: nothing is written to the ledger before
 * an apply, and what waits may wait for long until then.
 */
export function knowingSince(deps: PlannerDeps, seen: readonly Waited[]): PlannerDeps {
  if (seen.length === 0) return deps;
  return {
    ...deps,
    ledgers: {
      async load() {
        const loaded = await deps.ledgers.load();
        const known = loaded.ledger.waiting ?? [];
        const keys = new Set(known.map((one) => one.key));
        const waiting = [...known, ...seen.filter((one) => !keys.has(one.key))].sort((a, b) =>
          a.key < b.key ? -1 : 1,
        );
        return { ...loaded, ledger: { ...loaded.ledger, waiting } };
      },
      save: (ledger) => deps.ledgers.save(ledger),
    },
  };
}

/** Remembers what waits by a plan of everything, and since when. */
export function learnSince(core: Core, plan: Plan): void {
  const before = core.memory.get().waiting ?? [];
  const waiting = plan.waiting.map(({ key, since }) => ({ key, since }));
  if (JSON.stringify(waiting) !== JSON.stringify(before)) core.memory.keep({ waiting });
}
