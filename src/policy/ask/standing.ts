import type { Rule, RuleSet } from '../../model/rules.js';
import { type PreparedRuleSet, prepare } from '../evaluate/prepare.js';
import type { Evaluation, Flow, FlowEnd, Verdict } from '../evaluate/types.js';
import type { Layer2View } from '../layer2/types.js';
import { hostClassifier } from '../reach/classes.js';
import { type PacketRange, packetRanges } from '../reach/kinds.js';
import { createPublished, type Published } from '../reach/published.js';
import { gatewayOf } from '../reach/reach.js';
import type { ReachEnd, ReachNode } from '../reach/types.js';

type Expected = 'accept' | 'deny';

/** One question of a test: which packets, between whom. */
export interface Asked {
  readonly from: ReachNode;
  readonly to: ReachNode;
  /** One of each node's ends, who speaks for all of them. */
  readonly sender: ReachEnd;
  readonly receiver: ReachEnd;
  readonly start: FlowEnd;
  readonly goal: FlowEnd;
  readonly range: PacketRange;
  readonly expected: Expected;
}

/** What becomes of packets, by the firewall's rules and by the layer below. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The rule that decided; undefined where none did, or where it is not known. */
  readonly rule: Rule | undefined;
  readonly reasons: readonly string[];
  /** What becomes of them that no rule says, as a clause. */
  readonly remark: string | undefined;
  /** How they get there beside the firewall, as a clause. */
  readonly beside: string | undefined;
}

/**
 * What a test must know of a flow. To be denied it must not get there beside the firewall either; to be accepted it must be the
 * firewall that lets it through, and answers must come back. `now` leaves out what a plan brings about below the rules.
 */
export function judge(
  evaluation: Evaluation,
  { sender, receiver, expected }: Pick<Asked, 'sender' | 'receiver' | 'expected'>,
  layer2: Layer2View,
  now = false,
): Judgement {
  const { verdict, decidedBy: rule, reasons, remarks } = evaluation;
  const remark = rule === undefined ? remarks[0] : undefined;
  const plain = { verdict, rule, reasons, remark, beside: undefined };
  if (expected === 'accept') {
    const lost = verdict === 'pass' ? layer2.answers(receiver, now) : undefined;
    return lost === undefined
      ? plain
      : { verdict: 'unknown', rule: undefined, reasons: [lost], remark: undefined, beside: undefined };
  }
  if (verdict === 'pass') return plain;
  const beside = layer2.between(sender, receiver);
  if (beside === undefined) return plain;
  if (beside.verdict === 'pass')
    return { verdict: 'pass', rule: undefined, reasons: [], remark: undefined, beside: beside.why };
  return {
    verdict: 'unknown',
    rule: undefined,
    reasons: [...reasons, beside.why],
    remark: undefined,
    beside: undefined,
  };
}

/** Whether a verdict is what a test says. */
export function isRight(verdict: Verdict, expected: Expected): boolean {
  return verdict !== 'unknown' && (verdict === 'pass') === (expected === 'accept');
}

/** The flow of some packets. */
export function flowOf(from: FlowEnd, to: FlowEnd, { protocol, ports, icmpType }: PacketRange): Flow {
  return { from, to, protocol, port: ports?.[0], icmpType };
}

/** Whether a question is answered wrongly on the firewall as it is, for everybody and every packet that it stands for. */
export type Standing = (asked: Asked) => boolean;

/** {@link Standing} on the rules as they are; `after` are those of the questions. What is needed is made when it is first asked. */
export function createStanding(before: RuleSet, after: RuleSet, layer2: Layer2View): Standing {
  let known: Before | undefined;
  return (asked) => {
    const { receiver, expected } = asked;
    const isSame = expected === 'deny' || layer2.answers(receiver) === layer2.answers(receiver, true);
    if (before === after && isSame) return true;
    known ??= readBefore(before);
    return isWrongBefore(known, asked, layer2);
  };
}

interface Before {
  readonly prepared: PreparedRuleSet;
  readonly published: Published;
  readonly ranges: readonly PacketRange[];
  readonly classify: ReturnType<typeof hostClassifier>;
}

function readBefore(before: RuleSet): Before {
  const prepared = prepare(before);
  const rules = before.rules.filter((rule) => rule.enabled);
  const published = createPublished(prepared);
  return {
    prepared,
    published,
    ranges: packetRanges(rules, prepared.world.aliases),
    classify: hostClassifier([before]),
  };
}

function isWrongBefore(before: Before, asked: Asked, layer2: Layer2View): boolean {
  const { from, to, range, expected } = asked;
  const ranges = within(range, before.ranges);
  return speakers(before, from, asked.sender).every((senders) =>
    speakers(before, to, asked.receiver).every((receivers) => {
      const [sender] = senders;
      const receiver = receivers.find((one) => !isSameHost(one, sender));
      if (sender === undefined || receiver === undefined) return true;
      const goal = receiver.kind === 'host' ? { address: receiver.address } : asked.goal;
      const start = startBefore(before.prepared, sender, goal) ?? asked.start;
      return ranges.every((part) => {
        const evaluation = before.published.call(flowOf(start, goal, part));
        return !isRight(judge(evaluation, { sender, receiver, expected }, layer2, true).verdict, expected);
      });
    }),
  );
}

function startBefore({ ruleSet, ways, end }: PreparedRuleSet, sender: ReachEnd, goal: FlowEnd): FlowEnd | undefined {
  if (sender.kind === 'host') return { address: sender.address };
  return sender.kind === 'firewall' ? gatewayOf(ruleSet, ways.behind(end(goal))[0]) : undefined;
}

/** Of a node, ends of each kind that the rules as they are tell apart. */
function speakers({ classify }: Before, node: ReachNode, own: ReachEnd): (readonly ReachEnd[])[] {
  const hosts = node.ends.filter((end) => end.kind === 'host');
  return hosts.length === 0 ? [[own]] : classify(hosts).map((one) => one.ends);
}

function isSameHost(one: ReachEnd, other: ReachEnd | undefined): boolean {
  return one.kind === 'host' && other?.kind === 'host' && one.address === other.address;
}

/** The parts of some packets that the ranges of other rules cut them into. */
function within(range: PacketRange, ranges: readonly PacketRange[]): PacketRange[] {
  const { protocol, ports, icmpType } = range;
  if (ports === undefined || icmpType !== undefined) return [range];
  return ranges.flatMap((one) => {
    if (one.protocol !== protocol || one.ports === undefined) return [];
    const both = [Math.max(one.ports[0], ports[0]), Math.min(one.ports[1], ports[1])] as const;
    return both[0] > both[1] ? [] : [{ ...one, ports: both }];
  });
}
