import { alias, entry, type Fields, on, published, redirect, rule } from './calls.js';

/** What is refused: what it is, the code, where the first error stands, and what the apply has instead of the good. */
export type Refused = readonly [what: string, code: string, where: string, more: Fields];

const MARKER = '[slash32:home:x:]';
const HAND = entry('hand', 150, { at: 0, mac: '52:54:00:01:00:01' });
const AT = 'segments/0/reservations/0';

function one(more: Fields): Fields {
  return on('opt1', { reservations: [entry('web', 11, more)] });
}

function set(settings: Fields, id = 'opt1'): Fields {
  return on(id, { settings });
}

/** A rule on the interface that the tests come in on. */
function here(more: Fields): Fields {
  return rule('1', { interface: 'opt2', protocol: 'any', destination_port: '', destination_net: 'any', ...more });
}

const PASS = rule('2', {
  interface: 'opt2',
  protocol: 'any',
  source_net: '127.0.0.0/8',
  destination_net: '(self)',
  destination_port: '',
});

function ping(icmptype: string): Fields {
  return rule('1', { protocol: 'ICMP', destination_port: '', icmptype });
}

const WEB = { action: 'block', protocol: 'TCP', destination_net: '(self)' };

const field = (what: string, name: string, value: unknown): Refused => [what, 'invalid', name, { [name]: value }];
const reservation = (what: string, name: string, value: unknown): Refused => [
  what,
  'invalid',
  `${AT}/${name}`,
  one({ [name]: value }),
];
const setting = (what: string, name: string, value: unknown): Refused => [
  what,
  'invalid',
  `segments/0/settings/${name}`,
  set({ [name]: value }),
];
const aliasField = (what: string, name: string, value: unknown, where = name): Refused => [
  what,
  'invalid',
  `aliases/0/${where}`,
  { aliases: [alias('s32_web', { [name]: value })] },
];
const ruleField = (what: string, name: string, value: unknown): Refused => [
  what,
  'invalid',
  `rules/0/${name}`,
  { rules: [rule('1', { [name]: value })] },
];

const redirectField = (what: string, name: string, value: unknown, code = 'invalid'): Refused => [
  what,
  code,
  `redirects/0/${name}`,
  { redirects: [redirect('1', { [name]: value })] },
];

export const FORM: readonly Refused[] = [
  field('an unknown field', 'supprise', true),
  field('an owner with a blank', 'owner', 'a b'),
  field('an owner of 33 letters', 'owner', 'a'.repeat(33)),
  field('an owner that would end the marker', 'owner', 'a]b'),
  field('an owner with a line break', 'owner', 'home\n'),
  field('a short fingerprint', 'fingerprint', 'abc'),
  field('a host with a blank', 'host', 'a b'),
  field('a line break in the message', 'message', 'a\nb'),
  field('a message of 400 bytes', 'message', 'ü'.repeat(200)),
  field('a message that is no text', 'message', 1),
  field('a revision that is none', 'base_revision', 'ab'),
  field('a time to confirm as text', 'confirm_seconds', '60'),
  field('a time to confirm below zero', 'confirm_seconds', -1),
  field('half a second to confirm', 'confirm_seconds', 0.5),
  field('a token in capitals', 'token', 'A'.repeat(64)),
  ['waiting without a token', 'invalid', 'token', { confirm_seconds: 60 }],
  field('a dry run as text', 'dry_run', 'yes'),
  field('null for a list of interfaces', 'segments', null),
  field('an object for a list of interfaces', 'segments', { a: 1 }),
  field('null for a list of rules', 'rules', null),
  ...[{}, { 0: { interface: 'opt1' } }].flatMap((object): Refused[] => [
    field(`an object for a list of interfaces: ${JSON.stringify(object)}`, 'segments', object),
    field(`an object for a list of aliases: ${JSON.stringify(object)}`, 'aliases', object),
    field(`an object for a list of rules: ${JSON.stringify(object)}`, 'rules', object),
    field(`an object for a list of redirects: ${JSON.stringify(object)}`, 'redirects', object),
    ...['reservations', 'adopt', 'release'].map(
      (name): Refused => [
        `an object for a list of ${name}: ${JSON.stringify(object)}`,
        'invalid',
        `segments/0/${name}`,
        on('opt1', { reservations: [], [name]: object }),
      ],
    ),
    aliasField(`an object for the content of an alias: ${JSON.stringify(object)}`, 'content', object),
  ]),
  ['a list for the settings', 'invalid', 'segments/0/settings', on('opt1', { settings: [] })],
  ['a text for an interface', 'invalid', 'segments/0', { segments: ['opt1'] }],
  ['an unknown field of an interface', 'invalid', 'segments/0/pools', on('opt1', { pools: [] })],
  ['an unknown setting', 'invalid', 'segments/0/settings/mtu', set({ mtu: 1 })],
  [
    'the same interface twice',
    'invalid',
    'segments/1/interface',
    { segments: [{ interface: 'opt1' }, { interface: 'opt1' }] },
  ],
  [
    '20,001 reservations',
    'invalid',
    'segments/0/reservations',
    on('opt1', { reservations: Array(20_001).fill(entry('a', 11)) }),
  ],
];

export const RESERVATIONS: readonly Refused[] = [
  reservation('an unknown field of a reservation', 'cid', 'x'),
  reservation('a MAC in capitals', 'mac', '10:66:6A:00:00:01'),
  reservation('a MAC with dashes', 'mac', '10-66-6a-00-00-01'),
  reservation('a MAC with a line break', 'mac', '10:66:6a:00:00:01\n'),
  reservation('the MAC that closed ranges are open to', 'mac', '02:00:00:00:00:00'),
  reservation('a MAC of zeros', 'mac', '00:00:00:00:00:00'),
  reservation('the MAC of a group', 'mac', '01:00:5e:00:00:01'),
  reservation('the MAC of everybody', 'mac', 'ff:ff:ff:ff:ff:ff'),
  reservation('an address that is none', 'ipaddr', '10.10.1.999'),
  reservation('an address with a leading zero', 'ipaddr', '10.10.1.011'),
  reservation('an address with a line break', 'ipaddr', '10.10.1.11\n'),
  reservation('an address as a number', 'ipaddr', 168_430_091),
  reservation('an address outside the network', 'ipaddr', '10.10.2.11'),
  reservation("the firewall's own address", 'ipaddr', '10.10.1.1'),
  reservation('a virtual address', 'ipaddr', '10.10.1.250'),
  reservation('an address in the dynamic range', 'ipaddr', '10.10.1.210'),
  reservation('the network address', 'ipaddr', '10.10.1.0'),
  reservation('the broadcast address', 'ipaddr', '10.10.1.255'),
  reservation('a host name with a quote', 'hostname', 'a"b'),
  reservation('a host name with markup', 'hostname', '<b>'),
  reservation('a host name with a semicolon', 'hostname', 'a;b'),
  reservation('a host name with a line break', 'hostname', 'a\n'),
  reservation('a host name with an underscore', 'hostname', 'a_b'),
  reservation('a host name with a dot', 'hostname', 'a.b'),
  reservation('a host name with a dash in front', 'hostname', '-a'),
  reservation('a host name outside ASCII', 'hostname', 'ä'),
  reservation('a host name of 64 letters', 'hostname', 'a'.repeat(64)),
  reservation('a place below zero', 'at', -1),
  reservation('a place as text', 'at', '0'),
  reservation('an ARP flag as text', 'arp', '1'),
  reservation('a line break in a description', 'descr', `a\nb ${MARKER}`),
  reservation('a NUL in a description', 'descr', `a\u0000b ${MARKER}`),
  reservation('a DEL in a description', 'descr', `a\u007fb ${MARKER}`),
  reservation('a C1 line break in a description', 'descr', `a\u0085b ${MARKER}`),
  reservation('a Unicode line break in a description', 'descr', `a\u2028b ${MARKER}`),
  reservation('a description of 300 bytes', 'descr', `${'x'.repeat(300)} ${MARKER}`),
  reservation('a description of 400 bytes in 200 letters', 'descr', `${'ü'.repeat(200)} ${MARKER}`),
  reservation('a description without the marker', 'descr', 'web'),
  reservation('a description that goes on after the marker', 'descr', `${MARKER} more`),
  reservation("another owner's marker", 'descr', 'web [slash32:work:x:]'),
  [
    'the same MAC twice',
    'invalid',
    'segments/0/reservations/1/mac',
    on('opt1', { reservations: [entry('a', 11), entry('b', 12, { mac: '10:66:6a:00:00:0b' })] }),
  ],
  [
    'the same address twice',
    'invalid',
    'segments/0/reservations/1/ipaddr',
    on('opt1', { reservations: [entry('a', 11), entry('b', 12, { ipaddr: '10.10.1.11' })] }),
  ],
  [
    'the same host name twice, in capitals',
    'invalid',
    'segments/0/reservations/1/hostname',
    on('opt1', { reservations: [entry('a', 11), entry('b', 12, { hostname: 'A' })] }),
  ],
  [
    'the same place twice',
    'invalid',
    'segments/0/reservations/1/at',
    on('opt1', { reservations: [entry('a', 11, { at: 0 }), entry('b', 12, { at: 0 })] }),
  ],
  ['null for a list of reservations', 'invalid', 'segments/0/reservations', on('opt1', { reservations: null })],
  [
    'an adoption without a list',
    'invalid',
    'segments/0/reservations',
    on('opt1', { adopt: [{ at: 0, mac: HAND.mac }] }),
  ],
  [
    'an adoption that nothing makes use of',
    'invalid',
    'segments/0/adopt',
    on('opt1', { reservations: [], adopt: [{ at: 0, mac: HAND.mac }] }),
  ],
  [
    'a release without a list',
    'invalid',
    'segments/0/reservations',
    on('opt1', { release: [{ ...HAND, descr: 'x' }] }),
  ],
  [
    'a release that keeps the marker',
    'invalid',
    'segments/0/release/0/descr',
    on('opt1', { reservations: [], release: [HAND] }),
  ],
  [
    'a release of nothing in particular',
    'invalid',
    'segments/0/release/0/at',
    on('opt1', { reservations: [], release: [entry('x', 11, { descr: 'x' })] }),
  ],
  [
    'a release of what is not its own',
    'foreign',
    'segments/0/release/0/at',
    on('opt1', { reservations: [], release: [{ ...HAND, descr: 'x' }] }),
  ],
  [
    "another owner's entry",
    'foreign',
    `${AT}/at`,
    on('opt1', { reservations: [entry('other', 160, { at: 1, mac: '52:54:00:01:00:02' })] }),
  ],
  ['an entry that is not there', 'foreign', `${AT}/at`, one({ at: 9 })],
  ['a MAC that a foreign entry has', 'taken', `${AT}/mac`, one({ mac: '52:54:00:01:00:01' })],
  ['an address that a foreign entry has', 'taken', `${AT}/ipaddr`, one({ ipaddr: '10.10.1.150' })],
];

export const SETTINGS: readonly Refused[] = [
  setting('a switch as text', 'enabled', '1'),
  setting('a mask as a number', 'mask', 32),
  setting('a mask of no bits', 'mask', '0.0.0.0'),
  setting('a router at the broadcast address', 'router', '10.10.1.255'),
  setting('a mask with a hole', 'mask', '255.0.255.0'),
  setting('a router outside the network', 'router', '10.10.2.1'),
  setting('a router that is none', 'router', 'x'),
  setting('a list of MACs with a line break', 'mac_allow', '02:00:00:00:00:00\n'),
  setting('a range that ends before it begins', 'range', { from: '10.10.1.240', to: '10.10.1.200' }),
  setting('a range outside the network', 'range', { from: '10.10.2.1', to: '10.10.2.9' }),
  setting('a range over the firewall itself', 'range', { from: '10.10.1.1', to: '10.10.1.9' }),
  ['a range without an end', 'invalid', 'segments/0/settings/range/to', set({ range: { from: '10.10.1.240' } })],
];

export const OBJECTS: readonly Refused[] = [
  aliasField('an unknown field of an alias', 'proto', 'x'),
  aliasField('an alias that is called like an interface', 'name', 'opt1'),
  aliasField('an alias that is called like an address of an interface', 'name', 'opt1ip'),
  aliasField('an alias that is called like a word of pf', 'name', 'any'),
  aliasField('an alias with a name of 32 letters', 'name', 'a'.repeat(32)),
  aliasField('an alias with two underscores in front', 'name', '__web'),
  aliasField('an alias of a type that fetches', 'type', 'url'),
  aliasField('an address in an alias that is none', 'content', ['10.10.1.999'], 'content/0'),
  aliasField('a line break in an alias', 'content', ['10.10.1.1\n10.10.1.2'], 'content/0'),
  aliasField('a network in an alias of hosts', 'content', ['10.10.1.0/24'], 'content/0'),
  aliasField('an alias without the marker', 'descr', 'x'),
  [
    'port 0 in an alias',
    'invalid',
    'aliases/0/content/0',
    { aliases: [alias('s32_a', { type: 'port', content: ['0'] })] },
  ],
  [
    'a dash in an alias of ports',
    'invalid',
    'aliases/0/content/0',
    { aliases: [alias('s32_a', { type: 'port', content: ['80-90'] })] },
  ],
  [
    'an exclusion in an alias of hosts',
    'invalid',
    'aliases/0/content/1',
    { aliases: [alias('s32_a', { content: ['10.10.1.11', '!10.10.1.12'] })] },
  ],
  [
    'an exclusion of nothing',
    'invalid',
    'aliases/0/content/0',
    { aliases: [alias('s32_a', { type: 'network', content: ['!'] })] },
  ],
  [
    'an exclusion turned round twice',
    'invalid',
    'aliases/0/content/0',
    { aliases: [alias('s32_a', { type: 'network', content: ['!!10.10.1.12'] })] },
  ],
  ['the same alias twice, in capitals', 'invalid', 'aliases/1/name', { aliases: [alias('s32_a'), alias('S32_A')] }],
  ['an alias name that is taken, in capitals', 'taken', 'aliases/0/name', { aliases: [alias('By_Hand')] }],
  ruleField('an unknown field of a rule', 'gateway', 'x'),
  ruleField('a rule without an interface', 'interface', ''),
  ruleField('a rule on two interfaces', 'interface', 'opt1,opt2'),
  ruleField('a rule without the marker', 'descr', 'x'),
  ruleField('a rule with a quote in its description', 'descr', `a " b ${MARKER}`),
  ruleField('a rule with a backslash in its description', 'descr', `a \\ b ${MARKER}`),
  ruleField('a rule with a line break in its description', 'descr', `a\nb ${MARKER}`),
  ruleField('a network that would end the rule', 'source_net', 'a } b'),
  ruleField('a network with a line break', 'source_net', 'any\npass'),
  ruleField('an empty network', 'source_net', ''),
  ruleField('a list of ports', 'destination_port', '80,443'),
  ['ports without TCP or UDP', 'invalid', 'rules/0/destination_port', { rules: [rule('1', { protocol: 'ICMP' })] }],
  ruleField('a type of ICMP with TCP', 'icmptype', 'echoreq'),
  ['a type of ICMP that is none', 'invalid', 'rules/0/icmptype', { rules: [ping('echoreq,x')] }],
  ['a list of types of ICMP with a blank', 'invalid', 'rules/0/icmptype', { rules: [ping('echoreq, unreach')] }],
  ['a list of types of ICMP that ends in a comma', 'invalid', 'rules/0/icmptype', { rules: [ping('echoreq,')] }],
  ['a number for a type of ICMP', 'invalid', 'rules/0/icmptype', { rules: [ping('8')] }],
  ruleField('an action that is none', 'action', 'allow'),
  ruleField('both directions', 'direction', 'any'),
  ruleField('a sequence of 0', 'sequence', 0),
  ruleField('a sequence as text', 'sequence', '5'),
  ruleField('a flag as a number', 'log', 1),
  [
    'the same rule twice',
    'invalid',
    'rules/1/descr',
    { rules: [rule('1'), rule('1', { descr: `other ${rule('1').descr}` })] },
  ],
];

export const REDIRECTS: readonly Refused[] = [
  redirectField('an unknown field of a redirect', 'source', 'x'),
  redirectField('a redirect without an interface', 'interface', ''),
  redirectField('a redirect on two interfaces', 'interface', 'wan,opt1'),
  ...['opt9', 'opt4', 'dmz'].map(
    (id): Refused => [
      `a redirect on ${id}, which is not there, off, or a group`,
      'invalid',
      'redirects/0/interface',
      { redirects: [redirect('1', { interface: id, destination_net: `${id}ip` })] },
    ],
  ),
  redirectField('a redirect without the marker', 'descr', 'x'),
  redirectField("a redirect with another owner's marker", 'descr', '[slash32:work:nat/1]'),
  redirectField('a redirect with a quote in its description', 'descr', `a " b ${MARKER}`),
  redirectField('a redirect with a line break in its description', 'descr', `a\nb ${MARKER}`),
  redirectField('a redirect of every protocol', 'protocol', 'any'),
  redirectField('a redirect of two protocols', 'protocol', 'tcp/udp'),
  redirectField('a redirect of everything', 'destination_net', 'any'),
  redirectField('a redirect of a network', 'destination_net', '192.0.2.0/24'),
  redirectField('a redirect of an alias', 'destination_net', 's32_web'),
  redirectField('a redirect of what another interface has', 'destination_net', 'opt1ip'),
  redirectField('a redirect of every port', 'destination_port', ''),
  redirectField('a redirect of port 0', 'destination_port', '0'),
  redirectField('a redirect of a port that is too high', 'destination_port', '65536'),
  redirectField('a redirect of ports that end before they begin', 'destination_port', '90-80'),
  redirectField('a redirect of ports with a colon', 'destination_port', '80:90'),
  redirectField('a redirect of a port by name', 'destination_port', 'https'),
  redirectField('a target that is none', 'target', '10.10.1.999'),
  redirectField('a target that is an alias', 'target', 's32_web'),
  redirectField('the firewall itself as the target', 'target', '10.10.1.1'),
  redirectField('a virtual address as the target', 'target', '10.10.1.250'),
  redirectField('the broadcast address as the target', 'target', '10.10.1.255'),
  redirectField('a target out of scope', 'target', '10.10.3.11', 'scope'),
  redirectField('a target out in the world', 'target', '198.51.100.7', 'scope'),
  redirectField('somebody else’s address out of scope', 'destination_net', '198.51.100.7', 'scope'),
  redirectField('a local port as text', 'local_port', '80'),
  redirectField('a local port of 0', 'local_port', 0),
  [
    'a range that goes on behind the last port',
    'invalid',
    'redirects/0/local_port',
    { redirects: [redirect('1', { destination_port: '8000-8010', local_port: 65_530 })] },
  ],
  redirectField('a sequence of 0 of a redirect', 'sequence', 0),
  redirectField('a redirect without a sequence', 'sequence', undefined),
  [
    'the same redirect twice',
    'invalid',
    'redirects/1/descr',
    { redirects: [redirect('1'), redirect('1', { destination_port: '444' })] },
  ],
  [
    'two redirects of the same packets',
    'invalid',
    'redirects/1/destination_port',
    { redirects: [redirect('1', { destination_port: '400-450' }), redirect('2')] },
  ],
  [
    'a redirect of what somebody else redirects',
    'taken',
    'redirects/0/destination_port',
    { redirects: [redirect('1', { destination_port: '8000-8010' })] },
  ],
  [
    'a redirect of an address that may be the one of somebody else’s',
    'taken',
    'redirects/0/destination_port',
    { redirects: [redirect('1', { interface: 'opt1', destination_net: '10.10.1.1', destination_port: '81' })] },
  ],
  [
    'a redirect of the web server where the caller comes in',
    'lockout',
    'redirects/0',
    { redirects: [redirect('1', { interface: 'opt2', destination_net: 'opt2ip' })] },
  ],
  [
    'a redirect of the web server on another address, where the caller comes in',
    'lockout',
    'redirects/0',
    { redirects: [redirect('1', { interface: 'opt2', destination_net: '10.10.1.1', destination_port: '400-500' })] },
  ],
  [
    'a redirect of what OPNsense keeps for its administration',
    'lockout',
    'redirects/0',
    { redirects: [redirect('1', { interface: 'opt1', destination_net: 'opt1ip' })] },
  ],
];

export const SITUATION: readonly Refused[] = [
  ['an interface out of scope', 'scope', 'segments/0/interface', on('opt3', { reservations: [] })],
  ['an interface that is not there', 'scope', 'segments/0/interface', on('opt9', {})],
  ...(
    [
      ['to anywhere', { destination_net: 'any' }],
      ['to a network', { destination_net: '10.10.1.0/24' }],
      ['to all but a host', { destination_not: true }],
      ['to a host out of scope', { destination_net: '10.10.3.11' }],
      ['to the firewall itself', { destination_net: '10.10.1.1' }],
      ['to a virtual address', { destination_net: '10.10.1.250' }],
      ['to every address of the firewall', { destination_net: '(self)' }],
      ['to an alias of somebody else', { destination_net: 'by_hand' }],
      ['on an interface that is off', { interface: 'opt4' }],
      ['on a group of interfaces', { interface: 'dmz' }],
      ['on an interface that is not there', { interface: 'opt9' }],
    ] as const
  ).map(
    ([what, more]): Refused => [
      `a rule out of scope ${what}`,
      'scope',
      'rules/0/interface',
      { rules: [published('1', more)] },
    ],
  ),
  [
    'a rule out of scope to an alias that holds somebody else',
    'scope',
    'rules/0/interface',
    {
      aliases: [alias('s32_web', { content: ['10.10.1.11', '10.10.3.11'] })],
      rules: [published('1', { destination_net: 's32_web' })],
    },
  ],
  [
    'more time to confirm than allowed',
    'confirm_time',
    'confirm_seconds',
    { confirm_seconds: 601, token: 'c'.repeat(64) },
  ],
  ['static ARP where the caller comes in', 'lockout', 'opt2', set({ static_arp: true }, 'opt2')],
  ['deny-unknown where the caller comes in', 'lockout', 'opt2', set({ deny_unknown: true }, 'opt2')],
  ['a block rule where the caller comes in', 'lockout', 'rules/0', { rules: [here({ action: 'block' })] }],
  [
    'a block rule before the pass rule for the caller',
    'lockout',
    'rules/0',
    { rules: [here({ action: 'reject', sequence: 1 }), { ...PASS, sequence: 2 }] },
  ],
  [
    'a block rule for all but others',
    'lockout',
    'rules/0',
    { rules: [here({ action: 'block', source_net: '127.9.0.0/16', source_not: true })] },
  ],
  [
    'a block rule for an alias with the caller',
    'lockout',
    'rules/0',
    {
      aliases: [alias('s32_me', { content: ['127.0.0.1'] })],
      rules: [here({ action: 'block', source_net: 's32_me' })],
    },
  ],
  [
    'a block rule for nobody knows whom',
    'lockout',
    'rules/0',
    { rules: [here({ action: 'block', source_net: 'whoever' })] },
  ],
];

/** What looks hostile and is not. */
export const HARMLESS: readonly (readonly [what: string, more: Fields])[] = [
  ['no host name', one({ hostname: '' })],
  ['letters outside ASCII in a description', one({ descr: `Büro ${MARKER}` })],
  ['a host name that a foreign entry has', one({ hostname: 'hand' })],
  ['an empty alias', { aliases: [alias('s32_web', { content: [] })] }],
  [
    'networks and ranges of ports in aliases',
    {
      aliases: [
        alias('s32_a', { type: 'network', content: ['10.1.0.0/16', '!10.1.2.0/24', '10.2.0.1', '!10.2.0.2'] }),
        alias('s32_b', { type: 'port', content: ['80', '8000:8010'] }),
      ],
    },
  ],
  [
    'a block rule where the caller comes in, behind the pass rule for it',
    { rules: [here({ action: 'block', sequence: 9 }), { ...PASS, sequence: 5 }] },
  ],
  ['a list of types of ICMP', { rules: [ping('echoreq,unreach,ipv6-here')] }],
  ['a rule on WAN to a host in scope', { rules: [published('1')] }],
  [
    'a rule on WAN to a host in scope, written as a network',
    { rules: [published('1', { destination_net: '10.10.1.11/32' })] },
  ],
  [
    'a rule on WAN to an alias of hosts in scope',
    { aliases: [alias('s32_web')], rules: [published('1', { destination_net: 's32_web' })] },
  ],
  ['a redirect on WAN with its rule', { redirects: [redirect('1')], rules: [published('1')] }],
  ['a redirect of the same port over UDP', { redirects: [redirect('1'), redirect('2', { protocol: 'udp' })] }],
  [
    'a redirect that is off beside one of the same packets',
    { redirects: [redirect('1'), redirect('2', { enabled: false })] },
  ],
  ['a redirect of what somebody else has switched off', { redirects: [redirect('1', { destination_port: '90' })] }],
  [
    'a redirect of any address in scope',
    { redirects: [redirect('1', { interface: 'opt1', destination_net: '192.0.2.7' })] },
  ],
  [
    'a redirect of another address than somebody else’s',
    { redirects: [redirect('1', { interface: 'opt1', destination_net: '10.10.1.250', destination_port: '81' })] },
  ],
  [
    'a redirect of another port where the caller comes in',
    { redirects: [redirect('1', { interface: 'opt2', destination_net: 'opt2ip', destination_port: '8443' })] },
  ],
  ['a block rule for SSH', { rules: [here({ ...WEB, destination_port: '22' })] }],
  ['a block rule that is switched off', { rules: [here({ action: 'block', enabled: false })] }],
  ['a block rule for what goes out', { rules: [here({ action: 'block', direction: 'out' })] }],
  ['a block rule for others', { rules: [here({ action: 'block', source_net: '127.9.0.0/16' })] }],
  ['a block rule for UDP', { rules: [here({ action: 'block', protocol: 'UDP' })] }],
  [
    'a block rule on another interface',
    { rules: [rule('1', { action: 'block', protocol: 'any', destination_net: 'any', destination_port: '' })] },
  ],
];
