import type { ClosedWays, Connection, ConnectionEnd } from '../../model/connections.js';
import { canonicalProtocol, hasPorts } from '../evaluate/protocol.js';
import { wayMatch } from './match.js';

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
  // a way out that has no way in leads where it was asked to
  const outs = connections.filter((one) => one.direction === 'out');
  const closedIns = ins.filter((one) => isClosed(one));
  const goes = new Set(closedIns.map(keyOf));
  const senders = new Set(closedIns.map((one) => one.from.address));
  const twins = outs.filter((one) => senders.has(one.from.address) && goes.has(keyOf(one)));
  // the few that could be closed by themselves are looked for among all ways in, and not the other way round
  const isTwin = new Set(twins);
  const suspects = outs.filter(
    (one) =>
      !isTwin.has(one) &&
      (isClosed(one, one.to) || isPerhaps(one, one.to) || (ended.size > 0 && ended.has(reverseKeyOf(one)))),
  );
  const closed = new Set(closedIns);
  const near = new Set([...twins, ...suspects].map((one) => one.from.address));
  const stays = new Set(ins.filter((one) => near.has(one.from.address) && !closed.has(one)).map(keyOf));
  const alone = suspects.filter((one) => !stays.has(keyOf(one)));
  const closedAlone = alone.filter((one) => isClosed(one, one.to) || ended.has(reverseKeyOf(one)));
  const chosen = [...closedIns, ...closedAlone];
  return {
    states: [...closedIns, ...twins.filter((one) => !stays.has(keyOf(one))), ...closedAlone],
    connections: chosen,
    perhaps: ins.filter((one) => isPerhaps(one) && !closed.has(one)).length + (alone.length - closedAlone.length),
    ended: new Set([...ended, ...chosen.map(keyOf)]),
  };
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
