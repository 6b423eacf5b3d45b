import { parseIp } from '../../model/ip.js';
import type { Selector } from '../../model/policy.js';
import type { RuleSet } from '../../model/rules.js';
import { holds } from '../evaluate/spans.js';
import { readWorld } from '../evaluate/world.js';
import { asSelector } from '../resolve/findings.js';
import { createResolver, type Resolver } from '../resolve/resolve.js';
import type { PolicyScene } from '../resolve/types.js';

/** A packet as it stands in a log. */
export interface SeenPacket {
  readonly interface: string;
  readonly direction: 'in' | 'out';
  readonly protocol: string;
  readonly from: string;
  readonly to: string;
  readonly port: number | undefined;
  /** Id of the rule that logged it. */
  readonly rule: string;
}

/** A statement that would let pass what was seen. */
export interface Proposal {
  readonly from: string;
  readonly to: string;
  readonly allow: readonly string[];
  /** Packets that it stands for. */
  readonly packets: number;
}

/** What was seen, put together. */
export interface Proposals {
  readonly proposals: readonly Proposal[];
  /** Packets that no statement can be made for: of nobody who is known, of IPv6, to the firewall's broadcast. */
  readonly others: number;
}

const PROTOCOLS = ['tcp', 'udp', 'icmp', 'esp', 'ah', 'gre', 'igmp'];

/**
 * Statements for what the last rule of a segment logged: one for each pair of ends, with all ports that were seen. Ends are named
 * by the group all of whose members were seen with the same, else by the instance, else by what they are (internet, firewall, an
 * address). `rules` are the ids of rules whose packets count. Pure.
 */
export function proposeStatements(
  packets: readonly SeenPacket[],
  rules: ReadonlySet<string>,
  scene: PolicyScene,
  ruleSet: RuleSet,
): Proposals {
  const resolver = createResolver(scene);
  const name = endNames(scene, ruleSet);
  const seen = new Map<string, { from: string; to: string; allow: string; packets: number }>();
  let others = 0;
  for (const packet of packets) {
    if (packet.direction !== 'in' || !rules.has(packet.rule)) continue;
    const [from, to] = [name(packet.from), name(packet.to)];
    const allow = serviceOf(packet);
    if (from === undefined || to === undefined || allow === undefined || from === 'internet' || from === 'firewall') {
      others += 1;
      continue;
    }
    const key = JSON.stringify([from, to, allow]);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, { from, to, allow, packets: 1 });
    else before.packets += 1;
  }
  const grouped = groupEnds(groupEnds([...seen.values()], 'from', scene, resolver), 'to', scene, resolver);
  return { proposals: mergePorts(grouped), others };
}

interface Flow {
  readonly from: string;
  readonly to: string;
  readonly allow: string;
  readonly packets: number;
}

function serviceOf({ protocol, port }: SeenPacket): string | undefined {
  if (!PROTOCOLS.includes(protocol)) return undefined;
  return (protocol === 'tcp' || protocol === 'udp') && port !== undefined ? `${protocol}/${port}` : protocol;
}

/** What an address is called in a policy; undefined where a statement could not name it. */
function endNames(scene: PolicyScene, ruleSet: RuleSet): (address: string) => string | undefined {
  const instances = new Map(scene.members.map((member) => [member.address, member.instance]));
  const world = readWorld(ruleSet);
  return (address) => {
    const known = instances.get(address);
    if (known !== undefined) return known;
    const ip = parseIp(address);
    if (ip === undefined || ip.family !== 'inet' || address === '255.255.255.255') return undefined;
    if (holds(world.own.inet, ip.value)) return 'firewall';
    return holds(world.internet.inet, ip.value) ? 'internet' : address;
  };
}

/** Puts a group in place of its members where each of them was seen with the same other end and service. */
function groupEnds(flows: readonly Flow[], side: 'from' | 'to', scene: PolicyScene, resolver: Resolver): Flow[] {
  let left = [...flows];
  for (const selector of namedSets(scene)) {
    const members = [...new Set(resolver.resolve(selector).members.map((member) => member.instance))];
    if (members.length < 2) continue;
    const rest = (flow: Flow): string => JSON.stringify([side === 'from' ? flow.to : flow.from, flow.allow]);
    const inside = grouped(
      left.filter((flow) => members.includes(flow[side])),
      rest,
    );
    for (const same of inside.values()) {
      const [first] = same;
      if (first === undefined || new Set(same.map((flow) => flow[side])).size < members.length) continue;
      const packets = same.reduce((sum, flow) => sum + flow.packets, 0);
      left = [...left.filter((flow) => !same.includes(flow)), { ...first, [side]: selector.text, packets }];
    }
  }
  return left;
}

function namedSets({ policy }: PolicyScene): Selector[] {
  const tags = policy.tagOwners.map(({ tag, place }): Selector => ({ kind: 'tag', tag, text: `tag:${tag}`, place }));
  return [...policy.groups.map(asSelector), ...tags];
}

function mergePorts(flows: readonly Flow[]): Proposal[] {
  const pairs = grouped(flows, ({ from, to }) => JSON.stringify([from, to]));
  return [...pairs.values()]
    .flatMap((same): Proposal[] => {
      const [first] = same;
      if (first === undefined) return [];
      const allow = [...new Set(same.map((flow) => flow.allow))].sort();
      return [{ from: first.from, to: first.to, allow, packets: same.reduce((sum, flow) => sum + flow.packets, 0) }];
    })
    .sort((a, b) => b.packets - a.packets || (a.from + a.to < b.from + b.to ? -1 : 1));
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
