import { countChanges, policyChanges } from '../../plan/plan.js';
import { connectionLines } from '../../plan/render/connections.js';
import { POLICY_SIGNS, policyChangeName, policyChangeText } from '../../plan/render/policy.js';
import { visible } from '../../plan/render/visible.js';
import { changedEntry, SIGNS, settingName, settingValue, sortedReservations } from '../../plan/render/words.js';
import type { Plan } from '../../plan/types.js';
import type { PlanDigest } from '../types/run.js';

/** How many changes a run spells out. */
const MOST = 1_000;

/** Each change of a plan in one line for people: `servers + 10.2.0.15 web 10:66:… default/web/eth0 (create: …)`. */
export function changeLines(plan: Plan): string[] {
  const segments = plan.segments.flatMap(({ name, changes }) => [
    ...sortedReservations(changes).map((change) => {
      const { address, hostname, mac } = changedEntry(change);
      return `${name} ${SIGNS[change.action]} ${address} ${hostname} ${mac} ${change.nic} (${change.action}: ${change.reason})`;
    }),
    ...changes.flatMap((change) =>
      change.kind === 'setting'
        ? [
            `${name} ~ ${settingName(change)}: ${settingValue(change.before)} → ${settingValue(change.after)} (${change.reason})`,
          ]
        : [],
    ),
  ]);
  const policy = policyChanges(plan).map(
    (change) => `policy ${POLICY_SIGNS[change.action]} ${policyChangeName(change)} (${policyChangeText(change)})`,
  );
  const connections = plan.connections === undefined ? [] : connectionLines(plan.connections);
  return [...segments, ...policy, ...connections].slice(0, MOST).map(visible);
}

/** A plan in short. */
export function planDigest(plan: Plan): PlanDigest {
  const warnings = plan.segments.reduce((sum, segment) => sum + segment.warnings.length, plan.warnings.length);
  return { checksum: plan.checksum, changes: countChanges(plan), warnings, summary: plan.summary };
}
