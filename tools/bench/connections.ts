import { connectionsOf } from '../../src/firewall/opnsense/http/states.js';
import type { RuleSet } from '../../src/model/rules.js';
import { chooseClosed } from '../../src/policy/cut/choose.js';
import { closedWays } from '../../src/policy/cut/ways.js';
import { stateRows } from '../../src/sim/opnsense/pf/list.js';
import { pfctlText, plainState } from '../../src/sim/opnsense/pf/states.js';
import { median, timed } from './stopwatch.js';

/** What finding the open connections of closed ways costs; milliseconds are medians. */
export interface ConnectionsBench {
  readonly connections: number;
  readonly states: number;
  /** Finding the ways, where one statement goes. */
  readonly oneStatement: number;
  /** The same where everything goes that the policy lets pass. */
  readonly everything: number;
  /** Reading the firewall's list and choosing, for each of the two. */
  readonly match: readonly [number, number];
  readonly ended: readonly [number, number];
}

/** The ends of one open connection. */
export interface BenchFlow {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** Measures on as many open connections, the `at`-th of which is `flowAt(at)`; `isRule` says which rules the policy has. */
export async function measureConnections(
  ruleSet: RuleSet,
  flowAt: (at: number) => BenchFlow,
  isRule: (id: string) => boolean,
  count: number,
  runs: number,
): Promise<ConnectionsBench> {
  const own = ruleSet.rules.filter((rule) => isRule(rule.id) && rule.action === 'pass');
  const statements = own.filter((rule) =>
    rule.destinationPorts.some((part) => part.kind === 'ports' && part.from >= 1024),
  );
  const without = (ids: ReadonlySet<string>): RuleSet => ({
    ...ruleSet,
    rules: ruleSet.rules.filter((rule) => !ids.has(rule.id)),
  });
  const afters = [
    without(new Set(statements.slice(0, 1).map((rule) => rule.id))),
    without(new Set(own.map((rule) => rule.id))),
  ];
  const rows = stateRows(pfctlText(statesOf(flowAt, count)));
  const ways: number[] = [];
  const match: number[] = [];
  const ended: number[] = [];
  for (const after of afters) {
    ways.push(await medianOf(runs, () => void closedWays(ruleSet, after)));
    const closed = closedWays(ruleSet, after);
    match.push(
      await medianOf(runs, () => {
        const { connections } = connectionsOf(rows);
        ended.push(chooseClosed(closed, connections).connections.length);
      }),
    );
  }
  return {
    connections: count,
    states: rows.length,
    oneStatement: ways[0] ?? 0,
    everything: ways[1] ?? 0,
    match: [match[0] ?? 0, match[1] ?? 0],
    ended: [ended[0] ?? 0, ended.at(-1) ?? 0],
  };
}

/** The figures in words. */
export function connectionsReport(bench: ConnectionsBench): string {
  const milliseconds = (time: number): string => `${Math.round(time)} ms`;
  const [one, all] = bench.match;
  return [
    `open connections: ${bench.connections} (${bench.states} states of pf); 1000 ms to reach, of ways and matching together`,
    `  a statement goes: its ways ${milliseconds(bench.oneStatement)}, matched in ${milliseconds(one)}, ${bench.ended[0]} end`,
    `  all of it goes: its ways ${milliseconds(bench.everything)}, matched in ${milliseconds(all)}, ${bench.ended[1]} end`,
  ].join('\n');
}

async function medianOf(runs: number, action: () => void): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push((await timed(action)).wall);
  return median(times);
}

/** Each connection has its two states. */
function statesOf(flowAt: (at: number) => BenchFlow, count: number) {
  return Array.from({ length: count }, (_none, at) => {
    const flow = flowAt(at);
    const from = { address: flow.from, port: 1024 + (at % 60_000) };
    const to = { address: flow.to, port: flow.port };
    return [plainState(2 * at, 'in', 'tcp', from, to), plainState(2 * at + 1, 'out', 'tcp', from, to)];
  }).flat();
}
