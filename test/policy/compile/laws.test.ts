import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editPolicy } from '../../../src/firewall/opnsense/policy/edit.js';
import { readConfigRuleSet } from '../../../src/firewall/opnsense/rules/from-config.js';
import { parseConfigXml } from '../../../src/firewall/opnsense/xml/parse.js';
import { policyChanges } from '../../../src/plan/plan.js';
import { aliasName } from '../../../src/policy/compile/alias-names.js';
import { groupPorts } from '../../../src/policy/compile/ports.js';
import { readPortSpec } from '../../../src/policy/language/ports.js';
import { buildSampleConfig } from '../../../src/sim/opnsense/sample-config.js';
import { buildPlan, instance, inventory } from '../../plan/build.js';
import { planAfter, policyActions, policyInput, type SceneParts } from '../../plan/policy/scene.js';

const INHERIT: SceneParts = { edge: 'default: inherit', servers: 'default: inherit', lab: 'default: inherit' };
const ENDS = [
  'group:web',
  'group:store',
  'tag:web',
  'tag:db',
  'edge/proxy',
  'lab/client',
  'default/*',
  'segment:servers',
  'segment:lab',
  '10.3.0.0/28',
  '192.168.1.0/24',
];
const PORTS = ['tcp/80', 'tcp/443', 'tcp/8000-8100', 'udp/53', 'tcp', 'icmp', 'icmp/echo-request', 'gre', 'any'];

interface Line {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly allow: readonly string[];
}

const line: fc.Arbitrary<Line> = fc.record({
  from: fc.uniqueArray(fc.constantFrom(...ENDS, 'any'), { minLength: 1, maxLength: 3 }),
  to: fc.uniqueArray(fc.constantFrom(...ENDS, 'internet', 'firewall', 'any'), { minLength: 1, maxLength: 3 }),
  allow: fc.uniqueArray(fc.constantFrom(...PORTS), { minLength: 1, maxLength: 4 }),
});
const lines = fc.array(line, { minLength: 1, maxLength: 6 });

function policyOf(all: readonly Line[], groups: readonly string[] = ['web', 'store']): string {
  const list = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
  const members: Readonly<Record<string, string>> = { web: '["tag:web"]', store: '[default/db, "tag:db"]' };
  return [
    `groups: { ${groups.map((name) => `${name}: ${members[name]}`).join(', ')} }`,
    'tagOwners: { web: [project:default], db: [project:default] }',
    'policy:',
    ...all.map(({ from, to, allow }) => `  - { from: ${list(from)}, to: ${list(to)}, allow: ${list(allow)} }`),
  ].join('\n');
}

describe('a compiled policy', () => {
  it('is planned once: a plan of what was applied is empty, whatever the policy', () => {
    fc.assert(
      fc.property(lines, (all) => {
        expect(policyActions(planAfter({ ...INHERIT, policy: policyOf(all) }, (input) => input))).toEqual([]);
      }),
      { numRuns: 35 },
    );
  });

  it('adds no line for which pf would refuse the rules as a whole', () => {
    const xml = buildSampleConfig({ users: [] });
    const ports = fc.constantFrom('tcp/443', 'tcp/8000-8010', 'udp/53');
    fc.assert(
      fc.property(lines, fc.constantFrom('inherit', 'watch', 'deny'), ports, (all, fallback, port) => {
        const segment = `default: ${fallback}`;
        const policy = `${policyOf(all)}\npublish:\n  - { name: site, port: ${port}, to: edge/proxy }`;
        const input = policyInput({ edge: segment, servers: segment, lab: segment, policy, config: () => xml });
        const changes = policyChanges(buildPlan(input));
        const text = editPolicy(xml, parseConfigXml(xml), changes, { uuid: randomUUID, stamp: () => '1.00' });
        const after = readConfigRuleSet(parseConfigXml(text));
        expect(after.refused).toEqual([]);
        expect(after.rules.filter((one) => one.origin === 'ours' && one.enabled).length).toBe(
          changes.filter((one) => one.kind === 'rule').length,
        );
      }),
      { numRuns: 20 },
    );
  });

  it('changes nothing when its lines and groups stand in another order', () => {
    const shuffled = lines.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        const turned = policyInput({ ...INHERIT, policy: policyOf(other, ['store', 'web']) }).settings;
        const plan = planAfter({ ...INHERIT, policy: policyOf(all) }, (input) => ({ ...input, settings: turned }));
        expect(policyActions(plan)).toEqual([]);
      }),
      { numRuns: 35 },
    );
  });

  it('changes nothing when lines that mean the same in other words change places', () => {
    const one = { from: ['group:web'], to: ['tag:web', 'segment:lab', 'default/*'], allow: ['tcp'] };
    const other = { from: ['group:web'], to: ['default/*', 'tag:web', 'segment:lab'], allow: ['tcp'] };
    const turned = policyInput({ ...INHERIT, policy: policyOf([other, one]) }).settings;
    const plan = planAfter({ ...INHERIT, policy: policyOf([one, other]) }, (input) => ({ ...input, settings: turned }));
    expect(policyActions(plan)).toEqual([]);
  });

  it('has no more rules than statements, times the interfaces that packets come in on, protocols and kinds of destination', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const plan = buildPlan(policyInput({ ...INHERIT, policy: policyOf(all) }));
        const most = all.reduce((sum, { to, allow }) => {
          const specs = allow.flatMap((text) => {
            const read = readPortSpec(text);
            return read.ok ? [read.value] : [];
          });
          const kinds = new Set(to.map((text) => (['internet', 'firewall', 'any'].includes(text) ? text : 'named')))
            .size;
          return sum + groupPorts(specs).length * kinds * 4;
        }, 0);
        expect(plan.policy?.entries.rules).toBeLessThanOrEqual(most);
      }),
      { numRuns: 35 },
    );
  });

  it('never has a rule without an interface, nor one that lets IPv6 pass', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const plan = buildPlan(policyInput({ policy: policyOf(all) }));
        for (const change of plan.policy?.changes ?? []) {
          if (change.kind !== 'rule' || change.after === undefined) continue;
          expect(change.after.interface).toMatch(/^(wan|lan|opt\d)$/);
          expect(change.after.action === 'pass' ? change.after.family : 'inet').toBe('inet');
          expect(change.after.action === 'block' ? change.after.family : 'inet46').toBe('inet46');
        }
      }),
      { numRuns: 25 },
    );
  });

  it('gets only other members of an alias from more instances, and no more rules', () => {
    const rules = (count: number) => {
      const many = Array.from({ length: count }, (_none, at) => instance(`w${at}`, { tags: ['web'] }));
      const policy = policyOf([{ from: ['group:web'], to: ['internet'], allow: ['tcp/80', 'tcp/443', 'udp/53'] }]);
      return buildPlan(policyInput({ ...INHERIT, policy, instances: many })).policy?.entries;
    };
    expect(rules(150)).toEqual(rules(1));
  });

  it('opens exactly what a line says, seen by the evaluator', () => {
    const pair = fc.record({
      from: fc.constantFrom('edge/proxy', 'default/db', 'lab/client'),
      to: fc.constantFrom('edge/proxy', 'default/db', 'lab/client'),
      allow: fc.constantFrom('tcp/80', 'udp/53', 'icmp'),
    });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), (pairs) => {
        const wanted = new Set(
          pairs.filter((one) => one.from !== one.to).map(({ from, to, allow }) => `${from} → ${to} ${allow}`),
        );
        const policy = policyOf(pairs.map(({ from, to, allow }) => ({ from: [from], to: [to], allow: [allow] })));
        const opens = buildPlan(policyInput({ ...INHERIT, policy })).policy?.opens ?? [];
        const seen = opens.flatMap(({ from, to, services }) => services.map((service) => `${from} → ${to} ${service}`));
        expect(new Set(seen)).toEqual(wanted);
      }),
      { numRuns: 35 },
    );
  });
});

describe('the names of aliases', () => {
  const kinds = ['group', 'tag', 'project', 'segment', 'instances', 'network', 'ports', 'local'] as const;
  const part = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_.-]{0,40}$/);

  it('are what OPNsense takes, and never those of an interface or of somebody else', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,32}$/), fc.constantFrom(...kinds), part, (owner, kind, name) => {
        const plain = aliasName(owner, kind, name, new Set());
        expect(plain).toMatch(/^s32_[A-Za-z0-9_]{1,27}$/);
        const other = aliasName(owner, kind, name, new Set([plain]));
        expect(other).not.toBe(plain);
        expect(other).toMatch(/^s32_[A-Za-z0-9_]{1,27}$/);
      }),
    );
  });

  it('are different for different things', () => {
    const thing = fc.tuple(
      fc.constantFrom('home', 'a', 'a-b', 'a_b'.replace('_', '-')),
      fc.constantFrom(...kinds),
      part,
    );
    fc.assert(
      fc.property(thing, thing, ([owner, kind, name], [owner2, kind2, name2]) => {
        fc.pre(owner !== owner2 || kind !== kind2 || name !== name2);
        fc.pre(kind !== 'local' || kind2 !== 'local');
        expect(aliasName(owner, kind, name, new Set())).not.toBe(aliasName(owner2, kind2, name2, new Set()));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['web', 's32_home_web'],
    ['tag_db', /^s32_home_tag_db_[0-9a-f]{8}$/],
    ['a-very-long-name-of-a-group-for-all', /^s32_home_a_very_long_n_[0-9a-f]{8}$/],
  ])('for the group %s: %s', (name, expected) => {
    expect(aliasName('home', 'group', name, new Set())).toMatch(expected);
  });

  it('give way to an alias that somebody else made', () => {
    const config = (xml: string) =>
      xml.replace(
        '<OPNsense>',
        '<OPNsense><Firewall><Alias><aliases><alias uuid="a"><enabled>1</enabled><name>s32_home_web</name><type>host</type><content>10.9.9.9</content><description>mine</description></alias></aliases></Alias></Firewall>',
      );
    const policy = policyOf([{ from: ['group:web'], to: ['internet'], allow: ['tcp/80'] }]);
    const actions = policyActions(buildPlan(policyInput({ ...INHERIT, policy, config })));
    expect(actions.some((one) => /^create alias s32_home_web_[0-9a-f]{8}$/.test(one))).toBe(true);
    expect(actions).not.toContain('update alias s32_home_web');
  });
});

describe('an inventory that is not there', () => {
  it('leaves a policy without rules for instances, and nothing fails', () => {
    const policy = policyOf([{ from: ['group:web'], to: ['group:store'], allow: ['tcp'] }]);
    const before = policyInput({ ...INHERIT, policy });
    expect(policyActions(buildPlan({ ...before, inventory: inventory([]) }))).toEqual([]);
  });
});
