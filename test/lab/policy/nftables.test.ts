import { describe, expect, it } from 'vitest';
import type { RuleAlias, RuleSet } from '../../../src/model/rules.js';
import { place, redirect, rule, ruleSet, translation } from '../../policy/evaluate/builders.js';
import { aliasRanges, ipv4Range, mergeRanges, nftRange } from './nft-addresses.js';
import { nftRuleset } from './nftables.js';

const DEVICES = new Map([
  ['wan', 'w0'],
  ['opt1', 'r1'],
]);

/** Two interfaces and one group, with nothing else but what `over` brings. */
function small(over: Partial<RuleSet>): RuleSet {
  return ruleSet({
    interfaces: [place('opt1', ['10.0.1.0/24']), place('wan', ['192.0.2.0/24'])],
    groups: [{ id: 'inside', members: ['opt1'] }],
    aliases: [],
    redirects: [],
    rules: [],
    routes: [],
    fallback: 'block',
    ...over,
  });
}

/** The lines of one chain. */
function chainOf(set: RuleSet, name: string): string[] {
  const text = nftRuleset(set, { devices: DEVICES, zone: 7 });
  const found = new RegExp(`chain ${name} \\{\\n((?: {4}.*\\n)*) {2}\\}`).exec(text)?.[1];
  if (found === undefined) throw new Error(`no chain ${name} in\n${text}`);
  return found
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const ENDING = ['meta mark 1 return', 'meta mark 2 drop', 'meta mark 3 goto refuse', 'drop'];

function addresses(name: string, ...entries: string[]): RuleAlias {
  return { name, kind: 'addresses', entries, unknown: undefined };
}

describe('one rule in nft', () => {
  const alias = (name: string) => ({ parts: [{ kind: 'alias' as const, name }], not: false });
  const net = (span: string, not = false) => ({ parts: [{ kind: 'addresses' as const, span }], not });
  const known = [
    addresses('hosts', '10.0.1.5'),
    { name: 'web', kind: 'ports' as const, entries: ['443', '8000:8010', 'more'], unknown: undefined },
    { name: 'more', kind: 'ports' as const, entries: ['22'], unknown: undefined },
  ];

  it.each([
    ['a quick pass leaves the stage', {}, ['return']],
    ['a quick block drops', { action: 'block' }, ['drop']],
    ['a quick reject refuses', { action: 'reject' }, ['goto refuse']],
    ['a pass without quick is only remembered', { quick: false }, ['meta mark set 1']],
    ['a reject without quick is only remembered', { quick: false, action: 'reject' }, ['meta mark set 3']],
    ['a network', { source: net('10.0.1.64/26') }, ['ip saddr { 10.0.1.64-10.0.1.127 } return']],
    ['a network turned round', { destination: net('10.0.1.0/31', true) }, ['ip daddr != { 10.0.1.0-10.0.1.1 } return']],
    ['an IPv6 network, which no IPv4 packet is in', { source: net('fd00::/8') }, []],
    ['an IPv6 network turned round, which every IPv4 packet is out of', { source: net('fd00::/8', true) }, ['return']],
    ['any turned round', { source: { parts: [{ kind: 'any' }], not: true } }, []],
    ['an alias', { source: alias('hosts') }, ['ip saddr @alias_hosts return']],
    [
      'an interface network',
      { source: { parts: [{ kind: 'interface-network', interface: 'inside' }], not: false } },
      ['ip saddr { 10.0.1.0-10.0.1.255 } return'],
    ],
    [
      'the firewall itself',
      { destination: { parts: [{ kind: 'self' }], not: false } },
      ['ip daddr { 10.0.1.1, 192.0.2.1 } return'],
    ],
    [
      'several parts, each a rule of its own',
      { source: { parts: [...net('10.0.1.1').parts, ...net('10.0.1.9').parts], not: true } },
      ['ip saddr != { 10.0.1.1 } return', 'ip saddr != { 10.0.1.9 } return'],
    ],
    [
      'ports of a nested alias, with the neighbours put together',
      {
        protocols: ['tcp'],
        destinationPorts: [
          { kind: 'alias', name: 'web' },
          { kind: 'ports', from: 23, to: 24 },
        ],
      },
      ['meta l4proto tcp tcp dport { 22-24, 443, 8000-8010 } return'],
    ],
    [
      'ports without a protocol hold for both that have some',
      { destinationPorts: [{ kind: 'ports', from: 53, to: 53 }] },
      ['meta l4proto tcp tcp dport { 53 } return', 'meta l4proto udp udp dport { 53 } return'],
    ],
    [
      'a source port',
      { protocols: ['udp'], sourcePorts: [{ kind: 'ports', from: 68, to: 68 }] },
      ['meta l4proto udp udp sport { 68 } return'],
    ],
    ['ICMP types', { protocols: ['icmp'], icmpTypes: [8, 13] }, ['icmp type { 8, 13 } return']],
    ['a protocol by its number', { protocols: ['112'] }, ['meta l4proto 112 return']],
    ['IPv6 only', { family: 'inet6' }, []],
    ['another interface', { interfaces: ['wan'] }, []],
    ['a group', { interfaces: ['inside'] }, ['return']],
    ['every interface but this one', { interfaces: ['opt1'], interfacesNot: true }, []],
    ['every interface but two, which excludes none', { interfaces: ['opt1', 'wan'], interfacesNot: true }, ['return']],
    ['the way out', { direction: 'out' }, []],
    ['both ways', { direction: 'any' }, ['return']],
    ['a disabled one', { enabled: false }, []],
    ['an invalid one', { class: 'invalid' }, []],
  ] as const)('%s', (_, over, lines) => {
    const set = small({ aliases: known, rules: [rule('r', over as Parameters<typeof rule>[1])] });
    expect(chainOf(set, 'in_opt1')).toEqual(['meta mark set 0', ...lines, ...ENDING]);
  });

  it.each([
    ['an alias that does not exist', { source: alias('nobody') }],
    ['a condition that cannot be known', { unknowns: ['a schedule'] }],
    ['an end that cannot be known', { source: { parts: [{ kind: 'unknown', reason: 'x' }], not: false } }],
    ['a pass without state', { stateful: false }],
    ['TCP flags', { newConnections: false }],
    ['a protocol without a number', { protocols: ['chaos'] }],
    ['a port alias without ports', { protocols: ['tcp'], destinationPorts: [{ kind: 'alias', name: 'hosts' }] }],
  ] as const)('%s is refused', (_, over) => {
    const set = small({ aliases: known, rules: [rule('r', over as Parameters<typeof rule>[1])] });
    expect(() => nftRuleset(set, { devices: DEVICES, zone: 7 })).toThrow();
  });
});

describe('the whole in nft', () => {
  it('keeps the order of the rules and ends in the fallback', () => {
    const set = small({
      fallback: 'pass',
      rules: [rule('a', { quick: false, action: 'block' }), rule('b', { protocols: ['icmp'] })],
    });
    expect(chainOf(set, 'in_opt1')).toEqual([
      'meta mark set 0',
      'meta mark set 2',
      'meta l4proto 1 return',
      ...ENDING.slice(0, 3),
      'return',
    ]);
    expect(chainOf(set, 'out_opt1')).toEqual(['meta mark set 0', ...ENDING.slice(0, 3), 'return']);
  });

  it('asks the rules of the way in, then those of the way out, and neither for answers', () => {
    expect(chainOf(small({}), 'forward')).toEqual([
      'type filter hook forward priority filter; policy accept;',
      'ct state established,related accept',
      'ct state invalid drop',
      'jump entering',
      'jump leaving',
      'accept',
    ]);
  });

  it('replaces what was loaded before in one step, with states of its own', () => {
    const text = nftRuleset(small({}), { devices: DEVICES, zone: 7 });
    expect(text.startsWith('table ip slash32 {}\ndelete table ip slash32\ntable ip slash32 {\n')).toBe(true);
    expect(text.match(/ct zone set 7/g)).toHaveLength(2);
  });

  it('refuses an interface without a device', () => {
    expect(() => nftRuleset(small({}), { devices: new Map(), zone: 1 })).toThrow('opt1');
  });

  it('leaves out aliases that nothing names, since they may be unknown', () => {
    const unknown: RuleAlias = { name: 'geo', kind: 'addresses', entries: [], unknown: 'countries' };
    expect(nftRuleset(small({ aliases: [unknown] }), { devices: DEVICES, zone: 1 })).not.toContain('geo');
    const used = small({
      aliases: [unknown],
      rules: [rule('r', { source: { parts: [{ kind: 'alias', name: 'geo' }], not: false } })],
    });
    expect(() => nftRuleset(used, { devices: DEVICES, zone: 1 })).toThrow('countries');
  });

  it('masquerades where the source is translated, and refuses rules that would see another source', () => {
    const interfaces = [place('opt1', ['10.0.1.0/24']), place('wan', ['192.0.2.0/24'])];
    const translations = [translation('nat', { interfaces: ['wan'] })];
    expect(chainOf(small({ interfaces, translations }), 'at_postrouting').at(-1)).toBe('oifname "w0" masquerade');
    const source = { parts: [{ kind: 'addresses' as const, span: '10.0.1.0/24' }], not: false };
    const seeing = small({ interfaces, translations, rules: [rule('r', { direction: 'out', source })] });
    expect(() => nftRuleset(seeing, { devices: DEVICES, zone: 1 })).toThrow('source NAT');
  });
});

describe('a redirect in nft', () => {
  const toWan = { parts: [{ kind: 'interface-address' as const, interface: 'wan' }], not: false };
  const base = { interfaces: ['wan'], protocols: ['tcp'], destination: toWan } as const;
  const http = 'ip daddr { 192.0.2.1 } meta l4proto tcp tcp dport';

  it.each([
    [
      'keeps the port',
      { destinationPorts: [{ kind: 'ports', from: 80, to: 81 }] },
      [`${http} { 80-81 } dnat to 10.0.2.9`],
    ],
    [
      'to another port',
      { destinationPorts: [{ kind: 'ports', from: 80, to: 80 }], targetPort: 8080 },
      [`${http} { 80 } dnat to 10.0.2.9:8080`],
    ],
    [
      'of a span keeps the offsets',
      { destinationPorts: [{ kind: 'ports', from: 80, to: 81 }], targetPort: 8080 },
      [`${http} { 80 } dnat to 10.0.2.9:8080`, `${http} { 81 } dnat to 10.0.2.9:8081`],
    ],
    [
      'that lets pass by itself is marked',
      { destinationPorts: [], passes: true },
      ['ip daddr { 192.0.2.1 } meta l4proto tcp meta mark set 256 dnat to 10.0.2.9'],
    ],
    [
      'that exempts ends the search',
      { action: 'exempt', targets: [], destinationPorts: [] },
      ['ip daddr { 192.0.2.1 } meta l4proto tcp return'],
    ],
    ['on another interface', { interfaces: ['opt1'] }, []],
    ['that is disabled', { enabled: false }, []],
  ] as const)('%s', (_, over, lines) => {
    const set = small({ redirects: [redirect('r', { ...base, ...(over as Parameters<typeof redirect>[1]) })] });
    expect(chainOf(set, 'rdr_wan')).toEqual(lines);
  });

  it.each([
    ['to two addresses', { targets: [{ kind: 'addresses', span: '10.0.2.8/31' }] }],
    ['to what is not known', { targets: [{ kind: 'unknown', reason: 'x' }] }],
    ['under a condition', { unknowns: ['a tag'] }],
    ['of a thousand ports', { destinationPorts: [{ kind: 'ports', from: 1000, to: 1999 }], targetPort: 3000 }],
  ] as const)('%s is refused', (_, over) => {
    const set = small({ redirects: [redirect('r', { ...base, ...(over as Parameters<typeof redirect>[1]) })] });
    expect(() => nftRuleset(set, { devices: DEVICES, zone: 7 })).toThrow();
  });
});

describe('addresses', () => {
  it.each([
    ['10.0.1.7', ['10.0.1.7']],
    ['10.0.1.7/30', ['10.0.1.4-10.0.1.7']],
    ['10.0.1.250-10.0.2.3', ['10.0.1.250-10.0.2.3']],
    ['0.0.0.0/0', ['0.0.0.0-255.255.255.255']],
    ['fd00::1', []],
  ])('%s', (text, ranges) => {
    expect([ipv4Range(text)].flatMap((range) => (range === undefined ? [] : nftRange(range)))).toEqual(ranges);
  });

  it.each(['web', '10.0.1', '10.0.1.256', '10.0.1.1/33', ''])('%j is no address', (text) => {
    expect(() => ipv4Range(text)).toThrow('no address');
  });

  it('ranges that touch are one', () => {
    expect(
      mergeRanges([
        { from: 5, to: 9 },
        { from: 1, to: 4 },
        { from: 11, to: 12 },
        { from: 6, to: 7 },
      ]),
    ).toEqual([
      { from: 1, to: 9 },
      { from: 11, to: 12 },
    ]);
  });

  it.each([
    [
      'an exclusion cuts a hole',
      [addresses('a', '10.0.0.0/29', '!10.0.0.2')],
      ['10.0.0.0-10.0.0.1', '10.0.0.3-10.0.0.7'],
    ],
    [
      'the most specific entry decides, in whatever order',
      [addresses('a', '10.0.0.3', '!10.0.0.2/31', '10.0.0.0/29')],
      ['10.0.0.0-10.0.0.1', '10.0.0.3-10.0.0.7'],
    ],
    [
      'an exclusion cuts what another alias brings in',
      [addresses('a', 'b', '!10.0.0.0/31'), addresses('b', '10.0.0.0/30')],
      ['10.0.0.2-10.0.0.3'],
    ],
    [
      'aliases that hold each other',
      [addresses('a', 'b', '10.0.0.1'), addresses('b', 'a', '10.0.0.9')],
      ['10.0.0.1', '10.0.0.9'],
    ],
    [
      'a span counts as the networks in it',
      [addresses('a', '10.0.0.0-10.0.0.7', '!10.0.0.0/30', '10.0.0.1-10.0.0.2')],
      ['10.0.0.1-10.0.0.2', '10.0.0.4-10.0.0.7'],
    ],
    ['nothing', [addresses('a')], []],
    ['IPv6 is left out', [addresses('a', 'fd00::/8', '10.0.0.1')], ['10.0.0.1']],
  ])('%s', (_, aliases, ranges) => {
    let found: string[] | string;
    try {
      found = aliasRanges('a', aliases).map(nftRange);
    } catch (error) {
      found = String(error);
    }
    expect(found).toEqual(ranges);
  });

  it.each([
    ['a name that the firewall would resolve', [addresses('a', 'example.org')]],
    ['one network with both signs', [addresses('a', '10.0.0.0/24', '!10.0.0.0/24')]],
    ['an alias that is not there', []],
  ])('%s is refused', (_, aliases) => {
    expect(() => aliasRanges('a', aliases)).toThrow();
  });
});
