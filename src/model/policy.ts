/** What an owner declares about who may reach whom; read from slash32.yaml and the files beside it. */

/** Where something was declared; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One way of naming who sends or receives. */
export type SelectorKind =
  /** Everything: any address, on whatever side of the firewall. */
  | { readonly kind: 'any' }
  /** Public addresses: nothing private, nothing that stands on the firewall, not the firewall. */
  | { readonly kind: 'internet' }
  /** The firewall itself, at any of its addresses. */
  | { readonly kind: 'firewall' }
  | { readonly kind: 'group'; readonly group: string }
  /** Instances that carry the tag and may. */
  | { readonly kind: 'tag'; readonly tag: string }
  /** Every instance of a project. */
  | { readonly kind: 'project'; readonly project: string }
  /** A pattern of `project/name`, `*` for any text. */
  /** `project/instance` or `project/instance/nic`, `*` for any text. */
  | { readonly kind: 'instances'; readonly pattern: string }
  /** The whole network of a segment but for the firewall. */
  | { readonly kind: 'segment'; readonly segment: string }
  /** An IPv4 network or address, `10.0.0.0/8`, canonical. */
  | { readonly kind: 'network'; readonly network: string };

/** A selector as it was written, and where. */
export type Selector = SelectorKind & { readonly text: string; readonly place: Place };

export type PortProtocol = 'any' | 'tcp' | 'udp' | 'icmp' | 'esp' | 'ah' | 'gre' | 'igmp';

/** A protocol with its ports or types: `tcp/443`, `udp/8000-8100`, `icmp/echo-request`, `tcp`, `any`. */
export interface PortSpec {
  readonly text: string;
  readonly protocol: PortProtocol;
  /** Both ends included; undefined for every port, and for protocols without. */
  readonly ports: { readonly from: number; readonly to: number } | undefined;
  /** ICMP type for IPv4; undefined for every type. */
  readonly icmpType: number | undefined;
}

/** Somebody may reach somebody. */
export interface Statement {
  readonly from: readonly Selector[];
  readonly to: readonly Selector[];
  readonly allow: readonly PortSpec[];
  readonly log: boolean;
  /** Why it is there, for whoever reads the rules; undefined when nothing is said. */
  readonly when: string | undefined;
  readonly place: Place;
}

/** A port of the firewall that leads to an instance. */
export interface Publish {
  readonly name: string;
  /** Interface id that packets come in on. */
  readonly on: string;
  readonly protocol: 'tcp' | 'udp';
  readonly ports: { readonly from: number; readonly to: number };
  /** One instance, or one address. */
  readonly to: Selector;
  /** First port there. */
  readonly targetPort: number;
  /** Who may come in; empty means everybody. Networks and the internet only. */
  readonly from: readonly Selector[];
  readonly log: boolean;
  readonly when: string | undefined;
  readonly place: Place;
}

/** What must hold on the firewall as a whole, foreign rules included. */
export interface PolicyTest {
  readonly name: string | undefined;
  readonly from: readonly Selector[];
  readonly to: readonly Selector[];
  readonly accept: readonly PortSpec[];
  readonly deny: readonly PortSpec[];
  readonly place: Place;
}

/** A named set of selectors. */
export interface PolicyGroup {
  readonly name: string;
  readonly members: readonly Selector[];
  readonly place: Place;
}

/** Which projects may put a tag on their instances; `*` for all of them. */
export interface TagOwner {
  readonly tag: string;
  readonly projects: readonly string[];
  readonly place: Place;
}

/** Everything that is declared. */
export interface Policy {
  readonly groups: readonly PolicyGroup[];
  readonly tagOwners: readonly TagOwner[];
  readonly statements: readonly Statement[];
  readonly publishes: readonly Publish[];
  readonly tests: readonly PolicyTest[];
}

/** A policy that says nothing. */
export const NO_POLICY: Policy = { groups: [], tagOwners: [], statements: [], publishes: [], tests: [] };

/** What the rules of a segment end in: nothing of ours, a logged pass of all the rest, or a logged block of it. */
export const SEGMENT_DEFAULTS = ['inherit', 'watch', 'deny'] as const;
export type SegmentDefault = (typeof SEGMENT_DEFAULTS)[number];

/** Services of the firewall that instances need; `ping` is echo request. */
export const INFRASTRUCTURE = ['dhcp', 'dns', 'ntp', 'ping'] as const;
export type InfrastructureService = (typeof INFRASTRUCTURE)[number];

/** `policy.yaml:14`, how a place is named in plans and explanations. */
export function formatPlace(place: Place): string {
  const slash = place.file.lastIndexOf('/');
  return `${place.file.slice(slash + 1)}:${place.line}`;
}

const ICMP_NAMES: Readonly<Record<string, number>> = {
  'echo-reply': 0,
  unreachable: 3,
  redirect: 5,
  'echo-request': 8,
  'router-advertisement': 9,
  'router-solicitation': 10,
  'time-exceeded': 11,
  'parameter-problem': 12,
  'timestamp-request': 13,
  'timestamp-reply': 14,
};

/** The ICMP types that a policy can name, with their numbers (IANA, ICMP Parameters). */
export function icmpTypeNumber(name: string): number | undefined {
  if (/^\d{1,3}$/.test(name)) return Number(name) <= 255 ? Number(name) : undefined;
  return Object.hasOwn(ICMP_NAMES, name) ? ICMP_NAMES[name] : undefined;
}

/** Names of ICMP types for messages, `echo-request` first. */
export const ICMP_TYPE_NAMES: readonly string[] = [
  'echo-request',
  ...Object.keys(ICMP_NAMES).filter((one) => one !== 'echo-request'),
];
