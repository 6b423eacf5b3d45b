import { type Family, type Ip, type IpSpan, parseIp } from '../../model/ip.js';
import type { RuleRoute, Way } from '../../model/rules.js';
import type { Operand } from './endpoint.js';
import { holds } from './spans.js';
import type { FlowEnd } from './types.js';
import { isRouted, spansOf, type World } from './world.js';

/** Which interface stands before an address. */
export interface Routing {
  /** Interfaces that an operand is behind: one, several when the way to the internet is not single, none when it is not known. */
  readonly behind: (operand: Operand) => readonly string[];
  /** Whether the operand is the firewall itself, or reaches no further than it (broadcast, multicast, link-local). */
  readonly isLocal: (operand: Operand) => boolean;
  readonly isOwn: (operand: Operand) => boolean;
  /**
   * Whether a way leads to the operand: `yes` by a router that is the right one, `link` where the operand stands on the interface
   * itself, so that a router there is a way around.
   */
  readonly meets: (operand: Operand, way: Way) => 'yes' | 'link' | 'no';
  /** Which hop leads to the operand, as a text that is equal for operands behind the same one. */
  readonly hop: (operand: Operand) => string;
}

/** Reads a flow's end; throws a RangeError for a text that is no address (whoever asks has checked it). */
export function readEnd(end: FlowEnd): Operand {
  if ('internet' in end) return { kind: 'internet', family: end.internet };
  const ip = parseIp(end.address);
  if (ip === undefined) throw new RangeError(`not an address: ${end.address}`);
  return { kind: 'address', ip };
}

/** The family of an operand. */
export function familyOf(operand: Operand): Family {
  return operand.kind === 'address' ? operand.ip.family : operand.family;
}

/** Finds ways by the interfaces' networks and the routes, the most specific first; everything else is the internet's way. */
export function routing(world: World, routes: readonly RuleRoute[]): Routing {
  const table: Entry[] = [
    ...[...world.interfaces.values()].flatMap((one) =>
      spansOf(one.networks).map((span) => ({ span, interface: one.id, gateway: undefined, link: true })),
    ),
    ...routes.flatMap((route) =>
      spansOf([route.network]).map((span) => ({
        span,
        interface: route.interface,
        gateway: route.gateway,
        link: false,
      })),
    ),
  ].sort((a, b) => (b.span.prefix ?? 0) - (a.span.prefix ?? 0));
  const internet = [...world.interfaces.values()].filter((one) => one.internet).map((one) => one.id);
  const find = (ip: Ip) =>
    table.find(({ span }) => span.family === ip.family && ip.value >= span.first && ip.value <= span.last);
  const behind = new WeakMap<Operand, readonly string[]>();
  const isOwn = (operand: Operand) =>
    operand.kind === 'address' && holds(world.own[operand.ip.family], operand.ip.value);
  return {
    behind: (operand) => {
      const known = behind.get(operand);
      if (known !== undefined) return known;
      const direct = operand.kind === 'address' ? find(operand.ip)?.interface : undefined;
      const found = direct === undefined ? internet : [direct];
      behind.set(operand, found);
      return found;
    },
    isLocal: (operand) => isOwn(operand) || (operand.kind === 'address' && !isRouted(operand.ip)),
    isOwn,
    meets: (operand, way) => {
      if (operand.kind === 'address' && way.address !== undefined && isSame(operand.ip, parseIp(way.address)))
        return 'yes';
      const entry = operand.kind === 'address' ? find(operand.ip) : undefined;
      if (entry === undefined) return internet.includes(way.interface) ? 'yes' : 'no';
      if (entry.interface !== way.interface) return 'no';
      if (entry.link) return 'link';
      return entry.gateway === undefined || entry.gateway === way.gateway ? 'yes' : 'no';
    },
    hop: (operand) => {
      const entry = operand.kind === 'address' ? find(operand.ip) : undefined;
      if (entry === undefined) return internet.join(',');
      return entry.link ? `on ${entry.interface}` : `${entry.interface} by ${entry.gateway ?? ''}`;
    },
  };
}

function isSame(one: Ip, other: Ip | undefined): boolean {
  return one.family === other?.family && one.value === other.value;
}

interface Entry {
  readonly span: IpSpan;
  readonly interface: string;
  readonly gateway: string | undefined;
  /** Its addresses stand on the interface itself. */
  readonly link: boolean;
}
