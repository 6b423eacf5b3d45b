import fc from 'fast-check';

/**
 * Any config.xml as far as rules are read from it: fields with and without a value, missing, twice, with blanks, in sections that
 * are missing or there twice.
 */
export function anyConfig(): fc.Arbitrary<string> {
  return fc.tuple(...SECTIONS).map((parts) => `<?xml version="1.0"?>\n<opnsense>${parts.join('\n')}</opnsense>\n`);
}

type Text = fc.Arbitrary<string>;

const IDS = fc.constantFrom('wan', 'lan', 'opt1', 'opt2', 'grp', 'nowhere', '', 'lan,opt1');
const FLAG = fc.constantFrom('', '0', '1', 'yes', ' 1 ');
const NAMES = fc.constantFrom('hosts', 'nets', 'feed', 'web', 'geo', 'nosuch');
const NETS = fc.oneof(
  NAMES,
  fc.constantFrom('any', '(self)', 'opt1', 'lanip', '10.1.0.7', '10.1.0.0/16', 'fd00::1', ''),
);
const PORTS = fc.constantFrom('', '443', '80-90', 'https', 'web', '0');
const WORDS = fc.oneof(
  fc.constantFrom(
    'x',
    '',
    '<b>&"',
    'Büro',
    '[slash32:home:rule/a1]',
    'x [slash32:home:nat/b]',
    'y [slash32:lab:alias/c]',
  ),
  fc.string({ maxLength: 8, unit: 'grapheme-ascii' }),
);
const FAMILY = fc.constantFrom('', 'inet', 'inet6', 'inet46');
const PROTOCOL = fc.constantFrom('', 'any', 'TCP', 'udp', 'TCP/UDP', 'ICMP', 'ipv6-icmp', 'esp');
const NUMBER = fc.constantFrom('', '1', '10', '20', 'x');
const DIRECTION = fc.constantFrom('', 'in', 'out', 'any');

const CONDITIONS = {
  interface: IDS,
  interfacenot: FLAG,
  direction: DIRECTION,
  ipprotocol: FAMILY,
  protocol: PROTOCOL,
  icmptype: fc.constantFrom('', 'echoreq', 'echoreq,unreach'),
  icmp6type: fc.constantFrom('', '128,129'),
  quick: FLAG,
  log: FLAG,
  statetype: fc.constantFrom('', 'keep', 'none', 'synproxy'),
  sched: WORDS,
  gateway: fc.constantFrom('', 'GW', 'X', 'BOTH', 'gone'),
  allowopts: FLAG,
  disablereplyto: FLAG,
  os: FLAG,
  tagged: WORDS,
  'divert-to': FLAG,
  tos: FLAG,
  'max-pkt-rate-number': NUMBER,
  prio: NUMBER,
  flags: fc.constantFrom('', 'S/SA'),
  tcpflags1: fc.constantFrom('', 'syn'),
  tcpflags2: fc.constantFrom('', 'syn,ack'),
  tcpflags_any: FLAG,
  shaper1: WORDS,
};
const END: Readonly<Record<string, Text>> = { network: NETS, address: NETS, port: PORTS, not: FLAG, any: FLAG };
const LEGACY = within(
  'rule',
  {
    ...CONDITIONS,
    type: fc.constantFrom('', 'pass', 'block', 'reject'),
    floating: FLAG,
    disabled: FLAG,
    descr: WORDS,
    'reply-to': WORDS,
  },
  ends(),
);
const MODEL = within('rule', {
  ...CONDITIONS,
  enabled: FLAG,
  sequence: NUMBER,
  action: fc.constantFrom('', 'pass', 'block'),
  ...{ source_net: NETS, source_not: FLAG, source_port: PORTS },
  ...{ destination_net: NETS, destination_not: FLAG, destination_port: PORTS },
  replyto: fc.constantFrom('', 'GW', 'gone'),
  categories: WORDS,
  description: WORDS,
});
const FORWARD = {
  ...{
    sequence: NUMBER,
    disabled: FLAG,
    nordr: FLAG,
    interface: IDS,
    ipprotocol: FAMILY,
    protocol: PROTOCOL,
    target: NETS,
  },
  ...{
    'local-port': PORTS,
    log: FLAG,
    descr: WORDS,
    tagged: WORDS,
    poolopts: WORDS,
    natreflection: fc.constantFrom('', 'purenat', 'disable'),
  },
  pass: fc.constantFrom('', 'pass', 'rule'),
  'associated-rule-id': fc.constantFrom('', 'pass', 'nat_1'),
};
const ADDRESS = fc.constantFrom('', 'dhcp', '10.1.0.1', '192.0.2.1', 'pppoe', 'pptp');
const SIX = fc.constantFrom('', 'dhcp6', 'track6', 'fd00:1::1', '6rd', '6to4');
const TARGET = fc.constantFrom('', 'hosts', 'lanip', '192.0.2.9', '10.1.0.0/24', 'other-subnet');
const OUTBOUND = {
  ...{ interface: IDS, disabled: FLAG, nonat: FLAG, ipprotocol: FAMILY, protocol: PROTOCOL, target: TARGET },
  ...{ targetip: ADDRESS, targetip_subnet: fc.constantFrom('', '24', '32'), natport: PORTS, staticnatport: FLAG },
  ...{ sourceport: PORTS, dstport: PORTS, tagged: WORDS, poolopts: fc.constantFrom('', 'bitmask'), descr: WORDS },
};
const STATIC = {
  ...{ enabled: FLAG, interface: IDS, source_net: NETS, source_not: FLAG, destination_net: NETS },
  ...{ destination_not: FLAG, sequence: NUMBER, description: WORDS },
};
const MODEL_NAT = {
  ...STATIC,
  ...{ source_port: PORTS, destination_port: PORTS, nonat: FLAG, ipprotocol: FAMILY, protocol: PROTOCOL },
  ...{ target: TARGET, target_port: PORTS, staticnatport: FLAG, tagged: WORDS, poolopts: WORDS },
};
const EXTERNAL = fc.constantFrom('', '192.0.2.9', '198.51.100.0/24', 'fd00:9::/64');
const INTERFACE = {
  ...{
    if: fc.constantFrom('em0', 'em1'),
    descr: WORDS,
    enable: FLAG,
    type: fc.constantFrom('', 'group'),
    virtual: FLAG,
  },
  ...{ ipaddr: ADDRESS, subnet: fc.constantFrom('', '24'), ipaddrv6: SIX, subnetv6: fc.constantFrom('', '64') },
  ...{ gateway: fc.constantFrom('', 'GW', 'none'), gatewayv6: FLAG, blockpriv: FLAG, blockbogons: FLAG, mtu: NUMBER },
  ...{ gateway_interface: FLAG, 'gateway-6rd': ADDRESS, internal_dynamic: FLAG },
};
const ALIAS = within('alias', {
  enabled: FLAG,
  name: NAMES,
  type: fc.constantFrom('host', 'network', 'port', 'networkgroup', 'urltable', 'geoip', 'mac', 'external', ''),
  content: fc.constantFrom(
    '10.1.0.7',
    '10.1.0.0/16\n!10.1.0.9',
    '80\n8000:8010',
    'https://u:p@example.org/\nhosts',
    'hosts\nnets',
    '',
  ),
  description: WORDS,
  password: WORDS,
});
const GATEWAY = within('gateway_item', {
  name: fc.constantFrom('GW', 'X'),
  interface: IDS,
  disabled: FLAG,
  defaultgw: FLAG,
  gateway: fc.constantFrom('192.0.2.1', '192.0.2.1', 'dynamic', 'fd00:1::2', ''),
  ipprotocol: FAMILY,
});
const GROUP = within('gateway_group', {
  name: fc.constantFrom('BOTH', ''),
  item: fc.constantFrom('GW', 'GW|1', 'GW,X', 'gone'),
  item2: fc.constantFrom('X', ''),
});
const SYSTEM = {
  ...{ disablefilter: FLAG, disablenatreflection: FLAG, no_ipv6_rfc4890_req: FLAG, no_port0_block: FLAG },
  ...{ ipv6allow: FLAG, enablebinatreflection: FLAG, enablenatreflectionhelper: FLAG, disablereplyto: FLAG },
  ...{ skip_rules_gw_down: FLAG, pf_disable_force_gw: FLAG, dnsserver: fc.constantFrom('', '9.9.9.9', '::1') },
};

const SECTIONS: readonly Text[] = [
  within(
    'system',
    SYSTEM,
    some(
      within('webgui', {
        protocol: fc.constantFrom('', 'http', 'https'),
        port: PORTS,
        noantilockout: FLAG,
        disablehttpredirect: FLAG,
      }),
      within('ssh', { enabled: FLAG, port: PORTS }),
      within('user', { name: WORDS }),
    ),
  ),
  within('interfaces', {}, some(...['wan', 'lan', 'opt1', 'opt2', 'grp'].map((id) => within(id, INTERFACE)))),
  within('ifgroups', {}, many(within('ifgroupentry', { ifname: IDS, members: IDS, sequence: NUMBER }))),
  within('gateways', {}, many(GATEWAY), many(GROUP)),
  within(
    'staticroutes',
    {},
    many(
      within('route', {
        network: fc.constantFrom('10.9.0.0/16', ''),
        gateway: fc.constantFrom('GW', 'gone'),
        disabled: FLAG,
        enabled: FLAG,
      }),
    ),
  ),
  within(
    'virtualip',
    {},
    many(
      within('vip', {
        mode: fc.constantFrom('carp', 'ipalias', 'proxyarp'),
        interface: IDS,
        subnet: ADDRESS,
        subnet_bits: fc.constantFrom('', '24', '32'),
        password: WORDS,
      }),
    ),
  ),
  within('filter', { bypassstaticroutes: FLAG }, many(LEGACY)),
  within(
    'nat',
    {},
    some(
      within(
        'outbound',
        { mode: fc.constantFrom('automatic', 'hybrid', 'advanced', 'disabled') },
        many(within('rule', OUTBOUND, ends())),
      ),
    ),
    many(within('rule', FORWARD, ends())),
  ),
  within(
    'dhcpd',
    {},
    some(...['lan', 'opt1'].map((id) => within(id, { enable: FLAG, ddnsdomainkey: WORDS, failover_peerip: ADDRESS }))),
  ),
  within('dhcpdv6', {}, some(within('lan', { enable: FLAG }))),
  within(
    'dnsmasq',
    { enable: FLAG, interface: IDS, port: PORTS },
    some(within('dhcp', { no_interface: IDS, default_fw_rules: FLAG })),
    many(within('dhcp_ranges', { interface: IDS, start_addr: ADDRESS })),
  ),
  within(
    'openvpn',
    {},
    many(within('openvpn-server', { disable: FLAG, tunnel_network: fc.constantFrom('', '10.8.0.0/24') })),
  ),
  within('ipsec', {}, many(within('phase1', { 'pre-shared-key': WORDS }))),
  within(
    'OPNsense',
    {},
    some(
      within('unboundplus', {}, some(within('general', { enabled: FLAG, port: PORTS, dnssec: FLAG }))),
      within(
        'Firewall',
        {},
        some(
          within('Alias', {}, some(within('aliases', {}, many(ALIAS)))),
          within(
            'Filter',
            {},
            some(
              within('rules', {}, many(MODEL)),
              within('snatrules', {}, many(within('rule', MODEL_NAT))),
              within('npt', {}, many(within('rule', { ...STATIC, trackif: IDS }))),
              within(
                'onetoone',
                {},
                many(
                  within('rule', {
                    ...STATIC,
                    ...{
                      external: EXTERNAL,
                      type: fc.constantFrom('', 'binat', 'nat'),
                      natreflection: fc.constantFrom('', 'enable'),
                    },
                  }),
                ),
              ),
            ),
          ),
        ),
      ),
      within('Gateways', {}, many(GATEWAY)),
      within('Interfaces', {}, some(within('settings', { disableipv6: FLAG }))),
      within(
        'Kea',
        {},
        some(
          within(
            'dhcp4',
            {},
            some(within('general', { enabled: FLAG, interfaces: IDS, fwrules: FLAG, manual_config: FLAG })),
          ),
        ),
      ),
      within('captiveportal', {}, some(within('zones', {}, many(within('zone', { enabled: FLAG }))))),
      within('Swanctl', {}, some(within('general', { enabled: FLAG }))),
    ),
  ),
];

function ends(): Text {
  return some(within('source', END), within('destination', END));
}

/** An element with some of these fields, each missing now and then, and what else is in it. */
function within(name: string, fields: Readonly<Record<string, Text>>, ...more: readonly Text[]): Text {
  const parts = Object.entries(fields).map(([field, text]) =>
    fc.option(
      text.map((value) => `<${field}>${escaped(value)}</${field}>`),
      { nil: '', freq: 2 },
    ),
  );
  const uuid = fc.uuid({ version: 4 }).map((id) => ` uuid="${id}"`);
  const attribute = ['rule', 'alias'].includes(name) ? fc.option(uuid, { nil: '', freq: 9 }) : fc.constant('');
  return fc
    .tuple(attribute, ...parts, ...more)
    .map(([id = '', ...texts]) => `<${name}${id}>${texts.join('')}</${name}>`);
}

function some(...elements: readonly Text[]): Text {
  return fc.tuple(...elements.map((one) => fc.option(one, { nil: '', freq: 6 }))).map((texts) => texts.join(''));
}

function many(element: Text): Text {
  return fc.array(element, { maxLength: 3 }).map((texts) => texts.join('\n  '));
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
