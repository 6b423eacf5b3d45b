import { type Family, type Ip, type IpSpan, parseIp } from '../../model/ip.js';
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
export function routing(
  world: World,
  routes: readonly { readonly network: string; readonly interface: string }[],
): Routing {
  const table: { readonly span: IpSpan; readonly interface: string }[] = [
    ...[...world.interfaces.values()].flatMap((one) =>
      spansOf(one.networks).map((span) => ({ span, interface: one.id })),
    ),
    ...routes.flatMap((route) => spansOf([route.network]).map((span) => ({ span, interface: route.interface }))),
  ].sort((a, b) => (b.span.prefix ?? 0) - (a.span.prefix ?? 0));
  const internet = [...world.interfaces.values()].filter((one) => one.internet).map((one) => one.id);
  const find = (ip: Ip) =>
    table.find(({ span }) => span.family === ip.family && ip.value >= span.first && ip.value <= span.last)?.interface;
  const behind = new WeakMap<Operand, readonly string[]>();
  const isOwn = (operand: Operand) =>
    operand.kind === 'address' && holds(world.own[operand.ip.family], operand.ip.value);
  return {
    behind: (operand) => {
      const known = behind.get(operand);
      if (known !== undefined) return known;
      const direct = operand.kind === 'address' ? find(operand.ip) : undefined;
      const found = direct === undefined ? internet : [direct];
      behind.set(operand, found);
      return found;
    },
    isLocal: (operand) => isOwn(operand) || (operand.kind === 'address' && !isRouted(operand.ip)),
    isOwn,
  };
}
