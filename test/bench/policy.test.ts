import { describe, expect, it } from 'vitest';
import { measurePolicy, policyReport } from '../../tools/bench/policy.js';

describe('the bench of policies', () => {
  it('measures a policy whose tests all hold, with one rule for each statement and one alias for each group', async () => {
    const bench = await measurePolicy(300, 40, 1);
    const infrastructure = 3 * 6;
    expect(bench).toMatchObject({
      instances: 300,
      statements: 40,
      tests: 40,
      rules: 40 + infrastructure,
      aliases: expect.any(Number),
    });
    expect(bench.rows).toBeGreaterThan(40);
    expect(policyReport(bench)).toMatch(/^policy of 40 statements on 300 instances: 58 rules, \d+ aliases\n/);
  });
});
