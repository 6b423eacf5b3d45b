import { describe, expect, it } from 'vitest';
import { planChanges, policyChanges } from '../../../src/plan/plan.js';
import { askExplain, askReach } from '../../../src/plan/policy/ask.js';
import { askTests, viewOf } from '../../../src/plan/policy/plan.js';
import { renderText } from '../../../src/plan/render/text.js';
import type { Plan, PlanInput } from '../../../src/plan/types.js';
import { askableView } from '../../../src/service/policy-view.js';
import { findingsOf } from '../../../src/service/reconcile/findings.js';
import { buildPlan } from '../build.js';
import { policyInput, type SceneParts } from './scene.js';

const plain = (text: string): string => text;
const PAINT = { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };

const POLICY = `
policy:
  - { from: edge/proxy, to: default/db, allow: [tcp/5432] }
tests:
  - { from: edge/proxy, to: default/db, accept: [tcp/5432] }
  - { from: edge/proxy, to: default/db, deny: [tcp/22] }
`;

/** Whatever comes in on opt1 leaves by the gateway of wan: a floating rule, before everything of ours. */
const AWAY = `<rule uuid="f0f0f0f0-0000-4000-8000-000000000000"><type>pass</type><interface>opt1</interface><floating>yes</floating><quick>1</quick><ipprotocol>inet</ipprotocol><gateway>GW</gateway><descr>all by GW</descr><source><any>1</any></source><destination><any>1</any></destination></rule>`;
const GATEWAY =
  '<gateways><gateway_item><name>GW</name><interface>wan</interface><gateway>192.0.2.1</gateway></gateway_item></gateways>';
const away = (xml: string): string =>
  xml.replace('<filter>', `<filter>${AWAY}`).replace('</opnsense>', `${GATEWAY}</opnsense>`);
const BAD = `<rule uuid="b0b0b0b0-0000-4000-8000-000000000000"><type>block</type><interface>lan</interface><ipprotocol>inet</ipprotocol><allowopts>1</allowopts><descr>odd</descr><source><any>1</any></source><destination><any>1</any></destination></rule>`;
const refused = (xml: string): string => xml.replace('<filter>', `<filter>${BAD}`);

function planned(config: (xml: string) => string, policy = POLICY): { input: PlanInput; plan: Plan } {
  const parts: SceneParts = { policy, config };
  const input = policyInput(parts);
  return { input, plan: buildPlan(input) };
}

function viewFor({ input, plan }: { input: PlanInput; plan: Plan }) {
  const view = viewOf(input, plan.segments);
  if (view === undefined) throw new Error('no view');
  return view;
}

describe('a policy behind a rule with a gateway', () => {
  const { input, plan } = planned(away);

  it('opens nothing, and says so', () => {
    expect(plan.policy?.changes.length).toBeGreaterThan(0);
    const ours = plan.policy?.opens.filter((line) => line.from.includes('edge/proxy'));
    expect(ours).toEqual([]);
    expect(renderText(plan, PAINT)).not.toContain('opens edge/proxy');
  });

  it('fails a test that accepts and one that denies, with where the packet goes', () => {
    const why = /cannot be said: the rule "all by GW" sends it out of wan to the gateway "GW", and .* is behind opt2/;
    expect(plan.policy?.tests.map((test) => test.outcome)).toEqual(['failed', 'failed']);
    for (const test of plan.policy?.tests ?? []) expect(test.failures[0]).toMatch(why);
  });

  it('is explained with where the packet goes', () => {
    const asked = askExplain(viewFor({ input, plan }), {
      from: 'edge/proxy',
      to: 'default/db',
      port: 'tcp/5432',
      after: true,
    });
    if (!asked.ok) throw new Error(asked.fault.message);
    expect(asked.value[0]).toMatchObject({ verdict: 'unknown', rule: undefined });
    expect(asked.value[0]?.headline).toContain('sends it out of wan to the gateway "GW"');
    expect(asked.value[0]?.steps.join('\n')).toContain('decides: pass, to the gateway "GW"');
  });

  it('reaches perhaps only', () => {
    const asked = askReach(viewFor({ input, plan }), { from: 'edge/proxy', to: 'default/db', after: true });
    expect(asked).toMatchObject({ ok: true, value: [{ services: [], perhaps: ['any'] }] });
  });
});

describe('a policy on a firewall whose rules pf refuses', () => {
  const { input, plan } = planned(refused);

  it('plans nothing of it, and goes on with reservations', () => {
    expect(policyChanges(plan)).toEqual([]);
    expect(planChanges(plan).length).toBeGreaterThan(0);
    expect(plan.unsafe).toEqual([]);
    expect(plan.policy).toMatchObject({ opens: [], closes: [] });
  });

  it('says which entry it is, in the plan and as a finding', () => {
    const words = '"odd" (b0b0b0b0-0000-4000-8000-000000000000): it allows IP options';
    expect(plan.policy?.warnings).toEqual([{ code: 'rules-refused', message: expect.stringContaining(words) }]);
    expect(renderText(plan, PAINT)).toContain(words);
    const none = { pause: undefined, hold: undefined, waiting: undefined, blindSince: undefined };
    const facts = {
      ...none,
      plan,
      stream: { state: 'off' as const },
      failures: 0,
      failure: undefined,
      disk: undefined,
    };
    const findings = findingsOf(facts as never, [], '2026-01-01T00:00:00.000Z');
    expect(findings).toContainEqual(expect.objectContaining({ code: 'rules-refused', severity: 'error' }));
  });

  it('lets no test pass', () => {
    expect(askTests(viewFor({ input, plan }), true).map((test) => test.outcome)).toEqual(['failed', 'failed']);
  });

  it('answers no question', () => {
    expect(() => askableView(input, plan)).toThrow(/"odd".*it allows IP options/);
    expect(() => askableView({ ...input, observed: { ...input.observed, policy: undefined } }, plan)).toThrow(
      /does not show its rules/,
    );
    const { input: good, plan: fine } = planned((xml) => xml);
    expect(askableView(good, fine).changes.length).toBeGreaterThan(0);
  });
});
