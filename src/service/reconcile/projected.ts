import { blankState } from '../../model/segment-state.js';
import { nextLedger, withWaiting } from '../../plan/ledger.js';
import { buildPlan, planChanges, policyChanges } from '../../plan/plan.js';
import { projectState } from '../../plan/project.js';
import { projectObserved } from '../../policy/project.js';
import type { Seen } from './ending.js';

/**
 * A reading as it is once its plan was applied: the target has read back that the firewall holds it, so nobody needs to ask
 * again. Pure.
 */
export function projected({ plan, input }: Seen, revision: string | undefined): Seen {
  const { observed, ledger, now, settings } = input;
  const changes = planChanges(plan);
  const dark = changes
    .map((change) => change.interface)
    .filter((id) => !observed.segments.some((one) => one.interface === id));
  const before = [...observed.segments, ...[...new Set(dark)].map(blankState)];
  const next = {
    ...input,
    observed: {
      ...observed,
      revision: revision ?? observed.revision,
      segments: before.map((state) => projectState(state, changes)),
      ...(observed.policy === undefined ? {} : { policy: projectObserved(observed.policy, policyChanges(plan)) }),
    },
    ledger: withWaiting(nextLedger(ledger, changes, now, settings.quarantineSeconds), plan, input.only),
    overrides: { force: false, acceptLockoutRisk: false },
    approvedParts: [],
    onBackup: false,
    check: () => [],
  };
  return { plan: buildPlan(next), input: next };
}
