import type { SizeResult } from './measure.js';

/** What must be reached (issue 2), and what was. */
export interface Verdict {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** A plan of 5,000 has more to gain than a smaller one, where what every plan costs weighs more. */
const MANY = 5000;
const PARSER_FACTOR = { small: 3, many: 2, fresh: 3 };
const GROWTH = 12;
const PLAN_CALLS = 6;
const APPLY_CALLS = 14;
const FEWER_CALLS = 30;
const PLUGIN_PLAN_CALLS = 1;
const PLUGIN_APPLY_CALLS = 4;
const FASTER = 10;

/** Holds the results against every target that their sizes allow to judge: ratios and counts, never a time. */
export function judge(results: readonly SizeResult[]): Verdict[] {
  const largest = results.at(-1);
  if (largest === undefined) return [];
  const at = (count: number): SizeResult | undefined => results.find((result) => result.count === count);
  return [...judgeParser(largest), ...judgeGrowth(at(500), at(5000)), ...judgeCalls(results), ...judgePeers(at(500))];
}

function judgeParser({ count, ratios, cold }: SizeResult): Verdict[] {
  const verdict = (what: string, ratio: number, most: number): Verdict => ({
    what: `${what} at ${figure(count)} (file)`,
    target: `at most ${most} times the parser alone`,
    measured: `${ratio.toFixed(2)} times`,
    reached: ratio <= most,
  });
  const warm = count < MANY ? PARSER_FACTOR.small : PARSER_FACTOR.many;
  const verdicts = [
    verdict('plan, everything new,', ratios.plan, warm),
    verdict('plan, nothing to do,', ratios.again, warm),
  ];
  if (cold === undefined || count < MANY) return verdicts;
  return [...verdicts, verdict('plan in a fresh process,', cold.plan / cold.parser, PARSER_FACTOR.fresh)];
}

function judgeGrowth(small: SizeResult | undefined, large: SizeResult | undefined): Verdict[] {
  if (small === undefined || large === undefined) return [];
  const verdict = (what: string, ratio: number): Verdict => ({
    what: `${what}: 5,000 against 500`,
    target: `at most ${GROWTH} times`,
    measured: `${ratio.toFixed(2)} times`,
    reached: ratio <= GROWTH,
  });
  return [
    verdict('plan (file)', large.file.plan.wall / small.file.plan.wall),
    verdict('apply (file)', large.file.apply.wall / small.file.apply.wall),
    verdict('plan (api, own time)', large.api.plan.own / small.api.plan.own),
    verdict('apply (api, own time)', large.api.apply.own / small.api.apply.own),
  ];
}

function judgeCalls(results: readonly SizeResult[]): Verdict[] {
  const verdict = (what: string, counts: readonly number[], most: number): Verdict => ({
    what: `firewall calls of ${what}`,
    target: `at most ${most}, the same for every size`,
    measured: [...new Set(counts)].join(', '),
    reached: new Set(counts).size === 1 && counts.every((count) => count <= most),
  });
  return [
    verdict(
      'a plan (api)',
      results.map(({ api }) => api.planCalls.firewall),
      PLAN_CALLS,
    ),
    verdict(
      'an apply in all (api)',
      results.map(({ api }) => api.applyCalls.firewall),
      APPLY_CALLS,
    ),
    verdict(
      'a plan (plugin)',
      results.map(({ plugin }) => plugin.planCalls.firewall),
      PLUGIN_PLAN_CALLS,
    ),
    verdict(
      'an apply in all (plugin)',
      results.map(({ plugin }) => plugin.applyCalls.firewall),
      PLUGIN_APPLY_CALLS,
    ),
  ];
}

function judgePeers(result: SizeResult | undefined): Verdict[] {
  if (result === undefined) return [];
  const ratio = result.peers.calls / result.api.applyCalls.firewall;
  return [
    {
      what: 'calls of the one-call-per-object way at 500',
      target: `at least ${FEWER_CALLS} times as many`,
      measured: `${ratio.toFixed(1)} times`,
      reached: ratio >= FEWER_CALLS,
    },
    {
      what: '500 reservations and 500 rules in one apply (plugin), against 500 reservations one call each',
      target: `at least ${FASTER} times as fast`,
      measured: `${(result.peers.wall / result.bulk.wall).toFixed(1)} times`,
      reached: result.peers.wall / result.bulk.wall >= FASTER,
    },
  ];
}

/** A whole number with separators: `5,000`. */
export function figure(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
