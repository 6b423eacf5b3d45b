import { Slash32Error } from '../errors/slash32-error.js';
import { viewOf } from '../plan/policy/plan.js';
import type { PolicyView } from '../plan/policy/types.js';
import type { Plan, PlanInput } from '../plan/types.js';

/**
 * The policy as it is declared, with what of it waits for a person, held against the firewall that a plan was made for, for questions about what passes. Throws `S32_POLICY_UNSEEN` where
 * its rules cannot be seen, and `S32_RULES_REFUSED` where it loads none of them.
 */
export function askableView(
  input: Pick<PlanInput, 'settings' | 'inventory' | 'observed'>,
  plan: Pick<Plan, 'segments' | 'target'>,
): PolicyView {
  const view = viewOf(input, plan.segments);
  if (view === undefined)
    throw new Slash32Error('S32_POLICY_UNSEEN', {
      message: 'The firewall does not show its rules to slash32.',
      where: plan.target.name,
    });
  const refused = view.before.refused ?? [];
  if (refused.length === 0) return view;
  throw new Slash32Error('S32_RULES_REFUSED', {
    message: refused.map(({ where, why }) => `${where}: ${why}.`).join(' '),
    where: plan.target.name,
  });
}
