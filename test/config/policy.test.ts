import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check.js';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { baseText } from './texts.js';

/** The text of a configuration whose policy begins on line 6. */
function check(policy: string, files: Readonly<Record<string, string>> = {}) {
  return checkConfig(`${baseText()}${policy}\n`, 'conf/slash32.yaml', '/etc/slash32', (path) => {
    const text = files[path];
    if (text === undefined) throw new Slash32Error('S32_CONFIG_UNREADABLE', { message: `${path} does not exist.` });
    return text;
  });
}

/** Every mistake as `line:column message | hint`, with the file where it is another one. */
function told(policy: string, files?: Readonly<Record<string, string>>): string[] {
  const result = check(policy, files);
  return result.ok
    ? []
    : result.problems.map(
        ({ file, line, column, message, hint }) =>
          `${file === 'conf/slash32.yaml' ? '' : `${file}:`}${line}:${column} ${message} | ${hint}`,
      );
}

const OWNED = 'tagOwners: { web: [project:default] }\n';
const statement = (fields: string): string => `policy:\n  - { ${fields} }`;

describe('a mistake in a policy is told with its place and what to write', () => {
  it.each<[string, string, string]>([
    [
      'a port without a protocol',
      statement('from: any, to: any, allow: [443]'),
      "7:35 An entry of 'allow' must be a text, not a number. | Put the value in quotes. Write for example [tcp/443, udp/53, icmp].",
    ],
    [
      'a quoted port without a protocol',
      statement('from: any, to: any, allow: ["443"]'),
      '7:35 443 is a port without a protocol. | Write tcp/443 or udp/443.',
    ],
    [
      'a service by its name',
      statement('from: any, to: any, allow: [https]'),
      '7:35 https is a name, and numbers are meant. | Write tcp/443.',
    ],
    [
      'a port that is none',
      statement('from: any, to: any, allow: [tcp/70000]'),
      '7:35 "tcp/70000" is no protocol with a port. | Write one port or a range from 1 to 65535: tcp/443, tcp/8000-8100.',
    ],
    [
      'a range that is turned round',
      statement('from: any, to: any, allow: [udp/9-5]'),
      '7:35 "udp/9-5" is no protocol with a port. | Write one port or a range from 1 to 65535: udp/443, udp/8000-8100.',
    ],
    [
      'a port of a protocol without',
      statement('from: any, to: any, allow: [esp/1]'),
      '7:35 esp/1 has a port, and esp knows none. | Write esp.',
    ],
    [
      'an ICMP type that is none',
      statement('from: any, to: any, allow: [icmp/ping]'),
      '7:35 "icmp/ping" is no protocol with a port. | Types are: echo-request, echo-reply, unreachable, redirect, router-advertisement, router-solicitation, time-exceeded, parameter-problem, timestamp-request, timestamp-reply, or a number.',
    ],
    [
      'ICMP of IPv6',
      statement('from: any, to: any, allow: [icmp6]'),
      '7:35 icmp6 is of IPv6, and segments have IPv4 only. | Write icmp.',
    ],
    [
      'an IPv6 address in a segment of IPv4',
      statement('from: "2001:db8::1", to: any, allow: [tcp]'),
      '7:13 2001:db8::1 is an IPv6 address, and segments have IPv4 only: nothing would ever fit. | Leave it out; IPv6 between instances stays closed where a segment denies by default.',
    ],
    [
      'a network with bits behind its prefix',
      statement('from: 10.2.0.9/24, to: any, allow: [tcp]'),
      '7:13 10.2.0.9/24 has bits behind its prefix. | Write 10.2.0.0/24 for the network, or 10.2.0.9 for the address.',
    ],
    [
      'an address that is none',
      statement('from: 10.2.0.999, to: any, allow: [tcp]'),
      '7:13 10.2.0.999 is no IPv4 network. | Write for example 10.0.0.0/8 or 10.2.0.9.',
    ],
    [
      'everything as a network',
      statement('from: 0.0.0.0/0, to: any, allow: [tcp]'),
      '7:13 0.0.0.0/0 is everything. | Write any, or internet.',
    ],
    [
      'a star alone',
      statement('from: "*", to: any, allow: [tcp]'),
      '7:13 * alone names nothing. | Write any, or */* for every instance.',
    ],
    [
      'a group that is not there',
      `groups: { web: ["default/web*"] }\n${statement('from: wep, to: any, allow: [tcp]')}`,
      '8:13 There is no group wep. | Did you mean web?',
    ],
    [
      'a segment named as a group',
      statement('from: server, to: any, allow: [tcp]'),
      '7:13 There is no group server. | Did you mean segment:servers?',
    ],
    [
      'a segment that is not there',
      statement('from: "segment:servrs", to: any, allow: [tcp]'),
      '7:13 There is no segment servrs. | Did you mean segment:servers?',
    ],
    [
      'a tag that nobody may carry',
      statement('from: "tag:web", to: any, allow: [tcp]'),
      '7:13 tagOwners gives the tag web to nobody. | No tag is declared.',
    ],
    [
      'a misspelt tag',
      `${OWNED}${statement('from: "tag:wbe", to: any, allow: [tcp]')}`,
      '8:13 tagOwners gives the tag wbe to nobody. | Did you mean tag:web?',
    ],
    [
      'a tag with a capital',
      statement('from: "tag:Web", to: any, allow: [tcp]'),
      '7:13 "tag:Web" names no tag. | A tag is 1 to 32 of a-z, 0-9, _ and -, for example tag:web.',
    ],
    [
      'an owner that is no project',
      'tagOwners: { web: [default] }',
      '6:20 "default" is no owner of a tag. | Write project:NAME, or project:* for every project.',
    ],
    [
      'a group that holds itself',
      'groups: { a: [b], b: [c], c: [a] }',
      '6:11 The group a holds itself: a → b → c → a. | Take one of these steps out.',
    ],
    ['an empty group', 'groups: { a: [] }', '6:14 The group a is empty. | Name its members, or take it out.'],
    [
      'a group with a reserved name',
      'groups: { internet: [default/web] }',
      "6:11 'internet' means something else already. | Give the group another name.",
    ],
    [
      'the internet in a group',
      'groups: { a: [internet] }',
      '6:14 internet cannot be in a group. | Name internet in the statement itself.',
    ],
    [
      'an empty list',
      statement('from: [], to: any, allow: [tcp]'),
      '7:13 from is an empty list. | Name somebody, or take the whole entry out.',
    ],
    [
      'a statement from the internet',
      statement('from: internet, to: default/web, allow: [tcp/443]'),
      '7:13 Nothing comes in from the internet by a statement alone. | Use publish for it.',
    ],
    [
      'a statement from the firewall',
      statement('from: firewall, to: any, allow: [tcp]'),
      '7:13 What the firewall itself sends is never held back. | Take firewall out of from.',
    ],
    [
      'a test that names nothing',
      'tests:\n  - { from: any, to: internet }',
      '7:5 The test names nothing that should pass or be dropped. | Add accept: or deny:.',
    ],
    [
      'a publish to many',
      'publish:\n  - { name: a, port: tcp/443, to: "default/*" }',
      '7:35 default/* is not one instance. | Name one: project/instance, or its address.',
    ],
    [
      'a publish without a port',
      'publish:\n  - { name: a, port: icmp, to: default/web }',
      '7:22 icmp cannot be published. | Write a port of tcp or udp: tcp/443.',
    ],
    [
      'a publish from inside',
      'publish:\n  - { name: a, port: tcp/1, to: default/web, from: "segment:servers" }',
      '7:52 segment:servers does not come in from outside. | Write networks, internet or any.',
    ],
    [
      'a publish on a name',
      'publish:\n  - { name: a, on: WAN, port: tcp/1, to: default/web }',
      '7:20 "WAN" is no interface. | Write its identifier: wan, lan, opt1 (Interfaces › Assignments).',
    ],
    [
      'two publishes of one port',
      'publish:\n  - { name: a, port: tcp/80-90, to: default/web }\n  - { name: b, port: tcp/85, to: default/web }',
      '8:5 b wants a port of wan that a has already. | Give one of them another port.',
    ],
    [
      'ports beyond the last',
      'publish:\n  - { name: a, port: tcp/80-90, port_to: 65530, to: default/web }',
      '7:42 The last port would be beyond 65535. | Begin lower.',
    ],
    [
      'a key that nobody knows',
      statement('from: any, to: any, alow: [tcp]'),
      "7:27 'alow' is not a key of 'policy.0'. | Did you mean 'allow'?",
    ],
  ])('%s', (_what, policy, expected) => {
    expect(told(policy)).toContain(expected);
  });

  it('all of them at once', () => {
    expect(told(statement('from: wep, to: 10.2.0.9/24, allow: [tcp/0, ssh]'))).toHaveLength(4);
  });
});

describe('policy files', () => {
  const files = {
    '/etc/slash32/groups.yaml': 'groups: { web: ["tag:web"] }\ntagOwners: { web: [project:default] }\n',
    '/etc/slash32/rules.yaml': 'policy:\n  - { from: web, to: internet, allow: [tcp/443] }\n',
  };

  it('count together with the configuration and each other', () => {
    const result = check(
      'policy_files: [groups.yaml, rules.yaml]\ntests:\n  - { from: web, to: internet, accept: [tcp/443] }',
      files,
    );
    expect(result).toMatchObject({ ok: true });
    if (!result.ok) return;
    const { policy } = result.config.plan;
    expect(policy.statements).toMatchObject([{ place: { file: 'conf/rules.yaml', line: 2, column: 5 } }]);
    expect(policy.tests).toMatchObject([{ place: { file: 'conf/slash32.yaml', line: 8 } }]);
    expect(result.config.policyDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('change the digest with their text', () => {
    const digest = (text: string) => {
      const result = check('policy_files: [a.yaml]', { '/etc/slash32/a.yaml': text });
      return result.ok && result.config.policyDigest;
    };
    expect(digest('groups: {}')).not.toBe(digest('groups: { }'));
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['is not there', {}, '6:16 /etc/slash32/a.yaml does not exist. | Correct the name, or take it out.'],
    ['is no YAML', { '/etc/slash32/a.yaml': 'groups: [' }, 'conf/a.yaml:1:10 '],
    [
      'has a key of the configuration',
      { '/etc/slash32/a.yaml': 'owner: home' },
      "conf/a.yaml:1:1 'owner' is not a key of the file.",
    ],
    [
      'declares a group twice',
      { '/etc/slash32/a.yaml': 'groups: { g: [default/a] }\n' },
      'conf/a.yaml:1:11 The group g is declared twice, first in conf/slash32.yaml:7.',
    ],
    ['is a list', { '/etc/slash32/a.yaml': '- 1' }, 'conf/a.yaml:1:1 '],
  ])('one that %s is told with its own place', (_what, given, expected) => {
    const found = told('policy_files: [a.yaml]\ngroups: { g: [default/b] }', given);
    expect(
      found.some((one) => one.startsWith(expected)),
      found.join('\n'),
    ).toBe(true);
  });

  it('one that is empty says nothing', () => {
    expect(told('policy_files: [a.yaml]', { '/etc/slash32/a.yaml': '# nothing yet\n' })).toEqual([]);
  });
});

describe('a policy is read', () => {
  it('with everything that it may say', () => {
    const result = check(`${OWNED}groups: { web: ["tag:web", default/proxy, 10.9.0.0/16] }
policy:
  - { from: [web, "segment:servers"], to: internet, allow: [tcp/80, udp/8000-8100, icmp/echo-request, gre], log: true, when: until May }
publish:
  - { name: site, port: tcp/443, to: default/proxy, port_to: 8443, from: [203.0.113.0/24, internet], log: true }
tests:
  - { name: it works, from: web, to: internet, accept: tcp/443, deny: [udp, any] }`);
    expect(result.ok && result.config.plan.policy).toMatchObject({
      tagOwners: [{ tag: 'web', projects: ['default'] }],
      groups: [
        {
          name: 'web',
          members: [
            { kind: 'tag', tag: 'web' },
            { kind: 'instances', pattern: 'default/proxy' },
            { kind: 'network', network: '10.9.0.0/16' },
          ],
        },
      ],
      statements: [
        {
          from: [
            { kind: 'group', group: 'web' },
            { kind: 'segment', segment: 'servers' },
          ],
          to: [{ kind: 'internet' }],
          allow: [
            { protocol: 'tcp', ports: { from: 80, to: 80 } },
            { protocol: 'udp', ports: { from: 8000, to: 8100 } },
            { protocol: 'icmp', icmpType: 8 },
            { protocol: 'gre', ports: undefined },
          ],
          log: true,
          when: 'until May',
          place: { file: 'conf/slash32.yaml', line: 9, column: 5 },
        },
      ],
      publishes: [
        { name: 'site', on: 'wan', protocol: 'tcp', ports: { from: 443, to: 443 }, targetPort: 8443, log: true },
      ],
      tests: [{ name: 'it works', accept: [{ text: 'tcp/443' }], deny: [{ text: 'udp' }, { text: 'any' }] }],
    });
  });
});
