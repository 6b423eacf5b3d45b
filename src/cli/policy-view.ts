import { Slash32Error } from '../errors/slash32-error.js';
import type { Target } from '../model/firewall.js';
import type { Understood } from '../plan/policy/ask.js';
import type { PolicyView } from '../plan/policy/types.js';
import { planOnce } from '../service/planner.js';
import { askableView } from '../service/policy-view.js';
import type { Io } from './io.js';
import { openSession, type PlanOptions, type Session } from './session.js';

/** Options of the commands that ask about a policy. */
export interface PolicyOptions extends PlanOptions {
  /** Ask about the firewall as it would be after an apply. */
  readonly after?: boolean;
  /** Ask about the firewall as it is. */
  readonly now?: boolean;
}

/** A view, and the firewall that it was read from. */
export interface OpenedView {
  readonly view: PolicyView;
  readonly target: Target;
  readonly session: Session;
}

/** Reads both sides and holds the policy against the firewall. Throws like {@link askableView}. */
export async function openViewOn(io: Io, options: PolicyOptions): Promise<OpenedView> {
  const session = await openSession(io, options);
  try {
    const { plan, input } = await planOnce(session.deps, { adopt: 'none', only: { segments: [], instances: [] } });
    return { view: askableView(input, plan), target: session.deps.target, session };
  } finally {
    session.close();
  }
}

/** {@link openViewOn} for questions that need nothing more of the firewall. */
export async function openView(io: Io, options: PolicyOptions): Promise<PolicyView> {
  return (await openViewOn(io, options)).view;
}

/** The answer to a question. Throws `S32_POLICY_QUESTION` with what was not understood. */
export function answered<T>(understood: Understood<T>): T {
  if (understood.ok) return understood.value;
  const { message, hint } = understood.fault;
  throw new Slash32Error('S32_POLICY_QUESTION', { message, hint });
}
