import { type IpSpan, parseIp, parseSpan } from '../../model/ip.js';
import type { PolicyScene } from '../resolve/types.js';
import type { CompiledAlias } from './types.js';

/**
 * What of an alias is written anew each time, and what may stand as it is: the nodes of a high-availability pair have one policy, and
 * each has addresses of its own.
 */
export type Standing = Pick<CompiledAlias, 'settle' | 'own'>;

/** Every static IPv4 address of the firewall, virtual ones included. */
export function ownAddresses({ interfaces }: Pick<PolicyScene, 'interfaces'>): string[] {
  return interfaces.flatMap((one) => [
    ...(one.address === undefined ? [] : [one.address]),
    ...one.virtualIps.map((ip) => ip.address).filter((address) => parseIp(address)?.family === 'inet'),
  ]);
}

/** Addresses that no network of a list holds: one that is held adds nothing, and another node has another one there. */
export function uncovered(addresses: readonly string[], networks: readonly string[]): string[] {
  const spans = networks.flatMap((text) => parseSpan(text) ?? []);
  return addresses.filter((address) => !spans.some((span) => holds(span, address)));
}

/** The alias of everything local: an address that one of its networks holds may stand there or not. */
export function localStanding(content: readonly string[]): Standing {
  const networks = content.filter((item) => item.includes('/'));
  const bare = (items: readonly string[]): string[] => [
    ...items.filter((item) => parseIp(item) === undefined),
    ...uncovered(
      items.filter((item) => parseIp(item) !== undefined),
      networks,
    ),
  ];
  return { settle: (standing) => (isSame(bare(standing), bare(content)) ? standing : content) };
}

/**
 * An alias of networks in which the firewall's own addresses are left out. Where both nodes of a pair stand in such a network, what
 * is left out of it for the other node stays, and this node's own address may be missing beside that: the other node cannot know
 * it. Addresses that are named for both are always there. Undefined where no pair stands there.
 */
export function networkStanding(
  content: readonly string[],
  networks: readonly string[],
  scene: Pick<PolicyScene, 'interfaces' | 'members' | 'nodeAddresses'>,
): Standing | undefined {
  const virtual = scene.interfaces.flatMap((one) => one.virtualIps);
  const shared = virtual.filter((ip) => ip.mode === 'carp').map((ip) => ip.address);
  const spans = networks
    .flatMap((text) => parseSpan(text) ?? [])
    .filter((span) => shared.some((address) => holds(span, address)));
  if (spans.length === 0) return undefined;
  const named = new Set([...virtual.map((ip) => ip.address), ...(scene.nodeAddresses ?? [])]);
  const members = new Set(scene.members.map((member) => member.address));
  const inPair = (item: string): boolean => item.startsWith('!') && spans.some((span) => holds(span, item.slice(1)));
  const own = content.filter((item) => inPair(item) && !named.has(item.slice(1)));
  const isOthers = (item: string): boolean => inPair(item) && !content.includes(item) && !members.has(item.slice(1));
  return {
    own,
    settle(standing) {
      const others = standing.filter(isOthers);
      if (others.length === 0) return content;
      const rest = new Set(standing.filter((item) => !isOthers(item)));
      const isEqual =
        [...rest].every((item) => content.includes(item)) &&
        content.every((item) => rest.has(item) || own.includes(item));
      return isEqual ? standing : [...content, ...others].sort();
    },
  };
}

function holds(span: IpSpan, address: string): boolean {
  const ip = parseIp(address);
  return ip !== undefined && ip.family === span.family && ip.value >= span.first && ip.value <= span.last;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(one);
  return set.size === new Set(other).size && other.every((item) => set.has(item));
}
