import { parseIp, parseSpan } from '../../model/ip.js';
import type { Selector } from '../../model/policy.js';
import type { ReachEnd } from '../reach/types.js';
import type { Resolver } from '../resolve/resolve.js';
import type { PolicyScene } from '../resolve/types.js';

type Host = Extract<ReachEnd, { kind: 'host' }>;

/** Every address of an instance that is known, as an end that can be asked about. */
export function hostsOf(scene: PolicyScene): Host[] {
  const counts = new Map<string, number>();
  for (const { instance } of scene.members) counts.set(instance, (counts.get(instance) ?? 0) + 1);
  return scene.members.map(({ instance, nic, address, segment }) => ({
    kind: 'host',
    name: (counts.get(instance) ?? 0) > 1 ? nic : instance,
    address,
    segment,
  }));
}

/** Turns selectors into ends, for many questions about the same hosts. */
export type Subjects = (selectors: readonly Selector[]) => ReachEnd[];

/**
 * Who selectors stand for, each once. A segment stands for its instances; a network for the instances in it, and for its
 * first address where it is one address or holds none; `any` for all instances and the internet.
 */
export function createSubjects(hosts: readonly Host[], resolver: Resolver): Subjects {
  const byAddress = new Map(hosts.map((host) => [host.address, host]));
  return (selectors) => {
    const found = new Map<string, ReachEnd>();
    const add = (end: ReachEnd): void => void found.set(end.kind === 'host' ? end.address : end.kind, end);
    for (const selector of selectors) {
      if (selector.kind === 'internet' || selector.kind === 'firewall') add({ kind: selector.kind });
      if (selector.kind === 'any') {
        for (const host of hosts) add(host);
        add({ kind: 'internet' });
      }
      const { members, segments, networks } = resolver.resolve(selector);
      for (const member of members) {
        const host = byAddress.get(member.address);
        if (host !== undefined) add(host);
      }
      if (segments.length > 0) for (const host of hosts) if (segments.includes(host.segment)) add(host);
      for (const network of networks) for (const host of inNetwork(network, hosts)) add(host);
    }
    return [...found.values()];
  };
}

function inNetwork(network: string, hosts: readonly Host[]): Host[] {
  const span = parseSpan(network);
  if (span === undefined) return [];
  const inside = hosts.filter((host) => {
    const ip = parseIp(host.address);
    return ip !== undefined && ip.family === span.family && ip.value >= span.first && ip.value <= span.last;
  });
  if (inside.length > 0) return inside;
  // Of a network without instances, an address that is neither its name nor its end speaks for all.
  const value = span.first === span.last ? Number(span.first) : Number(span.first) + 1;
  const address = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
  return [{ kind: 'host', name: network, address, segment: '' }];
}
