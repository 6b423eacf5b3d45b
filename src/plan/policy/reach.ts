import { formatIp, parseIp, stepIp } from '../../model/ip.js';
import type { Rule } from '../../model/rules.js';
import { hostsOf } from '../../policy/ask/subjects.js';
import { ruledSegments } from '../../policy/compile/sources.js';
import type { Beside, Layer2View } from '../../policy/layer2/types.js';
import { viewLayer2 } from '../../policy/layer2/view.js';
import { compareReach, pairsOf, type ReachDifference } from '../../policy/reach/matrix.js';
import type { ReachEnd, ReachNode, ReachRow } from '../../policy/reach/types.js';
import { asSelector } from '../../policy/resolve/findings.js';
import { createResolver } from '../../policy/resolve/resolve.js';
import type { Warning } from '../types.js';
import type { PolicyView, ReachLine } from './types.js';
import { nameOfRule } from './view.js';

type Host = Extract<ReachEnd, { kind: 'host' }>;

/** What a plan changes in who reaches whom. */
export function reachDifference(view: PolicyView): ReachDifference {
  return compareReach(view.before, view.after, [...hostsOf(view.scene), ...strangers(view)]);
}

/** In each segment whose rules are managed, an address that no instance has: rules hold for whoever takes one, too. */
function strangers({ scene }: PolicyView): Host[] {
  const taken = new Set(scene.members.map((member) => member.address));
  return ruledSegments(scene).flatMap((segment) => {
    const one = scene.interfaces.find((candidate) => candidate.id === segment.interface);
    const ip = parseIp(one?.address ?? '');
    if (ip === undefined || one?.prefix === undefined || one.prefix > 30) return [];
    const own = new Set([one.address, ...one.virtualIps.map((virtual) => virtual.address)]);
    const network = (Number(ip.value) >>> (32 - one.prefix)) * 2 ** (32 - one.prefix);
    let value: number | bigint = network + 2 ** (32 - one.prefix) - 2;
    while (value > network && (taken.has(text(value)) || own.has(text(value)))) value = stepIp(value, -1);
    if (value <= network) return [];
    return [{ kind: 'host', name: `anybody else on ${segment.name}`, address: text(value), segment: segment.name }];
  });
}

function text(value: number | bigint): string {
  return formatIp({ family: 'inet', value: Number(value) });
}

/** Rows as lines for people, those of the same ends and the same rules together. */
export function reachLines(rows: readonly ReachRow[], view: PolicyView, rules: readonly Rule[]): ReachLine[] {
  const name = nameOfRule(view.compiled, view.scene.owner);
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return rows.map((row) => ({
    from: row.from.label,
    to: row.to.label,
    services: row.passes,
    pairs: pairsOf(row),
    by: [...new Set(row.by.flatMap((id) => byId.get(id) ?? []).map(name))],
  }));
}

/** What a plan opens, as {@link reachLines} has it, with why answers of some may not come back. */
export function openedLines(rows: readonly ReachRow[], view: PolicyView): ReachLine[] {
  const layer2 = viewLayer2(view.scene);
  return reachLines(rows, view, view.after.rules).map((line, at) => {
    const lost = lostAnswers(rows[at]?.to, layer2);
    return lost === undefined ? line : { ...line, lost };
  });
}

/** Why answers of one of a node's ends may not come back; `now` leaves out what a plan brings about. */
export function lostAnswers(node: ReachNode | undefined, layer2: Layer2View, now = false): string | undefined {
  for (const end of node?.ends ?? []) {
    const lost = layer2.answers(end, now);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/** What a plan closes, as {@link reachLines} has it, with what gets there all the same. */
export function closedLines(rows: readonly ReachRow[], view: PolicyView): ReachLine[] {
  const layer2 = viewLayer2(view.scene);
  return reachLines(rows, view, view.before.rules).map((line, at) => {
    const row = rows[at];
    const beside = row && besideOf(row.from, row.to, layer2);
    return beside === undefined ? line : { ...line, beside };
  });
}

/** How some of a node's ends reach some of another's beside the firewall; what surely gets there is said first. */
export function besideOf(from: ReachNode, to: ReachNode, layer2: Layer2View): Beside | undefined {
  const groups = (node: ReachNode): Host[][] => layer2.split(node.ends.filter((end) => end.kind === 'host'));
  let perhaps: Beside | undefined;
  for (const [sender] of groups(from))
    for (const receivers of groups(to)) {
      const receiver = receivers.find((one) => one.address !== sender?.address);
      if (sender === undefined || receiver === undefined) continue;
      const found = layer2.between(sender, receiver);
      if (found?.verdict === 'pass') return found;
      perhaps ??= found;
    }
  return perhaps;
}

/** A group that nobody reaches any more though somebody did: mostly a slip, and seldom seen in a list of pairs. */
export function closedGroups(view: PolicyView, difference: ReachDifference): Warning[] {
  const resolver = createResolver(view.scene);
  const closed = new Set(
    difference.cutOff.flatMap((node) => node.ends.flatMap((end) => (end.kind === 'host' ? [end.address] : []))),
  );
  return view.scene.policy.groups.flatMap((group) => {
    const { members } = resolver.resolve(asSelector(group));
    if (members.length === 0 || !members.every((member) => closed.has(member.address))) return [];
    const message = `The group ${group.name} goes from open to closed: nothing reaches its ${members.length === 1 ? 'member' : `${members.length} members`} any more.`;
    return [{ code: 'group-closed' as const, message }];
  });
}
