import { describe, expect, it } from 'vitest';
import type { SizeOptions, SizeResult } from '../../tools/bench/measure.js';
import { renderReport } from '../../tools/bench/report.js';
import { runBench } from '../../tools/bench/run.js';
import { startSimulators } from '../../tools/bench/simulators.js';
import { median } from '../../tools/bench/stopwatch.js';
import { judge } from '../../tools/bench/targets.js';

const PLAIN = { good: String, bad: String, warn: String, faint: String, strong: String };
const NO_TIMES = { wall: 1, own: 1 };

/** Results as a machine with made-up times would give them. */
function made(count: number, part: Partial<SizeResult> = {}): SizeResult {
  const calls = { plan: { firewall: 6, incus: 4 }, apply: { firewall: 14, incus: 4 } };
  const transport = {
    plan: NO_TIMES,
    apply: NO_TIMES,
    again: NO_TIMES,
    planCalls: calls.plan,
    applyCalls: calls.apply,
  };
  return {
    count,
    configBytes: 1,
    inventoryBytes: 1,
    parser: NO_TIMES,
    parserAgain: NO_TIMES,
    ratios: count < 5000 ? { plan: 3, again: 3 } : { plan: 2, again: 2 },
    pure: NO_TIMES,
    file: transport,
    api: transport,
    plugin: { ...transport, planCalls: { firewall: 1, incus: 4 }, applyCalls: { firewall: 4, incus: 4 } },
    bulk: { calls: 2, wall: 1 },
    cold: undefined,
    peers: { hosts: count, calls: count * 2, wall: 10 },
    ...part,
  };
}

function cold(ratio: number): NonNullable<SizeResult['cold']> {
  return { parser: 1, plan: ratio, peak: { filePlan: 1, fileApply: 1, apiPlan: 1, apiApply: 1 } };
}

function missed(results: readonly SizeResult[]): string[] {
  return judge(results)
    .filter((verdict) => !verdict.reached)
    .map((verdict) => verdict.what);
}

describe('the bench', () => {
  it('makes as few calls for 60 instances as for 10, and prints every row', async () => {
    const size = (count: number): SizeOptions => ({ count, planRuns: 1, applyRuns: 1, peerHosts: 4 });
    const results = await runBench({
      sizes: [size(10), size(60)],
      startSimulators,
      measureCold: undefined,
      progress: () => undefined,
    });

    expect(results.map(({ count }) => count)).toEqual([10, 60]);
    const [small, large] = results;
    expect(small?.api.planCalls.firewall).toBeLessThanOrEqual(6);
    expect(small?.api.applyCalls.firewall).toBeLessThanOrEqual(14);
    expect(small?.api.planCalls.firewall, 'a plan asks the firewall').toBeGreaterThan(0);
    expect(large?.api.planCalls).toEqual(small?.api.planCalls);
    expect(large?.api.applyCalls).toEqual(small?.api.applyCalls);
    expect(small?.file.applyCalls, 'files need no call').toEqual({ firewall: 0, incus: 0 });
    expect(results.map(({ peers }) => peers.calls)).toEqual([20, 120]);

    const report = renderReport(results, PLAIN);
    for (const row of ROWS) expect(report).toContain(row);
    expect(report).toMatch(/firewall calls of an apply in all \(api\)[^\n]* 14 +reached/);
    expect(report).toContain('(4 measured, counted up)');
  });
});

const ROWS = [
  '10 instances',
  '60 instances',
  'XML parser alone, the same config.xml',
  'plan (file), everything new',
  'the pure function in it',
  'apply (file), plan included',
  'plan (file), nothing to do',
  'plan (api), everything new',
  'apply (api), plan included',
  'apply and confirm (plugin), plan included',
  'as many reservations and as many rules, one apply (plugin)',
  'one call per object (peers)',
  'firewall calls: plan (api)',
  'Incus calls: plan',
  'peak memory: apply (api)',
  'at most 3 times the parser alone',
];

describe('the verdicts', () => {
  it('are all reached where everything is as it should be', () => {
    const results = [made(50), made(500), made(5000)];
    expect(missed(results)).toEqual([]);
    expect(judge(results)).toHaveLength(12);
    expect(judge([made(5000, { cold: cold(3) })])).toHaveLength(7);
  });

  const slow = { wall: 12.1, own: 12.1 };
  const { file, api } = made(1);
  const many = { firewall: 15, incus: 4 };
  it.each<[string, SizeResult[], string[]]>([
    [
      'a plan that takes longer than twice the parser',
      [made(5000, { ratios: { plan: 2.01, again: 1 } })],
      ['plan, everything new, at 5,000 (file)'],
    ],
    [
      'a smaller plan that takes longer than three times the parser',
      [made(500, { ratios: { plan: 3.01, again: 1 } })],
      ['plan, everything new, at 500 (file)'],
    ],
    [
      'a plan that takes longer than three times the parser in a fresh process',
      [made(5000, { cold: cold(3.01) })],
      ['plan in a fresh process, at 5,000 (file)'],
    ],
    [
      'a plan without changes that takes longer than twice the parser',
      [made(5000, { ratios: { plan: 1, again: 2.01 } })],
      ['plan, nothing to do, at 5,000 (file)'],
    ],
    [
      'growth faster than the number of instances',
      [made(500), made(5000, { file: { ...file, apply: slow } })],
      ['apply (file): 5,000 against 500'],
    ],
    [
      'more calls for more instances',
      [made(50), made(500, { api: { ...api, planCalls: { firewall: 5, incus: 4 } } })],
      ['firewall calls of a plan (api)'],
    ],
    [
      'one call too many',
      [made(500, { api: { ...api, applyCalls: many } })],
      ['firewall calls of an apply in all (api)'],
    ],
    [
      'too little gained over one call per object',
      [made(500, { peers: { hosts: 500, calls: 419, wall: 10 } })],
      ['calls of the one-call-per-object way at 500'],
    ],
    [
      'a plugin that reads twice for a plan',
      [made(500, { plugin: { ...made(1).plugin, planCalls: { firewall: 2, incus: 4 } } })],
      ['firewall calls of a plan (plugin)'],
    ],
    [
      'a bulk apply that is too slow',
      [made(500, { bulk: { calls: 2, wall: 1.01 } })],
      ['500 reservations and 500 rules in one apply (plugin), against 500 reservations one call each'],
    ],
  ])('name %s', (_what, results, names) => {
    expect(missed(results)).toEqual(names);
  });
});

describe('the median', () => {
  it.each<[number[], number]>([
    [[], 0],
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 2, 4, 8], 6],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});
