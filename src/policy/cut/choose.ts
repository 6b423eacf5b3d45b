import type { ClosedWays, Connection, ConnectionEnd } from '../../model/connections.js';
import { canonicalProtocol, hasPorts } from '../evaluate/protocol.js';
import { wayMatch } from './match.js';

/** Whether the way of a connection that a change closed is closed now: asked where that was a while ago. */
export type StillClosed = (connection: Connection, asked: ConnectionEnd) => boolean;

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
  stillClosed: StillClosed = () => true,
): ChosenConnections {
  const isOnWay = wayMatch(ways.closed);
  const isClosed = (one: Connection, asked = one.asked): boolean => isOnWay(one, asked) && stillClosed(one, asked);
  const isPerhaps = wayMatch(ways.perhaps);
  const closedIns: Connection[] = [];
  const otherIns: Connection[] = [];
  // a way out that has no way in leads where it was asked to
  const outs: Connection[] = [];
  for (const one of connections) {
    if (one.direction === 'out') outs.push(one);
    else if (isClosed(one)) closedIns.push(one);
    else otherIns.push(one);
  }
  const goes = createKeys(closedIns);
  const twins: Connection[] = [];
  // the few that could be closed by themselves are looked for among all ways in, and not the other way round
  const suspects: Connection[] = [];
  for (const one of outs) {
    if (goes.has(one)) twins.push(one);
    else if (isClosed(one, one.to) || isPerhaps(one, one.to) || (ended.size > 0 && ended.has(reverseKeyOf(one))))
      suspects.push(one);
  }
  const near = new Set([...twins, ...suspects].map((one) => one.from.address));
  const stays = createKeys(otherIns.filter((one) => near.has(one.from.address)));
  const alone = suspects.filter((one) => !stays.has(one));
  const closedAlone = alone.filter((one) => isClosed(one, one.to) || ended.has(reverseKeyOf(one)));
  const chosen = [...closedIns, ...closedAlone];
  return {
    states: [...closedIns, ...twins.filter((one) => !stays.has(one)), ...closedAlone],
    connections: chosen,
    perhaps: otherIns.filter((one) => isPerhaps(one)).length + (alone.length - closedAlone.length),
    get ended() {
      return new Set([...ended, ...chosen.map(keyOf)]);
    },
  };
}

/** Connections by their ends inside, see {@link keyOf}: as numbers, since a text for each of 100,000 is what takes the time. */
interface Keys {
  has(connection: Connection): boolean;
}

function createKeys(connections: readonly Connection[]): Keys {
  const addresses = createNumbers();
  const protocols = createNumbers(canonicalProtocol);
  const known = new Map<number, Set<number>>();
  for (const { protocol, from, to } of connections) {
    const ends = addresses.of(from.address) * MOST_ADDRESSES + addresses.of(to.address);
    const ports = known.get(ends) ?? new Set();
    known.set(ends, ports.add(portsKey(protocols.of(protocol), protocol, from, to)));
  }
  return {
    has({ protocol, from, to }) {
      const [sender, receiver] = [addresses.find(from.address), addresses.find(to.address)];
      if (sender === undefined || receiver === undefined) return false;
      const ports = known.get(sender * MOST_ADDRESSES + receiver);
      return ports?.has(portsKey(protocols.of(protocol), protocol, from, to)) === true;
    },
  };
}

/** Two numbers below it are exact as one. */
const MOST_ADDRESSES = 2 ** 26;
const MOST_PORTS = 2 ** 16;

/** What {@link keyOf} says beside the addresses. */
function portsKey(protocol: number, name: string, from: ConnectionEnd, to: ConnectionEnd): number {
  const sent = hasPorts(canonicalProtocol(name)) ? from.port : 0;
  return (protocol * MOST_PORTS + sent) * MOST_PORTS + to.port;
}

/** Numbers words in the order in which they come; `same` gives the one word for several spellings. */
function createNumbers(same: (word: string) => string = (word) => word) {
  const known = new Map<string, number>();
  const numbers = new Map<string, number>();
  return {
    find: (word: string): number | undefined => known.get(word),
    of(word: string): number {
      const before = known.get(word);
      if (before !== undefined) return before;
      const number = numbers.get(same(word)) ?? numbers.size;
      numbers.set(same(word), number);
      known.set(word, number);
      return number;
    },
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
