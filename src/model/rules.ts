/**
 * A rule set as a firewall evaluates it. No field here is a field of one firewall's configuration: readers below `firewall/`
 * turn what they find into this, and `policy/evaluate` judges it. Nothing is left out silently: what a reader cannot know is
 * an `unknowns` entry of the rule, an `unknown` of the alias, or a note.
 */
import type { Family } from './ip.js';

/** Who put a rule there: the firewall itself, slash32, somebody else, or somebody else in the firewall's older format. */
export type RuleOrigin = 'automatic' | 'foreign' | 'legacy' | 'ours';

/** Which class of the order of evaluation a rule is in; an `invalid` rule is listed but never applied. */
export type RuleClass = 'automatic' | 'floating' | 'group' | 'interface' | 'invalid';

/** What a rule does with a packet that it decides about. */
export type RuleAction = 'pass' | 'block' | 'reject';

/** Which way through an interface a rule looks at: into the firewall, out of it, or both. */
export type RuleDirection = 'in' | 'out' | 'any';

/** One thing that a source or destination may name. */
export type EndpointPart =
  | { readonly kind: 'any' }
  /** An address, a network or a span (`10.0.0.1`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`), of either family. */
  | { readonly kind: 'addresses'; readonly span: string }
  | { readonly kind: 'alias'; readonly name: string }
  /** The networks of an interface, or of all members of an interface group. */
  | { readonly kind: 'interface-network'; readonly interface: string }
  /** The addresses that the firewall itself has on an interface, virtual ones included. */
  | { readonly kind: 'interface-address'; readonly interface: string }
  /** Every address of the firewall. */
  | { readonly kind: 'self' }
  /** Something that cannot be turned into addresses here; `reason` is a clause for people. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Source or destination of a rule: it fits when any part fits; with `not`, when any part does not (each part is a rule of its own). */
export interface Endpoint {
  readonly parts: readonly EndpointPart[];
  readonly not: boolean;
}

/** Ports that a rule names: a span, both ends included, or a port alias. */
export type PortPart =
  | { readonly kind: 'ports'; readonly from: number; readonly to: number }
  | { readonly kind: 'alias'; readonly name: string };

/** What rules and redirects look at in a packet. */
export interface PacketMatch {
  /** Interfaces and interface groups; empty means every interface. */
  readonly interfaces: readonly string[];
  /** The rule holds on every interface but this one; of several, each excludes only itself, so that together they exclude nothing. */
  readonly interfacesNot: boolean;
  readonly family: Family | 'inet46';
  /** Lower-case names (`tcp`, `udp`, `icmp`, `icmp6`, `esp`) or numbers as text; empty means every protocol. */
  readonly protocols: readonly string[];
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Empty means every port. Only packets of tcp and udp have ports. */
  readonly sourcePorts: readonly PortPart[];
  readonly destinationPorts: readonly PortPart[];
}

/** One filter rule. */
export interface Rule extends PacketMatch {
  /** Stable name of the rule on its firewall: uuid or label. */
  readonly id: string;
  readonly origin: RuleOrigin;
  readonly class: RuleClass;
  readonly enabled: boolean;
  /** The number by which its firewall orders it within its class; undefined for what comes behind all that have one. */
  readonly sequence?: number | undefined;
  /** First match decides; otherwise the last match of all decides. */
  readonly quick: boolean;
  readonly action: RuleAction;
  readonly direction: RuleDirection;
  /** ICMP types for IPv4 and for IPv6; empty means every type. */
  readonly icmpTypes: readonly number[];
  readonly icmp6Types: readonly number[];
  readonly log: boolean;
  /** Answers pass without a rule of their own. */
  readonly stateful: boolean;
  /** Whether it fits the first packet of a TCP connection; false when it asks for other TCP flags. */
  readonly newConnections: boolean;
  readonly description: string;
  /** Conditions that cannot be judged from here (a schedule, a mark of another rule), as clauses for people. */
  readonly unknowns: readonly string[];
  /** Where it sends what it passes, wherever the destination stands; undefined: to its destination. */
  readonly sentTo?: Detour | undefined;
  /** Where it sends the answers; undefined: back the way that routing takes. */
  readonly answersTo?: Detour | undefined;
  /** Somebody else on the firewall who gets what it passes. */
  readonly handedTo?: Handover | undefined;
}

/** A way that a rule gives to packets in the place of the one that routing would take. */
export interface Detour {
  /** What it is called in sentences: `the gateway "WAN2"`. */
  readonly name: string;
  /** Where it may lead, one of these at a time; empty where that is not known. */
  readonly ways: readonly Way[];
  /** Each way is for what came in on its own interface, and there is none for what came in on another. */
  readonly byIngress?: boolean | undefined;
}

/** Out of an interface to a next hop; `gateway` is the name of that hop, where routes and rules call it by one. */
export interface Way {
  readonly interface: string;
  readonly gateway: string | undefined;
  /** Its own address, where it is known: what is sent to it that way arrives. */
  readonly address?: string | undefined;
}

/** What becomes of a packet that a rule passes and does not let go to its destination as it is. */
export interface Handover {
  /** A clause for people: `the firewall itself answers …`. */
  readonly why: string;
  /** Protocols that it concerns; empty means every one. */
  readonly protocols: readonly string[];
}

/** One destination NAT: packets that fit go to `targets` instead. The first one that fits decides. */
export interface Redirect extends PacketMatch {
  readonly id: string;
  readonly origin: RuleOrigin;
  readonly enabled: boolean;
  /** The number by which its firewall orders it. */
  readonly sequence?: number | undefined;
  /** `exempt`: packets that fit are not redirected by any later entry. */
  readonly action: 'redirect' | 'exempt';
  /** Where to; several are used in turn. */
  readonly targets: readonly EndpointPart[];
  /** The one target is a network as large as the destination, and each address goes to the one at the same place in it. */
  readonly keepsHost?: boolean | undefined;
  /** The port there; a span of ports keeps its offsets from the first. Undefined keeps the port. */
  readonly targetPort: number | undefined;
  /** What is redirected passes without asking the filter rules on the way in. */
  readonly passes: boolean;
  readonly description: string;
  readonly unknowns: readonly string[];
}

/**
 * One source NAT: a packet that leaves and fits goes on from one of `targets`, and the rules for `out` see that address. The first
 * one that fits decides.
 */
export interface SourceTranslation extends PacketMatch {
  readonly id: string;
  readonly origin: RuleOrigin;
  readonly enabled: boolean;
  /** `exempt`: packets that fit keep their source, whatever later entries say. */
  readonly action: 'translate' | 'exempt';
  /** Addresses to go on from; of an interface its first address of the family. Several are used in turn. */
  readonly targets: readonly EndpointPart[];
  /** The one target is a network as large as the source, and each address goes on from the one at the same place in it. */
  readonly keepsHost: boolean;
  readonly keepsPort: boolean;
  readonly description: string;
  readonly unknowns: readonly string[];
}

/** One enabled interface of the firewall. */
export interface RuleInterface {
  readonly id: string;
  readonly description: string;
  /** Own addresses, virtual ones included, both families. */
  readonly addresses: readonly string[];
  /** Networks that stand directly on it. */
  readonly networks: readonly string[];
  /** Families whose addresses it gets from outside (DHCP, PPPoE) and that are not known here. */
  readonly unknownFamilies: readonly Family[];
  /** Whether the way to the internet leads out here. */
  readonly internet: boolean;
}

/** A named set of interfaces that rules can name instead of one. */
export interface InterfaceGroup {
  readonly id: string;
  /** Those that are interfaces here. */
  readonly members: readonly string[];
  /** Why it may have members that are none, so that its networks are not all known: a clause for people. */
  readonly unseen?: string | undefined;
}

/**
 * A named set of addresses or ports. Address entries: an address, a network, a span, the same with a leading `!` as an exclusion
 * (the most specific entry decides), or the name of another alias. Port entries: `80`, `8000:8010`, or a name.
 */
export interface RuleAlias {
  readonly name: string;
  readonly kind: 'addresses' | 'ports';
  readonly entries: readonly string[];
  /** Why its content is not, or not wholly, known here; undefined when `entries` is all of it. */
  readonly unknown: string | undefined;
  /** What is unknown of it holds no public address (lists of bogon networks) or stands on the firewall itself. */
  readonly neverPublic?: boolean | undefined;
  /** It holds networks of the firewall's own interfaces that no saved configuration tells: those of tomorrow may be others. */
  readonly varies?: boolean | undefined;
}

/** A network behind a router that stands on an interface. */
export interface RuleRoute {
  readonly network: string;
  readonly interface: string;
  /** The name of the router, see {@link Way}. */
  readonly gateway?: string | undefined;
}

/** A rule or translation that its firewall cannot load, so that it loads none of them. */
export interface RefusedEntry {
  /** Where it stands: `config.xml:120`, or what it is called where there is no file. */
  readonly where: string;
  /** What is wrong with it, as a clause for people. */
  readonly why: string;
}

/** Everything that decides whether a packet passes a firewall. */
export interface RuleSet {
  readonly interfaces: readonly RuleInterface[];
  readonly groups: readonly InterfaceGroup[];
  readonly routes: readonly RuleRoute[];
  readonly aliases: readonly RuleAlias[];
  /** In the order in which the firewall looks at them. */
  readonly redirects: readonly Redirect[];
  /** In the order in which the firewall looks at them; absent where no source is rewritten. */
  readonly translations?: readonly SourceTranslation[] | undefined;
  /** In the order in which the firewall looks at them, disabled and invalid ones included. */
  readonly rules: readonly Rule[];
  /** What happens to a packet that no rule fits. */
  readonly fallback: 'pass' | 'block';
  /** What the reader assumed or could not see, for people. */
  readonly notes: readonly string[];
  /** Entries for which the firewall refuses the whole: it goes on with rules that nobody sees here. */
  readonly refused?: readonly RefusedEntry[] | undefined;
}
