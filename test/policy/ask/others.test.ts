import { describe, expect, it } from 'vitest';
import { proposeStatements, type SeenPacket } from '../../../src/policy/ask/propose.js';
import { createSubjects, hostsOf } from '../../../src/policy/ask/subjects.js';
import { createResolver } from '../../../src/policy/resolve/resolve.js';
import { ruleSet } from '../evaluate/builders.js';
import { member, policyOf, scene, selector } from '../scene.js';

const POLICY = policyOf({
  groups: { web: ['default/web', 'default/api'] },
  tagOwners: { web: ['project:default'] },
});
const HERE = scene({ policy: POLICY });

describe('the ends that names stand for', () => {
  const names = (...texts: string[]): string[] =>
    createSubjects(
      hostsOf(HERE),
      createResolver(HERE),
    )(texts.map(selector)).map((one) => (one.kind === 'host' ? one.name : one.kind));

  it.each([
    [['web'], ['default/web', 'default/api']],
    [['segment:a'], ['default/web', 'default/api']],
    [['any'], ['default/web', 'default/api', 'default/db', 'internet']],
    [
      ['internet', 'firewall', 'internet'],
      ['internet', 'firewall'],
    ],
    [
      ['10.0.1.0/24', 'default/web'],
      ['default/web', 'default/api'],
    ],
    [['10.9.0.0/16'], ['10.9.0.0/16']],
    [['default/gone'], []],
  ])('%j', (texts, expected) => {
    expect(names(...texts)).toEqual(expected);
  });

  it('names NICs where an instance has several', () => {
    const members = [member('web', '10.0.1.10', 'a'), { ...member('web', '10.0.2.10', 'b'), nic: 'default/web/eth1' }];
    expect(hostsOf(scene({ members })).map((one) => one.name)).toEqual(['default/web/eth0', 'default/web/eth1']);
  });
});

describe('statements for what was logged', () => {
  const packet = (from: string, to: string, over: Partial<SeenPacket> = {}): SeenPacket => ({
    interface: 'a',
    direction: 'in',
    protocol: 'tcp',
    from,
    to,
    port: 443,
    rule: 'last',
    ...over,
  });
  const propose = (...packets: SeenPacket[]) => proposeStatements(packets, new Set(['last']), HERE, ruleSet());

  it('names a group whose members were all seen with the same', () => {
    const { proposals } = propose(packet('10.0.1.10', '10.0.2.9'), packet('10.0.1.11', '10.0.2.9'));
    expect(proposals).toEqual([{ from: 'web', to: 'default/db', allow: ['tcp/443'], packets: 2 }]);
  });

  it('names a member alone where the others were not', () => {
    const { proposals } = propose(
      packet('10.0.1.10', '10.0.2.9'),
      packet('10.0.1.10', '10.0.2.9', { protocol: 'icmp', port: undefined }),
    );
    expect(proposals).toEqual([{ from: 'default/web', to: 'default/db', allow: ['icmp', 'tcp/443'], packets: 2 }]);
  });

  it.each([
    ['the internet', '8.8.8.8', 'internet'],
    ['the firewall', '10.0.2.1', 'firewall'],
    ['an address', '10.99.0.7', '10.99.0.7'],
  ])('names %s', (_, to, name) => {
    expect(propose(packet('10.0.1.10', to)).proposals).toMatchObject([{ to: name }]);
  });

  it.each([
    ['other rules', packet('10.0.1.10', '10.0.2.9', { rule: 'other' }), 0],
    ['the way out', packet('10.0.1.10', '10.0.2.9', { direction: 'out' }), 0],
    ['IPv6', packet('fd00::1', 'fd00::2'), 1],
    ['broadcast', packet('10.0.1.10', '255.255.255.255'), 1],
    ['the internet as sender', packet('8.8.8.8', '10.0.2.9'), 1],
    ['a protocol that no policy names', packet('10.0.1.10', '10.0.2.9', { protocol: 'ospf' }), 1],
  ])('makes none of %s', (_, seen, others) => {
    expect(propose(seen)).toEqual({ proposals: [], others });
  });
});
