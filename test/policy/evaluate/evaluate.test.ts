import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/policy/evaluate/evaluate.js';
import { explain } from '../../../src/policy/evaluate/explain.js';
import { prepare } from '../../../src/policy/evaluate/prepare.js';
import type { Flow } from '../../../src/policy/evaluate/types.js';
import { BASE, redirect, rule, ruleSet } from './builders.js';
import { CASES, FROM_NET, WEB } from './cases.js';

describe('evaluating a flow', () => {
  it.each(CASES.map((one) => [one.it, one] as const))('%s', (_, one) => {
    const result = evaluate(prepare(ruleSet(one.set)), one.flow ?? WEB);
    expect(`${result.verdict}${result.decidedBy === undefined ? '' : ` by ${result.decidedBy.id}`}`).toBe(one.is);
    if (one.because !== undefined) expect(result.reasons.join('\n')).toMatch(one.because);
  });

  it.each([
    [{ ...WEB, from: { address: 'web' } }, /not an address/],
    [{ ...WEB, to: { internet: 'inet6' } }, /different address families/],
    [{ ...WEB, port: undefined }, /needs a port/],
  ] as const)('refuses a question that makes no sense (%#)', (flow, message) => {
    expect(() => evaluate(prepare(ruleSet()), flow as Flow)).toThrow(message);
  });
});

describe('explaining a flow', () => {
  const rules = [
    ...BASE,
    rule('1111', { quick: false, action: 'block', description: 'floating ssh', origin: 'legacy' }),
    rule('2222', { unknowns: ['it holds only at night'], description: 'nights' }),
    rule('3333', { origin: 'ours', description: 'web to db' }),
  ];

  it('says which rule decided, of whom, and which came before', () => {
    const words = explain(evaluate(prepare(ruleSet({ rules })), WEB), (one) =>
      one.origin === 'ours' ? 'policy.yaml:14' : undefined,
    );
    expect(words).toEqual({
      headline: 'It passes by the rule of slash32 "web to db" (3333) of policy.yaml:14, coming in on a.',
      steps: [
        'in a: the firewall\'s own rule "deny" (deny): block, unless a later rule fits',
        'in a: the foreign rule of the old format "floating ssh" (1111): block, unless a later rule fits',
        'in a: the foreign rule "nights" (2222): would pass (perhaps: it holds only at night)',
        'in a: the rule of slash32 "web to db" (3333) of policy.yaml:14: decides: pass',
        'out b: the firewall\'s own rule "out" (out): decides: pass',
      ],
      reasons: [],
    });
  });

  it('says what is not known', () => {
    const words = explain(evaluate(prepare(ruleSet({ rules: rules.slice(0, 4) })), WEB));
    expect(words.headline).toBe('It cannot be said whether it passes: the rule "nights": it holds only at night.');
    expect(words.reasons).toEqual(['the rule "nights": it holds only at night']);
  });

  it('says where a redirect leads and when no rule fits', () => {
    const set = ruleSet({ redirects: [redirect('site', { targetPort: 8443, protocols: ['tcp'] })] });
    expect(explain(evaluate(prepare(set), FROM_NET))).toEqual({
      headline: 'It passes, since no rule fits it coming in on wan.',
      steps: ['redirected by "site" to 10.0.2.9 port 8443', 'in wan: no rule fits', 'out b: no rule fits'],
      reasons: [],
    });
  });
});
