import { describe, expect, it } from 'vitest';
import type { PlanInput } from '../../../src/plan/types.js';
import { buildPlan } from '../build.js';
import { policyActions, policyApplied, policyInput } from './scene.js';

const REASON = 'this firewall has no API for destination NAT';
const STATEMENT = 'policy:\n  - { from: edge/proxy, to: default/web1, allow: [tcp/8080] }\n';
const PUBLISH = 'publish:\n  - { name: site, port: tcp/443, to: edge/proxy }\n';
const OTHER = 'publish:\n  - { name: site, port: tcp/8443, to: edge/proxy }\n';

/** The same firewall, but one that takes no redirects. */
function without(input: PlanInput): PlanInput {
  const { policy } = input.observed;
  if (policy === undefined) throw new RangeError('no policy');
  return { ...input, observed: { ...input.observed, policy: { ...policy, noRedirects: REASON } } };
}

/** A firewall on which one policy stands, under another one, and without an API for redirects from now on. */
function standing(before: string, now: string): PlanInput {
  const first = policyInput({ policy: before });
  const { observed } = policyApplied(first, buildPlan(first));
  return without({ ...policyInput({ policy: now }), observed });
}

function warnings(input: PlanInput): string[] {
  return (buildPlan(input).policy?.warnings ?? []).map(({ code, message }) => `${code}: ${message}`);
}

describe('on a firewall that takes no redirects', () => {
  it('a publish is left out as a whole, with its line and the reason, and everything else is planned as without it', () => {
    const input = without(policyInput({ policy: STATEMENT + PUBLISH }));
    expect(policyActions(buildPlan(input))).toEqual(policyActions(buildPlan(policyInput({ policy: STATEMENT }))));
    expect(warnings(input)).toContainEqual(
      `publish-unsupported: slash32.yaml:11:5: site is left out, so that nothing from wan reaches it by this policy: ${REASON}.`,
    );
    expect(buildPlan(input).unsafe).toEqual([]);
  });

  it('the plan of what was just applied is empty, and still says what is left out', () => {
    const input = without(policyInput({ policy: STATEMENT + PUBLISH }));
    const again = without(policyApplied(input, buildPlan(input)));
    expect(policyActions(buildPlan(again))).toEqual([]);
    expect(warnings(again).some((one) => one.startsWith('publish-unsupported: '))).toBe(true);
  });

  it('a publish that stands there as it is declared stays, with its rule, and nothing is said', () => {
    const input = standing(STATEMENT + PUBLISH, STATEMENT + PUBLISH);
    expect(policyActions(buildPlan(input))).toEqual([]);
    expect(warnings(input).filter((one) => /^(publish|redirect)-/.test(one))).toEqual([]);
  });

  it.each([
    ['is declared no more', STATEMENT],
    ['is declared otherwise', STATEMENT + OTHER],
  ])('what stands there and %s loses the rule that lets packets in, and the plan says that it stays', (_what, now) => {
    const input = standing(STATEMENT + PUBLISH, now);
    const actions = policyActions(buildPlan(input));
    expect(actions).toContain('delete rule publish site');
    expect(actions.filter((one) => one.includes('redirect'))).toEqual([]);
    expect(warnings(input)).toContainEqual(
      expect.stringMatching(/^redirect-stays: publish site .*stays on the firewall until somebody takes it away there/),
    );
  });

  it('a test that needs the publish fails: it is asked of the firewall as it would be', () => {
    const tests = 'tests:\n  - { from: internet, to: edge/proxy, accept: [tcp/443] }\n';
    expect(buildPlan(policyInput({ policy: PUBLISH + tests })).unsafe).toEqual([]);
    const plan = buildPlan(without(policyInput({ policy: PUBLISH + tests })));
    expect(plan.policy?.tests).toMatchObject([{ outcome: 'failed', already: true }]);
    expect(plan.unsafe).toEqual([]);
  });
});
