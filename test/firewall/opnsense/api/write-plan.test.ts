import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../../../src/errors/slash32-error.js';
import { meaning } from '../../../../src/firewall/opnsense/api/compare.js';
import { fromPhp, mergePhp, type PhpArray, phpOfRpc, toPhp } from '../../../../src/firewall/opnsense/api/php-array.js';
import { isStruct, type RpcStruct, type RpcValue, struct } from '../../../../src/firewall/opnsense/api/rpc-value.js';
import { type Tree, toTree, treeChild } from '../../../../src/firewall/opnsense/api/tree.js';
import { planWrite } from '../../../../src/firewall/opnsense/api/write-plan.js';
import { decodeValue } from '../../../../src/firewall/opnsense/api/xmlrpc-decode.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import { legacyRead, mergeStruct } from '../../../../src/sim/opnsense/merge.js';
import { parseConfig } from '../../../../src/sim/opnsense/node.js';
import { serialize } from '../../../../src/sim/opnsense/serialize.js';
import { child } from '../../../../src/xml/element.js';
import { twoConfigs } from './dhcpd-trees.js';

const PHP_CASES = new URL('../../../fixtures/opnsense/recordings/php-merge.json', import.meta.url);
const CASES = (
  JSON.parse(readFileSync(PHP_CASES, 'utf8')) as { cases: { before: string; call: string; after: string }[] }
).cases;

describe('the model of a legacy save', () => {
  it.each(CASES.map((each, index) => [index, each] as const))(
    'comes to what PHP came to in case %i',
    (_index, each) => {
      const config: PhpArray = toPhp(treeOf(each.before));
      const call = phpOfRpc(paramOf(each.call));
      if (call instanceof Map) mergePhp(call, config);
      expect(meaning(fromPhp(config, 'opnsense'))).toBe(meaning(treeOf(each.after)));
    },
  );

  it.each(CASES.map((each, index) => [index, each] as const))(
    'of the simulator writes the bytes that PHP wrote in case %i',
    (_index, each) => {
      const root = parseConfig(each.before);
      legacyRead(root);
      mergeStruct(root, paramOf(each.call));
      expect(serialize(root)).toBe(each.after);
    },
  );
});

describe('a write', () => {
  it.each([true, false])('leads to what is wanted, or is refused before it is sent (attributes: %s)', (attributes) => {
    let sent = 0;
    fc.assert(
      fc.property(twoConfigs(attributes), ({ before, after }) => {
        const write = tryPlan(before, after);
        if (write === undefined || write === 'refused') return;
        sent += 1;
        const root = parseConfig(before);
        legacyRead(root);
        mergeStruct(root, write);
        expect(meaning(sectionOf(serialize(root)))).toBe(meaning(sectionOf(after)));
      }),
      { numRuns: 300 },
    );
    expect(sent, 'most pairs are really written').toBeGreaterThan(30);
  });

  it('names only what changes, and removes a key with a boolean false', () => {
    const before = dhcpd(
      '<opt1><enable>1</enable><denyunknown>1</denyunknown><range><from>a</from><to>b</to></range></opt1><opt2><enable>1</enable></opt2>',
    );
    const after = dhcpd(
      '<opt1><enable>1</enable><range><from>a</from><to>c</to></range></opt1><opt2><enable>1</enable></opt2>',
    );
    expect(planWrite(before, after)).toEqual(
      struct({ dhcpd: struct({ opt1: struct({ range: struct({ to: 'c' }), denyunknown: false }) }) }),
    );
    expect(planWrite(before, before)).toBeUndefined();
  });

  it('carries attributes, order, repeated tags and unknown children of every mapping', () => {
    const map =
      '<staticmap uuid="u"><mac>m</mac><dnsserver>1</dnsserver><dnsserver>2</dnsserver><my a="1">x</my></staticmap>';
    const after = dhcpd(`<opt1>${map}<staticmap><mac>n</mac></staticmap></opt1>`);
    const sent = planWrite(dhcpd(`<opt1>${map}</opt1>`), after);
    expect(JSON.stringify(plain(sent))).toBe(
      '{"dhcpd":{"opt1":{"staticmap":[{"@attributes":{"uuid":"u"},"mac":"m","dnsserver":["1","2"],"my":"x","my@attributes":{"a":"1"}},{"mac":"n"}]}}}',
    );
  });

  it.each([
    ['an attribute of a repeated leaf', '<staticmap><mac>m</mac><x>1</x><x a="1">2</x></staticmap>'],
    ['an entry that is kept from the merge', '<staticmap><mac>m</mac><nosync>1</nosync></staticmap>'],
  ])('is refused where OPNsense would lose %s', (_what, map) => {
    const before = dhcpd(`<opt1>${map}</opt1>`);
    const after = dhcpd(`<opt1>${map}<staticmap><mac>n</mac></staticmap></opt1>`);
    expect(() => planWrite(before, after)).toThrow(
      expect.objectContaining({
        code: 'S32_OPNSENSE_CANNOT_EXPRESS',
        message: expect.stringContaining('dhcpd/opt1'),
        written: 'nothing',
      }),
    );
  });
});

function tryPlan(before: string, after: string): RpcStruct | undefined | 'refused' {
  try {
    return planWrite(treeOf(before), treeOf(after));
  } catch (error) {
    expect(error).toBeInstanceOf(Slash32Error);
    return 'refused';
  }
}

function treeOf(text: string): Tree {
  return toTree(parseXml(text));
}

function sectionOf(text: string): Tree {
  return treeChild(treeOf(text), 'dhcpd') ?? { name: 'dhcpd', attributes: new Map(), children: [], text: '' };
}

function dhcpd(content: string): Tree {
  return treeOf(`<opnsense><dhcpd>${content}</dhcpd></opnsense>`);
}

function paramOf(call: string): RpcStruct {
  const value = child(child(child(parseXml(call), 'params'), 'param'), 'value');
  const decoded: RpcValue = value === undefined ? '' : decodeValue(value);
  return isStruct(decoded) ? decoded : new Map();
}

function plain(value: RpcValue | undefined): unknown {
  if (isStruct(value)) return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  return Array.isArray(value) ? value.map(plain) : value;
}
