import type { PortSpec, Selector, SelectorKind } from '../../model/policy.js';
import { plainDescription } from '../../model/policy-entries.js';
import { createSubjects, hostsOf } from '../../policy/ask/subjects.js';
import { explain } from '../../policy/evaluate/explain.js';
import { prepare } from '../../policy/evaluate/prepare.js';
import type { FlowEnd } from '../../policy/evaluate/types.js';
import { readPortSpec } from '../../policy/language/ports.js';
import { readSelector } from '../../policy/language/selectors.js';
import { viewLayer2 } from '../../policy/layer2/view.js';
import { hostClassifier } from '../../policy/reach/classes.js';
import { reachMatrix, reachNodes } from '../../policy/reach/matrix.js';
import { createPublished } from '../../policy/reach/published.js';
import { gatewayOf } from '../../policy/reach/reach.js';
import type { ReachEnd, ReachNode } from '../../policy/reach/types.js';
import { createResolver } from '../../policy/resolve/resolve.js';
import type { Misnamed } from '../asked-names.js';
import { leftAloneWords, withBeside, withLayer2, withRemarks } from './beside.js';
import { asInstance, nameFault, nobody } from './names.js';
import { reachLines } from './reach.js';
import type { ExplainLine, PolicyView, ReachAnswer } from './types.js';
import { placeOfRule } from './view.js';

export type { Misnamed } from '../asked-names.js';
export type { ExplainLine, ExplainRule, ReachAnswer } from './types.js';

/** A question or why it is none. */
export type Understood<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Misnamed };

/** Pairs that are explained at most. */
const MOST_PAIRS = 20;

/** Explains a flow between any two names, on the firewall as it is or, with `after`, as it would be. */
export function askExplain(
  view: PolicyView,
  question: { readonly from: string; readonly to: string; readonly port: string; readonly after: boolean },
): Understood<readonly ExplainLine[]> {
  const spec = readPortSpec(question.port);
  if (!spec.ok) return { ok: false, fault: spec };
  const from = endsNamed(view, question.from);
  if (!from.ok) return from;
  const to = endsNamed(view, question.to);
  if (!to.ok) return to;
  const prepared = prepare(question.after ? view.after : view.before);
  const published = createPublished(prepared);
  const layer2 = viewLayer2(view.scene);
  const nodes = (ends: readonly ReachEnd[]): ReachNode[] => nodesOf(ends, view, question.after);
  const pairs = nodes(from.value)
    .flatMap((one) => nodes(to.value).map((other) => [one, other] as const))
    .slice(0, MOST_PAIRS);
  const place = placeOfRule(view.compiled, view.scene.owner);
  const lines = pairs.flatMap(([one, other]): ExplainLine[] => {
    const start = startOf(one.ends[0]);
    const target = sameHost(one, other) ? other.ends[1] : other.ends[0];
    const goal = goalOf(prepared, start, target);
    if (start === undefined || goal === undefined) return [];
    const { protocol, port, icmpType } = packetOf(spec.value);
    const evaluation = published.call({ from: start, to: goal, protocol, port, icmpType });
    const rule = evaluation.decidedBy;
    const line: ExplainLine = {
      from: one.label,
      to: other.label,
      port: spec.value.text,
      verdict: evaluation.verdict,
      ...explain(evaluation, place),
      rule: rule && {
        id: rule.id,
        origin: rule.origin,
        description: plainDescription(rule.description),
        place: place(rule),
      },
    };
    return [withRemarks(withLayer2(line, one.ends[0], target, layer2, !question.after), [one.ends[0], target], view)];
  });
  if (lines.length > 0) return { ok: true, value: lines };
  return {
    ok: false,
    fault: { message: 'Between these two nothing goes through the firewall.', hint: 'Name two different ends.' },
  };
}

/** Who reaches whom: of everybody, or narrowed to some ends. */
export function askReach(
  view: PolicyView,
  question: { readonly from?: string | undefined; readonly to?: string | undefined; readonly after: boolean },
): Understood<readonly ReachAnswer[]> {
  const ruleSet = question.after ? view.after : view.before;
  const everybody = [...nodesOf(hostsOf(view.scene), view, question.after), ...reachNodes([], [ruleSet])];
  const side = (name: string | undefined): Understood<readonly ReachNode[]> => {
    if (name === undefined) return { ok: true, value: everybody };
    const ends = endsNamed(view, name);
    return ends.ok ? { ok: true, value: nodesOf(ends.value, view, question.after) } : ends;
  };
  const [from, to] = [side(question.from), side(question.to)];
  if (!from.ok) return from;
  if (!to.ok) return to;
  const rows = reachMatrix(ruleSet, from.value, to.value);
  const lines = reachLines(rows, view, ruleSet.rules);
  const sides = { from: from.value, to: to.value };
  const answers = lines.map((line, at) => ({ ...line, perhaps: rows[at]?.perhaps ?? [] }));
  return { ok: true, value: withBeside(answers, rows, sides, viewLayer2(view.scene), !question.after) };
}

/** The ends that a name stands for: as in a policy, or an instance by its name alone where only one has it. */
export function endsNamed(view: PolicyView, name: string): Understood<readonly ReachEnd[]> {
  const { scene } = view;
  const read = readSelector(name);
  if (!read.ok) return { ok: false, fault: read };
  const found =
    nameFault(view, read.value) ??
    createSubjects(hostsOf(scene), createResolver(scene))([selectorOf(asInstance(view, read.value), name)]);
  if (!Array.isArray(found)) return { ok: false, fault: found };
  return found.length > 0 ? { ok: true, value: found } : { ok: false, fault: nobody(view, name, leftAloneWords(view)) };
}

function selectorOf(kind: SelectorKind, text: string): Selector {
  return { ...kind, text: kind.kind === 'instances' ? kind.pattern : text, place: { file: '', line: 1, column: 1 } };
}

function nodesOf(ends: readonly ReachEnd[], view: PolicyView, after: boolean): ReachNode[] {
  const hosts = ends.filter((end) => end.kind === 'host');
  const others = ends.filter((end) => end.kind !== 'host').map((end) => ({ label: end.kind, ends: [end] }));
  const classify = hostClassifier([after ? view.after : view.before]);
  return [...viewLayer2(view.scene).split(hosts).flatMap(classify), ...others];
}

function startOf(end: ReachEnd | undefined): FlowEnd | undefined {
  if (end?.kind === 'host') return { address: end.address };
  return end?.kind === 'internet' ? { internet: 'inet' } : undefined;
}

function goalOf(
  prepared: ReturnType<typeof prepare>,
  start: FlowEnd | undefined,
  end: ReachEnd | undefined,
): FlowEnd | undefined {
  if (start === undefined || end === undefined) return undefined;
  if (end.kind === 'host') return { address: end.address };
  if (end.kind === 'internet') return 'internet' in start ? undefined : { internet: 'inet' };
  return gatewayOf(prepared.ruleSet, prepared.ways.behind(prepared.end(start))[0]);
}

function sameHost(one: ReachNode, other: ReachNode): boolean {
  const [a, b] = [one.ends[0], other.ends[0]];
  return a?.kind === 'host' && b?.kind === 'host' && a.address === b.address;
}

/** Of a range of ports the first one speaks; of a whole protocol a port that no rule is likely to name. */
function packetOf({ protocol, ports, icmpType }: PortSpec): {
  protocol: string;
  port: number | undefined;
  icmpType: number | undefined;
} {
  const name = protocol === 'any' ? 'tcp' : protocol;
  const needsPort = name === 'tcp' || name === 'udp';
  return { protocol: name, port: needsPort ? (ports?.from ?? 65_000) : undefined, icmpType };
}
