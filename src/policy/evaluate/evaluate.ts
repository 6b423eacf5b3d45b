import type { Operand } from './endpoint.js';
import { agree, finish, isClosed, unanswered } from './outcome.js';
import type { PacketKind, PreparedRuleSet } from './prepare.js';
import { echoRequest, flowProtocol, hasPorts } from './protocol.js';
import { type Destination, destinationsOf } from './redirect.js';
import { familyOf } from './route.js';
import { judgeStage } from './stage.js';
import type { Evaluation, Flow, TrailEntry } from './types.js';
import { comeBack, leave, turnAway } from './way.js';

/**
 * Whether a flow passes: the rules on the way in, after destination NAT, and then those on the way out, after source NAT; both
 * must let it pass, and none may send it or its answers where they do not arrive. Answers come back by the states that it leaves.
 * What the rule set does not tell makes the verdict `unknown`, unless it comes out the same either way. Throws a RangeError for
 * ends that are no addresses or of two families, and for tcp or udp without a port.
 */
export function evaluate(prepared: PreparedRuleSet, flow: Flow): Evaluation {
  const from = prepared.end(flow.from);
  const to = prepared.end(flow.to);
  const family = familyOf(from);
  if (family !== familyOf(to)) throw new RangeError('the ends of a flow are of different address families');
  const protocol = flowProtocol(flow.protocol, family);
  if (hasPorts(protocol) && flow.port === undefined) throw new RangeError(`a flow of ${protocol} needs a port`);
  if (prepared.refusal !== undefined) return unanswered(prepared.refusal);
  const kind = prepared.kind({
    family,
    protocol,
    port: hasPorts(protocol) ? flow.port : undefined,
    sourcePort: hasPorts(protocol) ? flow.sourcePort : undefined,
    icmpType: flow.icmpType ?? echoRequest(family),
  });
  const ways = prepared.ways;
  const isOwn = flow.fromInterface === undefined && ways.isOwn(from);
  const isAsked = prepared.ruleSet.rules.length > 0 && !(isOwn && ways.isOwn(to));
  if (protocol === 'udp' && flow.port === 0 && isAsked) return DROPPED;
  if (isOwn) return leave(prepared, { ingress: undefined, from, place: arrival(to, kind), kind, before: [] });
  const ingresses = flow.fromInterface === undefined ? ways.behind(from) : [flow.fromInterface];
  const unknown = ingresses.find((id) => !prepared.world.interfaces.has(id));
  if (unknown !== undefined) return unanswered(`the firewall has no enabled interface ${unknown}`);
  if (ingresses.length === 0) return unanswered('it is not known on which interface the flow comes in');
  return agree(
    ingresses.map((ingress) => enter(prepared, ingress, from, to, kind)),
    () => `it depends on which of ${ingresses.join(', ')} it comes in on`,
  );
}

/** pf drops such a packet on its way in and on its way out before it looks at any rule, and TCP not; without rules it is off. */
const DROPPED: Evaluation = {
  ...unanswered(''),
  verdict: 'block',
  reasons: [],
  remarks: ['packets of UDP to port 0 are dropped before any rule is asked'],
};

function arrival(to: Operand, kind: PacketKind): Destination {
  return { to, port: kind.port, redirected: undefined, passes: false };
}

function enter(prepared: PreparedRuleSet, ingress: string, from: Operand, to: Operand, kind: PacketKind): Evaluation {
  const places = destinationsOf(prepared, ingress, from, to, kind);
  if (places.lost !== undefined) return { ...unanswered(places.lost), ingress };
  const results = places.all.map((place) => walk(prepared, ingress, from, place, kind));
  return agree(results, () => places.reasons.join('; '));
}

/** The way of a packet whose destination is settled. */
function walk(
  prepared: PreparedRuleSet,
  ingress: string,
  from: Operand,
  place: Destination,
  kind: PacketKind,
): Evaluation {
  const moved = place.port === kind.port ? kind : prepared.kind({ ...kind, port: place.port });
  const passage = { ingress, from, place, kind: moved };
  if (place.passes) return leave(prepared, { ...passage, before: [] });
  const result = judgeStage(prepared, 'in', ingress, { source: from, destination: place.to, kind: moved });
  if (isClosed(result.verdict)) return finish([result], ingress, undefined, place);
  const inside = { ...passage, before: [result] };
  const gone = agree(
    result.turns.map((turn) => (turn === undefined ? leave(prepared, inside) : turnAway(prepared, inside, turn))),
    () => result.doubts.join('; '),
  );
  if (gone.verdict !== 'pass') return gone;
  return agree(
    result.answers.map((turn) => comeBack(prepared, gone, from, turn, ingress)),
    () => result.doubts.join('; '),
  );
}

/** Rules that fit or could on the whole way, in the order in which the firewall met them. */
export function trailOf(evaluation: Evaluation): TrailEntry[] {
  return evaluation.stages.flatMap((stage) => stage.trail);
}
