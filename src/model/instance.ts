/** What a source says there is. No field of one particular hypervisor's answer appears here. */

/** What the host drops of what a NIC sends. */
export interface NicFilters {
  /** Frames from another MAC than its own. */
  readonly mac: boolean;
  /** IPv4 from another address than `ipv4Address`. */
  readonly ipv4: boolean;
  /** IPv6 from another address than its own. */
  readonly ipv6: boolean;
  /** The one address that IPv4 may come from; undefined where the NIC names none. */
  readonly ipv4Address: string | undefined;
}

/** The VLANs of its bridge that a NIC takes part in. */
export interface NicVlans {
  /** Where its untagged frames go: the number of a VLAN, or `none`; undefined leaves that to the bridge. */
  readonly untagged: string | undefined;
  /** Numbers and spans of numbers, as written. */
  readonly tagged: readonly string[];
}

/** A network device of an instance that stands on a bridge. */
export interface Nic {
  /** Device name, for example `eth0`; unique inside its instance. */
  readonly name: string;
  /** What it is plugged into: any word that the `network:` of a segment can equal, one layer-2 domain (a bridge, a network, a VLAN's name). */
  readonly network: string;
  /** Canonical MAC address, or as written where it is none; undefined when the source has not assigned one. */
  readonly mac: string | undefined;
  /** Whether its bridge port is isolated from the other isolated ports; undefined where the source does not tell. */
  readonly isolated: boolean | undefined;
  /** Address that the NIC itself asks for by a key of its own. */
  readonly pinnedAddress: string | undefined;
  /** Undefined where the source does not tell. */
  readonly filters?: NicFilters | undefined;
  /** Undefined for a NIC that names none. */
  readonly vlans?: NicVlans | undefined;
}

/** A network device that shares a bridge without being one of its NICs: what it sends comes out of the bridge's own port. */
export interface SideNic {
  readonly name: string;
  /** `macvlan`, `ipvlan`. */
  readonly kind: string;
  /** Name of the bridge that it sits on. */
  readonly network: string;
}

/** A container or virtual machine with those of its NICs that stand on bridges. */
export interface Instance {
  readonly project: string;
  readonly name: string;
  /** Identity that survives renames and moves, any word that no other instance of its project has; undefined when the source has none. */
  readonly uuid: string | undefined;
  readonly type: 'container' | 'virtual-machine';
  /** `running` where it runs: an address that it is seen with is its own then. Else a word of the source in small letters, `unknown` for none. */
  readonly status: string;
  /** Whether its owner asked to be left alone. */
  readonly ignored: boolean;
  /** Address that the instance asks for, exactly as written. */
  readonly pinnedAddress: string | undefined;
  /** Tags that it claims, as written: only the policy says whether it may. Sorted, each once. */
  readonly tags: readonly string[];
  readonly nics: readonly Nic[];
  /** Devices beside its NICs that share a bridge; absent for none. */
  readonly sideNics?: readonly SideNic[];
  /** Whether the host asks for its address because it has no DHCP client of its own. */
  readonly hostAsks?: boolean;
  /** Whether its owner says that it answers from each of its addresses by that address's own NIC. */
  readonly sourceRouting?: boolean;
  /** When it was made, or moved to its project. ISO 8601, UTC; undefined where the source does not tell. */
  readonly createdAt?: string | undefined;
  /** The host that it is on; undefined where there is one host only, or the source does not tell. */
  readonly host?: string | undefined;
}

/** How far a project was seen. Where `complete` is false, nothing of that project may be deleted, and `reason` says why. */
export interface ProjectView {
  readonly name: string;
  readonly complete: boolean;
  readonly reason: string | undefined;
}

/** Whether a NIC whose IPv4 the host filters still reaches a DHCP server that is not on the host. */
export interface FilteredDhcp {
  readonly reaches: boolean;
  /** Whose filter that is, for people, with its version. */
  readonly by: string;
  /** What mends it, as the end of a sentence. */
  readonly remedy: string;
}

/** How a source calls what plans speak of; each stands in the middle of a sentence. */
export interface SourceTerms {
  /** The filter of a NIC that lets nothing pass but its own MAC. */
  readonly macFilter: string;
  /** The one that lets no IPv4 pass but from one address, and the key that names the address. */
  readonly ipv4Filter: string;
  readonly filterAddress: string;
  readonly ipv6Filter: string;
  /** Where the untagged frames of a NIC go, and where the tagged ones. */
  readonly vlan: string;
  readonly taggedVlans: string;
  /** What an owner writes to say that his instance answers by the NIC that was asked. */
  readonly sourceRouting: string;
}

/** For a source that has no words of its own. */
const PLAIN_TERMS: SourceTerms = {
  macFilter: 'a filter of MACs',
  ipv4Filter: 'filter of IPv4',
  filterAddress: 'address',
  ipv6Filter: 'a filter of IPv6',
  vlan: 'its untagged VLAN',
  taggedVlans: 'its tagged VLANs',
  sourceRouting: 'source routing, declared on it,',
};

/** The words for sentences about what a source showed. */
export function termsOf({ terms }: Pick<Inventory, 'terms'>): SourceTerms {
  return { ...PLAIN_TERMS, ...terms };
}

/** What one reading of a source found. */
export interface Inventory {
  /** Where it was read, for people and without credentials: a socket, an address, a file name. */
  readonly source: string;
  readonly instances: readonly Instance[];
  /** Every project that was looked at, also empty ones. */
  readonly projects: readonly ProjectView[];
  /**
   * True when `projects` names every project that exists, so that a project missing from it is known to be gone.
   * False for a restricted view or a declared subset: an entry of an unlisted project is then left alone.
   */
  readonly allProjects: boolean;
  /**
   * Instances of projects that are not listed: nothing is planned for them, but they stand on the same bridges. Undefined where
   * the source does not show them, so that there may be some.
   */
  readonly others?: readonly Instance[];
  /** Undefined where the source does not tell. */
  readonly filteredDhcp?: FilteredDhcp;
  /** Words of its own for what plans speak of. */
  readonly terms?: Partial<SourceTerms>;
  /** Which versions drop what a filtered NIC asks of DHCP, a sentence for where `filteredDhcp` is not told. */
  readonly filterNote?: string;
  /** Bridges that lead beyond the host, each with the interfaces that do; undefined where the source does not tell. */
  readonly uplinks?: Readonly<Record<string, readonly string[]>>;
  /** Things a person should know about the reading itself, one sentence each. */
  readonly notes: readonly string[];
}

/** `project/name`, how an instance is named everywhere. */
export function instanceName(instance: { readonly project: string; readonly name: string }): string {
  return `${instance.project}/${instance.name}`;
}

/** `project/name/nic`, how a NIC is named everywhere. */
export function nicName(instance: { readonly project: string; readonly name: string }, nic: string): string {
  return `${instance.project}/${instance.name}/${nic}`;
}

/**
 * Where a NIC stands with regard to the untagged segment of its bridge: on it, elsewhere, or `unknown` where it only joins tagged
 * VLANs and the bridge decides about the rest. VLAN 1 is where a bridge puts untagged frames unless somebody changed that.
 */
export function placeOnBridge({ vlans }: Nic): 'untagged' | 'elsewhere' | 'unknown' {
  if (vlans === undefined || vlans.untagged === '1') return 'untagged';
  return vlans.untagged === undefined ? 'unknown' : 'elsewhere';
}
