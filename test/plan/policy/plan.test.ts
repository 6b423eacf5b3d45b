import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/plan/render/markdown.js';
import { renderText } from '../../../src/plan/render/text.js';
import { buildPlan, instance, inventory, nic } from '../build.js';
import { planAfter, policyActions, policyApplied, policyInput, type SceneParts, sampleInstances } from './scene.js';

const SHOP = `
groups: { web: ["tag:web"], front: [edge/proxy] }
tagOwners: { web: [project:default], db: [project:default] }
policy:
  - { from: front, to: web, allow: [tcp/8080] }
  - { from: web, to: "tag:db", allow: [tcp/5432, icmp], when: the shop }
  - { from: segment:servers, to: internet, allow: [tcp/80, tcp/443] }
publish:
  - { name: site, port: tcp/443, to: edge/proxy }
tests:
  - { from: web, to: "tag:db", accept: [tcp/5432], deny: [tcp/22] }
  - { from: internet, to: edge/proxy, deny: [tcp/22] }
`;
const INHERIT: SceneParts = { edge: 'default: inherit', servers: 'default: inherit', lab: 'default: inherit' };
const plain = (text: string): string => text;
const PAINT = { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };

function opened(parts: SceneParts): string[] {
  const plan = buildPlan(policyInput(parts));
  return (plan.policy?.opens ?? []).map(
    ({ from, to, services, by }) => `${from} → ${to} ${services.join(' ')} (${by.join(', ')})`,
  );
}

const UNTAGGED = sampleInstances().map((one) => ({ ...one, tags: [] }));

/** Codes and, for findings, where they stand. */
function said(parts: SceneParts): string[] {
  const plan = buildPlan(policyInput({ instances: UNTAGGED, ...parts }));
  return [...(plan.policy?.warnings ?? []), ...plan.unsafe].map((one) => `${one.code}: ${one.message}`);
}

const passAll = (id: string) => (xml: string) =>
  xml.replace(
    '<filter>',
    `<filter><rule><type>pass</type><interface>${id}</interface><ipprotocol>inet46</ipprotocol><descr>let all pass</descr><source><any>1</any></source><destination><any>1</any></destination></rule>`,
  );

describe('a policy becomes', () => {
  it('aliases, rules and redirects, and a plan of what was just applied is empty', () => {
    const before = policyInput({ ...INHERIT, policy: SHOP });
    const plan = buildPlan(before);
    expect(policyActions(plan)).toEqual([
      'create alias s32_home_front',
      'create alias s32_home_local',
      'create alias s32_home_p_a7407b4f0f',
      'create alias s32_home_tag_db',
      'create alias s32_home_web',
      'create redirect publish site',
      'create rule front to web tcp/8080',
      'create rule publish site',
      'create rule segment:servers to internet tcp/80,443',
      'create rule web to tag:db icmp: the shop',
      'create rule web to tag:db tcp/5432: the shop',
    ]);
    const again = buildPlan(policyApplied(before, plan));
    expect(policyActions(again)).toEqual([]);
    expect(again.checksum).not.toBe(plan.checksum);
  });

  it('nothing, where no segment lets its rules be managed and nothing of ours is there', () => {
    const before = policyInput({ ...INHERIT, policy: SHOP.replace(/tests:[\s\S]*/, '') });
    const segments = before.settings.segments.map((one) => ({ ...one, manage: ['reservations' as const] }));
    expect(buildPlan({ ...before, settings: { ...before.settings, segments } }).policy).toBeUndefined();
  });

  it('a warning that nothing of it is in force, where no segment lets its rules be managed', () => {
    const codes = (policy: string, part: { readonly manage: readonly ('reservations' | 'rules')[] }): string[] => {
      const before = policyInput({ ...INHERIT, policy });
      const segments = before.settings.segments.map((one) => ({ ...one, ...part }));
      return buildPlan({ ...before, settings: { ...before.settings, segments } }).warnings.map((one) => one.code);
    };
    const untested = SHOP.replace(/tests:[\s\S]*/, '');
    for (const policy of [SHOP, untested])
      expect(codes(policy, { manage: ['reservations'] })).toContain('policy-unused');
    expect(codes(untested, { manage: ['reservations', 'rules'] })).not.toContain('policy-unused');
  });

  it('nothing in a plan that is narrowed, since a policy is one whole', () => {
    const before = policyInput({ policy: SHOP });
    expect(buildPlan({ ...before, only: { segments: ['edge'], instances: [] } }).policy).toBeUndefined();
  });

  it('nothing and a warning, where the firewall does not show its rules', () => {
    const { policy: _policy, ...blind } = policyInput({ policy: SHOP }).observed;
    const plan = buildPlan({ ...policyInput({ policy: SHOP }), observed: blind });
    expect(plan.policy).toBeUndefined();
    expect(plan.warnings).toContainEqual(expect.objectContaining({ code: 'policy-unseen' }));
  });

  it('all taken away again, when no segment lets its rules be managed any more', () => {
    const plan = planAfter({ ...INHERIT, policy: SHOP }, (input) => ({
      ...input,
      settings: {
        ...input.settings,
        limits: { share: 1, shareFrom: 3, total: 100 },
        segments: input.settings.segments.map((one) => ({ ...one, manage: ['reservations' as const] })),
      },
      overrides: { force: true, acceptLockoutRisk: false },
    }));
    expect(policyActions(plan).filter((one) => one.startsWith('delete'))).toHaveLength(11);
    expect(policyActions(plan).filter((one) => !one.startsWith('delete'))).toEqual([]);
  });
});

describe('a plan says who reaches whom', () => {
  it('afterwards and not before, with the line that lets them', () => {
    expect(opened({ ...INHERIT, policy: SHOP })).toEqual([
      'edge/proxy → 2 of servers (default/web1, default/web2) tcp/8080 (slash32.yaml:12)',
      'default/db → internet tcp/80 tcp/443 (slash32.yaml:14)',
      '2 of servers (default/web1, default/web2) → default/db tcp/5432 icmp (slash32.yaml:13)',
      '2 of servers (default/web1, default/web2) → internet tcp/80 tcp/443 (slash32.yaml:14)',
      'anybody else on servers → internet tcp/80 tcp/443 (slash32.yaml:14)',
      'internet → edge/proxy tcp/443 (slash32.yaml:16)',
    ]);
  });

  it('of what a segment that denies opens by itself, only the services of the firewall', () => {
    const lines = opened({
      lab: 'default: deny, infrastructure: [dhcp, dns, ntp, ping]',
      edge: 'default: inherit',
      servers: 'default: inherit',
    });
    expect(lines).toEqual([
      '2 of lab (lab/client, anybody else on lab) → firewall tcp/53 udp/53 udp/67 udp/123 icmp/8 (lab: DNS tcp/53 of the firewall, lab: DNS udp/53 of the firewall, lab: DHCP udp/67 of the firewall, lab: NTP udp/123 of the firewall, lab: ping of the firewall)'.replace(
        'icmp/8',
        'icmp',
      ),
    ]);
  });

  it('before and not afterwards, and which group nobody reaches any more', () => {
    const all = (xml: string) => ['opt1', 'opt2', 'opt3'].reduce((text, id) => passAll(id)(text), xml);
    const policy =
      'groups: { store: [default/db] }\npolicy:\n  - { from: default/db, to: edge/proxy, allow: [tcp/22] }';
    const plan = buildPlan(
      policyInput({ policy, config: all, instances: sampleInstances().map((one) => ({ ...one, tags: [] })) }),
    );
    const closes = plan.policy?.closes.map(({ from, to, services }) => `${from} → ${to} ${services.join(' ')}`);
    expect(closes).toContain('edge/proxy → default/db any');
    expect(closes).toContain('default/db → edge/proxy any but tcp/22');
    expect(plan.policy?.warnings).toEqual([
      {
        code: 'group-closed',
        message: 'The group store goes from open to closed: nothing reaches its member any more.',
      },
    ]);
  });

  it('in text and Markdown', () => {
    const plan = buildPlan(policyInput({ ...INHERIT, policy: SHOP }));
    const text = renderText(plan, PAINT);
    expect(text).toContain('policy: 5 aliases, 5 rules, 1 redirect\n');
    expect(text).toContain('  + rule on opt2: web to tag:db tcp/5432 (slash32.yaml:13)\n');
    expect(text).toContain(
      '  opens edge/proxy → 2 of servers (default/web1, default/web2) tcp/8080 (slash32.yaml:12, 2 pairs)\n',
    );
    expect(text).toContain('  2 tests with 3 questions: all pass\n');
    expect(text).toContain('11 policy entries to write');
    const markdown = renderMarkdown(plan);
    expect(markdown).toContain('### Policy (5 aliases, 5 rules, 1 redirect)');
    expect(markdown).toContain('- opens edge/proxy → ');
  });
});

describe('a new instance of a group', () => {
  it('changes one alias and no rule', () => {
    const plan = planAfter({ policy: SHOP }, (input) => ({
      ...input,
      inventory: inventory([...input.inventory.instances, instance('web3', { tags: ['web'] })]),
    }));
    expect(policyActions(plan)).toEqual(['update alias s32_home_web']);
  });

  it('is shown as who comes into the alias', () => {
    const plan = planAfter({ policy: SHOP }, (input) => ({
      ...input,
      inventory: inventory([...input.inventory.instances, instance('web3', { tags: ['web'] })]),
    }));
    expect(renderText(plan, PAINT)).toMatch(/~ alias s32_home_web: \+10\.2\.0\.\d+: group web/);
  });
});

describe('an incomplete view', () => {
  const hidden = (parts: SceneParts, names: readonly string[]) =>
    planAfter(parts, (input) => ({
      ...input,
      inventory: {
        ...inventory(input.inventory.instances.filter((one) => !names.includes(one.name))),
        projects: [
          { name: 'default', complete: false, reason: 'a member is away' },
          { name: 'edge', complete: false, reason: 'a member is away' },
          { name: 'lab', complete: true, reason: undefined },
        ],
      },
    }));

  it.each([
    ['a tag', ['web2']],
    ['a pattern', ['proxy']],
    ['both, and everything else', ['web1', 'web2', 'db', 'proxy']],
  ])('takes nobody out of a group that goes by %s', (_what, names) => {
    expect(policyActions(hidden({ policy: SHOP }, names))).toEqual([]);
  });

  it('still takes out an instance that it shows and that has lost its tag', () => {
    const plan = planAfter({ policy: SHOP }, (input) => ({
      ...input,
      inventory: {
        ...inventory(
          input.inventory.instances
            .filter((one) => one.name !== 'web1')
            .map((one) => (one.name === 'web2' ? { ...one, tags: [] } : one)),
        ),
        projects: [
          { name: 'default', complete: false, reason: 'a member is away' },
          { name: 'edge', complete: true, reason: undefined },
          { name: 'lab', complete: true, reason: undefined },
        ],
      },
    }));
    expect(policyActions(plan)).toEqual(['update alias s32_home_web']);
    const [change] = plan.policy?.changes ?? [];
    expect(change?.kind === 'alias' && change.before?.entry.content.length).toBe(2);
    expect(change?.kind === 'alias' && change.after?.content.length).toBe(1);
  });

  it('of a complete project takes an instance that is gone out at once', () => {
    const plan = planAfter({ policy: SHOP }, (input) => ({
      ...input,
      inventory: inventory(input.inventory.instances.filter((one) => one.name !== 'web2')),
    }));
    expect(policyActions(plan)).toEqual(['update alias s32_home_web']);
  });
});

describe('tags', () => {
  it('count only where tagOwners gives them to the project, and the others are named', () => {
    const instances = [
      ...sampleInstances(),
      instance('evil', { project: 'lab', tags: ['db', 'root'] }, { network: 'lab' }),
    ];
    const parts = { ...INHERIT, policy: SHOP, instances };
    expect(opened(parts).some((line) => line.includes('evil'))).toBe(false);
    expect(said(parts)).toEqual([
      'tag-ignored: lab/evil: lab/evil claims the tag db, which is ignored: tagOwners does not give it to the project lab.',
      'tag-ignored: lab/evil: lab/evil claims the tag root, which is ignored: tagOwners does not know it.',
    ]);
  });

  it('may be given to every project', () => {
    const instances = [...sampleInstances(), instance('more', { project: 'lab', tags: ['db'] }, { network: 'lab' })];
    const parts = { ...INHERIT, policy: SHOP.replace('db: [project:default]', 'db: ["project:*"]'), instances };
    expect(opened(parts)).toContain(
      '2 of servers (default/web1, default/web2) → lab/more tcp/5432 icmp (slash32.yaml:13)',
    );
  });
});

describe('a plan is unsafe', () => {
  it('when a test would fail by our own rules, and not when it fails already by those of others', () => {
    const policy = `${SHOP}  - { name: the database is closed, from: lab/client, to: "tag:db", deny: [tcp] }\n`;
    const instances = sampleInstances();
    expect(said({ ...INHERIT, policy, instances })).toEqual([]);
    const opening = policy.replace('policy:', 'policy:\n  - { from: lab/client, to: "tag:db", allow: [tcp/22] }');
    expect(said({ ...INHERIT, policy: opening, instances })).toEqual([
      'tests-fail: 1 policy test would fail, first slash32.yaml:21 (the database is closed): lab/client → default/db tcp/22 should be dropped and passes (by slash32.yaml:12).',
    ]);
    const foreign = { ...INHERIT, policy, instances, config: passAll('opt3') };
    expect(said(foreign)).toEqual([]);
    expect(buildPlan(policyInput(foreign)).policy?.tests.at(-1)).toMatchObject({
      outcome: 'failed',
      already: true,
      failures: ['lab/client → default/db tcp should be dropped and passes (by let all pass).'],
    });
  });

  it('not when a test cannot be answered already, which fails it whichever way it was to go', () => {
    const scheduled = (xml: string) =>
      passAll('opt3')(xml).replace('<descr>let all pass', '<sched>night</sched><descr>let all pass');
    const policy = `${SHOP}  - { from: lab/client, to: "tag:db", deny: [tcp/22] }\n`;
    const plan = buildPlan(policyInput({ ...INHERIT, policy, instances: sampleInstances(), config: scheduled }));
    expect(plan.unsafe).toEqual([]);
    expect(plan.policy?.tests.at(-1)).toMatchObject({
      outcome: 'failed',
      already: true,
      failures: [expect.stringMatching(/cannot be said.*schedule/)],
    });
  });

  it('when watching would open what is closed', () => {
    expect(said({ ...INHERIT, servers: 'default: watch' })[0]).toMatch(
      /^watch-opens: Watching servers would open what is closed now/,
    );
    expect(said({ ...INHERIT, servers: 'default: watch', config: passAll('opt2') })).toEqual([]);
  });

  it('when watching would open IPv6 to the internet, though it opens no IPv4', () => {
    const inet = (xml: string) =>
      passAll('opt2')(xml).replace('inet46', 'inet').replace('<system>', '<system><ipv6allow>1</ipv6allow>');
    expect(said({ ...INHERIT, servers: 'default: watch', config: inet })).toEqual([
      expect.stringMatching(/^watch-opens: Watching servers would open what is closed now, IPv6 to the internet/),
    ]);
  });

  it('when more entries of a policy go in all than ever should, however small their share', () => {
    const segment =
      'policy:\n' +
      Array.from(
        { length: 40 },
        (_, at) => `  - { from: 10.3.0.${at + 1}, to: default/db, allow: [tcp/${5000 + at}] }\n`,
      ).join('');
    const before = policyInput({ ...INHERIT, policy: segment });
    const settings = { ...before.settings, limits: { share: 1, shareFrom: 1, total: 3 } };
    const standing = policyApplied({ ...before, settings }, buildPlan(before));
    const policy = { ...settings.policy, statements: settings.policy.statements.slice(4) };
    expect(buildPlan({ ...standing, settings: { ...settings, policy } }).unsafe.map((one) => one.message)).toContain(
      '4 of 40 rules of ours would be deleted.',
    );
  });

  it('when a protected address would lose its way to the firewall', () => {
    const parts = { ...INHERIT, lab: 'default: deny', config: passAll('opt3'), protect: '[10.3.0.77]' };
    expect(said(parts)).toEqual([
      'lockout: 10.3.0.77 (in protect) reaches the firewall on tcp/443 and tcp/22 and would not any more: allow it in the policy (to: firewall), or let that segment inherit.',
    ]);
    const allowed = 'policy:\n  - { from: 10.3.0.77, to: firewall, allow: [tcp/443, tcp/22] }';
    expect(said({ ...parts, policy: allowed })).toEqual([]);
  });

  it.each([
    ['slash32 itself', { ownAddress: '10.3.0.77' }],
    ['the HA peer', { peerAddress: '10.3.0.77' }],
  ])('when %s would lose its way to the firewall', (who, seen) => {
    const before = policyInput({ ...INHERIT, lab: 'default: deny', config: passAll('opt3') });
    const told = buildPlan({ ...before, observed: { ...before.observed, ...seen } }).unsafe;
    expect(told).toMatchObject([
      { code: 'lockout', message: expect.stringMatching(`^10.3.0.77 \\(${who}\\) reaches`) },
    ]);
    expect(buildPlan(before).unsafe).toEqual([]);
  });

  it('when many rules would go', () => {
    const lines = Array.from({ length: 8 }, (_none, at) =>
      `  - { from: web1, to: db, allow: [tcp/${at + 1}] }`
        .replaceAll('web1', `default/web${(at % 2) + 1}`)
        .replace('db', at < 4 ? 'default/db' : 'lab/client'),
    );
    const policy = `policy:\n${lines.join('\n')}`;
    const plan = planAfter({ ...INHERIT, policy }, (input) => ({
      ...input,
      settings: { ...input.settings, policy: { ...input.settings.policy, statements: [] } },
    }));
    expect(plan.unsafe).toContainEqual({
      code: 'deletes',
      message: '8 of 8 rules of ours would be deleted.',
      overriddenBy: '--force',
      part: plan.waiting[0]?.id,
    });
  });
});

describe('a policy that means less than it seems to', () => {
  it.each<[string, SceneParts, RegExp]>([
    [
      'names nobody',
      { policy: 'policy:\n  - { from: default/nope, to: edge/proxy, allow: [tcp] }' },
      /^empty-selector: slash32.yaml:9:13: default\/nope names no instance/,
    ],
    [
      'stands on no interface',
      { policy: 'policy:\n  - { from: 172.16.9.0/24, to: edge/proxy, allow: [tcp] }' },
      /^nowhere: slash32.yaml:9:13: 172.16.9.0\/24 stands on no interface/,
    ],
    [
      'publishes what is not there',
      { policy: 'publish:\n  - { name: site, port: tcp/443, to: edge/none }' },
      /^publish-target: slash32.yaml:9:5: site leads to edge\/none, which has no address/,
    ],
    [
      'publishes outside of the managed segments',
      { policy: 'publish:\n  - { name: site, port: tcp/443, to: 192.168.1.9 }' },
      /^no-rules-here: .*192.168.1.9, which stands in no segment whose rules/,
    ],
    [
      'publishes on an interface that is not there',
      { policy: 'publish:\n  - { name: site, on: opt9, port: tcp/443, to: edge/proxy }' },
      /^unknown-interface: /,
    ],
    [
      'has two groups of the same',
      { policy: 'groups: { a: [edge/proxy], b: ["edge/*"] }\npolicy:\n  - { from: a, to: b, allow: [tcp] }' },
      /^same-members: slash32.yaml:8:28: The groups a and b have the same members/,
    ],
    [
      'has two groups that share an instance',
      {
        policy:
          'groups: { a: [edge/proxy, default/db], b: [default/*], c: [b] }\npolicy:\n  - { from: a, to: b, allow: [tcp] }',
      },
      /^shared-members: slash32.yaml:8:\d+: The groups a and b share 1 of their instances \(default\/db\)\.$/,
    ],
    [
      'tests nobody',
      { policy: 'tests:\n  - { from: default/nope, to: edge/proxy, deny: [tcp] }' },
      /^test-of-nobody: slash32.yaml:9: the test default\/nope → edge\/proxy names nobody/,
    ],
  ])('%s: a warning says where', (_what, parts, expected) => {
    expect(
      said({ ...INHERIT, ...parts }).some((one) => expected.test(one)),
      said({ ...INHERIT, ...parts }).join('\n'),
    ).toBe(true);
  });

  it('an instance in two segments is meant with all its addresses, and that is said', () => {
    const both = instance('router', {}, { network: 'edge' });
    const nics = [
      ...both.nics,
      { ...nic({ network: 'servers' }), name: 'eth1', network: 'servers', mac: '10:66:6a:00:00:99' },
    ];
    const parts = {
      ...INHERIT,
      instances: [...UNTAGGED, { ...both, nics }],
      policy: 'policy:\n  - { from: default/router, to: lab/client, allow: [tcp/22] }',
    };
    expect(said(parts)).toEqual([
      'two-segments: slash32.yaml:9:13: default/router stands in 2 segments (edge, servers); all its addresses are meant.',
    ]);
    expect(opened(parts)).toHaveLength(2);
  });
});

describe('a publish that stands while somebody else takes its port later', () => {
  it('stays as it is, and is said to be without effect', () => {
    const publish = 'publish:\n  - { name: site, port: tcp/443, to: edge/proxy }';
    const taken = planAfter({ policy: publish }, (input) => {
      const { policy } = input.observed;
      if (policy === undefined) throw new Error('no policy');
      const [ours] = policy.ruleSet.redirects.filter((one) => one.description.includes('nat/site'));
      if (ours === undefined) throw new Error('no redirect');
      const his = {
        ...ours,
        id: 'his',
        origin: 'foreign' as const,
        description: 'his',
        targets: [{ kind: 'addresses' as const, span: '10.2.0.99' }],
      };
      const ruleSet = { ...policy.ruleSet, redirects: [his, ...policy.ruleSet.redirects] };
      return { ...input, observed: { ...input.observed, policy: { ...policy, ruleSet } } };
    });
    expect(policyActions(taken)).toEqual([]);
    expect(taken.policy?.warnings.map((one) => one.code)).toContain('no-effect');
  });
});

describe('a statement behind a foreign rule that blocks at times', () => {
  it.each([
    ['by a schedule', 'it cannot be said whether the statement comes about', '<sched>night</sched>'],
    ['always', 'the statement is without effect', ''],
  ])('is told as what it is: %s', (_when, words, schedule) => {
    const config = (xml: string) =>
      passAll('opt3')(xml).replace(
        '<type>pass</type>',
        `<type>block</type><floating>yes</floating><quick>1</quick>${schedule}`,
      );
    const policy = 'policy:\n  - { from: lab/client, to: default/db, allow: [tcp/22] }';
    const plan = buildPlan(policyInput({ ...INHERIT, policy, config, instances: sampleInstances() }));
    const found = plan.policy?.warnings.find((one) => one.code === 'no-effect');
    expect(found?.message).toContain(words);
  });
});
