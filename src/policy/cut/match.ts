import type { Connection, ConnectionEnd, WayService, WayTable } from '../../model/connections.js';
import { type Ip, type IpSpan, type IpValue, parseIp } from '../../model/ip.js';
import { canonicalProtocol } from '../evaluate/protocol.js';

/** Whether a connection goes one of some ways; `asked` may be given in the place of its own. */
export type WayMatch = (connection: Packets, asked?: ConnectionEnd) => boolean;

type Packets = Pick<Connection, 'protocol' | 'from' | 'asked' | 'to'>;

/** Readies ways for many connections: each is found by binary search. */
export function wayMatch(tables: readonly WayTable[]): WayMatch {
  const byFamily = new Map(
    tables.map(({ family, rows }) => [
      family,
      placed(
        rows.flatMap((row) => {
          const value = placed(row.groups.flatMap(receivers));
          return row.from.map((span) => ({ span, value }));
        }),
      ),
    ]),
  );
  if (byFamily.size === 0) return () => false;
  // one sender has many connections
  const senders = new Map<string, ((at: IpValue) => readonly WayService[] | undefined) | undefined>();
  const goals = new Map<string, Ip | undefined>();
  return (connection, asked = connection.asked) => {
    const { protocol, from, to } = connection;
    const groups = kept(senders, from.address, () => {
      const ip = parseIp(from.address);
      return ip === undefined ? undefined : byFamily.get(ip.family)?.(ip.value);
    });
    if (groups === undefined) return false;
    const goal = kept(goals, asked.address, () => parseIp(asked.address));
    const services = goal === undefined || isOther(goal, from.address) ? undefined : groups(goal.value);
    if (services === undefined) return false;
    const name = canonicalProtocol(protocol);
    return services.some((service) => fits(service, name, from.port, asked) && lands(service, asked, to));
  };
}

function isOther({ family }: Ip, address: string): boolean {
  return (family === 'inet6') !== address.includes(':');
}

function kept<Value>(cache: Map<string, Value>, key: string, make: () => Value): Value {
  const known = cache.get(key);
  if (known !== undefined || cache.has(key)) return known as Value;
  const made = make();
  cache.set(key, made);
  return made;
}

type Group = WayTable['rows'][number]['groups'][number];

function receivers(group: Group): { readonly span: IpSpan; readonly value: readonly WayService[] }[] {
  return group.to.map((span) => ({ span, value: group.services }));
}

/** Finds the value of the span that holds an address; the spans are disjoint. */
function placed<Value>(
  spans: readonly { readonly span: IpSpan; readonly value: Value }[],
): (at: IpValue) => Value | undefined {
  const sorted = [...spans].sort((a, b) => (a.span.first < b.span.first ? -1 : 1));
  return (at) => {
    let low = 0;
    let high = sorted.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const found = sorted[middle];
      if (found !== undefined && found.span.first <= at) low = middle;
      else high = middle - 1;
    }
    const found = sorted[low];
    return found !== undefined && found.span.first <= at && at <= found.span.last ? found.value : undefined;
  };
}

function fits(service: WayService, protocol: string, sourcePort: number, asked: Connection['asked']): boolean {
  if (service.protocol === '*') return service.except?.includes(protocol) !== true;
  const [first, last] = service.numbers;
  if (service.protocol !== protocol || asked.port < first || asked.port > last) return false;
  const sources = service.sourcePorts;
  return sources === undefined || (sourcePort >= sources[0] && sourcePort <= sources[1]);
}

function lands({ lands: place, numbers }: WayService, asked: Connection['asked'], to: Connection['to']): boolean {
  if (place === undefined) return to.port === asked.port && sameAddress(to.address, asked.address);
  const port = place.port + (place.shifts ? asked.port - numbers[0] : 0);
  return to.port === port && sameAddress(to.address, place.address);
}

function sameAddress(one: string, other: string): boolean {
  return one === other || (one.includes(':') && parseIp(one)?.value === parseIp(other)?.value);
}
