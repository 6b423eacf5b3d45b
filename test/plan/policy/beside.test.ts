import { describe, expect, it } from 'vitest';
import type { Instance, Inventory } from '../../../src/model/instance.js';
import { askExplain, askReach } from '../../../src/plan/policy/ask.js';
import { askTests, viewOf } from '../../../src/plan/policy/plan.js';
import type { PolicyView } from '../../../src/plan/policy/types.js';
import { renderMarkdown } from '../../../src/plan/render/markdown.js';
import { renderText } from '../../../src/plan/render/text.js';
import type { PlanInput } from '../../../src/plan/types.js';
import { buildPlan, firewallInterface, forced, instance, inventory, nic } from '../build.js';
import { policyApplied, policyInput, type SceneParts, sampleInstances } from './scene.js';

const POLICY = `
tagOwners: { web: [project:default], db: [project:default] }
policy:
  - { from: "tag:web", to: "tag:db", allow: [tcp/5432] }
tests:
  - { from: "tag:web", to: "tag:db", accept: [tcp/5432], deny: [tcp/22] }
`;
const plain = (text: string): string => text;
const PAINT = { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };

/** One more instance on the segment of the sample's servers. */
function more(name: string, part: Partial<Instance>, isolated: boolean): Instance {
  return instance(name, part, { isolated });
}

function opened(name: string): Instance[] {
  return sampleInstances().map((one) =>
    one.name === name ? { ...one, nics: one.nics.map((each) => ({ ...each, isolated: false })) } : one,
  );
}

/** The firewall with the policy in force. */
function standing(instances: readonly Instance[], part: Partial<Inventory> = {}, scene: SceneParts = {}): PlanInput {
  const before = policyInput({ policy: POLICY, instances, ...scene });
  const input = { ...before, inventory: { ...before.inventory, ...part } };
  return policyApplied(input, buildPlan(forced(input)));
}

function viewFor(input: PlanInput): PolicyView {
  const view = viewOf(input, buildPlan(input).segments);
  if (view === undefined) throw new Error('no policy');
  return view;
}

function explained(view: PolicyView, from: string, to: string, port = 'tcp/22', after = false) {
  const answer = askExplain(view, { from, to, port, after });
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer.value;
}

function reached(view: PolicyView, from: string, to: string) {
  const answer = askReach(view, { from, to, after: false });
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer.value.map(({ services, perhaps }) => [services, perhaps]);
}

describe('a denied way between two instances on one segment', () => {
  const cases: [string, PlanInput, 'block' | 'pass' | 'unknown'][] = [
    ['is closed where every port is isolated', standing(sampleInstances()), 'block'],
    ['is open where the sender is not isolated', standing(opened('web1')), 'pass'],
    ['is open where the receiver is not isolated', standing(opened('db')), 'pass'],
    ['is not known where a third port is open', standing([...sampleInstances(), more('git', {}, false)]), 'unknown'],
    [
      'is not known where the open port is that of an instance that asks to be left alone',
      standing([...sampleInstances(), more('git', { ignored: true }, false)]),
      'unknown',
    ],
    [
      'is not known where the open port is that of a project that nobody asked for',
      standing(sampleInstances(), { others: [more('git', { project: 'else' }, false)], allProjects: false }),
      'unknown',
    ],
    [
      'is closed where other projects are seen and isolated',
      standing(sampleInstances(), { others: [more('git', { project: 'else' }, true)], allProjects: false }),
      'block',
    ],
    ['is not known where other projects are not seen', standing(sampleInstances(), { allProjects: false }), 'unknown'],
    [
      'is not known where a project was not seen completely',
      standing(sampleInstances(), { projects: [{ name: 'default', complete: false, reason: 'a move' }] }),
      'unknown',
    ],
    [
      'is not known where the two stand on different hosts',
      standing(sampleInstances().map((one, at) => ({ ...one, host: `incus${at % 3}` }))),
      'unknown',
    ],
    [
      'is not known where a container sits on the bridge itself',
      standing([
        ...sampleInstances(),
        instance('mac', { nics: [], sideNics: [{ name: 'eth0', kind: 'macvlan', network: 'servers' }] }),
      ]),
      'unknown',
    ],
    [
      'is closed where the open port is on a VLAN of the bridge',
      standing([...sampleInstances(), instance('far', {}, { isolated: false, vlans: { untagged: '30', tagged: [] } })]),
      'block',
    ],
  ];

  it.each(cases)('%s, for explain', (_, input, verdict) => {
    const lines = explained(viewFor(input), 'tag:web', 'tag:db');
    const worst = lines.some((line) => line.verdict === 'pass') ? 'pass' : lines[0]?.verdict;
    expect(worst).toBe(verdict);
    for (const line of lines) {
      if (line.verdict === 'pass') expect(line.headline).toMatch(/^It passes beside the firewall/);
      if (line.verdict === 'unknown')
        expect(line.headline).toMatch(/^It is not known whether it passes.*beside the firewall/);
      expect(line.verdict === 'block').toBe(/^It is blocked/.test(line.headline));
      expect(line.reasons.length > 0).toBe(line.verdict === 'unknown');
    }
  });

  it.each(cases)('%s, for reach', (_, input, verdict) => {
    const rows = reached(viewFor(input), 'default/web1', 'default/db');
    const direct = explained(viewFor(input), 'default/web1', 'default/db')[0]?.verdict;
    expect(rows).toEqual(
      direct === 'pass' ? [[['any'], []]] : direct === 'unknown' ? [[['tcp/5432'], ['any']]] : [[['tcp/5432'], []]],
    );
    expect(verdict === 'block').toBe(direct === 'block');
  });

  it.each(cases)('%s, for test, and holds no apply', (_, input, verdict) => {
    const view = viewFor(input);
    const [test] = askTests(view, false);
    expect(test?.outcome).toBe(verdict === 'block' ? 'passed' : 'failed');
    if (verdict === 'pass') expect(test?.failures.join(' ')).toContain('passes beside the firewall');
    if (verdict === 'unknown') expect(test?.failures.join(' ')).toMatch(/cannot be said: .*beside the firewall/);
    const plan = buildPlan(input);
    expect(plan.policy?.tests[0]).toMatchObject({ outcome: test?.outcome });
    expect(plan.unsafe).toEqual([]);
  });

  it('is open beside the firewall on the firewall as it would be, too', () => {
    const [line] = explained(
      viewFor(policyInput({ policy: POLICY, instances: opened('db') })),
      'default/web1',
      'default/db',
      'tcp/22',
      true,
    );
    expect(line).toMatchObject({ verdict: 'pass', rule: undefined });
  });
});

describe('an allowed way between two instances on one segment', () => {
  it('passes as ever, by its rule, whatever the ports are', () => {
    const [line] = explained(viewFor(standing(opened('db'))), 'default/web1', 'default/db', 'tcp/5432');
    expect(line).toMatchObject({ verdict: 'pass', rule: { origin: 'ours' } });
    expect(line?.headline).toMatch(/^It passes by the rule of slash32/);
    expect(line?.steps.at(-1)).toContain('layer 2: default/db/eth0 has no port isolation');
  });

  it('is not there by an open port: a test that accepts it still fails without a rule', () => {
    const policy = POLICY.replace('allow: [tcp/5432]', 'allow: [tcp/1]');
    const [test] = askTests(viewFor(standing(opened('db'), {}, { policy })), false);
    expect(test?.failures.some((line) => /tcp\/5432 should pass and is dropped/.test(line))).toBe(true);
  });
});

describe('the ports of the firewall itself', () => {
  const mac = '10:66:6a:fe:00:02';
  const router = instance('router', { project: 'infra' }, { mac, isolated: false });
  const knowing = (input: PlanInput): PlanInput => {
    const interfaces = input.observed.interfaces.map((one) => (one.id === 'opt2' ? { ...one, mac } : one));
    return { ...input, observed: { ...input.observed, interfaces } };
  };

  it('are meant to be open, where their MAC is that of the segment', () => {
    const input = knowing(standing([...sampleInstances(), router]));
    expect(explained(viewFor(input), 'default/web1', 'default/db')[0]?.verdict).toBe('block');
    expect(buildPlan(input).segments[1]?.warnings.map((one) => one.code)).not.toContain('not-isolated');
  });

  it('are not those of somebody who has the MAC of another interface', () => {
    const input = standing([...sampleInstances(), router]);
    const interfaces = [
      ...input.observed.interfaces.filter((one) => one.id !== 'opt1'),
      firewallInterface('opt1', '10.1.0.1', { mac }),
    ];
    const view = viewFor({ ...input, observed: { ...input.observed, interfaces } });
    expect(explained(view, 'default/web1', 'default/db')[0]?.verdict).toBe('unknown');
  });

  it('are meant to be open, where the configuration names the instance', () => {
    const input = standing([...sampleInstances(), router]);
    const named = { ...input, settings: { ...input.settings, firewallInstances: ['infra/router'] } };
    expect(explained(viewFor(input), 'default/web1', 'default/db')[0]?.verdict).toBe('unknown');
    expect(explained(viewFor(named), 'default/web1', 'default/db')[0]?.verdict).toBe('block');
  });

  it('leave what is beyond an uplink unsaid', () => {
    const seen = explained(viewFor(knowing(standing(sampleInstances()))), 'default/web1', 'default/db')[0];
    expect(seen?.verdict).toBe('block');
    expect(seen?.steps.at(-1)).toMatch(/^layer 2: .*not known beyond this host$/);
    const uplinks = { servers: ['eth1'] };
    const told = explained(viewFor(standing(sampleInstances(), { uplinks })), 'default/web1', 'default/db')[0];
    expect(told?.steps.at(-1)).toContain('eth1 leads from servers to other hosts');
  });
});

describe('a test that fails', () => {
  const LATER = `${POLICY}  - { name: no ssh, from: lab/client, to: "tag:db", deny: [tcp/5432] }\n`;
  const allowing = LATER.replace('policy:', 'policy:\n  - { from: lab/client, to: "tag:db", allow: [tcp/5432] }');

  it('holds the plan that brings it about', () => {
    const plan = buildPlan(policyInput({ policy: allowing }));
    expect(plan.unsafe).toMatchObject([{ code: 'tests-fail', message: expect.stringContaining('(no ssh)') }]);
    expect(plan.policy?.tests.map((test) => test.already)).toEqual([undefined, undefined]);
  });

  it('does not hold the next one, which finds it so', () => {
    const plan = buildPlan(standing([...sampleInstances(), instance('new')], {}, { policy: allowing }));
    expect(plan.unsafe).toEqual([]);
    expect(plan.policy?.tests[1]).toMatchObject({ outcome: 'failed', already: true });
    const note = 'The firewall as it is fails it too, so it does not hold this plan';
    expect(renderText(plan, PAINT)).toContain(note);
    expect(renderMarkdown(plan)).toContain(note);
  });

  it('holds a plan that lets more pass than passes already', () => {
    const policy = `
policy:
  - { from: lab/client, to: default/db, allow: [tcp/1-22] }
tests:
  - { from: lab/client, to: default/db, deny: [tcp] }
`;
    const input = standing(sampleInstances(), {}, { policy });
    const wide = policyInput({ policy: policy.replace('tcp/1-22', 'tcp/1-22, tcp/80') }).settings;
    expect(buildPlan(input).unsafe).toEqual([]);
    expect(buildPlan({ ...input, settings: wide }).unsafe).toMatchObject([{ code: 'tests-fail' }]);
    const wider = policyInput({ policy: policy.replace('tcp/1-22', 'tcp') }).settings;
    expect(buildPlan({ ...input, settings: wider }).unsafe).toMatchObject([{ code: 'tests-fail' }]);
  });

  it('holds a plan that lets more pass of what no rule tells apart from then on', () => {
    const policy = `
policy:
  - { from: lab/client, to: default/db, allow: [tcp/2000-2020] }
tests:
  - { from: lab/client, to: default/db, deny: [tcp/2000-2040] }
`;
    const input = standing(sampleInstances(), {}, { policy });
    expect(buildPlan(input).unsafe).toEqual([]);
    const wide = policyInput({ policy: policy.replace('2000-2020', '2000-2040') }).settings;
    expect(buildPlan({ ...input, settings: wide }).unsafe).toMatchObject([{ code: 'tests-fail' }]);
  });

  it.each<[string, string, string]>([
    ['pass', 'from: "tag:db", to: lab/client', 'from: segment:servers, to: lab/client'],
    ['be reached', 'from: lab/client, to: "tag:db"', 'from: lab/client, to: segment:servers'],
  ])('holds a plan that lets more instances %s than do already', (_, allowed, denied) => {
    const policy = `
tagOwners: { db: [project:default] }
policy:
  - { ${allowed}, allow: [tcp/22] }
tests:
  - { ${denied}, deny: [tcp/22] }
`;
    const input = standing(sampleInstances(), {}, { policy });
    expect(buildPlan(input).unsafe).toEqual([]);
    const tagged = input.inventory.instances.map((one) => (one.name === 'web1' ? { ...one, tags: ['db'] } : one));
    const plan = buildPlan({ ...input, inventory: inventory(tagged) });
    expect(plan.unsafe).toMatchObject([{ code: 'tests-fail' }]);
  });

  it('by an open NIC that a tenant launches holds nobody up', () => {
    const input = standing(sampleInstances());
    const launched = [...input.inventory.instances, more('evil', { project: 'lab' }, false), instance('web3')];
    const plan = buildPlan({ ...input, inventory: inventory(launched) });
    expect(plan.policy?.tests[0]).toMatchObject({ outcome: 'failed', already: true });
    expect(plan.unsafe).toEqual([]);
    expect(plan.summary.create).toBe(2);
  });
});

describe('what a plan closes', () => {
  it('is said to pass beside the firewall where it does', () => {
    const input = standing(opened('db'));
    const settings = { ...input.settings, policy: { ...input.settings.policy, statements: [] } };
    const plan = buildPlan(forced({ ...input, settings }));
    expect(plan.policy?.closes[0]).toMatchObject({ beside: { verdict: 'pass' } });
    expect(renderText(plan, PAINT)).toContain('on the firewall only: it still passes beside it, since default/db/eth0');
    const isolated = standing(sampleInstances());
    expect(buildPlan(forced({ ...isolated, settings })).policy?.closes[0]).not.toHaveProperty('beside');
  });
});

describe('an instance with two NICs', () => {
  const dual = instance('dual', {
    nics: [nic({ network: 'edge', mac: '10:66:6a:00:0d:01' }), nic({ name: 'eth1', mac: '10:66:6a:00:0d:02' })],
  });
  const policy = `
policy:
  - { from: lab/client, to: default/dual, allow: [tcp/443] }
tests:
  - { from: lab/client, to: default/dual, accept: [tcp/443] }
`;
  const masked = (instances: readonly Instance[]): PlanInput => {
    const base = policyInput({ policy, instances });
    const segments = base.settings.segments.map((one) => ({ ...one, manage: [...one.manage, 'mask' as const] }));
    return { ...base, settings: { ...base.settings, segments } };
  };

  it('is said to be a way around the firewall, named by a statement or not', () => {
    const plain = policyInput({ instances: [...sampleInstances(), { ...dual, ignored: true }] });
    expect(buildPlan(plain).warnings).toContainEqual({
      code: 'second-way',
      message:
        '1 instance stands on several segments: default/dual (eth0 on edge, eth1 on servers). ' +
        'Each is a way around the firewall: what it takes on one segment it can send on another.',
    });
  });

  it('answers by its first one, so that the other address is not simply reached', () => {
    const plan = buildPlan(masked([...sampleInstances(), dual]));
    expect(plan.warnings.find((one) => one.code === 'second-nic')?.message).toContain(
      'default/dual/eth1 (answers leave by eth0)',
    );
    expect(plan.policy?.tests[0]).toMatchObject({ outcome: 'failed' });
    expect(plan.policy?.tests[0]?.failures).toEqual([
      expect.stringMatching(/default\/dual\/eth1 tcp\/443 should pass, and that cannot be said: .*leave by eth0/),
    ]);
    const lines = explained(
      viewFor(masked([...sampleInstances(), dual])),
      'lab/client',
      'default/dual',
      'tcp/443',
      true,
    );
    expect(lines.map((line) => [line.to, line.verdict])).toEqual([
      ['default/dual/eth0', 'pass'],
      ['default/dual/eth1', 'unknown'],
    ]);
  });

  it('is opened, and reached, with that doubt', () => {
    const input = masked([...sampleInstances(), dual]);
    const plan = buildPlan(input);
    const opened = plan.policy?.opens.filter(({ from, to }) => from === 'lab/client' && to !== 'firewall') ?? [];
    expect(opened.map((line) => [line.to, line.lost !== undefined])).toEqual([
      ['default/dual/eth0', false],
      ['default/dual/eth1', true],
    ]);
    expect(renderText(plan, PAINT)).toContain(
      '; whether answers come back is not known: default/dual has several NICs',
    );
    const rows = askReach(viewFor(input), { from: 'lab/client', to: 'default/dual', after: true });
    expect(rows.ok && rows.value.map((row) => [row.to, row.services, row.perhaps])).toEqual([
      ['default/dual/eth0', ['tcp/443'], []],
      ['default/dual/eth1', [], ['tcp/443']],
    ]);
  });

  it('is reached at both where they stand on one segment, where answers come in as they should', () => {
    const twin = { ...dual, nics: dual.nics.map((one) => ({ ...one, network: 'servers' })) };
    const plan = buildPlan(masked([...sampleInstances(), twin]));
    expect(plan.warnings.map((one) => one.code)).not.toContain('second-nic');
    expect(plan.policy?.tests[0]).toMatchObject({ outcome: 'passed', checks: 2 });
  });

  it('is reached at both where it says that it routes by source address', () => {
    const plan = buildPlan(masked([...sampleInstances(), { ...dual, sourceRouting: true }]));
    expect(plan.warnings.map((one) => one.code)).not.toContain('second-nic');
    expect(plan.policy?.tests[0]).toMatchObject({ outcome: 'passed' });
  });

  it('makes a test fail with the mask that the plan sets, so that this plan is held and the next one is not', () => {
    const before = masked([...sampleInstances(), dual]);
    const unmasked = { ...before, settings: policyInput({ policy, instances: before.inventory.instances }).settings };
    const open = policyApplied(unmasked, buildPlan(forced(unmasked)));
    expect(buildPlan(open).policy?.tests[0]).toMatchObject({ outcome: 'passed' });
    const held = buildPlan({ ...open, settings: before.settings });
    expect(held.unsafe).toMatchObject([{ code: 'tests-fail' }]);
    expect(held.waiting).toMatchObject([{ key: 'mask servers', changes: [{ setting: 'mask' }] }]);
    const done = policyApplied(
      { ...open, settings: before.settings },
      buildPlan(forced({ ...open, settings: before.settings })),
    );
    expect(buildPlan(done).unsafe).toEqual([]);
    expect(buildPlan(done).policy?.tests[0]).toMatchObject({ outcome: 'failed', already: true });
  });
});

describe('a segment that is left alone', () => {
  it('is named with its reason by explain and reach, whether anybody is found there or not', () => {
    const input = standing(sampleInstances());
    const interfaces = input.observed.interfaces.map((one) => (one.id === 'opt2' ? { ...one, enabled: false } : one));
    const view = viewFor({ ...input, observed: { ...input.observed, interfaces } });
    const why =
      'The segment servers is left alone, so none of its instances gets an address by this plan: Interface opt2';
    expect(explained(view, 'default/web1', 'default/db')[0]?.steps.at(-1)).toContain(why);
    const fresh = policyInput({ policy: POLICY });
    const closed = fresh.observed.interfaces.map((one) => (one.id === 'opt2' ? { ...one, enabled: false } : one));
    const empty = viewFor({ ...fresh, observed: { ...fresh.observed, interfaces: closed } });
    const answer = askExplain(empty, { from: 'default/web1', to: 'default/db', port: 'tcp/22', after: false });
    expect(answer).toMatchObject({ ok: false, fault: { message: expect.stringContaining(why) } });
    expect(askReach(empty, { from: 'default/web1', after: false })).toMatchObject({
      ok: false,
      fault: { message: expect.stringContaining(why) },
    });
  });
});
