import { describe, expect, it } from 'vitest';
import type { AliasEntry, AliasUse, Owned, PolicyChange, RuleEntry } from '../../../src/model/policy-entries.js';
import type { CompiledPolicy, CompiledRule, RuleZone } from '../../../src/policy/compile/types.js';
import { diffPolicy } from '../../../src/policy/diff/diff.js';
import { giveSequences } from '../../../src/policy/diff/sequences.js';
import { ruleSet } from '../evaluate/builders.js';

const ANY = { parts: [{ kind: 'any' as const }], not: false };

function compiled(key: string, zone: RuleZone = 'statement', over: Partial<RuleEntry> = {}): CompiledRule {
  const { sequence: _, ...entry } = entryOf(key, 0, over);
  return { key, zone, place: undefined, what: key, entry };
}

function entryOf(key: string, sequence: number, over: Partial<RuleEntry> = {}): RuleEntry {
  return {
    interface: 'opt1',
    action: 'pass',
    family: 'inet',
    protocol: 'tcp',
    icmpTypes: [],
    source: ANY,
    destination: ANY,
    ports: undefined,
    log: false,
    sequence,
    description: `${key} [slash32:home:${key}]`,
    ...over,
  };
}

function stands(key: string, sequence: number, over: Partial<Owned<RuleEntry>> = {}): Owned<RuleEntry> {
  return {
    uuid: `${key} ${sequence}`,
    owner: 'home',
    key,
    enabled: true,
    odd: [],
    entry: entryOf(key, sequence),
    ...over,
  };
}

function changes(wanted: readonly CompiledRule[], present: readonly Owned<RuleEntry>[]): readonly PolicyChange[] {
  const policy: CompiledPolicy = { aliases: [], rules: wanted, redirects: [], findings: [], leftOut: [] };
  const observed = { ruleSet: ruleSet(), aliases: [], rules: present, redirects: [] };
  return diffPolicy({ owner: 'home', compiled: policy, observed }).changes;
}

const said = (all: readonly PolicyChange[]): string[] =>
  all.map(
    (one) =>
      `${one.action} ${one.key} at ${one.after !== undefined && 'sequence' in one.after ? one.after.sequence : '-'}`,
  );

describe('what is missing, too much or otherwise', () => {
  it('is nothing where all is as it should be, whatever the order', () => {
    const present = [stands('rule/b', 11_010), stands('rule/a', 11_000)];
    expect(changes([compiled('rule/a'), compiled('rule/b')], present)).toEqual([]);
  });

  it.each([
    ['is not there', [], ['create rule/a at 11000']],
    ['is switched off', [stands('rule/a', 11_000, { enabled: false })], ['update rule/a at 11000']],
    ['says what we do not write', [stands('rule/a', 11_000, { odd: ['gateway GW'] })], ['update rule/a at 11000']],
    [
      'says something else',
      [stands('rule/a', 11_000, { entry: entryOf('rule/a', 11_000, { log: true }) })],
      ['update rule/a at 11000'],
    ],
    ['stands outside its zone', [stands('rule/a', 95_000)], ['update rule/a at 11000']],
    ['is there twice', [stands('rule/a', 11_000), stands('rule/a', 11_010)], ['delete rule/a at -']],
    ['is of another owner', [stands('rule/a', 11_000, { owner: 'lab' })], ['create rule/a at 11000']],
    ['is what nothing asks for', [stands('rule/a', 11_000), stands('rule/z', 11_010)], ['delete rule/z at -']],
  ])('is changed where it %s', (_, present, expected) => {
    expect(said(changes([compiled('rule/a')], present))).toEqual(expected);
  });

  it('does not mind the order of aliases in one end', () => {
    const source = (names: readonly string[]) => ({
      parts: names.map((name) => ({ kind: 'alias' as const, name })),
      not: false,
    });
    const wanted = compiled('rule/a', 'statement', { source: source(['x', 'y']) });
    const present = stands('rule/a', 11_000, { entry: entryOf('rule/a', 11_000, { source: source(['y', 'x']) }) });
    expect(changes([wanted], [present])).toEqual([]);
  });
});

describe('the numbers of rules', () => {
  const numbers = (wanted: readonly CompiledRule[], present: readonly (readonly [string, number])[]): string[] => {
    const { byKey, full } = giveSequences(wanted, new Map(present));
    return [...[...byKey].map(([key, number]) => `${key} ${number}`).sort(), ...full];
  };

  it.each([
    ['new ones come one behind another', [], ['rule/a 11000', 'rule/b 11010']],
    ['one that stands keeps its number', [['rule/b', 11_500]], ['rule/a 11000', 'rule/b 11500']],
    ['a number that is taken is given to nobody else', [['rule/b', 11_000]], ['rule/a 11010', 'rule/b 11000']],
    [
      'of two with one number the first keeps it',
      [
        ['rule/a', 11_050],
        ['rule/b', 11_050],
      ],
      ['rule/a 11050', 'rule/b 11000'],
    ],
    ['one that stands in another zone moves', [['rule/a', 10_000]], ['rule/a 11000', 'rule/b 11010']],
  ] as const)('%s', (_, present, expected) => {
    expect(numbers([compiled('rule/a'), compiled('rule/b')], present)).toEqual(expected);
  });

  it('are those of each interface', () => {
    const other = compiled('rule/c', 'statement', { interface: 'opt2' });
    expect(numbers([compiled('rule/a'), other], [])).toEqual(['rule/a 11000', 'rule/c 11000']);
  });

  it('follow the zones', () => {
    const wanted = [compiled('rule/d', 'default'), compiled('rule/i', 'infrastructure'), compiled('rule/s')];
    expect(numbers(wanted, [])).toEqual(['rule/d 90000', 'rule/i 10000', 'rule/s 11000']);
  });

  it('say where there is no room', () => {
    const many = Array.from({ length: 7_901 }, (_none, at) => compiled(`rule/${at}`));
    expect(giveSequences(many, new Map()).full).toEqual(['opt1']);
    expect(giveSequences(many.slice(1), new Map()).full).toEqual([]);
  });
});

describe('an alias that nothing asks for', () => {
  const alias = (name: string): Owned<AliasEntry> => ({
    uuid: name,
    owner: 'home',
    key: `alias/${name}`,
    enabled: true,
    odd: [],
    entry: { name, type: 'host', content: ['10.0.0.1'], description: `x [slash32:home:alias/${name}]` },
  });
  const diff = (uses: readonly AliasUse[]) =>
    diffPolicy({
      owner: 'home',
      compiled: { aliases: [], rules: [], redirects: [], findings: [], leftOut: [] },
      observed: { ruleSet: ruleSet(), aliases: [alias('a'), alias('b')], rules: [], redirects: [], uses },
    });

  it.each<[string, readonly AliasUse[], string[]]>([
    ['goes where nobody names it', [], ['a', 'b']],
    ['stays where somebody names it', [{ alias: 'a', by: 'the rule "x"' }], ['b']],
    ['stays where another slash32 names it', [{ alias: 'a', by: 'the rule "x"', owner: 'work' }], ['b']],
    ['goes where only entries of ours named it', [{ alias: 'a', by: 'the rule "x"', owner: 'home' }], ['a', 'b']],
  ])('%s', (_what, uses, gone) => {
    const { changes: made, kept } = diff(uses);
    expect(made.map((one) => one.key)).toEqual(gone.map((name) => `alias/${name}`));
    expect(kept.map((one) => one.name)).toEqual(['a', 'b'].filter((name) => !gone.includes(name)));
  });
});
