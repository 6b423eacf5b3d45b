import type { PolicyTest, PortSpec } from '../../model/policy.js';
import type { Rule, RuleSet } from '../../model/rules.js';
import { evaluate } from '../evaluate/evaluate.js';
import { type PreparedRuleSet, prepare } from '../evaluate/prepare.js';
import type { Evaluation, Flow, FlowEnd, Verdict } from '../evaluate/types.js';
import { hostClassifier } from '../reach/classes.js';
import { type PacketRange, packetRanges } from '../reach/kinds.js';
import { gatewayOf } from '../reach/reach.js';
import type { ReachEnd, ReachNode } from '../reach/types.js';
import type { Resolver } from '../resolve/resolve.js';
import type { PolicyScene } from '../resolve/types.js';
import { createSubjects, hostsOf } from './subjects.js';

/** Something that a test says and the firewall does otherwise. */
export interface TestFailure {
  readonly from: string;
  readonly to: string;
  /** As the test says it. */
  readonly port: string;
  readonly expected: 'accept' | 'deny';
  readonly verdict: Verdict;
  /** The port, where only a part of what was asked for does otherwise: `tcp/8010`. */
  readonly at: string | undefined;
  /** The rule that decided; undefined where none fits, or where it is not known. */
  readonly rule: Rule | undefined;
  /** Why it is not known; empty otherwise. */
  readonly reasons: readonly string[];
}

/** What became of one test. */
export interface TestResult {
  readonly test: PolicyTest;
  /** `nobody`: its names stand for no address yet, so there is nothing to be held against the firewall. */
  readonly outcome: 'passed' | 'failed' | 'nobody';
  /** Questions that were asked. */
  readonly checks: number;
  readonly failures: readonly TestFailure[];
}

/** Failures of one test that are kept: more of them say nothing new. */
const MOST_FAILURES = 20;

/** Holds every test against a rule set. What is not known fails a test, whichever way it was to go. Pure. */
export function runPolicyTests(scene: PolicyScene, resolver: Resolver, ruleSet: RuleSet): TestResult[] {
  const prepared = prepare(ruleSet);
  const endsOf = createSubjects(hostsOf(scene), resolver);
  const ranges = packetRanges(
    ruleSet.rules.filter((rule) => rule.enabled),
    prepared.world.aliases,
  );
  const classify = hostClassifier([ruleSet]);
  const nodesOf = (ends: readonly ReachEnd[]): ReachNode[] => [
    ...classify(ends.filter((end) => end.kind === 'host')),
    ...ends.filter((end) => end.kind !== 'host').map((end) => ({ label: end.kind, ends: [end] })),
  ];
  return scene.policy.tests.map((test) => {
    const from = nodesOf(endsOf(test.from));
    const to = nodesOf(endsOf(test.to));
    return runTest(test, from, to, (one, other, spec, expected) => ask(prepared, ranges, one, other, spec, expected));
  });
}

type Ask = (from: ReachNode, to: ReachNode, spec: PortSpec, expected: 'accept' | 'deny') => Answer[];

interface Answer {
  readonly evaluation: Evaluation;
  readonly at: string | undefined;
}

function runTest(test: PolicyTest, from: readonly ReachNode[], to: readonly ReachNode[], ask: Ask): TestResult {
  const failures: TestFailure[] = [];
  let checks = 0;
  for (const expected of ['accept', 'deny'] as const)
    for (const spec of test[expected])
      for (const one of from)
        for (const other of to) {
          const answers = ask(one, other, spec, expected);
          checks += answers.length;
          const wrong = answers.filter(({ evaluation }) => !isRight(evaluation.verdict, expected));
          const [first] = wrong;
          if (first === undefined || failures.length >= MOST_FAILURES) continue;
          const { verdict, decidedBy: rule, reasons } = first.evaluation;
          const at = wrong.length === answers.length ? undefined : first.at;
          failures.push({ from: one.label, to: other.label, port: spec.text, expected, verdict, at, rule, reasons });
        }
  const outcome = failures.length > 0 ? 'failed' : checks === 0 ? 'nobody' : 'passed';
  return { test, outcome, checks, failures };
}

function isRight(verdict: Verdict, expected: 'accept' | 'deny'): boolean {
  return verdict !== 'unknown' && (verdict === 'pass') === (expected === 'accept');
}

function ask(
  prepared: PreparedRuleSet,
  ranges: readonly PacketRange[],
  from: ReachNode,
  to: ReachNode,
  spec: PortSpec,
  expected: 'accept' | 'deny',
): Answer[] {
  const [sender] = from.ends;
  const receiver = from === to || sameEnd(sender, to.ends[0]) ? to.ends[1] : to.ends[0];
  if (sender === undefined || receiver === undefined) return [];
  return goalsOf(prepared, sender, receiver, expected).flatMap((goal) => {
    const start = startOf(prepared, sender, goal);
    if (start === undefined) return [];
    return packetsOf(spec, ranges).map((range) => ({
      evaluation: evaluate(prepared, flowOf(start, goal, range)),
      at: range.ports === undefined ? range.protocol : `${range.protocol}/${range.ports[0]}`,
    }));
  });
}

function sameEnd(one: ReachEnd | undefined, other: ReachEnd | undefined): boolean {
  if (one?.kind !== 'host' || other?.kind !== 'host') return one !== undefined && one.kind === other?.kind;
  return one.address === other.address;
}

/** The firewall sends from its address on the interface by which it gets there. */
function startOf(prepared: PreparedRuleSet, sender: ReachEnd, goal: FlowEnd): FlowEnd | undefined {
  if (sender.kind === 'host') return { address: sender.address };
  if (sender.kind === 'internet') return { internet: 'inet' };
  return gatewayOf(prepared.ruleSet, prepared.ways.behind(prepared.end(goal))[0]);
}

/** The firewall is reached at the address next to the sender; to be out of reach, it must be so at each of its addresses. */
function goalsOf(
  prepared: PreparedRuleSet,
  sender: ReachEnd,
  receiver: ReachEnd,
  expected: 'accept' | 'deny',
): FlowEnd[] {
  if (receiver.kind === 'host') return [{ address: receiver.address }];
  if (receiver.kind === 'internet') return [{ internet: 'inet' }];
  const { ruleSet, ways } = prepared;
  if (expected === 'deny')
    return ruleSet.interfaces.flatMap((one) =>
      one.addresses
        .filter((address) => !address.includes(':') && !address.startsWith('127.'))
        .map((address) => ({ address })),
    );
  if (sender.kind === 'firewall') return [];
  const start: FlowEnd = sender.kind === 'host' ? { address: sender.address } : { internet: 'inet' };
  const goal = gatewayOf(ruleSet, ways.behind(prepared.end(start))[0]);
  return goal === undefined ? [] : [goal];
}

/** One packet for each part of what was asked for that some rule could treat differently. */
function packetsOf(spec: PortSpec, ranges: readonly PacketRange[]): PacketRange[] {
  const { protocol, ports, icmpType } = spec;
  if (icmpType !== undefined) return [{ protocol: 'icmp', ports: undefined, icmpType }];
  const fitting = ranges.filter((range) => protocol === 'any' || range.protocol === protocol);
  if (fitting.length === 0) return [{ protocol, ports: undefined, icmpType: undefined }];
  if (ports === undefined) return fitting;
  return fitting.flatMap((range) => {
    if (range.ports === undefined || range.ports[1] < ports.from || range.ports[0] > ports.to) return [];
    return [{ ...range, ports: [Math.max(range.ports[0], ports.from), Math.min(range.ports[1], ports.to)] as const }];
  });
}

function flowOf(from: FlowEnd, to: FlowEnd, { protocol, ports, icmpType }: PacketRange): Flow {
  return { from, to, protocol, port: ports?.[0], icmpType };
}
