import type { PolicyTest, PortSpec, Selector } from '../../model/policy.js';
import type { Rule, RuleSet } from '../../model/rules.js';
import { type PreparedRuleSet, prepare, remembered } from '../evaluate/prepare.js';
import type { FlowEnd, Verdict } from '../evaluate/types.js';
import type { Layer2View } from '../layer2/types.js';
import { viewLayer2 } from '../layer2/view.js';
import { hostClassifier } from '../reach/classes.js';
import { type PacketRange, packetRanges } from '../reach/kinds.js';
import { createPublished, type Published } from '../reach/published.js';
import { gatewayOf } from '../reach/reach.js';
import type { ReachEnd, ReachNode } from '../reach/types.js';
import type { Resolver } from '../resolve/resolve.js';
import type { PolicyScene } from '../resolve/types.js';
import { type Asked, createStanding, flowOf, isRight, type Judgement, judge, type Standing } from './standing.js';
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
  /** What becomes of it that no rule says, as a clause; undefined where a rule does, or nothing is to be said. */
  readonly remark: string | undefined;
  /** How it gets there although the firewall lets nothing through, as a clause; undefined otherwise. */
  readonly beside: string | undefined;
  /** Whether the firewall as it is does otherwise too, so that no plan brings that about. */
  readonly already: boolean;
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

/**
 * Holds every test against a rule set, and the layer below it: what is dropped by a rule and gets there beside the firewall is not
 * denied. What is not known fails a test, whichever way it was to go. With `before`, the rules as they are, each failure says whether
 * it stands already. Other tests than the scene's own may be given, and of whom as senders they ask. Pure.
 */
export function runPolicyTests(
  scene: PolicyScene,
  resolver: Resolver,
  ruleSet: RuleSet,
  before: RuleSet = ruleSet,
  tests: readonly PolicyTest[] = scene.policy.tests,
  asks: (sender: ReachEnd, test: PolicyTest) => boolean = () => true,
): TestResult[] {
  const prepared = prepare(ruleSet);
  const published = createPublished(prepared);
  const layer2 = viewLayer2(scene);
  const standing = createStanding(before, ruleSet, layer2);
  const endsOf = createSubjects(hostsOf(scene), resolver);
  const ranges = packetRanges(
    [...ruleSet.rules, ...(ruleSet.translations ?? [])].filter((one) => one.enabled),
    prepared.world.aliases,
  );
  const classify = hostClassifier([ruleSet]);
  const nodesOf = (ends: readonly ReachEnd[]): ReachNode[] => [
    ...layer2.split(ends.filter((end) => end.kind === 'host')).flatMap(classify),
    ...ends.filter((end) => end.kind !== 'host').map((end) => ({ label: end.kind, ends: [end] })),
  ];
  const known = new Map<string, { readonly ends: readonly ReachEnd[]; readonly nodes: readonly ReachNode[] }>();
  const named = (selectors: readonly Selector[]) =>
    remembered(known, selectors.map(({ kind, text }) => `${kind} ${text}`).join('\n'), () => {
      const ends = endsOf(selectors);
      return { ends, nodes: nodesOf(ends) };
    });
  const questions = { prepared, ranges, packets: new Map(), layer2, published };
  return tests.map((test) => {
    const { ends, nodes } = named(test.from);
    const senders = ends.filter((sender) => asks(sender, test));
    const from = senders.length === ends.length ? nodes : nodesOf(senders);
    const to = named(test.to).nodes;
    return runTest(test, from, to, standing, (one, other, spec, expected) =>
      ask(questions, one, other, spec, expected),
    );
  });
}

interface Questions {
  readonly prepared: PreparedRuleSet;
  readonly ranges: readonly PacketRange[];
  /** What of `ranges` each port of a test stands for, by the port as text. */
  readonly packets: Map<string, readonly PacketRange[]>;
  readonly layer2: Layer2View;
  readonly published: Published;
}

type Ask = (from: ReachNode, to: ReachNode, spec: PortSpec, expected: 'accept' | 'deny') => Answer[];

interface Answer extends Judgement {
  readonly at: string | undefined;
  readonly asked: Asked;
}

function runTest(
  test: PolicyTest,
  from: readonly ReachNode[],
  to: readonly ReachNode[],
  standing: Standing,
  ask: Ask,
): TestResult {
  const failures: TestFailure[] = [];
  let checks = 0;
  for (const expected of ['accept', 'deny'] as const)
    for (const spec of test[expected])
      for (const one of from)
        for (const other of to) {
          const answers = ask(one, other, spec, expected);
          checks += answers.length;
          const wrong = answers.filter(({ verdict }) => !isRight(verdict, expected));
          const isFull = failures.length >= MOST_FAILURES;
          // What a plan brings about is never lost among what stands already.
          if (wrong.length === 0 || (isFull && failures.some((failure) => !failure.already))) continue;
          const made = wrong.find((answer) => !standing(answer.asked));
          const told = made ?? wrong[0];
          if (told === undefined || (isFull && made === undefined)) continue;
          const { verdict, rule, reasons, remark, beside } = told;
          const at = wrong.length === answers.length ? undefined : told.at;
          const names = { from: one.label, to: other.label, port: spec.text };
          failures.push({
            ...names,
            expected,
            verdict,
            at,
            rule,
            reasons,
            remark,
            beside,
            already: made === undefined,
          });
        }
  const outcome = failures.length > 0 ? 'failed' : checks === 0 ? 'nobody' : 'passed';
  return { test, outcome, checks, failures };
}

function ask(
  { prepared, ranges, packets, layer2, published }: Questions,
  from: ReachNode,
  to: ReachNode,
  spec: PortSpec,
  expected: 'accept' | 'deny',
): Answer[] {
  const [sender] = from.ends;
  const receiver = from === to || sameEnd(sender, to.ends[0]) ? to.ends[1] : to.ends[0];
  if (sender === undefined || receiver === undefined) return [];
  // what leads to a host is told apart by the ports that one calls
  const packetsFor = (by: ReachEnd, goal: FlowEnd): readonly PacketRange[] => {
    const ways = by.kind === 'internet' && 'address' in goal ? published.ways(goal.address) : [];
    if (ways.length === 0) return remembered(packets, JSON.stringify(spec), () => packetsOf(spec, ranges));
    const cuts = ways.flatMap((way) => way.cuts);
    return packetsOf(spec, packetRanges(cuts, prepared.world.aliases));
  };
  return goalsOf(prepared, sender, receiver, expected).flatMap((goal) => {
    const start = startOf(prepared, sender, goal);
    if (start === undefined) return [];
    return packetsFor(sender, goal).map((range) => ({
      ...judge(published.call(flowOf(start, goal, range)), { sender, receiver, expected }, layer2),
      at: range.ports === undefined ? range.protocol : `${range.protocol}/${range.ports[0]}`,
      asked: { from, to, start, goal, range, sender, receiver, expected },
    }));
  });
}

function sameEnd(one: ReachEnd | undefined, other: ReachEnd | undefined): boolean {
  if (one?.kind !== 'host' || other?.kind !== 'host') return one !== undefined && one.kind === other?.kind;
  return one.address === other.address;
}

/** The firewall sends from its address on the interface by which it gets there; from any other where that is not known. */
function startOf(prepared: PreparedRuleSet, sender: ReachEnd, goal: FlowEnd): FlowEnd | undefined {
  if (sender.kind === 'host') return { address: sender.address };
  if (sender.kind === 'internet') return { internet: 'inet' };
  const { ruleSet, ways } = prepared;
  const own = ruleSet.interfaces.flatMap((one) => one.addresses.filter((address) => !address.includes(':')));
  const address = own.find((one) => !one.startsWith('127.'));
  return gatewayOf(ruleSet, ways.behind(prepared.end(goal))[0]) ?? (address === undefined ? undefined : { address });
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
