import { describe, expect, it } from 'vitest';
import type { AliasEntry, ObservedPolicy, PolicyChange } from '../../src/model/policy-entries.js';
import type { RuleAlias } from '../../src/model/rules.js';
import { evaluate } from '../../src/policy/evaluate/evaluate.js';
import { prepare } from '../../src/policy/evaluate/prepare.js';
import { projectRuleSet } from '../../src/policy/project.js';
import { BASE, end, rule, ruleSet } from './evaluate/builders.js';

const NAMES = ['ours', 'theirs', 'ports'] as const;
const ALIASES: RuleAlias[] = NAMES.map((name) => ({
  name,
  kind: name === 'ports' ? 'ports' : 'addresses',
  entries: name === 'ports' ? ['443'] : ['10.0.1.10'],
  unknown: undefined,
}));
const named = (...names: string[]) => ({ parts: names.map((name) => ({ kind: 'alias' as const, name })), not: false });

function without(name: string): PolicyChange {
  const entry: AliasEntry = { name, type: 'host', content: [], description: '' };
  const before = { uuid: name, owner: 'home', key: `alias/${name}`, enabled: true, odd: [], entry };
  return { kind: 'alias', action: 'delete', key: before.key, before, after: undefined, reason: '' };
}

function verdict(rules: Parameters<typeof rule>[1], changes: readonly PolicyChange[]): string {
  const observed: ObservedPolicy = {
    ruleSet: ruleSet({ aliases: ALIASES, rules: [...BASE, rule('foreign', rules), rule('all')] }),
    aliases: [],
    rules: [],
    redirects: [],
  };
  const flow = { from: { address: '10.0.1.10' }, to: { address: '10.0.2.9' }, protocol: 'tcp', port: 443 };
  const { verdict: said, decidedBy } = evaluate(prepare(projectRuleSet(observed, changes)), flow);
  return `${said} by ${decidedBy?.id}`;
}

const PORTS = [{ kind: 'alias' as const, name: 'ports' }];

describe('a foreign rule when an alias of ours is gone', () => {
  it.each([
    [
      'is left out where it named nothing else, and opens what it blocked',
      { source: named('ours') },
      'ours',
      'pass by all',
    ],
    [
      'is left out for its destination too',
      { destination: end({ kind: 'alias', name: 'ours' }) },
      'ours',
      'pass by all',
    ],
    ['is left out for its ports too', { protocols: ['tcp'], destinationPorts: PORTS }, 'ports', 'pass by all'],
    ['is left out for the ports of the sender too', { protocols: ['tcp'], sourcePorts: PORTS }, 'ports', 'pass by all'],
    ['holds for the other alias that it names', { source: named('ours', 'theirs') }, 'ours', 'block by foreign'],
    ['holds where it does not name it', { source: named('theirs') }, 'ours', 'block by foreign'],
  ])('%s', (_, over, gone, expected) => {
    expect(verdict({ action: 'block', ...over }, [without(gone)])).toBe(expected);
  });

  it('is there again with one of the same name', () => {
    const entry: AliasEntry = { name: 'ours', type: 'host', content: ['10.0.1.10'], description: '' };
    const back: PolicyChange = {
      kind: 'alias',
      action: 'create',
      key: 'alias/x',
      before: undefined,
      after: entry,
      reason: '',
    };
    expect(verdict({ action: 'block', source: named('ours') }, [without('ours'), back])).toBe('block by foreign');
  });
});
