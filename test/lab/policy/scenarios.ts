import { forward, open, rule, toWan } from './foreign-xml.js';
import { at, end, type Foreign, firewallWith, ports, type Written, written } from './worlds.js';

/** A firewall to load into the router. */
export interface Scenario {
  readonly name: string;
  /** Its config.xml. */
  readonly config: () => Promise<string>;
  /**
   * Some of what must come out, so that evaluator and translator cannot both read the same nonsense: who answers which probe, undefined
   * for nobody.
   */
  readonly known: readonly (readonly [probe: string, answerer: string | undefined])[];
}

/** What is not the internet. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '192.0.2.0/24'];

function byHand(name: string, entries: Written, known: Scenario['known'], foreign: Foreign = {}): Scenario {
  return { name, known, config: async () => written(await firewallWith(foreign), entries) };
}

/** Rules, aliases and redirects in the words of slash32, among foreign ones. */
export const HAND_WRITTEN: readonly Scenario[] = [
  byHand("nothing but OPNsense's own rules", {}, [
    ['web → router 10.10.1.1 tcp/443', 'router'],
    ['mail → router 10.10.2.1 tcp/443', undefined],
    ['web → db tcp/22', undefined],
    ['internet → router 192.0.2.2 tcp/443', undefined],
    ['router 10.10.1.1 → git icmp', 'git'],
  ]),
  byHand(
    'single pairs, within a segment and between segments',
    {
      rules: [
        { source: at('10.10.1.11'), destination: at('10.10.1.12'), protocol: 'tcp', ports: ports(22) },
        { source: at('10.10.1.12'), destination: at('10.10.1.11'), protocol: 'udp', ports: ports(53) },
        { source: at('10.10.1.12'), destination: at('10.10.2.0/24'), protocol: 'icmp', icmpTypes: [8] },
        { interface: 'opt2', source: at('10.10.2.11'), protocol: 'icmp', icmpTypes: [0, 13] },
        {
          interface: 'opt2',
          source: at('10.10.2.12'),
          destination: at('10.10.3.11'),
          protocol: 'tcp',
          ports: ports(400, 6000),
        },
        { interface: 'opt3', destination: end({ kind: 'self' }), action: 'block' },
        {
          interface: 'opt3',
          family: 'inet46',
          destination: end({ kind: 'interface-network', interface: 'opt3' }, true),
        },
      ],
    },
    [
      ['web → db tcp/22', 'db'],
      ['db → web tcp/22', undefined],
      ['db → web udp/53', 'web'],
      ['db → mail icmp', 'mail'],
      ['mail → db icmp', undefined],
      ['wiki → nextcloud tcp/5432', 'nextcloud'],
      ['wiki → nextcloud tcp/8443', undefined],
      ['git → nextcloud tcp/443', undefined],
      ['git → internet udp/9999', 'internet'],
      ['git → router 10.10.1.1 tcp/22', undefined],
    ],
  ),
  byHand(
    'aliases: nested, with exclusions, of ports, turned round',
    {
      aliases: [
        { name: 'lab_web', type: 'host', content: ['10.10.1.11', '10.10.2.11'] },
        { name: 'lab_inner', type: 'network', content: ['10.10.0.0/16', '!10.10.3.0/24', '10.10.3.12'] },
        { name: 'lab_both', type: 'network', content: ['lab_inner', 'lab_web', '!10.10.2.12'] },
        { name: 'lab_private', type: 'network', content: PRIVATE },
        { name: 'lab_empty', type: 'host', content: [] },
        { name: 'lab_ports', type: 'port', content: ['22', '5000:6000'] },
      ],
      rules: [
        {
          source: end({ kind: 'alias', name: 'lab_web' }),
          destination: end({ kind: 'alias', name: 'lab_both' }),
          protocol: 'tcp',
          ports: { kind: 'alias', name: 'lab_ports' },
        },
        { interface: 'opt2', destination: end({ kind: 'alias', name: 'lab_inner' }), protocol: 'udp' },
        {
          interface: 'opt2',
          source: end({ kind: 'alias', name: 'lab_web' }, true),
          destination: end({ kind: 'alias', name: 'lab_private' }, true),
        },
        { interface: 'opt3', source: end({ kind: 'alias', name: 'lab_empty' }) },
        { interface: 'opt3', source: end({ kind: 'alias', name: 'lab_empty' }, true), protocol: 'icmp' },
      ],
    },
    [
      ['web → db tcp/5432', 'db'],
      ['web → wiki tcp/22', undefined],
      ['web → git tcp/22', 'git'],
      ['web → nextcloud tcp/22', undefined],
      ['mail → git udp/9999', 'git'],
      ['mail → nextcloud udp/9999', undefined],
      ['wiki → internet tcp/22', 'internet'],
      ['mail → internet tcp/22', undefined],
      ['git → mail tcp/22', undefined],
      ['git → mail icmp', 'mail'],
    ],
  ),
  byHand(
    'foreign rules: floating, without quick, for the way out, of groups, rejecting, on every interface but one',
    {
      rules: [
        { source: at('10.10.1.11'), destination: at('10.10.3.0/24'), protocol: 'tcp' },
        { interface: 'opt2', protocol: 'tcp', ports: ports(22), action: 'block' },
      ],
    },
    [
      ['web → nextcloud tcp/5432', undefined],
      ['web → git tcp/5432', 'git'],
      ['web → db udp/53', 'db'],
      ['git → web udp/53', 'web'],
      ['mail → web tcp/443', 'web'],
      ['mail → web tcp/22', undefined],
      ['wiki → internet udp/9999', undefined],
      ['internet → git udp/9999', undefined],
      ['git → mail tcp/8443', undefined],
      ['wiki → web icmp', 'web'],
    ],
    {
      model: [
        rule(1, { interface: '', quick: '0', protocol: 'UDP', destination_port: '53' }),
        rule(2, {
          interface: 'opt1,opt3',
          quick: '0',
          action: 'reject',
          protocol: 'TCP',
          destination_port: '8443',
          direction: 'any',
        }),
        rule(3, {
          interface: 'opt3',
          direction: 'out',
          action: 'block',
          source_net: '10.10.1.0/24',
          destination_net: '10.10.3.11',
        }),
        rule(4, { interface: 'wan', interfacenot: '1', action: 'block', protocol: 'UDP', destination_port: '9999' }),
        rule(5, { interface: 'inside', protocol: 'ICMP', icmptype: 'echoreq', destination_net: 'inside' }),
        rule(6, { interface: 'opt3', protocol: 'TCP', destination_net: 'opt2,opt1ip', action: 'reject' }),
      ].join(''),
      legacy: open('opt2') + open('opt3'),
      groups:
        '<ifgroupentry uuid="40000000-0000-4000-8000-000000000001"><ifname>inside</ifname><members>opt1 opt2</members><sequence>10</sequence></ifgroupentry>',
      groupInterfaces:
        '<inside><enable>1</enable><if>inside</if><descr>inside</descr><type>group</type><virtual>1</virtual></inside>',
    },
  ),
  byHand(
    'redirects: with their rule, with another port, a span, reflected, exempt, passing by themselves',
    {
      redirects: [
        { ports: { from: 443, to: 443 }, target: '10.10.1.11', targetPort: 443 },
        { ports: { from: 8440, to: 8445 }, target: '10.10.3.12', targetPort: 5429 },
        { ports: { from: 400, to: 500 }, target: '10.10.3.12', targetPort: 5430 },
        { protocol: 'udp', ports: { from: 50, to: 55 }, target: '10.10.2.12', targetPort: 9996 },
      ],
      rules: [
        { interface: 'wan', protocol: 'tcp', destination: end({ kind: 'self' }), ports: ports(22, 6000) },
        { interface: 'wan', protocol: 'tcp', destination: at('10.10.1.11'), ports: ports(443) },
        {
          interface: 'wan',
          protocol: 'udp',
          source: at('192.0.2.0/24'),
          destination: at('10.10.2.12'),
          ports: ports(9999),
        },
        {
          interface: 'wan',
          protocol: 'tcp',
          source: at('192.0.2.0/24', true),
          destination: at('10.10.3.12'),
          ports: ports(5430, 5434),
        },
      ],
    },
    [
      ['internet → router 192.0.2.2 tcp/443', 'web'],
      ['internet → web tcp/443', 'web'],
      ['internet → router 192.0.2.2 tcp/8443', 'git'],
      ['upstream → router 192.0.2.2 tcp/8443', undefined],
      ['internet → router 192.0.2.2 udp/53', undefined],
      ['upstream → router 192.0.2.2 udp/53', 'wiki'],
      ['internet → router 192.0.2.2 tcp/22', 'router'],
      ['upstream → router 192.0.2.2 udp/9999', 'nextcloud'],
      ['web → router 192.0.2.2 tcp/5432', 'db'],
      ['mail → router 192.0.2.2 tcp/5432', undefined],
    ],
    {
      nat: [
        forward(1, { nordr: '1', target: '', 'local-port': '' }, toWan('22')),
        forward(2, { target: '10.10.1.11' }, toWan('22')),
        forward(3, { protocol: 'udp', target: '10.10.3.11', 'local-port': '9999', pass: 'pass' }, toWan('9999')),
        forward(
          4,
          { target: '10.10.1.12', 'local-port': '5432', natreflection: 'purenat', pass: 'rule' },
          toWan('5432'),
        ),
      ].join(''),
      legacy: open('opt1'),
    },
  ),
];
