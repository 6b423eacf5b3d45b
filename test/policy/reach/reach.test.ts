import { describe, expect, it } from 'vitest';
import type { RuleSet } from '../../../src/model/rules.js';
import { hostsOf } from '../../../src/policy/ask/subjects.js';
import { classifyHosts } from '../../../src/policy/reach/classes.js';
import { packetRanges, servicesOf } from '../../../src/policy/reach/kinds.js';
import { compareReach, reachMatrix, reachNodes, subtractServices } from '../../../src/policy/reach/matrix.js';
import { BASE, end, redirect, rule, ruleSet, translation } from '../evaluate/builders.js';
import { GATEWAY } from '../evaluate/way-cases.js';
import { member, scene } from '../scene.js';

const HOSTS = hostsOf(scene());
const at = (span: string) => end({ kind: 'addresses' as const, span });
const ports = (from: number, to = from) => [{ kind: 'ports' as const, from, to }];

/** Who reaches whom, as `from → to services`; what is only perhaps with a question mark. */
function reach(over: Partial<RuleSet>, hosts = HOSTS): string[] {
  const set = ruleSet(over);
  const nodes = reachNodes(hosts, [set]);
  return reachMatrix(set, nodes, nodes).map(({ from, to, passes, perhaps }) =>
    [from.label, '→', to.label, ...passes, ...perhaps.map((one) => `${one}?`)].join(' '),
  );
}

const WEB = '2 of a (default/web, default/api)';

describe('who reaches whom', () => {
  it.each([
    ['nobody where nothing passes', { rules: [...BASE] }, []],
    [
      'by ports',
      {
        rules: [
          ...BASE,
          rule('in', {
            interfaces: ['a'],
            protocols: ['tcp'],
            destinationPorts: ports(80, 90),
            destination: at('10.0.2.9'),
          }),
        ],
      },
      [`${WEB} → default/db tcp/80-90`],
    ],
    [
      'neighbours within a node',
      { rules: [...BASE, rule('in', { interfaces: ['a'], destination: at('10.0.1.0/24') })] },
      [`${WEB} → ${WEB} any`, `${WEB} → firewall any`],
    ],
    [
      'perhaps, where it is not known',
      {
        rules: [
          ...BASE,
          rule('in', { source: at('10.0.1.0/24'), destination: at('10.0.2.9'), unknowns: ['of the weather'] }),
        ],
      },
      [`${WEB} → default/db any?`],
    ],
    [
      'perhaps, where a gateway takes it elsewhere',
      { rules: [...BASE, rule('in', { interfaces: ['a'], destination: at('10.0.2.9'), sentTo: GATEWAY })] },
      [`${WEB} → default/db any?`],
    ],
    [
      'the internet by a redirect',
      {
        redirects: [
          redirect('site', {
            interfaces: ['wan'],
            protocols: ['tcp'],
            destination: at('203.0.113.1'),
            destinationPorts: ports(443),
          }),
        ],
        rules: [...BASE, rule('in', { interfaces: ['wan'], destination: at('10.0.2.9') })],
      },
      ['internet → default/db tcp/443'],
    ],
    [
      'the internet by one-to-one NAT',
      {
        redirects: [
          redirect('map', {
            interfaces: ['wan'],
            destination: at('198.51.100.0/24'),
            targets: [{ kind: 'addresses', span: '10.0.2.0/24' }],
            keepsHost: true,
          }),
        ],
        rules: [...BASE, rule('in', { interfaces: ['wan'], destination: at('10.0.2.9') })],
      },
      ['internet → default/db any'],
    ],
    [
      'by the source that source NAT gives',
      {
        translations: [translation('nat')],
        rules: [
          ...BASE,
          rule('in', { interfaces: ['a', 'b'] }),
          rule('stop', {
            direction: 'out',
            source: at('203.0.113.1'),
            action: 'block',
            protocols: ['tcp'],
            destinationPorts: ports(25),
          }),
        ],
      },
      expect.arrayContaining([
        `${WEB} → internet tcp/1-24 tcp/26-65535 udp icmp gre`,
        `${WEB} → default/db any`,
        'default/db → internet tcp/1-24 tcp/26-65535 udp icmp gre',
      ]),
    ],
    [
      'nobody surely, where the firewall does not load its rules',
      {
        rules: [...BASE, rule('in', { interfaces: ['a'], destination: at('10.0.2.9') })],
        refused: [{ where: 'x', why: 'y' }],
      },
      expect.arrayContaining([`${WEB} → default/db any?`]),
    ],
  ] as readonly (readonly [string, Partial<RuleSet>, string[]])[])('%s', (_, set, expected) => {
    expect(reach(set)).toEqual(expected);
  });

  it('asks again for each address that one-to-one NAT gives, since rules may tell them apart', () => {
    const set: Partial<RuleSet> = {
      translations: [
        translation('map', {
          source: at('10.0.1.0/24'),
          targets: [{ kind: 'addresses', span: '198.51.100.0/24' }],
          keepsHost: true,
        }),
      ],
      rules: [
        ...BASE,
        rule('in', { interfaces: ['a'] }),
        rule('stop', { direction: 'out', source: at('198.51.100.11'), action: 'block' }),
      ],
    };
    const found = reach(set).filter((line) => line.includes('internet'));
    expect(found).toEqual(['default/web → internet any']);
  });
});

describe('what a change opens and closes', () => {
  const pass = rule('in', {
    interfaces: ['a'],
    destination: at('10.0.2.9'),
    protocols: ['tcp'],
    destinationPorts: ports(80),
  });
  const difference = (before: readonly (typeof pass)[], after: readonly (typeof pass)[]) => {
    const of = (rules: readonly (typeof pass)[]) => ruleSet({ rules: [...BASE, ...rules] });
    const { opens, closes, cutOff } = compareReach(of(before), of(after), HOSTS);
    const text = (rows: typeof opens): string[] =>
      rows.map((row) => `${row.to.label} ${row.passes.join(' ')} by ${row.by.join()}`);
    return { opens: text(opens), closes: text(closes), cutOff: cutOff.map((node) => node.label) };
  };

  it.each([
    ['opens', [], [pass], { opens: ['default/db tcp/80 by in'], closes: [], cutOff: [] }],
    ['closes', [pass], [], { opens: [], closes: ['default/db tcp/80 by in'], cutOff: ['default/db'] }],
    ['does neither', [pass], [pass], { opens: [], closes: [], cutOff: [] }],
    [
      'opens nothing that a gateway takes elsewhere',
      [],
      [{ ...pass, sentTo: GATEWAY }],
      { opens: [], closes: [], cutOff: [] },
    ],
    [
      'closes what a gateway takes elsewhere from now on',
      [pass],
      [{ ...pass, sentTo: GATEWAY }],
      { opens: [], closes: ['default/db tcp/80 by in'], cutOff: [] },
    ],
  ])('%s', (_, before, after, expected) => {
    expect(difference(before, after)).toEqual(expected);
  });
});

describe('hosts that no rule tells apart', () => {
  it.each([
    ['an address of a rule', { rules: [rule('r', { source: at('10.0.1.10') })] }],
    [
      'a network that holds one of them',
      {
        rules: [
          rule('r', { destination: at('10.0.1.8/31'), enabled: true }),
          rule('s', { source: at('10.0.1.10/31') }),
          rule('t', { source: at('10.0.1.11') }),
        ],
      },
    ],
    [
      'an alias that a rule names',
      {
        aliases: [{ name: 'x', kind: 'addresses', entries: ['10.0.1.11'], unknown: undefined }],
        rules: [rule('r', { source: end({ kind: 'alias', name: 'x' }) })],
      },
    ],
    [
      'the target of a redirect',
      { redirects: [redirect('r', { targets: [{ kind: 'addresses', span: '10.0.1.11' }] })] },
    ],
    ['the source of a translation', { translations: [translation('t', { source: at('10.0.1.11') })] }],
  ] as readonly (readonly [string, Partial<RuleSet>])[])('are told apart by %s', (_, set) => {
    expect(classifyHosts(HOSTS, [ruleSet(set)])).toHaveLength(3);
    expect(classifyHosts(HOSTS, [ruleSet()])).toHaveLength(2);
  });

  it('are never those of two segments', () => {
    const hosts = hostsOf(scene({ members: [member('web', '10.0.1.10', 'a'), member('db', '10.0.1.11', 'b')] }));
    expect(classifyHosts(hosts, [ruleSet()])).toHaveLength(2);
  });
});

describe('services', () => {
  const RANGES = packetRanges([rule('r', { protocols: ['tcp'], destinationPorts: ports(80, 90) })], new Map());

  it('are cut where rules tell packets apart', () => {
    expect(RANGES.filter((one) => one.protocol === 'tcp').map((one) => one.ports)).toEqual([
      [1, 79],
      [80, 90],
      [91, 65_535],
    ]);
  });

  it('are put together again', () => {
    expect(servicesOf(RANGES, RANGES)).toEqual(['any']);
    expect(
      servicesOf(
        RANGES.filter((one) => one.protocol === 'tcp'),
        RANGES,
      ),
    ).toEqual(['tcp']);
    expect(servicesOf(RANGES.slice(1, 2), RANGES)).toEqual(['tcp/80-90']);
    expect(servicesOf([], RANGES)).toEqual([]);
  });

  it.each([
    [['any'], [], ['any']],
    [['any'], ['tcp'], ['any but tcp']],
    [['tcp'], ['any'], []],
    [['tcp'], ['tcp/80'], ['tcp/1-79', 'tcp/81-65535']],
    [['tcp/80-90'], ['tcp/85'], ['tcp/80-84', 'tcp/86-90']],
    [['tcp/80'], ['udp/80'], ['tcp/80']],
    [['icmp'], ['icmp'], []],
    [['icmp/8'], ['icmp'], []],
  ])('%j without %j are %j', (services, without, left) => {
    expect(subtractServices(services, without)).toEqual(left);
  });
});
