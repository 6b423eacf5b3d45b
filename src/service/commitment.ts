import { Slash32Error } from '../errors/slash32-error.js';
import type { Commitment } from '../model/firewall.js';
import type { PendingApply } from '../model/ledger.js';
import { instant } from '../plan/instant.js';
import type { Plan, PlanInput } from '../plan/types.js';
import { fingerprintOf, newToken, withInstallation } from './identity.js';
import type { PlannerDeps } from './planner.js';

/** Seconds to confirm where nobody says otherwise. */
const CONFIRM_SECONDS = 120;

/** How an apply is to be kept on a firewall that undoes unconfirmed ones. */
export interface CommitOptions {
  /** Seconds until it is undone; undefined is the default, as far as the firewall allows it. 0 keeps it at once. */
  readonly seconds: number | undefined;
  /** How many times as long, as far as the firewall waits at all; for who was too late before. */
  readonly times?: number;
  /** Whether to reach the firewall again and confirm. */
  readonly wait: boolean;
  /** Whether to go on where another configuration has used the owner id. */
  readonly takeOver: boolean;
}

/** The commitment of one apply, with the id of the state file that its fingerprint is made of. */
export type Committed = Commitment & { readonly installation: string };

/** The commitment of a new apply; undefined where the firewall undoes nothing by itself. Throws `S32_PLUGIN_CONFIRM_TIME`. */
export function commitmentFor(
  deps: PlannerDeps,
  input: PlanInput,
  options: CommitOptions = { seconds: undefined, wait: true, takeOver: false },
): Committed | undefined {
  const { memory } = input.observed;
  if (deps.target.commit === undefined || deps.at === undefined || memory === undefined) return undefined;
  const { owner } = input.settings;
  const { installation } = withInstallation(input.ledger);
  const asked = options.seconds ?? Math.min(CONFIRM_SECONDS, memory.maxConfirmSeconds);
  const { times = 1 } = options;
  const seconds = times === 1 ? asked : Math.max(asked, Math.min(asked * times, memory.maxConfirmSeconds));
  if (seconds > memory.maxConfirmSeconds)
    throw new Slash32Error('S32_PLUGIN_CONFIRM_TIME', {
      message: `The firewall waits at most ${memory.maxConfirmSeconds} s for a confirmation, and ${seconds} s were asked for.`,
      where: input.observed.target,
    });
  const fingerprint = fingerprintOf(owner, installation, deps.at);
  const { wait, takeOver } = options;
  return { owner, token: newToken(), seconds, wait, takeOver, fingerprint, host: deps.at.host, installation };
}

/** What the ledger must know of an apply before it is sent. */
export function pendingApply(
  deps: PlannerDeps,
  plan: Plan,
  input: PlanInput,
  { token, seconds, wait }: Committed,
): PendingApply {
  const { originals, quarantine, configuration } = input.ledger;
  return {
    token,
    target: input.observed.target,
    sentAt: instant(deps.now().getTime()),
    confirmSeconds: seconds,
    wait,
    checksum: plan.checksum,
    ...(deps.run === undefined ? {} : { run: deps.run }),
    before: { originals, quarantine, ...(configuration === undefined ? {} : { configuration }) },
  };
}
