import { numberOf } from '../dhcpd.js';
import { childOf, type SimNode, textAt } from '../node.js';
import { markerOf, ownerOf } from './marker.js';
import type { Complaint, NodeChange, PluginApply } from './model.js';
import { holds, ownAddresses } from './networks.js';
import { objectsOf, textOn } from './objects.js';

/** Where OPNsense's web server listens unless its settings say otherwise. */
const WEB = 443;

/** A redirect as far as it matters for whether two take the same packets. */
interface Taken {
  readonly interfaces: readonly string[];
  readonly protocol: string;
  readonly destination: string;
  readonly ports: string;
}

/** Redirects that somebody else's take the packets of. */
export function takenRedirects(root: SimNode, { owner, redirects = [] }: PluginApply): Complaint[] {
  const there = objectsOf(root, 'redirect').filter((one) => ['', '0'].includes(textAt(one, 'disabled')));
  const isOurs = (one: SimNode): boolean => ownerOf(textAt(one, 'descr')) === owner;
  const others = there.filter((one) => !isOurs(one)).map(takenAt);
  const standing = new Map(
    there.filter(isOurs).map((one) => [markerOf(textAt(one, 'descr')), JSON.stringify(takenAt(one))]),
  );
  return redirects.flatMap((one, at) =>
    one.enabled !== false &&
    standing.get(markerOf(one.descr)) !== JSON.stringify(takenBy(one)) &&
    others.some((other) => meets(root, takenBy(one), other))
      ? [{ where: `redirects/${at}/destination_port`, object: one.descr, message: 'Somebody else takes it.' }]
      : [],
  );
}

function takenAt(one: SimNode): Taken {
  return {
    interfaces: textAt(one, 'interface')
      .split(',')
      .filter((id) => id !== ''),
    protocol: textAt(one, 'protocol').toLowerCase(),
    destination: textOn(one, 'destination.network') || textOn(one, 'destination.address'),
    ports: textOn(one, 'destination.port'),
  };
}

/** Redirects of one apply that take each other's packets. */
export function doubleRedirects(root: SimNode, { redirects = [] }: PluginApply): Complaint[] {
  const enabled = redirects.map((one, at) => [at, one] as const).filter(([, one]) => one.enabled !== false);
  return enabled.flatMap(([at, one]) =>
    enabled.some(([before, other]) => before < at && meets(root, takenBy(one), takenBy(other)))
      ? [{ where: `redirects/${at}/destination_port`, object: one.descr, message: 'Another one takes it.' }]
      : [],
  );
}

/** Changed redirects that take what is sent to the firewall's own administration. */
export function redirectLockouts(
  after: SimNode,
  apply: PluginApply,
  changes: readonly NodeChange[],
  caller: string,
): Complaint[] {
  const first = firstInterface(after);
  return changes.flatMap(({ kind, name, after: [now] }) => {
    if (kind !== 'redirect' || now === undefined || textAt(now, 'disabled') === '1') return [];
    const id = textAt(now, 'interface');
    const net = textOn(now, 'destination.network');
    const isAtUs = net === `${id}ip` || ownAddresses(after, id).includes(net);
    const ids = childOf(after, 'interfaces')?.children ?? [];
    const isSelf = isAtUs || ids.some((one) => ownAddresses(after, one.name).includes(net));
    const isWeb = textAt(now, 'protocol') === 'tcp' && covers(textOn(now, 'destination.port'), WEB);
    const isCallers = isSelf && holds(after, id, caller) && !ownAddresses(after, id).includes(caller);
    if (!isWeb || !(isCallers || (isAtUs && id === first))) return [];
    const index = (apply.redirects ?? []).findIndex((one) => markerOf(one.descr) === name);
    return [{ where: `redirects/${index}`, object: name, message: 'It would redirect the firewall itself.' }];
  });
}

function takenBy(one: {
  readonly interface: string;
  readonly protocol: string;
  readonly destination_net: string;
  readonly destination_port: string;
}): Taken {
  const { interface: id, protocol, destination_net: destination, destination_port: ports } = one;
  return { interfaces: [id], protocol, destination, ports };
}

function meets(root: SimNode, one: Taken, other: Taken): boolean {
  const [id = ''] = one.interfaces;
  if (other.interfaces.length > 0 && !other.interfaces.includes(id)) return false;
  if (!['', 'any', 'tcp/udp', one.protocol].includes(other.protocol)) return false;
  const [from, to] = span(one.ports) ?? [0, 0];
  const [first, last] = span(other.ports) ?? [0, 65_535];
  return from <= last && first <= to && isSamePlace(root, one.destination, other.destination);
}

function isSamePlace(root: SimNode, one: string, other: string): boolean {
  if (one === other) return true;
  const places = [one, other].map((text) => /^([a-z][a-z0-9_]*)ip$/.exec(text)?.[1] ?? text.replace(/\/32$/, ''));
  const addresses = places.filter((place) => numberOf(place) !== undefined);
  const ids = [one, other].flatMap((text) => /^([a-z][a-z0-9_]*)ip$/.exec(text)?.[1] ?? []);
  if (addresses.length + ids.length < 2) return true;
  const [id] = ids;
  if (id === undefined) return places[0] === places[1];
  if (ids.length === 2) return false;
  return !isStatic(root, id) || ownAddresses(root, id).includes(addresses[0] ?? '');
}

function isStatic(root: SimNode, id: string): boolean {
  return numberOf(textAt(childOf(childOf(root, 'interfaces'), id), 'ipaddr')) !== undefined;
}

/** The interface of OPNsense's own anti-lockout rule. */
function firstInterface(root: SimNode): string | undefined {
  const ids = (childOf(root, 'interfaces')?.children ?? []).map((one) => one.name);
  const opts = ids.filter((id) => /^opt\d+$/.test(id)).sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
  return ['lan', ...opts, 'wan'].find((id) => ids.includes(id));
}

function covers(ports: string, port: number): boolean {
  const [from, to] = span(ports) ?? [0, 65_535];
  return from <= port && port <= to;
}

function span(text: string): readonly [number, number] | undefined {
  const [, from, to = from] = /^(\d{1,5})(?:[-:](\d{1,5}))?$/.exec(text) ?? [];
  return from === undefined ? undefined : [Number(from), Number(to)];
}
