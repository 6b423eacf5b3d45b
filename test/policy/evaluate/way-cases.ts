import type { Detour, RuleSet } from '../../../src/model/rules.js';
import type { Flow } from '../../../src/policy/evaluate/types.js';
import { BASE, end, place, redirect, rule, translation } from './builders.js';

const at = (span: string) => end({ kind: 'addresses', span });
const ports = (from: number, to = from) => [{ kind: 'ports' as const, from, to }];
const A = { address: '10.0.1.10' };
const B = { address: '10.0.2.9' };
const NET = { internet: 'inet' } as const;
const web = (from: Flow['from'], to: Flow['to'], over: Partial<Flow> = {}): Flow => ({
  from,
  to,
  protocol: 'tcp',
  port: 443,
  ...over,
});

/** Out of wan to its gateway. */
export const GATEWAY: Detour = { name: 'the gateway "GW"', ways: [{ interface: 'wan', gateway: 'GW' }] };
const INNER: Detour = { name: 'the gateway "IN"', ways: [{ interface: 'b', gateway: 'IN' }] };
const EITHER: Detour = { name: 'the group "BOTH"', ways: [...GATEWAY.ways, ...INNER.ways] };
const SOMEWHERE: Detour = { name: 'the gateway "VPN"', ways: [] };
const ROUTES = [{ network: '10.9.0.0/16', interface: 'b', gateway: 'IN' }];
const night = ['it holds only at night'];

/** One rule set and one question: the verdict, the rule, and the interface that it leaves by. */
export interface WayCase {
  readonly it: string;
  readonly set: Partial<RuleSet>;
  readonly flow: Flow;
  readonly is: string;
  readonly because?: RegExp;
}

const away = rule('away', { sentTo: GATEWAY });

/** What rules do with the way of a packet. */
export const WAY_CASES: readonly WayCase[] = [
  {
    it: 'does not say that a packet arrives which a gateway takes out of another interface',
    set: { rules: [...BASE, away, rule('all')] },
    flow: web(A, B),
    is: 'unknown',
    because: /^the rule "away" sends it out of wan to the gateway "GW", and 10\.0\.2\.9 is behind b$/,
  },
  {
    it: 'says that it passes where the gateway leads to the destination',
    set: { rules: [...BASE, away] },
    flow: web(A, NET),
    is: 'pass by away out of wan',
  },
  {
    it: 'does not say that the firewall itself is reached by what a gateway takes',
    set: { rules: [...BASE, away, rule('all')] },
    flow: web(A, { address: '10.0.1.1' }),
    is: 'unknown',
    because: /10\.0\.1\.1 is the firewall itself/,
  },
  {
    it: 'does not say so either where a rule behind the gateway blocks: the firewall may keep what is its own',
    set: { rules: [...BASE, away, rule('stop', { direction: 'out', interfaces: ['wan'], action: 'block' })] },
    flow: web(A, { address: '10.0.1.1' }),
    is: 'unknown',
  },
  {
    it: 'does not say that a neighbour of the gateway is reached by way of it',
    set: { rules: [...BASE, away] },
    flow: web(A, { address: '203.0.113.7' }),
    is: 'unknown',
    because: /203\.0\.113\.7 stands on wan itself/,
  },
  {
    it: 'asks the rules for out of the interface that a gateway takes it to',
    set: { rules: [...BASE, away, rule('stop', { direction: 'out', interfaces: ['wan'], action: 'block' })] },
    flow: web(A, B),
    is: 'block by stop out of wan',
  },
  {
    it: 'takes the effect of a rule that perhaps fits for possible though a later rule passes too',
    set: { rules: [...BASE, rule('away', { sentTo: GATEWAY, unknowns: night }), rule('all')] },
    flow: web(A, B),
    is: 'unknown',
    because: /it holds only at night/,
  },
  {
    it: 'does not mind it where both ways lead to the destination',
    set: { rules: [...BASE, rule('away', { sentTo: GATEWAY, unknowns: night }), rule('all')] },
    flow: web(A, NET),
    is: 'pass by all out of wan',
  },
  {
    it: 'gives what no rule fits no way where the fallback blocks',
    set: {
      rules: [
        rule('away', { interfaces: ['a', 'b'], direction: 'any', sentTo: GATEWAY, quick: false, unknowns: night }),
      ],
      fallback: 'block',
    },
    flow: web(A, B),
    is: 'block out of wan',
  },
  {
    it: 'gives what a rule blocks no way',
    set: { rules: [...BASE, rule('never', { sentTo: GATEWAY, action: 'block' }), rule('all')] },
    flow: web(A, B),
    is: 'block by never',
  },
  {
    it: 'does not know where a gateway leads that nobody knows',
    set: { rules: [...BASE, rule('vpn', { sentTo: SOMEWHERE }), rule('all')] },
    flow: web(A, NET),
    is: 'unknown',
    because: /sends it to the gateway "VPN", and where that leads is not known here/,
  },
  {
    it: 'follows a gateway to the network that a route gives it',
    set: { routes: ROUTES, rules: [...BASE, rule('in', { sentTo: INNER })] },
    flow: web(A, { address: '10.9.1.1' }),
    is: 'pass by in out of b',
  },
  {
    it: 'does not follow it to the network of another router on the same interface',
    set: {
      routes: [{ network: '10.9.0.0/16', interface: 'b', gateway: 'OTHER' }],
      rules: [...BASE, rule('in', { sentTo: INNER })],
    },
    flow: web(A, { address: '10.9.1.1' }),
    is: 'unknown',
  },
  {
    it: 'does not know which gateway of a group takes it',
    set: { rules: [...BASE, rule('both', { sentTo: EITHER })] },
    flow: web(A, NET),
    is: 'unknown',
    because: /which way that is at the time is not known here/,
  },
  {
    it: 'closes where every gateway of a group is closed',
    set: { rules: [...BASE, rule('both', { sentTo: EITHER }), rule('stop', { direction: 'out', action: 'block' })] },
    flow: web(A, NET),
    is: 'block by stop out of b',
  },
  {
    it: 'does not say that the firewall reaches what a rule for the way out sends to a gateway',
    set: {
      rules: [...BASE, rule('force', { direction: 'out', source: at('203.0.113.1'), sentTo: GATEWAY })],
    },
    flow: web({ address: '203.0.113.1' }, B),
    is: 'unknown',
    because: /the rule "force" sends it out of wan/,
  },
  {
    it: 'leaves the other addresses of the firewall as they are',
    set: {
      rules: [...BASE, rule('force', { direction: 'out', source: at('203.0.113.1'), sentTo: GATEWAY })],
    },
    flow: web({ address: '10.0.1.1' }, B),
    is: 'pass by out out of b',
  },
  {
    it: 'does not say that answers come back which a rule sends elsewhere',
    set: { rules: [...BASE, rule('back', { answersTo: GATEWAY })] },
    flow: web(A, B),
    is: 'unknown',
    because: /^the rule "back" sends its answers out of wan to the gateway "GW", and 10\.0\.1\.10 is behind a$/,
  },
  {
    it: 'says that answers come back to the interface that they came from',
    set: { rules: [...BASE, rule('back', { interfaces: ['wan'], answersTo: GATEWAY })] },
    flow: web(NET, { address: '203.0.113.1' }),
    is: 'pass by back',
  },
  {
    it: 'says that answers to the gateway itself get there',
    set: {
      rules: [
        ...BASE,
        rule('back', {
          interfaces: ['wan'],
          answersTo: { ...GATEWAY, ways: [{ interface: 'wan', gateway: 'GW', address: '203.0.113.77' }] },
        }),
      ],
    },
    flow: web({ address: '203.0.113.77' }, { address: '203.0.113.1' }),
    is: 'pass by back',
  },
  {
    it: 'does not say that answers get to a neighbour of the gateway by way of it',
    set: { rules: [...BASE, rule('back', { interfaces: ['wan'], answersTo: { ...GATEWAY, byIngress: true } })] },
    flow: web({ address: '203.0.113.7' }, { address: '203.0.113.1' }),
    is: 'unknown',
    because: /sends its answers out of wan to the gateway "GW", and 203\.0\.113\.7 stands on wan itself/,
  },
  {
    it: 'does not mind the gateway of answers to what leaves by its interface',
    set: { rules: [...BASE, rule('in'), rule('back', { direction: 'out', interfaces: ['wan'], answersTo: GATEWAY })] },
    flow: web(A, NET),
    is: 'pass by in out of wan',
  },
  {
    it: 'does not send answers the way of an interface that they did not come in on',
    set: { rules: [...BASE, rule('back', { answersTo: { ...GATEWAY, byIngress: true } })] },
    flow: web(A, B),
    is: 'pass by back out of b',
  },
  {
    it: 'does not know whether answers come back by the rule of the way out',
    set: { rules: [...BASE, rule('in'), rule('back', { direction: 'out', interfaces: ['b'], answersTo: GATEWAY })] },
    flow: web(A, B),
    is: 'unknown',
    because: /sends its answers/,
  },
  {
    it: 'does not say that a packet arrives which a rule hands to somebody else on the firewall',
    set: { rules: [...BASE, rule('proxy', { handedTo: { why: 'a program takes it', protocols: [] } }), rule('all')] },
    flow: web(A, B),
    is: 'unknown',
    because: /^the rule "proxy": a program takes it$/,
  },
  {
    it: 'does not mind what is handed on of other protocols only',
    set: { rules: [...BASE, rule('syn', { handedTo: { why: 'it answers itself', protocols: ['tcp'] } })] },
    flow: web(A, B, { protocol: 'udp' }),
    is: 'pass by syn out of b',
  },
  {
    it: 'still closes what the way out blocks though the way in is not sure',
    set: {
      rules: [...BASE, rule('perhaps', { unknowns: night }), rule('stop', { direction: 'out', action: 'block' })],
    },
    flow: web(A, B),
    is: 'block by stop out of b',
  },
  {
    it: 'says of both directions why they are not known, in the order in which the packet meets them',
    set: {
      rules: [
        ...BASE,
        rule('perhaps', { unknowns: night }),
        rule('out perhaps', { direction: 'out', action: 'block', unknowns: ['of the weather'] }),
      ],
    },
    flow: web(A, B),
    is: 'unknown',
    because: /^the rule "perhaps": it holds only at night\nthe rule "out perhaps": of the weather$/,
  },
  {
    it: 'does not know what only the way out does not know',
    set: { rules: [...BASE, rule('in'), rule('stop', { direction: 'out', action: 'block', unknowns: night })] },
    flow: web(A, B),
    is: 'unknown',
  },
];

const stopFrom = (span: string, over = {}) =>
  rule('stop', { direction: 'out', source: at(span), action: 'block', ...over });
const NAT = [translation('nat')];

/** What the rules for the way out see of a source. */
export const SOURCE_CASES: readonly WayCase[] = [
  {
    it: 'shows the translated source to the rules for the way out',
    set: { translations: NAT, rules: [...BASE, rule('in'), stopFrom('203.0.113.1')] },
    flow: web(A, NET),
    is: 'block by stop out of wan',
  },
  {
    it: 'does not show them the one before',
    set: { translations: NAT, rules: [...BASE, rule('in'), stopFrom('10.0.1.10')] },
    flow: web(A, NET),
    is: 'pass by in out of wan',
  },
  {
    it: 'translates on the interface of the translation only',
    set: { translations: NAT, rules: [...BASE, rule('in'), stopFrom('10.0.1.10')] },
    flow: web(A, B),
    is: 'block by stop out of b',
  },
  {
    it: 'takes the first translation that fits',
    set: {
      translations: [translation('not', { action: 'exempt', source: at('10.0.1.10') }), ...NAT],
      rules: [...BASE, rule('in'), stopFrom('10.0.1.10')],
    },
    flow: web(A, NET),
    is: 'block by stop out of wan',
  },
  {
    it: 'leaves a switched-off translation out',
    set: {
      translations: [translation('nat', { enabled: false })],
      rules: [...BASE, rule('in'), stopFrom('10.0.1.10')],
    },
    flow: web(A, NET),
    is: 'block by stop out of wan',
  },
  {
    it: 'does not translate IPv6 for IPv4',
    set: { translations: NAT, rules: [...BASE, rule('in'), stopFrom('fd00:3::30')] },
    flow: web({ address: 'fd00:3::30' }, { internet: 'inet6' }),
    is: 'block by stop out of wan',
  },
  {
    it: 'translates IPv6 where it is to',
    set: {
      translations: [
        translation('six', {
          family: 'inet6',
          targets: [{ kind: 'addresses', span: '2a00::5' }],
          source: at('fd00:3::30'),
        }),
      ],
      rules: [...BASE, rule('in'), stopFrom('2a00::5')],
    },
    flow: web({ address: 'fd00:3::30' }, { internet: 'inet6' }),
    is: 'block by stop out of wan',
  },
  {
    it: 'keeps the place in the network of one-to-one NAT',
    set: {
      translations: [
        translation('map', {
          source: at('10.0.1.0/24'),
          targets: [{ kind: 'addresses', span: '198.51.100.0/24' }],
          keepsHost: true,
        }),
      ],
      rules: [...BASE, rule('in'), stopFrom('198.51.100.10')],
    },
    flow: web(A, NET),
    is: 'block by stop out of wan',
  },
  {
    it: 'keeps the place in the prefix of IPv6',
    set: {
      translations: [
        translation('npt', {
          family: 'inet6',
          source: at('fd00:3::/64'),
          targets: [{ kind: 'addresses', span: '2a00:7::/64' }],
          keepsHost: true,
        }),
      ],
      rules: [...BASE, rule('in'), stopFrom('2a00:7::30')],
    },
    flow: web({ address: 'fd00:3::30' }, { internet: 'inet6' }),
    is: 'block by stop out of wan',
  },
  {
    it: 'does not know which of several addresses it gets where that matters',
    set: {
      translations: [
        translation('pool', {
          targets: ['203.0.113.5', '203.0.113.6'].map((span) => ({ kind: 'addresses', span })),
        }),
      ],
      rules: [...BASE, rule('in'), stopFrom('203.0.113.6')],
    },
    flow: web(A, NET),
    is: 'unknown',
    because: /gives it one of several addresses in turn/,
  },
  {
    it: 'knows an address from outside as that of its interface and as the firewall itself',
    set: {
      interfaces: [place('a', ['10.0.1.0/24']), place('wan', [], { internet: true, unknownFamilies: ['inet'] })],
      translations: NAT,
      rules: [
        ...BASE,
        rule('in'),
        rule('other', {
          direction: 'out',
          action: 'block',
          source: end({ kind: 'interface-network', interface: 'a' }),
        }),
        rule('stop', { direction: 'out', action: 'block', source: end({ kind: 'self' }) }),
      ],
    },
    flow: web(A, NET),
    is: 'block by stop out of wan',
  },
  {
    it: 'does not know whether an address from outside is a certain one',
    set: {
      interfaces: [place('a', ['10.0.1.0/24']), place('wan', [], { internet: true, unknownFamilies: ['inet'] })],
      translations: NAT,
      rules: [...BASE, rule('in'), stopFrom('203.0.113.1')],
    },
    flow: web(A, NET),
    is: 'unknown',
    because: /the address of wan, which is not known here/,
  },
  {
    it: 'does not know the source port that source NAT picks',
    set: { translations: NAT, rules: [...BASE, rule('in'), stopFrom('203.0.113.1', { sourcePorts: ports(53) })] },
    flow: web(A, NET, { sourcePort: 40_000 }),
    is: 'unknown',
    because: /asks for a source port/,
  },
  {
    it: 'knows it where it is kept',
    set: {
      translations: [translation('nat', { keepsPort: true })],
      rules: [...BASE, rule('in'), stopFrom('203.0.113.1', { sourcePorts: ports(53) })],
    },
    flow: web(A, NET, { sourcePort: 53 }),
    is: 'block by stop out of wan',
  },
  {
    it: 'translates on the interface that a gateway takes it to',
    set: { translations: NAT, rules: [...BASE, away, stopFrom('203.0.113.1')] },
    flow: web(A, B),
    is: 'block by stop out of wan',
  },
];

const own = end({ kind: 'addresses', span: '10.0.2.9' });

/** What a destination NAT is worth, and what pf drops by itself. */
export const PF_CASES: readonly WayCase[] = [
  {
    it: 'asks the rules of what a redirect lets pass and does not change',
    set: { redirects: [redirect('noop', { passes: true, destination: own })], rules: [...BASE] },
    flow: web(A, B),
    is: 'block by deny',
  },
  {
    it: 'asks no later redirect where the first that fits changes nothing',
    set: {
      redirects: [
        redirect('noop', { passes: true }),
        redirect('other', { passes: true, targets: [{ kind: 'addresses', span: '10.0.3.30' }] }),
      ],
      rules: [...BASE],
    },
    flow: web(A, B),
    is: 'block by deny',
  },
  {
    it: 'takes a redirect that changes the port alone for one',
    set: { redirects: [redirect('port', { passes: true, targetPort: 8443, protocols: ['tcp'] })], rules: [...BASE] },
    flow: web(A, B),
    is: 'pass by out out of b',
  },
  {
    it: 'keeps the place in the network that a redirect leads to',
    set: {
      redirects: [
        redirect('map', {
          destination: at('198.51.100.0/24'),
          targets: [{ kind: 'addresses', span: '10.0.2.0/24' }],
          keepsHost: true,
        }),
      ],
      rules: [...BASE, rule('nine', { destination: own })],
    },
    flow: web(NET, { address: '198.51.100.9' }),
    is: 'pass by nine out of b',
  },
  {
    it: 'drops UDP to port 0 before any rule',
    set: { rules: [...BASE, rule('all')] },
    flow: web(A, B, { protocol: 'udp', port: 0 }),
    is: 'block',
  },
  {
    it: 'drops it on the way out of the firewall too',
    set: { rules: [...BASE] },
    flow: web({ address: '10.0.1.1' }, B, { protocol: 'udp', port: 0 }),
    is: 'block',
  },
  {
    it: 'does not drop TCP to port 0 by itself',
    set: { rules: [...BASE, rule('all')] },
    flow: web(A, B, { port: 0 }),
    is: 'pass by all out of b',
  },
  {
    it: 'has no verdict for rules that the firewall does not load',
    set: { rules: [...BASE, rule('all')], refused: [{ where: 'config.xml:7, "x"', why: 'it is wrong' }] },
    flow: web(A, B),
    is: 'unknown',
    because: /loads none of these rules, because it refuses one of them: config\.xml:7, "x": it is wrong/,
  },
];
