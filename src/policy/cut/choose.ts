import type { ClosedWays, Connection, ConnectionEnd } from '../../model/connections.js';
import { canonicalProtocol, hasPorts } from '../evaluate/protocol.js';
import { type WayMatch, wayMatch } from './match.js';

/** What of a list of connections goes ways that a change closes. */
export interface ChosenConnections {
  /** Every state to end, both of a connection that goes through the firewall. */
  readonly states: readonly Connection[];
  /** One for each connection: its way in, where it has one. */
  readonly connections: readonly Connection[];
  /** Connections of which it is not known whether their way is closed; they stay. */
  readonly perhaps: number;
  /** Who talked to whom, for a look at what has come back since; see {@link chooseClosed}. */
  readonly ended: ReadonlySet<string>;
}

/**
 * Chooses the states that end with the ways that close, and never one of a way that stays open. A state for the way out belongs
 * to the one for the way in between the same ends. `ended` is what an earlier look ended: an answer that was under way then may have
 * made a state the other way round, which has no way in of its own, and goes as well. Pure.
 */
export function chooseClosed(
  ways: ClosedWays,
  connections: readonly Connection[],
  ended: ReadonlySet<string> = new Set(),
): ChosenConnections {
  const isClosed = wayMatch(ways.closed);
  const isPerhaps = wayMatch(ways.perhaps);
  const ins = connections.filter((one) => one.direction === 'in');
  const outs = connections.filter((one) => one.direction === 'out');
  const closedIns = ins.filter(isClosed);
  const closed = new Set(closedIns);
  const [goes, stays] = [new Set<string>(), new Set<string>()];
  for (const one of ins) (closed.has(one) ? goes : stays).add(keyOf(one));
  const hasWayIn = (one: Connection): boolean => goes.has(keyOf(one)) || stays.has(keyOf(one));
  const alone = outs.filter((one) => !hasWayIn(one));
  const closedAlone = alone.filter((one) => isClosed(straight(one)) || ended.has(reverseKeyOf(one)));
  const twins = outs.filter((one) => goes.has(keyOf(one)) && !stays.has(keyOf(one)));
  const chosen = [...closedIns, ...closedAlone];
  return {
    states: [...closedIns, ...twins, ...closedAlone],
    connections: chosen,
    perhaps: ins.filter((one) => !closed.has(one) && isPerhaps(one)).length + countAlone(alone, closedAlone, isPerhaps),
    ended: new Set([...ended, ...chosen.map(keyOf)]),
  };
}

function countAlone(alone: readonly Connection[], closed: readonly Connection[], isPerhaps: WayMatch): number {
  const gone = new Set(closed);
  return alone.filter((one) => !gone.has(one) && isPerhaps(straight(one))).length;
}

/** A way out that has no way in: nobody asked for anything else than where it goes. */
function straight(one: Connection): Connection {
  return { ...one, asked: one.to };
}

/** Both ends of a connection as they are inside: after a redirect, before a translation of the source. */
function keyOf({ protocol, from, to }: Connection): string {
  return pairKey(canonicalProtocol(protocol), from, to, to.port);
}

/** What an answer would be, if it were a connection of its own. An answer to an echo request is of its kind. */
function reverseKeyOf({ protocol, from, to }: Connection): string {
  return pairKey(canonicalProtocol(protocol), to, from, to.port);
}

function pairKey(protocol: string, from: ConnectionEnd, to: ConnectionEnd, number: number): string {
  if (hasPorts(protocol)) return `${protocol} ${from.address} ${from.port} ${to.address} ${to.port}`;
  return `${protocol} ${from.address} ${to.address} ${number}`;
}
