import type { FirewallInterface } from '../model/firewall.js';
import { type Instance, type Inventory, instanceName, nicName } from '../model/instance.js';

/** A network and the firewall interface that stands on it. */
export interface SegmentPair {
  readonly network: string;
  readonly interface: FirewallInterface;
}

/** A MAC address that does not single out one NIC and one interface. */
export interface AmbiguousMac {
  readonly mac: string;
  /** `project/name/nic` of each NIC that has it. */
  readonly nics: readonly string[];
  /** Identifiers of the interfaces that have it. */
  readonly interfaces: readonly string[];
}

/** Which networks and interfaces belong together, and what could not be told. */
export interface Pairing {
  /** Ready to be segments, in the order of the interfaces. */
  readonly pairs: readonly SegmentPair[];
  /** `project/name` of the instance that is the firewall; undefined when none, or more than one, could be it. */
  readonly firewallInstance: string | undefined;
  /** Networks of the inventory that no pair uses, sorted. */
  readonly unmatchedNetworks: readonly string[];
  /** Interfaces that no pair uses, with the reason in one sentence. */
  readonly unmatchedInterfaces: readonly { readonly interface: FirewallInterface; readonly reason: string }[];
  readonly ambiguous: readonly AmbiguousMac[];
  /** Pairs that only their names speak for (description of the interface = name of the network): ask before using. */
  readonly suggestions: readonly SegmentPair[];
}

interface Match {
  readonly instance: Instance;
  readonly nic: string;
  readonly network: string;
  readonly mac: string;
}

/**
 * Pairs the inventory's networks with the firewall's interfaces. The firewall is itself an instance: the one whose NICs
 * have the MAC addresses of the firewall's interfaces; the network of each NIC is then the network of that interface.
 * Never guesses: what is ambiguous is left out of the pairs and reported.
 */
export function pairSegments(inventory: Inventory, interfaces: readonly FirewallInterface[]): Pairing {
  const byMac = new Map<string, FirewallInterface[]>();
  for (const item of interfaces) if (item.mac !== undefined) push(byMac, item.mac, item);
  const matches = inventory.instances.flatMap((instance) => matchesOf(instance, byMac));
  const firewall = findFirewall(matches);
  const ambiguous = findAmbiguous(matches, byMac, firewall);
  const own = matches.filter((match) => match.instance === firewall);
  const chosen = interfaces.map((item) => ({ interface: item, ...chooseNetwork(item, own, byMac) }));
  const pairs = chosen.flatMap((choice) =>
    choice.network === undefined ? [] : [{ network: choice.network, interface: choice.interface }],
  );
  const paired = new Set(pairs.map((pair) => pair.network));
  const taken = new Set(own.map((match) => match.network));
  const networks = new Set(inventory.instances.flatMap((instance) => instance.nics.map((nic) => nic.network)));
  const unmatchedNetworks = [...networks].filter((network) => !paired.has(network)).sort();
  const left = chosen.filter((choice) => choice.network === undefined);
  return {
    pairs,
    firewallInstance: firewall === undefined ? undefined : instanceName(firewall),
    unmatchedNetworks,
    unmatchedInterfaces: left.map((choice) => ({ interface: choice.interface, reason: choice.reason ?? '' })),
    ambiguous,
    suggestions: suggestByName(
      unmatchedNetworks.filter((network) => !taken.has(network)),
      left.map((choice) => choice.interface),
    ),
  };
}

/** Why an interface cannot carry a segment whatever it is paired with; undefined when it can. */
export function unfitReason(item: FirewallInterface): string | undefined {
  if (item.id === 'wan') return 'It is the way out (wan), not a segment.';
  if (!item.enabled) return 'It is disabled.';
  if (item.address === undefined || item.prefix === undefined) return 'It has no static IPv4 address.';
  if (item.prefix > 30) return `Its network /${item.prefix} has no room for instances.`;
  return undefined;
}

function matchesOf(instance: Instance, byMac: ReadonlyMap<string, unknown>): Match[] {
  return instance.nics.flatMap((nic) =>
    nic.mac !== undefined && byMac.has(nic.mac)
      ? [{ instance, nic: nic.name, network: nic.network, mac: nic.mac }]
      : [],
  );
}

/** The instance with the most interfaces; among equals the only running one, since a stopped copy keeps the MACs. */
function findFirewall(matches: readonly Match[]): Instance | undefined {
  const macs = new Map<Instance, Set<string>>();
  for (const match of matches) {
    const seen = macs.get(match.instance) ?? new Set();
    macs.set(match.instance, seen.add(match.mac));
  }
  const most = Math.max(0, ...[...macs.values()].map((seen) => seen.size));
  const best = [...macs].filter(([, seen]) => seen.size === most).map(([instance]) => instance);
  if (best.length <= 1) return best[0];
  const running = best.filter((instance) => instance.status === 'running');
  return running.length === 1 ? running[0] : undefined;
}

function findAmbiguous(
  matches: readonly Match[],
  byMac: ReadonlyMap<string, readonly FirewallInterface[]>,
  firewall: Instance | undefined,
): AmbiguousMac[] {
  return [...byMac].flatMap(([mac, interfaces]) => {
    const nics = matches.filter((match) => match.mac === mac);
    const ownNics = nics.filter((match) => match.instance === firewall);
    const clear = nics.length <= 1 && (interfaces.length === 1 || parentOf(interfaces) !== undefined);
    if (nics.length === 0 || clear) return [];
    if (ownNics.length === 1 && nics.length === 1 && parentOf(interfaces) !== undefined) return [];
    const names = nics.map((match) => nicName(match.instance, match.nic));
    return [{ mac, nics: names, interfaces: interfaces.map((item) => item.id) }];
  });
}

function chooseNetwork(
  item: FirewallInterface,
  own: readonly Match[],
  byMac: ReadonlyMap<string, readonly FirewallInterface[]>,
): { readonly network?: string; readonly reason?: string } {
  const unfit = unfitReason(item);
  if (unfit !== undefined) return { reason: unfit };
  if (item.mac === undefined) return { reason: 'Its MAC address cannot be seen.' };
  const nics = own.filter((match) => match.mac === item.mac);
  const [nic, second] = nics;
  if (nic === undefined) return { reason: `No NIC of the firewall's instance has its MAC address ${item.mac}.` };
  if (second !== undefined) return { reason: `Two NICs of the firewall's instance have its MAC address ${item.mac}.` };
  const sharing = byMac.get(item.mac) ?? [];
  if (sharing.length > 1 && parentOf(sharing) !== item)
    return { reason: `It shares its MAC address with ${others(sharing, item)}, so its network cannot be told.` };
  const sameNetwork = own.filter((match) => match.network === nic.network && match.mac !== item.mac);
  if (sameNetwork.length > 0) return { reason: `Another interface stands on its network ${nic.network}, too.` };
  return { network: nic.network };
}

/** VLANs have the MAC of their parent: the one interface that is no VLAN stands on the NIC's own network. */
function parentOf(interfaces: readonly FirewallInterface[]): FirewallInterface | undefined {
  const parents = interfaces.filter((item) => !/vlan|\.\d+$/.test(item.device));
  return parents.length === 1 ? parents[0] : undefined;
}

function others(interfaces: readonly FirewallInterface[], item: FirewallInterface): string {
  return interfaces
    .filter((other) => other !== item)
    .map((other) => other.id)
    .join(', ');
}

function suggestByName(networks: readonly string[], interfaces: readonly FirewallInterface[]): SegmentPair[] {
  return interfaces.flatMap((item) => {
    if (unfitReason(item) !== undefined) return [];
    const same = networks.filter((network) => network.toLowerCase() === item.description.toLowerCase());
    const rivals = interfaces.filter((other) => other.description.toLowerCase() === item.description.toLowerCase());
    const [network] = same;
    return network !== undefined && same.length === 1 && rivals.length === 1 ? [{ network, interface: item }] : [];
  });
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
