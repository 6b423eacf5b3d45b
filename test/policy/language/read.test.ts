import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../src/policy/language/read.js';
import type { PathPart } from '../../../src/policy/language/reader.js';

type Value = Readonly<Record<string, unknown>>;

function read(...values: Value[]) {
  const sources = values.map((value, at) => ({
    value,
    locate: (path: readonly PathPart[]) => ({ file: `${at}.yaml`, line: path.length + 1, column: 1 }),
  }));
  return readPolicy(sources, {
    segments: ['servers', 'edge'],
    suggest: (word, all) => all.find((one) => one[0] === word[0]),
  });
}

const GROUPS = { groups: { web: ['tag:web'] }, tagOwners: { web: ['project:default'] } };

/** What is wrong, in the words of the mistake or of its hint. */
const WRONG: readonly (readonly [what: string, value: Value, words: RegExp])[] = [
  ['an empty group', { groups: { web: [] } }, /group web is empty/],
  ['a group that means something else', { groups: { any: ['a/b'] } }, /means something else already/],
  ['a group with the internet in it', { groups: { web: ['internet'] } }, /cannot be in a group/],
  ['a group that holds itself', { groups: { a: ['b'], b: ['a'] } }, /holds itself: a → b → a/],
  ['a tag that is none', { tagOwners: { Web: ['project:default'] } }, /is no tag/],
  ['an owner of a tag that is no project', { tagOwners: { web: ['default'] } }, /project:NAME/],
  [
    'a group that nobody declared',
    { policy: [{ from: 'wob', to: 'any', allow: ['tcp'] }], ...GROUPS },
    /no group wob.*Did you mean web/,
  ],
  ['a tag that nobody owns', { policy: [{ from: 'tag:db', to: 'any', allow: ['tcp'] }] }, /gives the tag db to nobody/],
  [
    'a segment that is not there',
    { policy: [{ from: 'segment:x', to: 'any', allow: ['tcp'] }] },
    /no segment x.*servers, edge/,
  ],
  ['a group that is a segment', { policy: [{ from: 'servers', to: 'any', allow: ['tcp'] }] }, /segment:servers/],
  ['a statement from the internet', { policy: [{ from: 'internet', to: 'any', allow: ['tcp'] }] }, /Use publish/],
  ['a statement from the firewall', { policy: [{ from: 'firewall', to: 'any', allow: ['tcp'] }] }, /never held back/],
  ['an empty list', { policy: [{ from: ['a/b'], to: [], allow: ['tcp'] }] }, /to is an empty list/],
  ['a port that is none', { policy: [{ from: 'a/b', to: 'any', allow: ['443'] }] }, /tcp\/443 or udp\/443/],
  ['a test that says nothing', { tests: [{ from: 'a/b', to: 'any' }] }, /Add accept: or deny:/],
  [
    'a publish without a port of tcp or udp',
    { publish: [{ name: 'x', port: 'icmp', to: 'a/b' }] },
    /cannot be published/,
  ],
  ['a publish to many', { publish: [{ name: 'x', port: 'tcp/1', to: 'a/*' }] }, /is not one instance/],
  [
    'a publish for instances',
    { publish: [{ name: 'x', port: 'tcp/1', to: 'a/b', from: ['c/d'] }] },
    /does not come in from outside/,
  ],
  [
    'a publish on what is no interface',
    { publish: [{ name: 'x', port: 'tcp/1', to: 'a/b', on: 'em0' }] },
    /is no interface/,
  ],
  [
    'a publish whose last port is beyond all',
    { publish: [{ name: 'x', port: 'tcp/10-20', to: 'a/b', port_to: 65530 }] },
    /beyond 65535/,
  ],
  [
    'two publishes of one port',
    {
      publish: [
        { name: 'x', port: 'tcp/80-90', to: 'a/b' },
        { name: 'y', port: 'tcp/85', to: 'a/b' },
      ],
    },
    /y wants a port of wan that x has already/,
  ],
];

describe('reading a policy', () => {
  it('reads what is declared, with the places', () => {
    const { policy, mistakes } = read({
      ...GROUPS,
      policy: [{ from: 'web', to: ['segment:edge', 'internet'], allow: ['tcp/443', 'icmp'], log: true, when: 'shop' }],
      publish: [{ name: 'site', port: 'tcp/443', to: 'edge/proxy' }],
      tests: [{ from: 'web', to: 'any', deny: ['tcp/22'] }],
    });
    expect(mistakes).toEqual([]);
    expect(policy).toMatchObject({
      groups: [{ name: 'web', members: [{ kind: 'tag', tag: 'web' }] }],
      tagOwners: [{ tag: 'web', projects: ['default'] }],
      statements: [
        { from: [{ kind: 'group' }], to: [{ kind: 'segment' }, { kind: 'internet' }], log: true, when: 'shop' },
      ],
      publishes: [{ name: 'site', on: 'wan', protocol: 'tcp', targetPort: 443, from: [] }],
      tests: [{ name: undefined, accept: [], deny: [{ text: 'tcp/22' }] }],
    });
    expect(policy.statements[0]?.place).toEqual({ file: '0.yaml', line: 3, column: 1 });
  });

  it('takes several files for one policy', () => {
    const { policy, mistakes } = read(GROUPS, { policy: [{ from: 'web', to: 'any', allow: ['tcp'] }] });
    expect(mistakes).toEqual([]);
    expect(policy.statements[0]?.place.file).toBe('1.yaml');
    expect(read(GROUPS, GROUPS).mistakes.map((one) => one.message)).toEqual([
      'The group web is declared twice, first in 0.yaml:3.',
      'The tag web is declared twice, first in 0.yaml:3.',
    ]);
  });

  it.each(WRONG)('says what is wrong with %s', (_, value, words) => {
    const { mistakes } = read(value);
    expect(mistakes.map((one) => `${one.message} ${one.hint}`).join('\n')).toMatch(words);
  });

  it('finds every mistake in one go', () => {
    expect(
      read({ groups: { any: [] }, policy: [{ from: '*', to: 'x', allow: ['1'] }] }).mistakes.length,
    ).toBeGreaterThan(3);
  });
});
