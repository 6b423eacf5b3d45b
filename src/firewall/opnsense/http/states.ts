import { Slash32Error } from '../../../errors/slash32-error.js';
import type { Connection, ConnectionEnd, ConnectionList } from '../../../model/connections.js';
import { parseIp } from '../../../model/ip.js';
import type { OpnsenseClient } from './client.js';

const LIST = '/api/diagnostics/firewall/query_states';
const END = '/api/diagnostics/firewall/del_state';

/** A state takes about half a kilobyte in OPNsense's list, and a firewall may hold a million of them. */
export const STATES_LIMIT = 512 * 1024 * 1024;

/** Calls at a time: each starts a process on the firewall. */
const AT_ONCE = 4;

/**
 * Every state of the firewall, in one call: pages would be cut from a list that moves, and filters are read differently by
 * version (25.7 takes the slash out of a network). A negative `rowCount` is how OPNsense gives all of them.
 */
export async function listConnections(client: OpnsenseClient, signal: AbortSignal): Promise<ConnectionList> {
  const answer = await client.post(
    LIST,
    { current: '1', rowCount: '-1', searchPhrase: '' },
    { signal, slow: true, bodyLimit: STATES_LIMIT },
  );
  const { rows, total, current }: Readonly<Record<string, unknown>> =
    typeof answer === 'object' && answer !== null ? { ...answer } : {};
  // where its own list failed, OPNsense answers the same as where there is no state, but for the page
  if (Array.isArray(rows) && total === rows.length && current !== 0) return connectionsOf(rows);
  const { where, host } = client.describe('POST', LIST);
  throw new Slash32Error('S32_OPNSENSE_BAD_ANSWER', { message: `${host} did not list its states.`, where });
}

/** Ends states by their ids, and nothing else. */
export async function endConnections(
  client: OpnsenseClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const left = [...ids];
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) await endOne(client, id, signal);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function endOne(client: OpnsenseClient, id: string, signal: AbortSignal): Promise<void> {
  const path = `${END}/${id}`;
  const answer = await client.post(path, {}, { signal });
  const result: unknown =
    typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : undefined;
  if (typeof result === 'string' && /killed \d+ states?/.test(result)) return;
  const { where, host } = client.describe('POST', path);
  const said = typeof result === 'string' ? `: ${result.trim().slice(0, 80)}` : '.';
  throw new Slash32Error('S32_OPNSENSE_BAD_ANSWER', { message: `${host} did not end a state${said}`, where });
}

/** The connections of OPNsense's rows; what cannot be read is counted. */
export function connectionsOf(rows: readonly unknown[]): ConnectionList {
  const known = new Map<string, boolean>();
  const isAddress = (text: string): boolean => {
    const before = known.get(text) ?? parseIp(text) !== undefined;
    known.set(text, before);
    return before;
  };
  const connections: Connection[] = [];
  for (const row of rows) {
    const found = connectionOf(row, isAddress);
    if (found !== undefined) connections.push(found);
  }
  return { connections, unread: rows.length - connections.length };
}

type Fields = Readonly<Record<string, unknown>>;
type IsAddress = (text: string) => boolean;

const ID = /^[0-9a-f]{1,16}\/[0-9a-f]{1,8}$/;

/**
 * A row of OPNsense's list of states. It gives the other address of a translation as `nat_addr`: for what came in, the one
 * that was asked for before a redirect; for what goes out, the sender before his address was replaced.
 */
function connectionOf(row: unknown, isAddress: IsAddress): Connection | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const fields = row as Fields;
  const id = textOf(fields, 'id');
  const protocol = textOf(fields, 'proto').toLowerCase();
  const direction = textOf(fields, 'direction') === 'in' ? 'in' : 'out';
  const [from, to] = [endOf(fields, 'src', isAddress), endOf(fields, 'dst', isAddress)];
  const isMoved = textOf(fields, 'nat_addr') !== '';
  const other = isMoved ? endOf(fields, 'nat', isAddress, direction === 'in' ? to : from) : undefined;
  if (!ID.test(id) || from === undefined || to === undefined || (isMoved && other === undefined)) return undefined;
  const one: Connection =
    direction === 'in'
      ? { id, direction, protocol, from, asked: other ?? to, to }
      : { id, direction, protocol, from: other ?? from, asked: to, to };
  const echo = ECHO.get(protocol);
  return echo === undefined ? one : typed(one, echo);
}

/** The type of an echo request, by what pf calls the protocol. */
const ECHO: ReadonlyMap<string, number> = new Map([
  ['icmp', 8],
  ['1', 8],
  ['ipv6-icmp', 128],
  ['icmp6', 128],
  ['58', 128],
]);
const LAST_TYPE = 255;
const LAST_PORT = 65_535;

/** ICMP has no ports: pf keeps the type at the far end, and older ones its identifier at both. */
function typed(one: Connection, echo: number): Connection {
  const { port } = one.to;
  const type = port !== one.from.port && port <= LAST_TYPE ? port : echo;
  return {
    ...one,
    from: { ...one.from, port: 0 },
    asked: { ...one.asked, port: type },
    to: { ...one.to, port: type },
  };
}

/** A port that is not told is that of the end that it stands for. */
function endOf(
  fields: Fields,
  side: 'src' | 'dst' | 'nat',
  isAddress: IsAddress,
  likeness?: ConnectionEnd,
): ConnectionEnd | undefined {
  const address = textOf(fields, `${side}_addr`);
  const port = textOf(fields, `${side}_port`);
  if (!isAddress(address)) return undefined;
  if (port === '') return { address, port: likeness?.port ?? 0 };
  const number = Number(port);
  return Number.isInteger(number) && number >= 0 && number <= LAST_PORT ? { address, port: number } : undefined;
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}
