import { describe, expect, it } from 'vitest';
import { reachesFirewall } from '../../../src/plan/policy/ways-in.js';
import { prepare } from '../../../src/policy/evaluate/prepare.js';
import { BASE, redirect, rule, ruleSet } from '../../policy/evaluate/builders.js';

const OPEN = rule('open', { interfaces: ['a'] });
const reaches = (set: Parameters<typeof ruleSet>[0]): boolean =>
  reachesFirewall(prepare(ruleSet({ rules: [...BASE, OPEN], ...set })), '10.0.1.10', 443);

describe('somebody reaches the firewall itself', () => {
  it('where a rule lets him', () => {
    expect(reaches({})).toBe(true);
  });

  it('not where none does', () => {
    expect(reaches({ rules: BASE })).toBe(false);
  });

  it('not where a redirect sends his packets to somebody else, whatever lets them pass', () => {
    expect(reaches({ redirects: [redirect('elsewhere')] })).toBe(false);
  });
});
