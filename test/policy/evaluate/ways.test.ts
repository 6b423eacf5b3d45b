import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/policy/evaluate/evaluate.js';
import { explain } from '../../../src/policy/evaluate/explain.js';
import { prepare } from '../../../src/policy/evaluate/prepare.js';
import { BASE, rule, ruleSet } from './builders.js';
import { GATEWAY, PF_CASES, SOURCE_CASES, WAY_CASES, type WayCase } from './way-cases.js';

function check({ set, flow, is, because }: WayCase): void {
  const result = evaluate(prepare(ruleSet(set)), flow);
  const by = result.decidedBy === undefined ? '' : ` by ${result.decidedBy.id}`;
  const isSaid = result.verdict !== 'unknown' && result.egress !== undefined;
  const out = isSaid ? ` out of ${result.egress}` : '';
  expect(`${result.verdict}${by}${out}`).toBe(is);
  expect(result.reasons.length > 0).toBe(result.verdict === 'unknown');
  if (because !== undefined) expect(result.reasons.join('\n')).toMatch(because);
}

describe('the way of a packet', () => {
  it.each(WAY_CASES.map((one) => [one.it, one] as const))('%s', (_, one) => check(one));
});

describe('the source of a packet on its way out', () => {
  it.each(SOURCE_CASES.map((one) => [one.it, one] as const))('%s', (_, one) => check(one));
});

describe('what pf makes of a packet beside the rules', () => {
  it.each(PF_CASES.map((one) => [one.it, one] as const))('%s', (_, one) => check(one));
});

describe('explaining a way', () => {
  const A = { address: '10.0.1.10' };

  it('says where a packet goes that arrives nowhere', () => {
    const rules = [...BASE, rule('away', { sentTo: GATEWAY })];
    const words = explain(
      evaluate(prepare(ruleSet({ rules })), { from: A, to: { address: '10.0.2.9' }, protocol: 'tcp', port: 443 }),
    );
    expect(words.headline).toBe(
      'It cannot be said whether it passes: the rule "away" sends it out of wan to the gateway "GW", and 10.0.2.9 is behind b.',
    );
    expect(words.steps).toContain('in a: the foreign rule "away" (away): decides: pass, to the gateway "GW"');
  });

  it('says that no rule is asked about UDP to port 0', () => {
    const flow = { from: A, to: { address: '10.0.2.9' }, protocol: 'udp', port: 0 };
    expect(explain(evaluate(prepare(ruleSet({ rules: BASE })), flow)).headline).toBe(
      'It does not get there: packets of UDP to port 0 are dropped before any rule is asked.',
    );
  });
});
