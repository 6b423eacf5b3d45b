/**
 * What a policy becomes on a firewall: aliases, filter rules and redirects, each owned by one slash32. They speak the words of
 * rules.ts and know no field of one firewall's configuration.
 */
import type { Family } from './ip.js';
import type { Endpoint, PortPart, RuleSet } from './rules.js';

/** A named set of addresses or ports as slash32 writes it. */
export interface AliasEntry {
  readonly name: string;
  /** `host`: single addresses; `network`: addresses and networks, a leading `!` excludes; `port`: `80` or `8000:8010`. */
  readonly type: 'host' | 'network' | 'port';
  /** Sorted, each once. */
  readonly content: readonly string[];
  /** Ends in the marker. */
  readonly description: string;
}

/** A filter rule as slash32 writes it: on one interface, into the firewall, first match decides. */
export interface RuleEntry {
  /** Interface id; never empty, since a rule without one would hold everywhere. */
  readonly interface: string;
  readonly action: 'pass' | 'block';
  readonly family: Family | 'inet46';
  /** `any`, or a lower-case name. */
  readonly protocol: 'any' | 'tcp' | 'udp' | 'icmp' | 'esp' | 'ah' | 'gre' | 'igmp';
  /** Only with `icmp`; empty means every type. */
  readonly icmpTypes: readonly number[];
  /** Several parts only where all of them are aliases. */
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Only with `tcp` and `udp`; undefined means every port. */
  readonly ports: PortPart | undefined;
  readonly log: boolean;
  /** Place among the rules of its interface, 1 to 999999. */
  readonly sequence: number;
  /** Ends in the marker. */
  readonly description: string;
}

/** A destination NAT as slash32 writes it; what it lets in needs a rule of its own. */
export interface RedirectEntry {
  readonly interface: string;
  readonly protocol: 'tcp' | 'udp';
  /** Where packets are sent that are redirected: an address, or the firewall's own addresses on `interface`. */
  readonly destination: Endpoint;
  readonly ports: { readonly from: number; readonly to: number };
  /** IPv4 address that they go to instead. */
  readonly target: string;
  /** First port there; a span keeps its offsets. */
  readonly targetPort: number;
  readonly log: boolean;
  readonly sequence: number;
  /** Ends in the marker. */
  readonly description: string;
}

/** An entry as it stands on the firewall, with the marker of some slash32. */
export interface Owned<Entry> {
  /** The firewall's own name of it. */
  readonly uuid: string;
  readonly owner: string;
  /** What the marker says after the owner: `alias/web`, `rule/…`. */
  readonly key: string;
  /** False where somebody switched it off. */
  readonly enabled: boolean;
  /** What slash32 does not write but somebody set on it, as words (`gateway WAN_GW`); an apply takes it away. */
  readonly odd: readonly string[];
  readonly entry: Entry;
}

/** An entry that names an alias. */
export interface AliasUse {
  readonly alias: string;
  /** For people: `the rule "let them in"`. */
  readonly by: string;
  /** The slash32 whose marker the entry carries; absent without one. */
  readonly owner?: string;
  /** Its key, with the owner. */
  readonly key?: string;
}

/** What a firewall holds of policies, ours and others', at one revision. */
export interface ObservedPolicy {
  /** Every rule, foreign and automatic ones included, as the firewall evaluates them. */
  readonly ruleSet: RuleSet;
  readonly aliases: readonly Owned<AliasEntry>[];
  readonly rules: readonly Owned<RuleEntry>[];
  readonly redirects: readonly Owned<RedirectEntry>[];
  /** Who names which alias; a firewall lets go of none that is named. */
  readonly uses?: readonly AliasUse[];
  /** Why no redirect can be written, changed or taken away here, as a clause; undefined where one can. */
  readonly noRedirects?: string | undefined;
  /** TCP ports on which the firewall's own administration answers, as far as its configuration tells. */
  readonly adminPorts?: readonly number[] | undefined;
}

/** One change of one entry. `key` tells entries of an owner and a kind apart. */
interface EntryChange<Kind extends string, Entry> {
  readonly kind: Kind;
  readonly action: 'create' | 'update' | 'delete';
  readonly key: string;
  /** Undefined exactly for `create`. */
  readonly before: Owned<Entry> | undefined;
  /** Undefined exactly for `delete`. */
  readonly after: Entry | undefined;
  /** One sentence: why, and from which line of the policy. */
  readonly reason: string;
}

export type AliasChange = EntryChange<'alias', AliasEntry>;
export type RuleChange = EntryChange<'rule', RuleEntry>;
export type RedirectChange = EntryChange<'redirect', RedirectEntry>;
export type PolicyChange = AliasChange | RuleChange | RedirectChange;

/** How every marker begins. */
export const MARKER_START = '[slash32:';
const MARKER = /\[slash32:([a-z0-9-]{1,32}):((?:alias|rule|nat)\/[A-Za-z0-9._~/-]{1,120})\]\s*$/;

/** Owner and key of a description that ends in a policy marker, `web to db [slash32:home:rule/3f2a91c0]`; undefined for any other. */
export function parsePolicyMarker(description: string): { readonly owner: string; readonly key: string } | undefined {
  const found = MARKER.exec(description);
  return found?.[1] === undefined || found[2] === undefined ? undefined : { owner: found[1], key: found[2] };
}

/** A description of a policy's entry without the marker. */
export function plainDescription(description: string): string {
  return description.replace(/\s*\[slash32:[^\]\s]*\]\s*$/, '');
}

/** Longest description that OPNsense takes, in bytes (docs/facts.md, "OPNsense: rules and aliases"). */
const LONGEST = 255;

/**
 * A description with the marker at its end. Of `text`, characters that a firewall cannot keep (quotes, backslashes, control
 * characters) are replaced, and what is too long is cut.
 */
export function policyDescription(text: string, owner: string, key: string): string {
  const marker = `[slash32:${owner}:${key}]`;
  const plain = text
    .replace(/["\\]/g, "'")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff[\]]+/gu, ' ')
    .trim();
  let cut = plain;
  while (Buffer.byteLength(cut) > LONGEST - marker.length - 1) cut = [...cut].slice(0, -1).join('').trimEnd();
  return `${cut} ${marker}`.trimStart();
}
