import type { Operand } from './endpoint.js';
import type { PacketKind, PreparedRuleSet } from './prepare.js';
import { echoRequest, flowProtocol, hasPorts } from './protocol.js';
import { type Destination, destinationsOf } from './redirect.js';
import { familyOf, type Routing } from './route.js';
import { judgeStage } from './stage.js';
import type { Evaluation, Flow, StageVerdict, TrailEntry, Verdict } from './types.js';

/**
 * Whether a flow passes: the rules on the way in, after destination NAT, and then those on the way out; both must let it pass.
 * Answers come back by the states that it leaves. What the rule set does not tell makes the verdict `unknown`, unless it comes
 * out the same either way. Throws a RangeError for ends that are no addresses or of two families, and for tcp or udp without a port.
 */
export function evaluate(prepared: PreparedRuleSet, flow: Flow): Evaluation {
  const from = prepared.end(flow.from);
  const to = prepared.end(flow.to);
  const family = familyOf(from);
  if (family !== familyOf(to)) throw new RangeError('the ends of a flow are of different address families');
  const protocol = flowProtocol(flow.protocol, family);
  if (hasPorts(protocol) && flow.port === undefined) throw new RangeError(`a flow of ${protocol} needs a port`);
  const kind = prepared.kind({
    family,
    protocol,
    port: hasPorts(protocol) ? flow.port : undefined,
    sourcePort: hasPorts(protocol) ? flow.sourcePort : undefined,
    icmpType: flow.icmpType ?? echoRequest(family),
  });
  const ways = prepared.ways;
  if (flow.fromInterface === undefined && ways.isOwn(from))
    return leave(prepared, ways, undefined, from, arrival(to, kind), kind, []);
  const ingresses = flow.fromInterface === undefined ? ways.behind(from) : [flow.fromInterface];
  const unknown = ingresses.find((id) => !prepared.world.interfaces.has(id));
  if (unknown !== undefined) return unanswered(`the firewall has no enabled interface ${unknown}`);
  if (ingresses.length === 0) return unanswered('it is not known on which interface the flow comes in');
  return agree(
    ingresses.map((ingress) => enter(prepared, ways, ingress, from, to, kind)),
    () => `it depends on which of ${ingresses.join(', ')} it comes in on`,
  );
}

function arrival(to: Operand, kind: PacketKind): Destination {
  return { to, port: kind.port, redirected: undefined, passes: false };
}

function enter(
  prepared: PreparedRuleSet,
  ways: Routing,
  ingress: string,
  from: Operand,
  to: Operand,
  kind: PacketKind,
): Evaluation {
  const places = destinationsOf(prepared, ingress, from, to, kind);
  if (places.lost !== undefined) return { ...unanswered(places.lost), ingress };
  const walk = (place: Destination): Evaluation => {
    const moved = place.port === kind.port ? kind : prepared.kind({ ...kind, port: place.port });
    if (place.passes) return leave(prepared, ways, ingress, from, place, moved, []);
    const packet = { source: from, destination: place.to, kind: moved, translated: undefined };
    const result = judgeStage(prepared, 'in', ingress, packet);
    if (isClosed(result.verdict)) return finish([result], ingress, undefined, place);
    return leave(prepared, ways, ingress, from, place, moved, [result]);
  };
  const results = places.all.map(walk);
  return agree(results, () => places.reasons.join('; '));
}

/** The way out, for what did not end at the firewall itself. */
function leave(
  prepared: PreparedRuleSet,
  ways: Routing,
  ingress: string | undefined,
  from: Operand,
  place: Destination,
  kind: PacketKind,
  before: readonly StageVerdict[],
): Evaluation {
  if (ingress === undefined ? ways.isOwn(place.to) : ways.isLocal(place.to))
    return finish(before, ingress, undefined, place);
  const egresses = ways.behind(place.to);
  if (egresses.length === 0) return { ...unanswered('no way to the destination is known here'), ingress };
  return agree(
    egresses.map((egress) => {
      const out = prepared.world.interfaces.get(egress);
      const translated =
        out?.translatesSource === true && kind.family === 'inet' ? (ownOf(prepared, egress) ?? 'unknown') : undefined;
      const result = judgeStage(prepared, 'out', egress, { source: from, destination: place.to, kind, translated });
      return finish([...before, result], ingress, egress, place);
    }),
    () => `it depends on which of ${egresses.join(', ')} it leaves by`,
  );
}

function ownOf(prepared: PreparedRuleSet, id: string): Operand | undefined {
  const address = prepared.world.interfaces.get(id)?.addresses.find((text) => !text.includes(':'));
  return address === undefined ? undefined : prepared.end({ address });
}

function isClosed(verdict: Verdict): boolean {
  return verdict === 'block' || verdict === 'reject';
}

/** One way through, from its stages: what is surely closed anywhere is closed; else what is unknown anywhere is unknown. */
function finish(
  stages: readonly StageVerdict[],
  ingress: string | undefined,
  egress: string | undefined,
  place: Destination,
): Evaluation {
  let decisive = stages[0];
  for (const stage of stages) {
    if (isClosed(stage.verdict)) {
      decisive = stage;
      break;
    }
    if (stage.verdict === 'unknown' && decisive?.verdict !== 'unknown') decisive = stage;
  }
  const verdict = decisive?.verdict ?? 'pass';
  return {
    verdict,
    decidedBy: decisive?.decidedBy,
    decidedAt:
      decisive === undefined || verdict === 'unknown'
        ? undefined
        : { stage: decisive.stage, interface: decisive.interface },
    ingress,
    egress,
    redirected: place.redirected,
    stages,
    reasons: verdict === 'unknown' ? stages.flatMap((stage) => stage.reasons) : NO_REASONS,
  };
}

const NO_REASONS: readonly string[] = [];

/** Rules that fit or could on the whole way, in the order in which the firewall met them. */
export function trailOf(evaluation: Evaluation): TrailEntry[] {
  return evaluation.stages.flatMap((stage) => stage.trail);
}

/** Several possible ways: what they agree on, else unknown. */
function agree(results: readonly Evaluation[], why: () => string): Evaluation {
  const [first] = results;
  if (first === undefined) return unanswered(why());
  if (results.length === 1) return first;
  const passing = results.filter((result) => result.verdict === 'pass').length;
  const closed = results.filter((result) => isClosed(result.verdict)).length;
  if (passing === results.length || closed === results.length) return results.at(-1) ?? first;
  return {
    ...first,
    verdict: 'unknown',
    decidedBy: undefined,
    decidedAt: undefined,
    stages: results.flatMap((result) => result.stages),
    reasons: [...new Set([why(), ...results.flatMap((result) => result.reasons)])],
  };
}

function unanswered(reason: string): Evaluation {
  return {
    verdict: 'unknown',
    decidedBy: undefined,
    decidedAt: undefined,
    ingress: undefined,
    egress: undefined,
    redirected: undefined,
    stages: [],
    reasons: [reason],
  };
}
