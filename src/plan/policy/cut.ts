import type { ClosedWays, Connection, ConnectionEnd, ConnectionList } from '../../model/connections.js';
import { markerName, parseDescription } from '../../model/marker.js';
import { chooseClosed } from '../../policy/cut/choose.js';
import { closedWays, closesNothing } from '../../policy/cut/ways.js';
import { projectRuleSet } from '../../policy/project.js';
import { acceptsCut } from '../consent.js';
import { policyChanges } from '../plan.js';
import type { Plan, PlanInput, Warning } from '../types.js';
import type { OpenConnection, PlanConnections } from './types.js';

/** Connections that a plan spells out. */
const SHOWN = 10;

/** What a plan closes, and whether the open connections of that end. */
export interface PlannedCut {
  readonly ways: ClosedWays;
  /** The same for its undoing; only where the firewall undoes by itself. */
  readonly undo: ClosedWays | undefined;
  /** Why they go on, as a clause; undefined where they end. */
  readonly stays: string | undefined;
  /** What a person is asked before they do. */
  readonly asks: Warning | undefined;
}

const NEVER = 'the configuration says so (cut: never)';

/** Why they go on where a person has not said yes yet, and what he is asked; a release is no apply. */
function asking(purpose: Plan['purpose']): { readonly stays: string; readonly asks: Warning } {
  const yes = purpose === 'release' ? 'this release with --accept-new' : 'slash32 apply --accept-new';
  const message = `Open connections of what is closed would end with it, and only those. That is new in this version (cut), and waits for a yes, once: ${yes}. Until then they go on, as before; cut: never in the configuration keeps it so.`;
  return {
    stays: `ending them is new in this version (cut), and waits for a yes: ${yes}`,
    asks: { code: 'new-rule', message },
  };
}

/** Undefined where the plan changes no policy. What it closes may be nothing. Pure. */
export function planCut(input: PlanInput, plan: Plan): PlannedCut | undefined {
  const { policy, connectionsStay, memory } = input.observed;
  const changes = policyChanges(plan);
  if (policy === undefined || changes.length === 0) return undefined;
  const { ruleSet } = policy;
  const after = projectRuleSet(policy, changes);
  const never = input.settings.cut === 'never' ? NEVER : undefined;
  const waits =
    never === undefined && connectionsStay === undefined && !acceptsCut(input) ? asking(plan.purpose) : undefined;
  const stays = never ?? connectionsStay ?? waits?.stays;
  const undo = memory === undefined || stays !== undefined ? undefined : closedWays(after, ruleSet);
  return { ways: closedWays(ruleSet, after), undo, stays, asks: waits?.asks };
}

/** What a plan says of open connections; undefined where it closes nothing. `seen` is what the firewall showed, or why it did not. Pure. */
export function planConnections(
  input: PlanInput,
  cut: PlannedCut,
  seen: ConnectionList | { readonly problem: string } | undefined,
): PlanConnections | undefined {
  if (closesNothing(cut.ways)) return undefined;
  const none = { count: 0, perhaps: 0, unread: 0, first: [] };
  if (cut.stays !== undefined) return { outcome: 'stays', reason: cut.stays, ...none };
  if (seen === undefined || 'problem' in seen)
    return { outcome: 'unknown', reason: seen?.problem ?? 'the firewall does not show them', ...none };
  const { connections, perhaps } = chooseClosed(cut.ways, seen.connections);
  const names = instanceNames(input);
  const first = connections.slice(0, SHOWN).map((one) => openConnection(one, names));
  return { outcome: 'ends', count: connections.length, perhaps, unread: seen.unread, first };
}

/** Whether there is anything to look for among the firewall's connections. */
export function needsConnections(cut: PlannedCut): boolean {
  return cut.stays === undefined && !closesNothing(cut.ways);
}

/** Instances by the addresses that they have or had. */
function instanceNames({ observed, settings }: PlanInput): ReadonlyMap<string, string> {
  const managed = new Set(settings.segments.map((segment) => segment.interface));
  return new Map(
    observed.segments
      .filter((state) => managed.has(state.interface))
      .flatMap((state) =>
        state.reservations.flatMap(({ address, description }): [string, string][] => {
          const { marker } = parseDescription(description);
          if (address === undefined || marker === undefined) return [];
          return [[address, markerName(marker).split('/').slice(0, 2).join('/')]];
        }),
      ),
  );
}

function openConnection({ protocol, from, asked, to }: Connection, names: ReadonlyMap<string, string>): OpenConnection {
  const [fromName, toName] = [names.get(from.address), names.get(to.address)];
  const isMoved = asked.address !== to.address || asked.port !== to.port;
  return {
    protocol,
    from: endText(from),
    to: endText(to),
    ...(isMoved ? { asked: endText(asked) } : {}),
    ...(fromName === undefined ? {} : { fromName }),
    ...(toName === undefined ? {} : { toName }),
  };
}

function endText({ address, port }: ConnectionEnd): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
