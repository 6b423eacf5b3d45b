import type { Family } from '../../model/ip.js';
import type { Rule, RuleAction } from '../../model/rules.js';

/** One end of a flow: an address of either family, or the internet (any public address that stands on no interface). */
export type FlowEnd = { readonly address: string } | { readonly internet: Family };

/** What is asked: may the first packet of this flow, and the answers to it, pass? */
export interface Flow {
  readonly from: FlowEnd;
  /** The interface it comes in on; undefined: the one whose network holds `from` (none, when the firewall itself sends). */
  readonly fromInterface?: string | undefined;
  readonly to: FlowEnd;
  /** `tcp`, `udp`, `icmp` (of the family of the addresses), another protocol's lower-case name, or its number as text. */
  readonly protocol: string;
  /** Destination port, for tcp and udp. */
  readonly port?: number | undefined;
  /** Source port, for tcp and udp; undefined means that the sender may take any from 1 to 65535. */
  readonly sourcePort?: number | undefined;
  /** ICMP type; undefined means echo request. */
  readonly icmpType?: number | undefined;
}

/** `unknown`: it depends on something that the rule set does not tell; the result's reasons say on what. */
export type Verdict = RuleAction | 'unknown';

/** One rule that fits a packet, or that could. */
export interface TrailEntry {
  readonly rule: Rule;
  /** `could`: whether it fits depends on `reasons`. */
  readonly fits: 'yes' | 'could';
  readonly reasons: readonly string[];
}

/** A redirect that was used on the way in. */
export interface Redirected {
  readonly id: string;
  readonly description: string;
  /** Address and port that the packet goes to instead; the port is undefined for protocols without. */
  readonly to: string;
  readonly port: number | undefined;
}

/** The rules of one interface in one direction. */
export interface StageName {
  readonly stage: 'in' | 'out';
  readonly interface: string;
}

/** What the rules of one interface in one direction said. */
export interface StageVerdict extends StageName {
  readonly verdict: Verdict;
  /** Undefined: no rule fits, or the verdict is unknown. */
  readonly decidedBy: Rule | undefined;
  /** Rules that fit or could, in the order in which the firewall met them, up to the one that decided. */
  readonly trail: readonly TrailEntry[];
  /** Why the verdict is unknown; empty otherwise. */
  readonly reasons: readonly string[];
}

/** The answer to a {@link Flow}. */
export interface Evaluation {
  readonly verdict: Verdict;
  /**
   * The rule that decided: of a block the one that blocked, of a pass the one that let it in (where there is no way in, out).
   * Undefined when no rule fits and the firewall's fallback decided, and when the verdict is unknown.
   */
  readonly decidedBy: Rule | undefined;
  /** Where it was decided; undefined when no rules were asked, and when the verdict is unknown. */
  readonly decidedAt: StageName | undefined;
  /** Every place where rules were asked, with what they said there. */
  readonly stages: readonly StageVerdict[];
  readonly ingress: string | undefined;
  readonly egress: string | undefined;
  readonly redirected: Redirected | undefined;
  /** Why the verdict is unknown; empty otherwise. */
  readonly reasons: readonly string[];
  /** What happens to it that no rule says, as sentences without a full stop. */
  readonly remarks: readonly string[];
}

/** Whether something holds, as far as is known. */
export type Tri = 'yes' | 'no' | 'maybe';
