import { type AddressRange, type Subnet, subnetOf } from '../model/address.js';
import type { FirewallInterface } from '../model/firewall.js';
import type { Instance } from '../model/instance.js';
import type { Segment, SegmentState } from '../model/segment.js';
import type { Entries, OwnedEntry, SegmentNic } from './entries.js';
import type { Matches } from './match.js';
import type { NameBook } from './name-book.js';
import type { Withheld } from './parts/types.js';
import type { PlanInput } from './types.js';

/** A segment that can be planned: what was declared, what stands there, and who is on it. */
export interface SegmentContext {
  readonly input: PlanInput;
  readonly segment: Segment;
  readonly firewall: FirewallInterface;
  readonly subnet: Subnet;
  /** As observed; the state of an interface without DHCP settings when it has none. */
  readonly state: SegmentState;
  /** NICs that are slash32's to plan: not ignored, not excluded, not the firewall's own. */
  readonly nics: readonly SegmentNic[];
  /** Every NIC on every configured segment, also those that are left alone. */
  readonly allNics: readonly SegmentNic[];
  readonly entries: Entries;
  readonly matches: Matches;
  readonly book: NameBook;
  /** Instances with several NICs on configured segments. */
  readonly multihomed: ReadonlySet<Instance>;
  /** What stays as it is, whatever would become of it. */
  readonly withheld: Withheld;
  /** Owned entries that this plan deletes. */
  readonly leaving: ReadonlySet<OwnedEntry>;
  /** The dynamic range once this plan is applied. */
  readonly rangeAfter: AddressRange | undefined;
  /** Whether the interface is in static ARP mode once this plan is applied. */
  readonly staticArpAfter: boolean;
}

/** The network that stands on an interface; undefined without a static IPv4 address. */
export function interfaceSubnet(firewall: FirewallInterface): Subnet | undefined {
  if (firewall.address === undefined || firewall.prefix === undefined) return undefined;
  return subnetOf(firewall.address, firewall.prefix);
}
