import { inSubnet, subnetOf } from '../../model/address.js';
import type { ReachEnd } from '../reach/types.js';
import type { Member, PolicyScene } from '../resolve/types.js';
import { createCarriers } from './carriers.js';
import type { Beside, BridgePort, HostEnd, Layer2View } from './types.js';

type ViewScene = Pick<PolicyScene, 'layer2' | 'members' | 'segments' | 'interfaces'>;

/** Where an end stands: its segment, and every port of its instance. */
interface Standing {
  readonly name: string;
  readonly segment: string | undefined;
  readonly instance: string | undefined;
  readonly ports: readonly BridgePort[];
}

/** The layer below the firewall of a scene. It holds caches and no state that an answer depends on. Pure. */
export function viewLayer2(scene: ViewScene): Layer2View {
  const { layer2 } = scene;
  const members = new Map(scene.members.map((member) => [member.address, member]));
  const byInstance = groupBy(layer2.ports, (port) => port.instance);
  const openers = new Map<string, BridgePort>();
  // one that is surely open is the better reason
  for (const port of [...layer2.ports].sort(
    (one, other) => Number(one.isolated !== false) - Number(other.isolated !== false),
  ))
    if (port.isolated !== true && !openers.has(port.segment)) openers.set(port.segment, port);
  const carriers = createCarriers(byInstance, openers);
  const segmentOf = segmentFinder(scene);
  const known = new Map<string, Standing>();

  function standing({ address, name, segment }: HostEnd): Standing {
    const before = known.get(address);
    if (before !== undefined) return before;
    const member = members.get(address);
    const found: Standing = {
      name: member?.nic ?? name,
      segment: member?.segment ?? (segment === '' ? segmentOf(address) : segment),
      instance: member?.instance,
      ports: member === undefined ? [] : (byInstance.get(member.instance) ?? []),
    };
    known.set(address, found);
    return found;
  }

  const likenesses = new Map<string, string>();
  function likeness(host: HostEnd): string {
    const before = likenesses.get(host.address);
    if (before !== undefined) return before;
    const found = keyOf(host, members, byInstance, layer2.secondNics);
    likenesses.set(host.address, found);
    return found;
  }

  function pairOf(from: ReachEnd, to: ReachEnd): readonly [Standing, Standing] | undefined {
    if (from.kind !== 'host' || to.kind !== 'host' || from.address === to.address) return undefined;
    const [a, b] = [standing(from), standing(to)];
    return a.instance !== undefined && a.instance === b.instance ? undefined : [a, b];
  }

  /** Somebody else's open port on a segment where both have one, by whichever of their NICs. */
  function byOpener(a: Standing, b: Standing): Beside | undefined {
    const there = new Set([b.segment, ...b.ports.map((port) => port.segment)]);
    for (const segment of [a.segment, ...a.ports.map((port) => port.segment)]) {
      const opener = segment !== undefined && there.has(segment) ? openers.get(segment) : undefined;
      if (opener !== undefined)
        return unknown(
          opener.isolated === undefined
            ? `whether the port of ${opener.nic} is isolated on ${segment} is not known, so packets between the two may be carried beside the firewall`
            : `${opener.nic} has no port isolation on ${segment}, so packets between the two can be carried beside the firewall`,
        );
    }
    return undefined;
  }

  function onOneSegment(a: Standing, b: Standing): Beside | undefined {
    const { segment } = a;
    if (segment === undefined || segment !== b.segment) return undefined;
    const unseen = layer2.unseen.get(segment);
    if (unseen !== undefined)
      return unknown(`whether every port of ${segment} is isolated is not known beside the firewall, since ${unseen}`);
    const ports = [a, b].map((one) => one.ports.find((port) => port.segment === segment));
    const at = ports.indexOf(undefined);
    if (at >= 0)
      return unknown(
        `the port of ${(at === 0 ? a : b).name} on ${segment} is not seen, nor what passes beside the firewall`,
      );
    return differentHosts(ports[0], ports[1], segment);
  }

  return {
    between(from, to) {
      const pair = pairOf(from, to);
      if (pair === undefined) return undefined;
      return (
        direct(...pair) ?? byOpener(...pair) ?? onOneSegment(...pair) ?? carriers.between(pair[0].ports, pair[1].ports)
      );
    },
    answers(end, now = false) {
      if (end.kind !== 'host') return undefined;
      const member = members.get(end.address);
      const second = member && layer2.secondNics.get(member.nic);
      if (member === undefined || second === undefined || (now && !second.already)) return undefined;
      return (
        `${member.instance} has several NICs with a lease of one address each and one default route, so answers of ` +
        `${member.nic} leave by ${second.by} unless the instance routes by source address`
      );
    },
    beyond(from, to) {
      const pair = pairOf(from, to);
      const segment = pair?.[0].segment;
      return segment === undefined || segment !== pair?.[1].segment ? undefined : layer2.beyond.get(segment);
    },
    split(hosts) {
      return [...groupBy(hosts, likeness).values()];
    },
  };
}

/** Two ports of which one is open reach each other, whichever of their addresses was asked for; on any segment where both have one. */
function direct(a: Standing, b: Standing): Beside | undefined {
  let doubt: Beside | undefined;
  for (const one of a.ports)
    for (const other of b.ports) {
      if (one.segment !== other.segment || (one.isolated === true && other.isolated === true)) continue;
      const found = differentHosts(one, other, one.segment) ?? acrossPorts(one, other);
      if (found.verdict === 'pass') return found;
      doubt ??= found;
    }
  return doubt;
}

/** Of two ports on one bridge of which at least one is not known to be isolated. */
function acrossPorts(one: BridgePort, other: BridgePort): Beside {
  const both = [one, other];
  const open = both.filter((port) => port.isolated === false).map((port) => port.nic);
  if (open.length === 0) {
    const unsure = both.filter((port) => port.isolated === undefined).map((port) => port.nic);
    const ports = unsure.length === 1 ? 'the port of' : 'the ports of';
    return unknown(
      `whether ${ports} ${unsure.join(' and ')} on ${one.segment} ${unsure.length === 1 ? 'is' : 'are'} isolated is not known`,
    );
  }
  const why = `${open.join(' and ')} ${open.length === 1 ? 'has' : 'have'} no port isolation on ${one.segment}, where both stand`;
  return { verdict: 'pass', why };
}

function differentHosts(
  one: BridgePort | undefined,
  other: BridgePort | undefined,
  segment: string,
): Beside | undefined {
  if (one === undefined || other === undefined || one.host === other.host) return undefined;
  const hosts = [one, other].map((port) => port.host ?? 'an unknown host').join(' and ');
  return unknown(
    `the two stand on different hosts (${hosts}), and what passes beside the firewall between the ports of ${segment} is not known beyond a host`,
  );
}

function unknown(why: string): Beside {
  return { verdict: 'unknown', why };
}

/** What of a host decides what the layer below does: hosts with the same key are as good as each other. */
function keyOf(
  { address }: HostEnd,
  members: ReadonlyMap<string, Member>,
  byInstance: ReadonlyMap<string, readonly BridgePort[]>,
  second: ReadonlyMap<string, unknown>,
): string {
  const member = members.get(address);
  if (member === undefined) return `nobody ${address}`;
  const ports = byInstance.get(member.instance) ?? [];
  const [port] = ports;
  if (ports.length !== 1 || port === undefined || second.has(member.nic)) return `${member.instance} ${member.nic}`;
  return `${port.segment === member.segment} ${port.isolated} ${port.host ?? ''}`;
}

function segmentFinder({ segments, interfaces }: ViewScene): (address: string) => string | undefined {
  const networks = segments.flatMap(({ name, interface: id }) => {
    const one = interfaces.find((candidate) => candidate.id === id);
    return one?.address === undefined || one.prefix === undefined
      ? []
      : [{ name, subnet: subnetOf(one.address, one.prefix) }];
  });
  return (address) => networks.find(({ subnet }) => inSubnet(address, subnet))?.name;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}
