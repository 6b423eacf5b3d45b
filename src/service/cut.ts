import { Slash32Error } from '../errors/slash32-error.js';
import type { ClosedWays, Connections } from '../model/connections.js';
import type { Target } from '../model/firewall.js';
import { count } from '../plan/names.js';
import type { PlannedCut } from '../plan/policy/cut.js';
import { needsConnections, planConnections } from '../plan/policy/cut.js';
import type { Plan, PlanInput } from '../plan/types.js';
import { chooseClosed, type StillClosed } from '../policy/cut/choose.js';
import { closedWays } from '../policy/cut/ways.js';

/** How often what has come back meanwhile is looked for. An answer that is under way makes a new state of what was just ended. */
const ROUNDS = 5;

/** What this needs from outside. */
interface CutDeps {
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly progress: (step: string) => void;
}

/** The plan with the open connections that end with it. A firewall that does not show them never stops a plan. */
export async function withConnections(deps: CutDeps, input: PlanInput, plan: Plan, cut: PlannedCut): Promise<Plan> {
  const connections = planConnections(input, cut, await look(deps, cut));
  if (connections === undefined) return plan;
  const warnings = cut.asks === undefined ? plan.warnings : [...plan.warnings, cut.asks];
  return { ...plan, connections, warnings };
}

async function look({ target, signal, progress }: CutDeps, cut: PlannedCut) {
  if (!needsConnections(cut) || target.connections === undefined) return undefined;
  progress('looking at open connections');
  return target.connections.list(signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return { problem: messageOf(error) };
  });
}

/**
 * Ends the open connections of what an apply has closed, on a firewall that does not do so in the apply itself, and says what
 * came of it. The change stands, whatever comes of this, so nothing is thrown.
 */
export async function endClosed(
  connections: Connections | undefined,
  cut: PlannedCut | undefined,
  progress: (step: string) => void,
): Promise<Ending> {
  if (cut === undefined || !closes(cut)) return { notes: [], isDone: true };
  if (cut.stays !== undefined)
    return { notes: [`Open connections of what was closed go on: ${cut.stays}.`], isDone: true };
  return endWays(connections, cut.ways, progress);
}

/** What came of ending connections: sentences, and whether nothing is left to be ended. */
export interface Ending {
  readonly notes: string[];
  readonly isDone: boolean;
}

/** Ends the open connections of some ways, of those of which `stillClosed` says so where it is given. Throws nothing. */
export async function endWays(
  connections: Connections | undefined,
  ways: ClosedWays,
  progress: (step: string) => void,
  stillClosed?: StillClosed,
): Promise<Ending> {
  if (connections?.end === undefined) return { notes: [], isDone: true };
  progress('Ending open connections of what was closed');
  // a signal stops no apply behind its first write
  const { signal } = new AbortController();
  let ended: ReadonlySet<string> = new Set();
  let connectionsEnded = 0;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { connections: all, unread } = await connections.list(signal);
      const chosen = chooseClosed(ways, all, ended, stillClosed);
      if (chosen.states.length === 0)
        return { notes: endedNotes(connectionsEnded, chosen.perhaps, unread), isDone: true };
      await connections.end(
        chosen.states.map((state) => state.id),
        signal,
      );
      if (round === 0) connectionsEnded = chosen.connections.length;
      ended = chosen.ended;
    }
    const again = `Some open connections of what was closed came back each time they were ended, and may go on. ${LOOK}`;
    return { notes: [again], isDone: true };
  } catch (error) {
    const unknown = `Whether the open connections of what was closed have ended is not known: ${messageOf(error)} ${LOOK}`;
    return { notes: [unknown], isDone: false };
  }
}

/**
 * The same after an apply that failed half-way: what is closed by now, and may be closed again by the next apply without a
 * difference. Whatever goes wrong here, the failure of the apply is what counts.
 */
export async function endAfterFailure(
  { target, progress }: Omit<CutDeps, 'signal'>,
  { observed }: Pick<PlanInput, 'observed'>,
  cut: PlannedCut | undefined,
  failure: unknown,
): Promise<void> {
  const isUntouched = failure instanceof Slash32Error && failure.written === 'nothing';
  if (cut === undefined || isUntouched || target.connections?.end === undefined || !needsConnections(cut)) return;
  const before = observed.policy?.ruleSet;
  const now = await target.observe(new AbortController().signal, progress).catch(() => undefined);
  const after = now?.policy?.ruleSet;
  if (before === undefined || after === undefined) return;
  await endClosed(target.connections, { ...cut, ways: closedWays(before, after) }, progress);
}

const LOOK = "The firewall's own list of states shows them.";

function closes(cut: PlannedCut): boolean {
  return needsConnections({ ...cut, stays: undefined });
}

function endedNotes(many: number, perhaps: number, unread: number): string[] {
  return [
    ...(many === 0 ? [] : [`Ended ${count(many, 'open connection')} of what was closed.`]),
    ...(perhaps === 0
      ? []
      : [`${count(perhaps, 'open connection')} may go on: it is not known whether the way is closed.`]),
    ...(unread === 0 ? [] : [`${count(unread, 'state')} of the firewall could not be read, and so go on.`]),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
