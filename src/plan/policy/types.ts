import type { PolicyChange } from '../../model/policy-entries.js';
import type { RuleOrigin, RuleSet } from '../../model/rules.js';
import type { TestResult } from '../../policy/ask/tests.js';
import type { CompiledPolicy, LeftOutPublish } from '../../policy/compile/types.js';
import type { KeptAlias } from '../../policy/diff/diff.js';
import type { Verdict } from '../../policy/evaluate/types.js';
import type { Beside } from '../../policy/layer2/types.js';
import type { PolicyScene } from '../../policy/resolve/types.js';
import type { Warning } from '../warning.js';

/** Something that may pass after the plan and not before, or the other way round. */
export interface ReachLine {
  readonly from: string;
  readonly to: string;
  /** `tcp/5432`, `udp`, `any`. */
  readonly services: readonly string[];
  /** How many pairs of addresses that is. */
  readonly pairs: number;
  /** What lets it pass: `policy.yaml:14`, or a foreign rule by its description. */
  readonly by: readonly string[];
  /** Of what a plan closes: whether it gets there beside the firewall all the same. */
  readonly beside?: Beside;
  /** Of what a plan opens: why answers may not come back, as a clause. */
  readonly lost?: string;
}

/** Why something passes or does not, for one pair of ends. */
export interface ExplainLine {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly verdict: Verdict;
  /** One sentence. */
  readonly headline: string;
  /** What the packet meets, in order. */
  readonly steps: readonly string[];
  /** What is not known; empty otherwise. */
  readonly reasons: readonly string[];
  /** The rule that decided. */
  readonly rule: ExplainRule | undefined;
}

/** A rule, and whose it is. */
export interface ExplainRule {
  readonly id: string;
  readonly origin: RuleOrigin;
  readonly description: string;
  /** `policy.yaml:14`; undefined for what no line asks for. */
  readonly place: string | undefined;
}

/** What passes from one end to another; `perhaps` depends on what is not known. */
export interface ReachAnswer extends ReachLine {
  readonly perhaps: readonly string[];
}

/** What became of one test of the policy on the firewall as it would be. */
export interface TestLine {
  /** `policy.yaml:31`. */
  readonly where: string;
  readonly name: string;
  readonly outcome: TestResult['outcome'];
  readonly checks: number;
  /** One sentence for each thing that is otherwise. */
  readonly failures: readonly string[];
  /** In a plan: whether it fails on the firewall as it is too, so that this plan is not held by it. */
  readonly already?: boolean;
}

/** What a plan says about aliases, rules and redirects. */
export interface PolicyPlan {
  readonly changes: readonly PolicyChange[];
  readonly opens: readonly ReachLine[];
  readonly closes: readonly ReachLine[];
  readonly tests: readonly TestLine[];
  readonly warnings: readonly Warning[];
  /** Publishes of which nothing is written; absent for none. */
  readonly leftOut?: readonly LeftOutPublish[];
  /** What the policy comes to once the plan is applied. */
  readonly entries: { readonly aliases: number; readonly rules: number; readonly redirects: number };
}

/** An open connection of a way that a plan closes. */
export interface OpenConnection {
  readonly protocol: string;
  /** Address and, where there is one, port. */
  readonly from: string;
  readonly to: string;
  /** What was asked for, where a redirect leads somewhere else. */
  readonly asked?: string;
  /** `project/name`, where an instance has the address. */
  readonly fromName?: string;
  readonly toName?: string;
}

/** What becomes of the open connections of the ways that a plan closes. */
export interface PlanConnections {
  /** `ends`: they end with the apply; `stays`: they go on; `unknown`: they cannot be seen now, and those that can be seen then end. */
  readonly outcome: 'ends' | 'stays' | 'unknown';
  /** Why they go on or cannot be seen, as a clause. */
  readonly reason?: string;
  readonly count: number;
  /** Of how many more it is not known whether their way is closed; they go on. */
  readonly perhaps: number;
  /** How many states the firewall shows in no form that can be read; they go on. */
  readonly unread: number;
  /** The first few. */
  readonly first: readonly OpenConnection[];
}

/** A policy held against a firewall, for whoever asks more than a plan says: who reaches whom, why, what tests find. */
export interface PolicyView {
  readonly scene: PolicyScene;
  readonly compiled: CompiledPolicy;
  /** As the firewall is. */
  readonly before: RuleSet;
  /** As it would be. */
  readonly after: RuleSet;
  readonly changes: readonly PolicyChange[];
  /** Aliases that nothing asks for and that others name. */
  readonly kept: readonly KeptAlias[];
}
