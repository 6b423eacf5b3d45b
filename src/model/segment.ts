import type { AddressRange } from './address.js';
import type { InfrastructureService, SegmentDefault } from './policy.js';

/** How much of a segment slash32 manages; a segment starts with `reservations` and is widened by its owner. */
export const MANAGE_STEPS = ['reservations', 'mask', 'deny_unknown', 'static_arp', 'rules'] as const;
export type ManageStep = (typeof MANAGE_STEPS)[number];

/** One segment as declared: a bridge network of the source and the firewall interface that stands on it. */
export interface Segment {
  /** Key in the configuration, for example `servers`. */
  readonly name: string;
  /** Name of the bridge network. */
  readonly network: string;
  /** The VLAN of the bridge on which it lies: NICs with that `vlan` stand on it. Absent: where untagged frames go. */
  readonly vlan?: number;
  /** Firewall interface id, for example `opt3`. */
  readonly interface: string;
  /** Where addresses may be picked; empty means the whole subnet but for its reserved addresses. */
  readonly pool: readonly AddressRange[];
  /** Ranges, beside the pool, in which instances of a project may pin an address. */
  readonly pins: Readonly<Record<string, readonly AddressRange[]>>;
  readonly manage: readonly ManageStep[];
  /** What the rules of the segment end in, where rules are managed. */
  readonly fallback: SegmentDefault;
  /** Services of the firewall that stay open under a fallback of ours. */
  readonly infrastructure: readonly InfrastructureService[];
  /** The one address of the dynamic range under `deny_unknown`; undefined means the subnet's last usable one. */
  readonly rangeAddress: string | undefined;
  /** The router that clients are told, where a CARP address must be chosen; undefined means the obvious one. */
  readonly router: string | undefined;
  /** Whether each reservation also asks for a static ARP entry where the interface is not in static ARP mode. */
  readonly arpEntries: boolean;
}

/** A reservation as it stands on the firewall, ours or foreign. */
export interface ObservedReservation {
  /** Index among the interface's reservations at the observed revision. */
  readonly position: number;
  /** Canonical; undefined when the entry has none, or something that is none. */
  readonly mac: string | undefined;
  /** A canonical dotted quad; undefined when the entry has none, or something that is none. */
  readonly address: string | undefined;
  /** As written; undefined when the entry has none. */
  readonly hostname: string | undefined;
  readonly description: string;
  /** Whether the entry asks for a static ARP entry by itself. */
  readonly arpEntry: boolean;
  /** What stands in the entry where a MAC or an address should, and is none. */
  readonly odd?: { readonly mac?: string; readonly address?: string };
}

/** Who gets addresses of a further address pool: `macAllow` is null where no list limits it, else as written. */
export interface PoolAccess {
  /** Empty where the pool has no range that can be read. */
  readonly from: string;
  readonly to: string;
  readonly denyUnknown: boolean;
  readonly macAllow: string | null;
}

/** A server that DHCP names to clients. */
export interface ToldServer {
  readonly service: 'dns' | 'ntp';
  readonly address: string;
}

/** What the firewall says about DHCP on one interface. */
export interface SegmentState {
  readonly interface: string;
  readonly enabled: boolean;
  /** The main pool's dynamic range; undefined when there is none. */
  readonly range: AddressRange | undefined;
  /** Dynamic ranges of further address pools. */
  readonly extraRanges: readonly AddressRange[];
  /** Further address pools, in their order. */
  readonly pools: readonly PoolAccess[];
  /** Value of DHCP option 1 when it is overridden with a usable type; `invalid` when it is overridden with another one. */
  readonly mask: string | 'invalid' | undefined;
  /** Value of DHCP option 121 as octets (`hostRoutes`); `invalid` for one that cannot be read. */
  readonly routes: string | 'invalid' | undefined;
  readonly denyUnknown: boolean;
  /** The list of MAC addresses that alone get dynamic leases, as written; undefined when there is none. */
  readonly macAllow: string | undefined;
  /** `dark`: the setting is written in a form that puts the interface in static ARP mode without any entry. */
  readonly staticArp: 'on' | 'off' | 'dark';
  /** The router that clients are told; undefined means the interface's own address, `none` means no router. */
  readonly router: string | undefined;
  readonly leaseSeconds: number;
  /** Servers that clients are told by name: who resolves names, who tells the time. As they are written: a name is one that DHCP resolves. */
  readonly servers: readonly ToldServer[];
  readonly reservations: readonly ObservedReservation[];
  /** Settings that cannot be written there as it stands, with why and what to do, as a clause; absent where each can. */
  readonly stuck?: { readonly settings: readonly ('mask' | 'routes')[]; readonly why: string } | undefined;
}
