import type { RuleAlias, RuleSet } from '../../../src/model/rules.js';
import type { Flow } from '../../../src/policy/evaluate/types.js';
import { BASE, end, place, redirect, rule, translation } from './builders.js';

const ports = (from: number, to = from) => [{ kind: 'ports' as const, from, to }];
const at = (span: string) => end({ kind: 'addresses', span });
const named = (name: string) => end({ kind: 'alias', name });
const alias = (name: string, entries: string[], unknown?: string): RuleAlias => ({
  name,
  kind: 'addresses',
  entries,
  unknown,
});

const A = { address: '10.0.1.10' };
const B = { address: '10.0.2.9' };
/** From a host on a to a host on b. */
export const WEB: Flow = { from: A, to: B, protocol: 'tcp', port: 443 };
const NET: Flow = { from: A, to: { internet: 'inet' }, protocol: 'tcp', port: 443 };
/** From the internet to the address of wan. */
export const FROM_NET: Flow = {
  from: { internet: 'inet' },
  to: { address: '203.0.113.1' },
  protocol: 'tcp',
  port: 443,
};

/** One rule set and one question about it. */
export interface Case {
  readonly it: string;
  readonly set: Partial<RuleSet>;
  readonly flow?: Flow;
  readonly is: string;
  readonly because?: RegExp;
}

/** Every case says what must hold in its name. */
export const CASES: readonly Case[] = [
  { it: 'passes what no rule fits when that is the fallback', set: { rules: [] }, is: 'pass' },
  { it: 'blocks what no rule fits when that is the fallback', set: { rules: [], fallback: 'block' }, is: 'block' },
  {
    it: 'asks on the way in and on the way out',
    set: {
      rules: [
        ...BASE,
        rule('in', { interfaces: ['a'] }),
        rule('stop', { direction: 'out', interfaces: ['b'], action: 'block' }),
      ],
    },
    is: 'block by stop',
  },
  {
    it: 'does not ask the way out of another interface',
    set: {
      rules: [
        ...BASE,
        rule('in', { interfaces: ['a'] }),
        rule('stop', { direction: 'out', interfaces: ['c'], action: 'block' }),
      ],
    },
    is: 'pass by in',
  },
  {
    it: 'asks one interface twice for two hosts of one segment',
    set: {
      rules: [
        ...BASE,
        rule('in', { interfaces: ['a'] }),
        rule('hairpin', { direction: 'out', interfaces: ['a'], action: 'block' }),
      ],
    },
    flow: { ...WEB, to: { address: '10.0.1.11' } },
    is: 'block by hairpin',
  },
  {
    it: 'lets answers through by the state: no rule for the way back is needed',
    set: {
      rules: [...BASE, rule('there', { interfaces: ['a'] }), rule('back', { interfaces: ['b'], action: 'block' })],
    },
    is: 'pass by there',
  },
  {
    it: 'reaches the whole internet by a rule for any',
    set: { rules: [...BASE, rule('any', { interfaces: ['a'] })] },
    flow: NET,
    is: 'pass by any',
  },
  {
    it: 'reaches the whole internet by a rule for all but an alias of segments',
    set: {
      aliases: [alias('segments', ['10.0.0.0/8'])],
      rules: [...BASE, rule('world', { destination: end({ kind: 'alias', name: 'segments' }, true) })],
    },
    flow: NET,
    is: 'pass by world',
  },
  {
    it: 'does not call a part of the internet the internet',
    set: { rules: [...BASE, rule('some', { destination: at('1.0.0.0/8') })] },
    flow: NET,
    is: 'unknown',
    because: /only a part of the internet/,
  },
  {
    it: 'does not count networks of the firewall to the internet',
    set: {
      rules: [
        ...BASE,
        rule('segments', { destination: at('10.0.0.0/8') }),
        rule('own', { destination: end({ kind: 'self' }) }),
      ],
    },
    flow: NET,
    is: 'block by deny',
  },
  {
    it: 'covers the internet with two halves of it',
    set: {
      aliases: [alias('halves', ['0.0.0.0/1', '128.0.0.0/1'])],
      rules: [...BASE, rule('both', { destination: named('halves') })],
    },
    flow: NET,
    is: 'pass by both',
  },
  {
    it: 'does not take the internet for a list of bogon networks',
    set: {
      aliases: [{ ...alias('bogons', [], 'the list is not known'), neverPublic: true }],
      rules: [
        ...BASE,
        rule('bogons', { source: named('bogons'), action: 'block' }),
        rule('web', { interfaces: ['wan'] }),
      ],
    },
    flow: FROM_NET,
    is: 'pass by web',
  },
  {
    it: 'does not know whether a private address is in a list of bogon networks',
    set: {
      aliases: [{ ...alias('bogons', [], 'the list is not known'), neverPublic: true }],
      rules: [...BASE, rule('bogons', { source: named('bogons'), action: 'block' }), rule('rest')],
    },
    is: 'unknown',
    because: /the list is not known/,
  },
  {
    it: 'is closed when the way in is unknown and the way out is closed',
    set: {
      rules: [
        ...BASE,
        rule('perhaps', { unknowns: ['a schedule'] }),
        rule('stop', { direction: 'out', action: 'block' }),
      ],
    },
    is: 'block by stop',
  },
  {
    it: 'is unknown when the way in is unknown and the way out is open',
    set: { rules: [...BASE, rule('perhaps', { unknowns: ['it holds only at night'] })] },
    is: 'unknown',
    because: /"perhaps": it holds only at night/,
  },
  {
    it: 'does not mind an unknown condition when all agree',
    set: { rules: [...BASE, rule('perhaps', { unknowns: ['a schedule'] }), rule('yes')] },
    is: 'pass by yes',
  },
  {
    it: 'counts a reject and a block as the same when nothing else is open',
    set: { rules: [...BASE, rule('perhaps', { unknowns: ['a schedule'], action: 'reject' })] },
    is: 'block by deny',
  },
  {
    it: 'does not let a sender choose a source port unseen',
    set: { rules: [...BASE, rule('dns', { protocols: ['tcp'], sourcePorts: ports(53) })] },
    is: 'unknown',
    because: /source port/,
  },
  {
    it: 'takes the source port that is asked about',
    set: { rules: [...BASE, rule('dns', { protocols: ['tcp'], sourcePorts: ports(53) })] },
    flow: { ...WEB, sourcePort: 53 },
    is: 'pass by dns',
  },
  {
    it: 'takes a rule for all ports that a sender can choose as sure',
    set: { rules: [...BASE, rule('all', { protocols: ['tcp'], sourcePorts: ports(1, 65535) })] },
    is: 'pass by all',
  },
  {
    it: 'never has port 0 chosen',
    set: {
      rules: [...BASE, rule('zero', { protocols: ['tcp'], sourcePorts: ports(0), action: 'block' }), rule('yes')],
    },
    is: 'pass by yes',
  },
  {
    it: 'redirects before it filters',
    set: {
      redirects: [
        redirect('site', { interfaces: ['wan'], protocols: ['tcp'], destinationPorts: ports(443), targetPort: 8443 }),
      ],
      rules: [
        ...BASE,
        rule('web', {
          interfaces: ['wan'],
          protocols: ['tcp'],
          destination: at('10.0.2.9'),
          destinationPorts: ports(8443),
        }),
      ],
    },
    flow: FROM_NET,
    is: 'pass by web',
  },
  {
    it: 'needs a rule for a redirect',
    set: { redirects: [redirect('site', { interfaces: ['wan'] })], rules: BASE },
    flow: FROM_NET,
    is: 'block by deny',
  },
  {
    it: 'needs no rule on the way in for a redirect that passes',
    set: { redirects: [redirect('site', { interfaces: ['wan'], passes: true })], rules: BASE },
    flow: FROM_NET,
    is: 'pass by out',
  },
  {
    it: 'keeps to the first redirect',
    set: { redirects: [redirect('no', { action: 'exempt' }), redirect('site', { passes: true })], rules: BASE },
    flow: FROM_NET,
    is: 'block by deny',
  },
  {
    it: 'keeps the offset in a redirected range of ports',
    set: {
      redirects: [redirect('range', { protocols: ['tcp'], destinationPorts: ports(400, 500), targetPort: 8400 })],
      rules: [...BASE, rule('moved', { protocols: ['tcp'], destinationPorts: ports(8443) })],
    },
    flow: FROM_NET,
    is: 'pass by moved',
  },
  {
    it: 'does not guess which of several targets a redirect takes',
    set: {
      aliases: [alias('pool', ['10.0.2.9', '10.0.2.10'])],
      redirects: [redirect('pool', { targets: [{ kind: 'alias', name: 'pool' }] })],
      rules: [...BASE, rule('one', { destination: at('10.0.2.9') })],
    },
    flow: FROM_NET,
    is: 'unknown',
    because: /several addresses/,
  },
  {
    it: 'does not mind several targets that fare alike',
    set: {
      aliases: [alias('pool', ['10.0.2.9', '10.0.2.10'])],
      redirects: [redirect('pool', { targets: [{ kind: 'alias', name: 'pool' }] })],
      rules: [...BASE, rule('both', { destination: at('10.0.2.0/24') })],
    },
    flow: FROM_NET,
    is: 'pass by both',
  },
  {
    it: 'does not follow a redirect to who knows where',
    set: {
      redirects: [redirect('far', { targets: [{ kind: 'unknown', reason: 'x' }] })],
      rules: [...BASE, rule('all')],
    },
    flow: FROM_NET,
    is: 'unknown',
    because: /"far" redirects to addresses that are not known/,
  },
  {
    it: 'asks where a redirect that only may hold leads, too',
    set: {
      redirects: [redirect('perhaps', { unknowns: ['reflection may be off'] })],
      rules: [...BASE, rule('all', { destination: at('10.0.2.9') })],
    },
    flow: FROM_NET,
    is: 'unknown',
    because: /reflection may be off/,
  },
  {
    it: 'lets the firewall itself send without asking the way in',
    set: { rules: BASE },
    flow: { ...WEB, from: { address: '10.0.1.1' } },
    is: 'pass by out',
  },
  {
    it: 'asks nobody when the firewall talks to itself',
    set: { rules: [...BASE, rule('all', { direction: 'any', action: 'block' })] },
    flow: { ...WEB, from: { address: '10.0.1.1' }, to: { address: '10.0.2.1' } },
    is: 'pass',
  },
  {
    it: 'says so when the interface is not there',
    set: { rules: BASE },
    flow: { ...WEB, fromInterface: 'zz' },
    is: 'unknown',
    because: /no enabled interface zz/,
  },
  {
    it: 'says so when there is no way to the internet',
    set: { interfaces: [place('a', ['10.0.1.0/24'])], rules: [...BASE, rule('all')] },
    flow: NET,
    is: 'unknown',
    because: /no way to the destination/,
  },
  {
    it: 'asks every way to the internet when there are two',
    set: {
      interfaces: [place('a', ['10.0.1.0/24']), place('x', [], { internet: true }), place('y', [], { internet: true })],
      rules: [...BASE, rule('all'), rule('stop', { direction: 'out', interfaces: ['y'], action: 'block' })],
    },
    flow: NET,
    is: 'unknown',
    because: /which of x, y it leaves by/,
  },
  {
    it: 'follows a route to a network behind another router',
    set: {
      routes: [{ network: '192.168.50.0/24', interface: 'c' }],
      rules: [...BASE, rule('all'), rule('stop', { direction: 'out', interfaces: ['c'], action: 'block' })],
    },
    flow: { ...WEB, to: { address: '192.168.50.9' } },
    is: 'block by stop',
  },
  {
    it: 'does not know what an interface with an address from outside has',
    set: {
      interfaces: [place('a', ['10.0.1.0/24']), place('wan', [], { internet: true, unknownFamilies: ['inet'] })],
      rules: [...BASE, rule('own', { destination: end({ kind: 'interface-address', interface: 'wan' }) })],
    },
    flow: { ...WEB, to: { address: '198.51.100.9' } },
    is: 'unknown',
    because: /address of wan is not known/,
  },
  {
    it: 'knows that the internet is not the address of wan',
    set: {
      interfaces: [place('a', ['10.0.1.0/24']), place('wan', [], { internet: true, unknownFamilies: ['inet'] })],
      rules: [...BASE, rule('own', { destination: end({ kind: 'self' }) })],
    },
    flow: NET,
    is: 'block by deny',
  },
  {
    it: 'knows that a host of a segment is not the address of wan',
    set: {
      interfaces: [
        place('a', ['10.0.1.0/24']),
        place('b', ['10.0.2.0/24']),
        place('wan', [], { internet: true, unknownFamilies: ['inet'] }),
      ],
      rules: [...BASE, rule('own', { destination: end({ kind: 'self' }) })],
    },
    is: 'block by deny',
  },
  {
    it: 'does not know what source NAT leaves of a source that it perhaps fits',
    set: {
      translations: [translation('nat', { unknowns: ['it asks for a tag'] })],
      rules: [...BASE, rule('all'), rule('stop', { direction: 'out', source: at('10.0.1.10'), action: 'block' })],
    },
    flow: NET,
    is: 'unknown',
    because: /the rule "nat": it asks for a tag/,
  },
  {
    it: 'does not mind source NAT where the source does not matter',
    set: {
      translations: [translation('nat', { unknowns: ['it asks for a tag'] })],
      rules: [...BASE, rule('all'), rule('stop', { direction: 'out', action: 'block' })],
    },
    flow: NET,
    is: 'block by stop',
  },
  {
    it: 'takes echo requests where no type is asked about',
    set: { rules: [...BASE, rule('ping', { protocols: ['icmp'], icmpTypes: [8] })] },
    flow: { from: A, to: B, protocol: 'icmp' },
    is: 'pass by ping',
  },
  {
    it: 'lets an exclusion in one nested alias cut what another brings in',
    set: {
      aliases: [alias('all', ['nets', 'but']), alias('nets', ['10.0.0.0/16']), alias('but', ['!10.0.1.10'])],
      rules: [...BASE, rule('all', { source: named('all') })],
    },
    is: 'block by deny',
  },
  {
    it: 'lets the more specific entry of a table win over an exclusion',
    set: {
      aliases: [alias('all', ['10.0.0.0/16', '!10.0.1.0/24', '10.0.1.10'])],
      rules: [...BASE, rule('all', { source: named('all') })],
    },
    is: 'pass by all',
  },
  {
    it: 'survives aliases that hold each other',
    set: {
      aliases: [alias('one', ['two']), alias('two', ['one', '10.0.1.10'])],
      rules: [...BASE, rule('all', { source: named('one') })],
    },
    is: 'pass by all',
  },
  {
    it: 'does not resolve host names',
    set: { aliases: [alias('hosts', ['db.example.org'])], rules: [...BASE, rule('hosts', { source: named('hosts') })] },
    is: 'unknown',
    because: /db\.example\.org/,
  },
  {
    it: 'still knows the addresses beside a host name',
    set: {
      aliases: [alias('hosts', ['db.example.org', '10.0.1.10'])],
      rules: [...BASE, rule('hosts', { source: named('hosts') })],
    },
    is: 'pass by hosts',
  },
  {
    it: 'does not know an alias that is not there',
    set: { rules: [...BASE, rule('gone', { source: named('gone') })] },
    is: 'unknown',
    because: /alias gone is not known/,
  },
  {
    it: 'does not guess between an entry and its own exclusion',
    set: {
      aliases: [alias('both', ['10.0.1.10', '!10.0.1.10'])],
      rules: [...BASE, rule('both', { source: named('both') })],
    },
    is: 'unknown',
    because: /both ways/,
  },
  {
    it: 'reads a port alias',
    set: {
      aliases: [
        { name: 'web', kind: 'ports', entries: ['80', 'more'], unknown: undefined },
        { name: 'more', kind: 'ports', entries: ['440:450'], unknown: undefined },
      ],
      rules: [...BASE, rule('web', { protocols: ['tcp'], destinationPorts: [{ kind: 'alias', name: 'web' }] })],
    },
    is: 'pass by web',
  },
];
