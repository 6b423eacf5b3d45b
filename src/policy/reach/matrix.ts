import type { RuleSet } from '../../model/rules.js';
import { prepare } from '../evaluate/prepare.js';
import { classifyHosts } from './classes.js';
import { createReach } from './reach.js';
import type { ReachEnd, ReachNode, ReachRow } from './types.js';

type Host = Extract<ReachEnd, { kind: 'host' }>;

/** The nodes of a question: hosts put together where no rule set tells them apart, the internet and the firewall. */
export function reachNodes(hosts: readonly Host[], ruleSets: readonly RuleSet[]): ReachNode[] {
  return [
    ...classifyHosts(hosts, ruleSets),
    { label: 'internet', ends: [{ kind: 'internet' }] },
    { label: 'firewall', ends: [{ kind: 'firewall' }] },
  ];
}

/** Every pair of nodes between which something passes, or perhaps does. */
export function reachMatrix(ruleSet: RuleSet, from: readonly ReachNode[], to: readonly ReachNode[]): ReachRow[] {
  const reach = createReach(prepare(ruleSet));
  return from.flatMap((one) => to.flatMap((other) => reach.between(one, other) ?? []));
}

/** What passes after a change and did not before, and the other way round. */
export interface ReachDifference {
  readonly opens: readonly ReachRow[];
  readonly closes: readonly ReachRow[];
  /** Hosts that somebody reached before and nobody does after. */
  readonly cutOff: readonly ReachNode[];
}

/** Holds two rule sets against each other, for all of some hosts, the internet and the firewall. */
export function compareReach(before: RuleSet, after: RuleSet, hosts: readonly Host[]): ReachDifference {
  const nodes = reachNodes(hosts, [before, after]);
  const [old, now] = [createReach(prepare(before)), createReach(prepare(after))];
  const opens: ReachRow[] = [];
  const closes: ReachRow[] = [];
  const reached = { before: new Set<ReachNode>(), after: new Set<ReachNode>() };
  for (const from of nodes)
    for (const to of nodes) {
      const [was, is] = [old.between(from, to), now.between(from, to)];
      if (was !== undefined) reached.before.add(to);
      if (is !== undefined) reached.after.add(to);
      const opened = lacking(is, was);
      const closed = lacking(was, is);
      if (is !== undefined && opened.length > 0)
        opens.push({ ...is, passes: opened, perhaps: [], by: newOnes(is.by, was?.by) });
      if (was !== undefined && closed.length > 0)
        closes.push({ ...was, passes: closed, perhaps: [], by: newOnes(was.by, is?.by) });
    }
  const cutOff = [...reached.before].filter((node) => !reached.after.has(node));
  return { opens, closes, cutOff };
}

/** The rules that make the difference; all of them, where the same ones stand on both sides and only say something else. */
function newOnes(by: readonly string[], other: readonly string[] = []): readonly string[] {
  const own = by.filter((id) => !other.includes(id));
  return own.length === 0 ? by : own;
}

/** Pairs of single ends that a row stands for. */
export function pairsOf({ from, to }: ReachRow): number {
  return from === to ? from.ends.length * (from.ends.length - 1) : from.ends.length * to.ends.length;
}

/** Services of the first row that do not pass in the second one. */
function lacking(row: ReachRow | undefined, other: ReachRow | undefined): string[] {
  if (row === undefined) return [];
  if (other === undefined) return [...row.passes];
  return subtractServices(row.passes, other.passes);
}

const LAST = 65_535;

/** Services of the first list that the second one does not cover. */
export function subtractServices(services: readonly string[], without: readonly string[]): string[] {
  if (without.includes('any')) return [];
  return services.flatMap((service) => {
    if (service === 'any') return without.length === 0 ? ['any'] : [`any but ${without.join(', ')}`];
    const [protocol = '', ports] = service.split('/');
    if (without.includes(protocol) || without.includes(service)) return [];
    if (protocol !== 'tcp' && protocol !== 'udp') return [service];
    let left = [spanOf(ports)];
    for (const other of without) {
      const [name, taken] = other.split('/');
      if (name === protocol) left = left.flatMap((span) => cut(span, spanOf(taken)));
    }
    return left.map(([from, to]) => named(protocol, from, to));
  });
}

function spanOf(ports: string | undefined): [number, number] {
  if (ports === undefined) return [1, LAST];
  const [from = 1, to = from] = ports.split('-').map(Number);
  return [from, to];
}

function cut([from, to]: [number, number], [first, last]: [number, number]): [number, number][] {
  if (last < from || first > to) return [[from, to]];
  const left: [number, number][] = [];
  if (first > from) left.push([from, first - 1]);
  if (last < to) left.push([last + 1, to]);
  return left;
}

function named(protocol: string, from: number, to: number): string {
  if (from === 1 && to === LAST) return protocol;
  return from === to ? `${protocol}/${from}` : `${protocol}/${from}-${to}`;
}
