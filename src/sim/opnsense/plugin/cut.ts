import { createHash } from 'node:crypto';
import { connectionsOf } from '../../../firewall/opnsense/http/states.js';
import type { ClosedWays, WayService } from '../../../model/connections.js';
import { parseSpan } from '../../../model/ip.js';
import { chooseClosed } from '../../../policy/cut/choose.js';
import type { SimNode } from '../node.js';
import { killState, rowsOf } from '../pf/table.js';
import type { SimState } from '../state.js';
import type { Complaint, NodeChange, PluginWays } from './model.js';
import { policyText } from './policy-text.js';

const ROUNDS = 5;

/** Ends the open connections of these ways, and says what came of it. */
export function endConnections(state: SimState, ways: PluginWays | undefined): string[] {
  const closed = closedWays(ways ?? {});
  if (closed.closed.every((table) => table.rows.length === 0)) return [];
  let ended: ReadonlySet<string> = new Set();
  let many = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const rows = rowsOf(state.pf);
    if (rows === undefined)
      return [
        'Whether the open connections of what was closed have ended is not known: the firewall did not list its states.',
      ];
    const { connections, unread } = connectionsOf(rows);
    const chosen = chooseClosed(closed, connections, ended);
    if (chosen.states.length === 0) return notes(many, unread);
    if (round === 0) many = chosen.connections.length;
    for (const { id } of chosen.states) {
      const [name = '', creator = ''] = id.split('/');
      killState(state.pf, name, creator);
    }
    ended = chosen.ended;
  }
  return ['Some open connections of what was closed came back each time they were ended, and may go on.'];
}

/** The same for an undoing; nobody ends what somebody else may have opened meanwhile. */
export function endAfterUndo(
  state: SimState,
  cut: { readonly undo: PluginWays; readonly policy: string } | undefined,
  isForeign: boolean,
): string[] {
  if (cut === undefined) return [];
  if (isForeign)
    return ['Open connections of what this undoing closes go on, since somebody else changed rules meanwhile.'];
  return endConnections(state, cut.undo);
}

/** Whether an undoing left entries of a policy that others changed meanwhile. */
export function leavesPolicy(changes: readonly NodeChange[], left: readonly Complaint[]): boolean {
  const places = new Set(left.map(({ where }) => where));
  return changes.some(({ kind, at }) => (kind === 'alias' || kind === 'rule' || kind === 'redirect') && places.has(at));
}

/** Tells apart what decides about packets. */
export function policyDigest(root: SimNode): string {
  return createHash('sha256').update(policyText(root)).digest('hex');
}

function closedWays(ways: PluginWays): ClosedWays {
  const families = ['inet', 'inet6'] as const;
  const spans = (texts: readonly string[]) => texts.flatMap((text) => parseSpan(text) ?? []);
  return {
    closed: families.map((family) => ({
      family,
      rows: (ways[family] ?? []).map((row) => ({
        from: spans(row.from),
        groups: row.groups.map(({ to, services }) => ({ to: spans(to), services: services.map(serviceOf) })),
      })),
    })),
    perhaps: [],
  };
}

type Service = NonNullable<PluginWays['inet']>[number]['groups'][number]['services'][number];

function serviceOf({ source_ports: sourcePorts, ...service }: Service): WayService {
  return { ...service, ...(sourcePorts === undefined ? {} : { sourcePorts }) };
}

function notes(many: number, unread: number): string[] {
  const plural = (number: number): string => (number === 1 ? '' : 's');
  return [
    ...(many === 0 ? [] : [`Ended ${many} open connection${plural(many)} of what was closed.`]),
    ...(unread === 0 ? [] : [`${unread} state${plural(unread)} of the firewall could not be read, and so go on.`]),
  ];
}
