import { formatIp } from '../../model/ip.js';
import type { Way } from '../../model/rules.js';
import type { Operand } from './endpoint.js';
import { agree, doubted, finish, unanswered } from './outcome.js';
import type { PacketKind, PreparedRuleSet } from './prepare.js';
import type { Destination } from './redirect.js';
import { sourcesOf } from './source.js';
import { judgeStage, ruleName, type Turn } from './stage.js';
import type { Evaluation, StageVerdict } from './types.js';

/** A packet that was let in, or that the firewall itself sends. */
export interface Passage {
  readonly ingress: string | undefined;
  readonly from: Operand;
  readonly place: Destination;
  readonly kind: PacketKind;
  /** What it has met so far. */
  readonly before: readonly StageVerdict[];
}

/** The way out for a packet that no rule on the way in has sent elsewhere; none for what ends at the firewall itself. */
export function leave(prepared: PreparedRuleSet, passage: Passage): Evaluation {
  const { ingress, place, before } = passage;
  const { ways } = prepared;
  if (ingress === undefined ? ways.isOwn(place.to) : ways.isLocal(place.to))
    return finish(before, ingress, undefined, place);
  const egresses = ways.behind(place.to);
  if (egresses.length === 0) return { ...unanswered('no way to the destination is known here'), ingress };
  return agree(
    egresses.map((egress) => goOut(prepared, passage, egress, undefined)),
    () => `it depends on which of ${egresses.join(', ')} it leaves by`,
  );
}

/**
 * The way out for a packet that a rule on the way in sends somewhere, before it is asked where its destination stands. It passes
 * only where that way leads to the destination all the same.
 */
export function turnAway(prepared: PreparedRuleSet, passage: Passage, turn: Turn): Evaluation {
  const { rule, to } = turn;
  const passed = finish(passage.before, passage.ingress, undefined, passage.place);
  const target = passage.place.to;
  if (prepared.ways.isLocal(target))
    return doubted(passed, sentence(prepared, turn, to.ways[0], 'it', whereIs(prepared, target, to.ways[0])));
  const known = to.ways.filter((way) => prepared.world.interfaces.has(way.interface));
  if (known.length === 0 || known.length < to.ways.length)
    return doubted(passed, `${ruleName(rule)} sends it to ${to.name}, and where that leads is not known here`);
  return agree(
    known.map((way) => goOut(prepared, passage, way.interface, { rule, to: { name: to.name, ways: [way] } })),
    () => `${ruleName(rule)} sends it to ${to.name}, and which way that is at the time is not known here`,
  );
}

/** The rules for `out` of one interface, on the packet as source NAT leaves it there. */
function goOut(
  prepared: PreparedRuleSet,
  { ingress, from, place, kind, before }: Passage,
  egress: string,
  turn: Turn | undefined,
): Evaluation {
  const sources = sourcesOf(prepared, egress, from, place.to, kind);
  const results = sources.all.map((leaving) => {
    const judged = judgeStage(prepared, 'out', egress, { ...leaving, destination: place.to });
    const done = finish([...before, judged], ingress, egress, place);
    if (done.verdict !== 'pass') return done;
    const why = (): string => judged.doubts.join('; ');
    const arrival = agree(
      judged.turns.map((next) => arrive(prepared, done, place.to, isSameWay(next, turn) ? turn : (next ?? turn))),
      why,
    );
    if (arrival.verdict !== 'pass') return arrival;
    return agree(
      judged.answers.map((next) => (isBy(next, egress) ? arrival : comeBack(prepared, arrival, from, next, undefined))),
      why,
    );
  });
  return agree(results, () => sources.reasons.join('; '));
}

/** What answers to packets that leave by an interface are sent out of it again by was not seen to do anything. */
function isBy(turn: Turn | undefined, egress: string): boolean {
  return turn?.to.ways.some((way) => way.interface === egress) === true;
}

/** A rule for the way out that says the same again is not what took the packet there. */
function isSameWay(next: Turn | undefined, turn: Turn | undefined): boolean {
  const [one, ...others] = next?.to.ways ?? [];
  const [other] = turn?.to.ways ?? [];
  return others.length === 0 && one?.interface === other?.interface && one?.gateway === other?.gateway;
}

/** Whether a packet that goes a way of its own gets to its destination there. */
function arrive(prepared: PreparedRuleSet, passed: Evaluation, to: Operand, turn: Turn | undefined): Evaluation {
  if (turn === undefined) return passed;
  const strays = turn.to.ways.filter((way) => prepared.ways.isLocal(to) || prepared.ways.meets(to, way) !== 'yes');
  const [stray] = strays;
  if (stray !== undefined || turn.to.ways.length === 0)
    return doubted(passed, sentence(prepared, turn, stray, 'it', whereIs(prepared, to, stray)));
  return { ...passed, egress: turn.to.ways[0]?.interface };
}

/**
 * Whether answers that are sent a way of their own get back to the sender: by the interface that it came in on where it is behind
 * the router there, and not on that network itself; by another one only where that leads to it.
 */
export function comeBack(
  prepared: PreparedRuleSet,
  passed: Evaluation,
  from: Operand,
  turn: Turn | undefined,
  ingress: string | undefined,
): Evaluation {
  if (turn === undefined) return passed;
  const back = turn.to.ways.find((way) => way.interface === ingress);
  if (back !== undefined && prepared.ways.meets(from, back) !== 'link') return passed;
  if (back !== undefined)
    return doubted(passed, sentence(prepared, turn, back, 'its answers', whereIs(prepared, from, back)));
  if (turn.to.byIngress === true) return passed;
  const stray = turn.to.ways.find((way) => prepared.ways.isOwn(from) || prepared.ways.meets(from, way) !== 'yes');
  if (stray === undefined && turn.to.ways.length > 0) return passed;
  return doubted(passed, sentence(prepared, turn, stray, 'its answers', whereIs(prepared, from, stray)));
}

function sentence(
  prepared: PreparedRuleSet,
  { rule, to }: Turn,
  way: Way | undefined,
  what: string,
  where: string,
): string {
  const out = way === undefined || !prepared.world.interfaces.has(way.interface) ? '' : ` out of ${way.interface}`;
  return `${ruleName(rule)} sends ${what}${out} to ${to.name}, and ${where}`;
}

function whereIs(prepared: PreparedRuleSet, operand: Operand, way: Way | undefined): string {
  const { ways } = prepared;
  const name = operand.kind === 'address' ? formatIp(operand.ip) : 'the internet';
  if (ways.isOwn(operand)) return `${name} is the firewall itself`;
  if (way !== undefined && ways.meets(operand, way) === 'link') return `${name} stands on ${way.interface} itself`;
  const behind = ways.behind(operand);
  return behind.length === 0 ? `the way to ${name} is not known here` : `${name} is behind ${behind.join(', ')}`;
}
