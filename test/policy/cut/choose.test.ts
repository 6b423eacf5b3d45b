import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionEnd } from '../../../src/model/connections.js';
import type { RuleSet } from '../../../src/model/rules.js';
import { chooseClosed } from '../../../src/policy/cut/choose.js';
import { closedWays } from '../../../src/policy/cut/ways.js';
import { BASE, end, place, redirect, rule, ruleSet, translation } from '../evaluate/builders.js';

const at = (text: string): ConnectionEnd => {
  const [address = '', port = '0'] = text.split(':');
  return { address, port: Number(port) };
};

function state(
  id: string,
  direction: 'in' | 'out',
  protocol: string,
  from: string,
  to: string,
  asked = to,
): Connection {
  return { id, direction, protocol, from: at(from), to: at(to), asked: at(asked) };
}

/** Both states of a connection through the firewall. */
function connection(id: string, protocol: string, from: string, to: string, asked = to): Connection[] {
  return [state(`${id}/in`, 'in', protocol, from, to, asked), state(`${id}/out`, 'out', protocol, from, to)];
}

const WEB = rule('web to db', {
  protocols: ['tcp'],
  interfaces: ['a'],
  source: end({ kind: 'alias', name: 'web' }),
  destination: end({ kind: 'addresses', span: '10.0.2.9' }),
  destinationPorts: [{ kind: 'ports', from: 5432, to: 5432 }],
});
const SITE = redirect('site', {
  protocols: ['tcp'],
  interfaces: ['wan'],
  destination: end({ kind: 'addresses', span: '203.0.113.1' }),
  destinationPorts: [{ kind: 'ports', from: 443, to: 443 }],
  targets: [{ kind: 'addresses', span: '10.0.1.10' }],
  targetPort: 8443,
});
const FROM_WAN = rule('site in', {
  protocols: ['tcp'],
  interfaces: ['wan'],
  destination: end({ kind: 'addresses', span: '10.0.1.10' }),
  destinationPorts: [{ kind: 'ports', from: 8443, to: 8443 }],
});

function world(over: Partial<RuleSet> = {}, web: readonly string[] = ['10.0.1.10', '10.0.1.11']): RuleSet {
  return ruleSet({
    interfaces: [
      place('a', ['10.0.1.0/24']),
      place('b', ['10.0.2.0/24']),
      place('wan', ['203.0.113.0/24'], { internet: true }),
    ],
    groups: [],
    aliases: [{ name: 'web', kind: 'addresses', entries: web, unknown: undefined }],
    rules: [...BASE, WEB, FROM_WAN],
    redirects: [SITE],
    translations: [translation('nat')],
    ...over,
  });
}

const DB = connection('db', 'tcp', '10.0.1.10:50000', '10.0.2.9:5432');
const NEIGHBOUR = connection('neighbour', 'tcp', '10.0.1.11:50001', '10.0.2.9:5432');
const PUBLISHED = connection('site', 'tcp', '8.8.8.8:61000', '10.0.1.10:8443', '203.0.113.1:443');
const ALL = [...DB, ...NEIGHBOUR, ...PUBLISHED];
const GONE = world({}, ['10.0.1.11']);

const ended = (before: RuleSet, after: RuleSet, states: readonly Connection[] = ALL): string[] =>
  chooseClosed(closedWays(before, after), states)
    .states.map((one) => one.id)
    .sort();

describe('what ends with a change', () => {
  it.each<[string, RuleSet, string[]]>([
    ['nothing, where nothing closes', world(), []],
    ["an instance's connections, where it left the group, and not its neighbour's", GONE, ['db/in', 'db/out']],
    [
      'all connections of a statement that is gone',
      world({ rules: [...BASE, FROM_WAN] }),
      ['db/in', 'db/out', 'neighbour/in', 'neighbour/out'],
    ],
    [
      'all connections of a port that a statement allows no more',
      world({ rules: [...BASE, { ...WEB, destinationPorts: [{ kind: 'ports', from: 5433, to: 5433 }] }, FROM_WAN] }),
      ['db/in', 'db/out', 'neighbour/in', 'neighbour/out'],
    ],
    [
      'what a block before it takes away',
      world({ rules: [...BASE, rule('no', { action: 'block', interfaces: ['a'] }), WEB, FROM_WAN] }),
      ['db/in', 'db/out', 'neighbour/in', 'neighbour/out'],
    ],
    [
      'nothing, where a later rule lets the same pass',
      world({ rules: [...BASE, FROM_WAN, rule('all', { interfaces: ['a'] })] }),
      [],
    ],
    ['connections through a publish that is gone', world({ redirects: [] }), ['site/in', 'site/out']],
    [
      'connections through a publish that leads to somebody else now',
      world({ redirects: [{ ...SITE, targets: [{ kind: 'addresses', span: '10.0.1.11' }] }] }),
      ['site/in', 'site/out'],
    ],
    ['connections through a publish whose rule is gone', world({ rules: [...BASE, WEB] }), ['site/in', 'site/out']],
  ])('%s', (_name, after, expected) => {
    expect(ended(world(), after)).toEqual(expected);
  });

  it('is no connection that an older publish of the same port led to somebody else', () => {
    const older = connection('older', 'tcp', '8.8.8.8:61001', '10.0.1.11:8443', '203.0.113.1:443');
    expect(ended(world(), world({ redirects: [] }), [...PUBLISHED, ...older])).toEqual(['site/in', 'site/out']);
  });

  it('is counted by connections and not by states', () => {
    const chosen = chooseClosed(closedWays(world(), GONE), ALL);
    expect(chosen.connections.map((one) => one.id)).toEqual(['db/in']);
    expect(chosen.perhaps).toBe(0);
  });

  it('is doubtful where the rule that lets it pass is, and stays', () => {
    const doubtful = world({ rules: [...BASE, { ...WEB, unknowns: ['a schedule'] }, FROM_WAN] });
    const chosen = chooseClosed(closedWays(world(), doubtful), ALL);
    expect(chosen.states).toEqual([]);
    expect(chosen.perhaps).toBe(2);
  });

  it('is a way out that has no way in any more, too', () => {
    expect(ended(world(), GONE, DB.slice(1))).toEqual(['db/out']);
  });

  it('is no connection that the firewall itself opened, nor one to the firewall', () => {
    const own = [
      state('to fw', 'in', 'tcp', '10.0.1.10:50000', '10.0.1.1:22'),
      state('by fw', 'out', 'tcp', '10.0.2.1:50000', '10.0.2.9:5432'),
    ];
    const open = world({
      rules: [...BASE, WEB, rule('ssh', { interfaces: ['a'], destination: end({ kind: 'self' }) })],
    });
    expect(ended(open, { ...open, aliases: GONE.aliases }, own)).toEqual([]);
  });

  it('is an answer that was under way and made a state the other way round', () => {
    const ways = closedWays(world(), GONE);
    const first = chooseClosed(ways, ALL);
    const back = state('back', 'out', 'tcp', '10.0.2.9:5432', '10.0.1.10:50000');
    const other = state('other', 'out', 'tcp', '10.0.2.9:5432', '10.0.1.11:50001');
    expect(chooseClosed(ways, [back, other]).states).toEqual([]);
    expect(chooseClosed(ways, [back, other, ...NEIGHBOUR], first.ended).states).toEqual([back]);
  });

  it('is no connection of its own the other way round', () => {
    const ways = closedWays(world(), GONE);
    const first = chooseClosed(ways, ALL);
    const own = connection('own', 'tcp', '10.0.2.9:5432', '10.0.1.10:50000');
    expect(chooseClosed(ways, own, first.ended).states).toEqual([]);
  });

  it('is ICMP by its type', () => {
    const ping = rule('ping', { protocols: ['icmp'], icmpTypes: [8], interfaces: ['a'] });
    const time = rule('time', { protocols: ['icmp'], icmpTypes: [13], interfaces: ['a'] });
    const states = [
      ...connection('echo', 'icmp', '10.0.1.10', '10.0.2.9:8'),
      ...connection('timestamp', 'icmp', '10.0.1.10', '10.0.2.9:13'),
    ];
    const before = world({ rules: [...BASE, ping, time] });
    expect(ended(before, world({ rules: [...BASE, time] }), states)).toEqual(['echo/in', 'echo/out']);
  });
});
