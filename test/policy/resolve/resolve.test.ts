import { describe, expect, it } from 'vitest';
import { matchPattern } from '../../../src/model/pattern.js';
import { findPolicyFaults } from '../../../src/policy/resolve/findings.js';
import { aliasKey, createResolver, union } from '../../../src/policy/resolve/resolve.js';
import type { PolicyScene } from '../../../src/policy/resolve/types.js';
import { instance, member, policyOf, scene, selector } from '../scene.js';

const POLICY = policyOf({
  groups: { web: ['tag:web'], whole: ['web', 'default/db', '10.9.0.0/16', 'segment:b'] },
  tagOwners: { web: ['project:default'], db: ['project:*'] },
});

function who(text: string, over: Partial<PolicyScene> = {}): string[] {
  const { members, segments, networks } = createResolver(scene({ policy: POLICY, ...over })).resolve(selector(text));
  return [...members.map((one) => one.instance), ...segments, ...networks];
}

describe('who a selector stands for', () => {
  it.each([
    ['tag:web', ['default/web', 'default/api']],
    ['web', ['default/web', 'default/api']],
    ['whole', ['default/web', 'default/api', 'default/db', 'b', '10.9.0.0/16']],
    ['project:default', ['default/web', 'default/api', 'default/db']],
    ['project:edge', []],
    ['default/*', ['default/web', 'default/api', 'default/db']],
    ['*/d*', ['default/db']],
    ['segment:a', ['a']],
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['any', []],
    ['internet', []],
  ])('%s', (text, expected) => {
    expect(who(text)).toEqual(expected);
  });

  it('counts no tag of a project that may not claim it', () => {
    const instances = [instance('web', ['web'], 'other'), instance('db', ['db', 'free'], 'other')];
    const members = [member('web', '10.0.1.10', 'a', 'other'), member('db', '10.0.2.9', 'b', 'other')];
    expect(who('tag:web', { instances, members })).toEqual([]);
    expect(who('tag:db', { instances, members })).toEqual(['other/db']);
    const { tags } = createResolver(scene({ policy: POLICY, instances, members }));
    expect(tags.ignored.map(({ tag, why }) => `${tag}: ${why}`)).toEqual([
      'web: tagOwners does not give it to the project other',
      'free: tagOwners does not know it',
    ]);
  });

  it('keeps who is in an alias by a tag that this reading does not show', () => {
    const kept = new Map([['alias/web', new Set(['10.0.2.9'])]]);
    expect(who('web', { kept, instances: [] })).toEqual(['default/db']);
    expect(who('default/web', { kept, instances: [] })).toEqual(['default/web']);
  });

  it('takes every NIC of an instance, and each once', () => {
    const members = [member('web', '10.0.1.10', 'a'), { ...member('web', '10.0.2.10', 'b'), nic: 'default/web/eth1' }];
    const resolver = createResolver(scene({ policy: POLICY, members }));
    expect(resolver.resolve(selector('default/web')).members).toHaveLength(2);
    expect(resolver.resolve(selector('default/web/eth1')).members.map((one) => one.address)).toEqual(['10.0.2.10']);
    expect(resolver.resolve(selector('default/*/eth0')).members.map((one) => one.address)).toEqual(['10.0.1.10']);
    const twice = union([resolver.resolve(selector('web')), resolver.resolve(selector('default/*'))]);
    expect(twice.members).toHaveLength(2);
  });

  it.each([
    ['web', 'alias/web'],
    ['tag:web', 'alias/tag/web'],
    ['default/web', undefined],
  ])('%s has the alias %s', (text, key) => {
    expect(aliasKey(selector(text))).toBe(key);
  });
});

describe('a pattern', () => {
  it.each([
    ['default/web', 'default/web', true],
    ['default/web', 'default/web1', false],
    ['default/web-*', 'default/web-', true],
    ['*/web', 'edge/web', true],
    ['*/*', 'edge/web', true],
    ['default/*', 'default/a/b', false],
    ['d.fault/*', 'default/x', false],
  ])('%s and %s: %s', (pattern, name, fits) => {
    expect(matchPattern(pattern)(name)).toBe(fits);
  });
});

describe('what a policy does not mean as it seems', () => {
  const codes = (value: Readonly<Record<string, unknown>>, over: Partial<PolicyScene> = {}): string[] => {
    const here = scene({ policy: policyOf(value), ...over });
    return findPolicyFaults(here, createResolver(here)).map((one) => one.code);
  };

  it('names whom nobody bears', () => {
    expect(codes({ policy: [{ from: 'default/nobody', to: 'any', allow: ['tcp'] }] })).toContain('empty-selector');
    expect(codes({ policy: [{ from: 'any', to: 'internet', allow: ['tcp'] }] })).not.toContain('empty-selector');
  });

  it('names a tag that does not count', () => {
    expect(codes({ tagOwners: { web: ['project:edge'] } })).toEqual(['tag-ignored', 'tag-ignored', 'tag-ignored']);
  });
});
