import { describe, expect, it } from 'vitest';
import { buildPayload } from '../../../../src/firewall/opnsense/plugin/payload.js';
import { expectPolicy, policyDifferences } from '../../../../src/firewall/opnsense/plugin/policy-compare.js';
import { policyLists } from '../../../../src/firewall/opnsense/plugin/policy-lists.js';
import { readObservedPolicy } from '../../../../src/firewall/opnsense/policy/read.js';
import { parseConfigXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { AliasEntry, PolicyChange, RedirectEntry, RuleEntry } from '../../../../src/model/policy-entries.js';
import { COMMITMENT, REVISION } from './builders.js';

const ANY = { parts: [{ kind: 'any' as const }], not: false };

/** A config.xml with an alias, a rule and a redirect of `home`, and one of each of somebody else; `more` stands in each section. */
function config(more: { aliases?: string; rules?: string; nat?: string } = {}): string {
  return `<opnsense>
    <interfaces><opt1><if>em1</if><enable>1</enable><ipaddr>10.10.1.1</ipaddr><subnet>24</subnet></opt1></interfaces>
    <nat>${nat('n1', 'n [slash32:home:nat/a]')}${nat('n2', 'by hand')}${more.nat ?? ''}</nat>
    <OPNsense><Firewall>
      <Alias><aliases>${alias('a1', 's32_web', '[slash32:home:alias/web]')}${alias('a2', 'by_hand', 'by hand')}${more.aliases ?? ''}</aliases></Alias>
      <Filter><rules>${rule('r1', 'r [slash32:home:rule/a]')}${rule('r2', 'by hand')}${more.rules ?? ''}</rules></Filter>
    </Firewall></OPNsense></opnsense>`;
}

function alias(uuid: string, name: string, descr: string, content = '10.10.1.11'): string {
  return `<alias uuid="${uuid}"><enabled>1</enabled><name>${name}</name><type>host</type><content>${content}</content><description>${descr}</description></alias>`;
}

function rule(uuid: string, descr: string, more = ''): string {
  return `<rule uuid="${uuid}"><enabled>1</enabled><sequence>10</sequence><action>pass</action><quick>1</quick><interface>opt1</interface><direction>in</direction>
    <ipprotocol>inet</ipprotocol><protocol>TCP</protocol><source_net>any</source_net><destination_net>s32_web</destination_net>
    <destination_port>443</destination_port>${more}<description>${descr}</description></rule>`;
}

function nat(uuid: string, descr: string, more = ''): string {
  return `<rule uuid="${uuid}"><sequence>1</sequence><disabled>0</disabled><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol>
    <source><network>any</network></source><destination><network>wanip</network><port>443</port></destination><target>10.10.1.11</target>
    <local-port>8443</local-port><natreflection>disable</natreflection>${more}<descr>${descr}</descr></rule>`;
}

const BASE = config();
const SEEN = readObservedPolicy(parseConfigXml(BASE));
const [WEB] = SEEN.aliases;
const [RULE] = SEEN.rules;
const [NAT] = SEEN.redirects;

const NEW_RULE: RuleEntry = {
  interface: 'wan',
  action: 'pass',
  family: 'inet',
  protocol: 'icmp',
  icmpTypes: [8, 3],
  source: ANY,
  destination: { parts: [{ kind: 'alias', name: 's32_web' }], not: false },
  ports: undefined,
  log: true,
  sequence: 20,
  description: 'ping [slash32:home:rule/b]',
};

const NEW_ALIAS: AliasEntry = {
  name: 's32_net',
  type: 'network',
  content: ['!10.10.1.9', '10.10.1.0/24'],
  description: '[slash32:home:alias/net]',
};

const NEW_NAT: RedirectEntry = {
  interface: 'wan',
  protocol: 'udp',
  destination: { parts: [{ kind: 'interface-address', interface: 'wan' }], not: false },
  ports: { from: 8000, to: 8004 },
  target: '10.10.1.12',
  targetPort: 9000,
  log: false,
  sequence: 2,
  description: 'n [slash32:home:nat/b]',
};

const reason = 'a test';
const CREATE: readonly PolicyChange[] = [
  { kind: 'alias', action: 'create', key: 'alias/net', before: undefined, after: NEW_ALIAS, reason },
  { kind: 'rule', action: 'create', key: 'rule/b', before: undefined, after: NEW_RULE, reason },
  { kind: 'redirect', action: 'create', key: 'nat/b', before: undefined, after: NEW_NAT, reason },
];
const DELETE: readonly PolicyChange[] = [
  { kind: 'alias', action: 'delete', key: 'alias/web', before: WEB, after: undefined, reason },
  { kind: 'rule', action: 'delete', key: 'rule/a', before: RULE, after: undefined, reason },
  { kind: 'redirect', action: 'delete', key: 'nat/a', before: NAT, after: undefined, reason },
];

function body(changes: readonly PolicyChange[], base = BASE) {
  const policy = policyLists(parseConfigXml(base), changes, 'home');
  const common = { segments: [], revision: REVISION, changes: [], message: '', commitment: COMMITMENT };
  return buildPayload({ ...common, policy });
}

describe('the policy in an apply', () => {
  it('names every entry of ours of the kinds that change, those that stay as they are, and none of anybody else', () => {
    const { aliases, rules, redirects } = body(CREATE);
    expect(aliases?.map(({ name }) => name)).toEqual(['s32_web', 's32_net']);
    expect(aliases?.[1]).toEqual({
      name: 's32_net',
      type: 'network',
      content: ['!10.10.1.9', '10.10.1.0/24'],
      descr: '[slash32:home:alias/net]',
      enabled: true,
    });
    expect(rules).toMatchObject([
      { descr: 'r [slash32:home:rule/a]', protocol: 'TCP', destination_port: '443', enabled: true },
      { interface: 'wan', protocol: 'ICMP', icmptype: 'echoreq,unreach', log: true, quick: true, sequence: 20 },
    ]);
    expect(redirects).toEqual([
      {
        descr: 'n [slash32:home:nat/a]',
        interface: 'wan',
        protocol: 'tcp',
        destination_net: 'wanip',
        destination_port: '443',
        target: '10.10.1.11',
        local_port: 8443,
        log: false,
        enabled: true,
        sequence: 1,
      },
      expect.objectContaining({
        protocol: 'udp',
        destination_port: '8000-8004',
        target: '10.10.1.12',
        local_port: 9000,
      }),
    ]);
  });

  it.each(['alias', 'rule', 'redirect'] as const)('names no other kind where only one changes: %s', (kind) => {
    const keys = { alias: 'aliases', rule: 'rules', redirect: 'redirects' } as const;
    const sent = body(CREATE.filter((change) => change.kind === kind));
    expect(Object.keys(sent).filter((key) => Object.values<string>(keys).includes(key))).toEqual([keys[kind]]);
  });

  it('leaves out what is deleted, and sends an empty list when nothing is left', () => {
    expect(body(DELETE)).toMatchObject({ aliases: [], rules: [], redirects: [] });
  });

  it('changes an entry that is told by its uuid, though another one has the same marker', () => {
    const base = config({ rules: rule('r9', 'r [slash32:home:rule/a]', '<log>1</log>') });
    const [first, clone] = readObservedPolicy(parseConfigXml(base)).rules;
    if (first === undefined || clone === undefined) throw new Error('the sample lacks a rule');
    const gone: PolicyChange = {
      kind: 'rule',
      action: 'delete',
      key: 'rule/a',
      before: clone,
      after: undefined,
      reason,
    };
    expect(body([gone], base).rules).toMatchObject([{ log: false }]);
    const after = { ...clone.entry, sequence: 99 };
    const moved: PolicyChange = { kind: 'rule', action: 'update', key: 'rule/a', before: clone, after, reason };
    expect(body([moved], base).rules).toMatchObject([{ log: true, sequence: 99 }]);
  });

  it('names entries of ours whose marker it cannot read: the plugin would delete them', () => {
    const base = config({ rules: rule('r9', 'old [slash32:home:rule_without_a_key]') });
    expect(body(CREATE, base).rules?.map(({ descr }) => descr)).toContain('old [slash32:home:rule_without_a_key]');
  });

  it('never makes a pass rule of one that somebody made reject, and keeps one off that was switched off', () => {
    const odd = rule('r9', 'x [slash32:home:rule/x]').replace('>pass<', '>reject<').replace('<enabled>1', '<enabled>0');
    expect(body(CREATE, config({ rules: odd })).rules).toContainEqual(
      expect.objectContaining({ descr: 'x [slash32:home:rule/x]', action: 'reject', enabled: false }),
    );
  });

  it('throws for a rule without an interface, and for a change of what is not there', () => {
    const nowhere: PolicyChange = {
      kind: 'rule',
      action: 'create',
      key: 'rule/b',
      before: undefined,
      after: { ...NEW_RULE, interface: '' },
      reason,
    };
    expect(() => body([nowhere])).toThrow(RangeError);
    expect(() => body(DELETE.slice(1, 2), config().replace('uuid="r1"', 'uuid="r8"'))).toThrow(RangeError);
    expect(() => body(DELETE.slice(1, 2), config().replace('home:rule/a', 'work:rule/a'))).toThrow(RangeError);
  });
});

const AFTER = config({
  aliases: alias('a9', 's32_net', '[slash32:home:alias/net]', '10.10.1.0/24\n!10.10.1.9').replace(
    '>host<',
    '>network<',
  ),
  rules: `<rule uuid="r9"><enabled>1</enabled><sequence>20</sequence><action>pass</action><quick>1</quick><interface>wan</interface><interfacenot>0</interfacenot>
    <direction>in</direction><ipprotocol>inet</ipprotocol><protocol>ICMP</protocol><icmptype>unreach,echoreq</icmptype><source_net>any</source_net>
    <source_not>0</source_not><destination_net>s32_web</destination_net><destination_not>0</destination_not><statetype>keep</statetype><log>1</log>
    <description>ping [slash32:home:rule/b]</description></rule>`,
  nat: nat('n9', 'n [slash32:home:nat/b]')
    .replace('>tcp<', '>udp<')
    .replace('>443<', '>8000-8004<')
    .replace('>8443<', '>9000<')
    .replace('10.10.1.11', '10.10.1.12')
    .replace('<sequence>1<', '<sequence>2<'),
});

function said(found: string | undefined, untouched = true, base = BASE): string {
  const expected = expectPolicy(parseConfigXml(base), CREATE, 'home');
  return policyDifferences(expected, found === undefined ? undefined : parseConfigXml(found), untouched).join('\n');
}

describe('what is on the firewall after an apply of a policy', () => {
  it('is as planned, in whatever order and with whatever defaults OPNsense fills in', () => {
    expect(said(AFTER)).toBe('');
    expect(said(AFTER.replace('<quick>1</quick>', '<quick>1</quick><gateway/><statetype>keep</statetype>'))).toBe('');
  });

  it('is as planned when the plugin took back what somebody had set on an entry that does not change', () => {
    const odd = '<gateway>WAN_GW</gateway><sched>night</sched>';
    expect(said(AFTER, true, config().replace('<destination_port>', `${odd}<destination_port>`))).toBe('');
  });

  it.each<[string, string, string, RegExp]>([
    [
      'a rule of ours with another port',
      '<destination_port>443',
      '<destination_port>444',
      /rule "\[slash32:home:rule\/a\]" is not/,
    ],
    [
      'a new rule on another interface',
      '<interface>wan</interface><interfacenot>',
      '<interface>opt1</interface><interfacenot>',
      /rule\/b\]" is not/,
    ],
    ['a new rule for all but its interface', '<interfacenot>0', '<interfacenot>1', /rule\/b\]" is not/],
    ['a new rule with a gateway', '<statetype>keep', '<gateway>X</gateway><statetype>keep', /rule\/b\]" is not/],
    ['a new rule that is off', '<rule uuid="r9"><enabled>1', '<rule uuid="r9"><enabled>0', /rule\/b\]" is not/],
    ['an alias without its exclusion', '\n!10.10.1.9', '', /alias "s32_net" is not there as planned/],
    ['a redirect to another host', '10.10.1.12', '10.10.1.13', /nat\/b\]" is not/],
    ['a redirect that reflects', '>disable<', '><', /nat\/a\]" is not/],
    [
      'a rule of ours that nobody planned',
      '<rules>',
      `<rules>${rule('r7', '[slash32:home:rule/z]')}`,
      /rule\/z\]" should not be/,
    ],
  ])('is something else with %s', (_what, from, to, words) => {
    expect(AFTER).toContain(from);
    expect(said(AFTER.replace(from, to))).toMatch(words);
  });

  it('is something else when the firewall tells no rules any more', () => {
    expect(said(undefined)).toMatch(/does not tell/);
  });

  it.each<[string, string, string]>([
    ['rule', '<sequence>10</sequence><action>pass', '<sequence>10</sequence><action>block'],
    ['alias', '<name>by_hand', '<name>by_foot'],
    ['redirect', '<local-port>8443', '<local-port>80'],
  ])('is something else when a %s of somebody else changed with it, and nobody else saved', (kind, from, to) => {
    const uuid = { rule: 'r2', alias: 'a2', redirect: 'n2' }[kind] ?? '';
    const place = AFTER.indexOf(from, AFTER.indexOf(`uuid="${uuid}"`));
    const changed = AFTER.slice(0, place) + to + AFTER.slice(place + from.length);
    expect(said(changed)).toMatch(new RegExp(`the ${kind} .* belongs to somebody else`));
    expect(said(changed, false)).toBe('');
  });
});
