import { childOf, childrenOf, node, type SimNode } from '../node.js';
import { serialize } from '../serialize.js';

/** What is copied of an element: `null` its text, else of its children those that are named, `*` being every one. */
interface Copied {
  readonly [name: string]: Copied | null;
}

const RULE = fields(
  'sched gateway os tagged divert-to tos max-pkt-rate-number prio flags tcpflags1 tcpflags2 tcpflags_any statetype interface',
  'interfacenot direction ipprotocol protocol icmptype icmp6type quick log allowopts disablereplyto',
);
const END = fields('network address port not');
const FORWARD: Copied = {
  ...fields(
    'sequence disabled nordr interface ipprotocol protocol target local-port poolopts log category descr tagged',
  ),
  ...fields('nosync natreflection pass associated-rule-id'),
  source: END,
  destination: END,
};
const GATEWAYS = { gateway_item: fields('name interface disabled defaultgw gateway ipprotocol') };
const NAMES =
  'if descr enable type virtual ipaddr subnet ipaddrv6 subnetv6 gateway gatewayv6 blockpriv blockbogons gateway_interface gateway-6rd internal_dynamic';
const OUTBOUND: Copied = {
  ...fields('interface disabled nonat ipprotocol protocol target targetip targetip_subnet natport staticnatport'),
  ...fields('sourceport dstport tagged poolopts descr'),
  source: END,
  destination: END,
};
const STATIC = fields('enabled interface source_net source_not destination_net destination_not sequence description');

const COPIED: Copied = {
  system: {
    dnsserver: null,
    ...fields('disablefilter disablenatreflection no_ipv6_rfc4890_req no_port0_block no_sshlockout no_virusprot'),
    ...fields(
      'ipv6allow enablebinatreflection enablenatreflectionhelper disablereplyto skip_rules_gw_down pf_disable_force_gw',
    ),
    webgui: fields('protocol port noantilockout disablehttpredirect'),
    ssh: fields('enabled port'),
  },
  interfaces: { '*': fields(NAMES) },
  ifgroups: { ifgroupentry: fields('ifname members sequence') },
  gateways: { ...GATEWAYS, gateway_group: fields('name item item2 item3 item4 item5') },
  staticroutes: { route: fields('network gateway disabled enabled') },
  virtualip: { vip: fields('mode interface subnet subnet_bits') },
  filter: {
    bypassstaticroutes: null,
    rule: { ...fields('type floating disabled descr reply-to'), source: END, destination: END, ...RULE },
  },
  nat: { outbound: { mode: null, rule: OUTBOUND }, rule: FORWARD },
  dhcpd: { '*': fields('enable failover_peerip') },
  dhcpdv6: { '*': fields('enable') },
  dnsmasq: {
    ...fields('enable interface port'),
    dhcp_ranges: fields('interface start_addr'),
    dhcp: fields('no_interface default_fw_rules'),
  },
  openvpn: {
    'openvpn-server': fields('disable tunnel_network'),
    'openvpn-client': fields('disable tunnel_network'),
  },
  ipsec: { phase1: {} },
  OPNsense: {
    Firewall: {
      Alias: { aliases: { alias: fields('enabled name type content categories description') } },
      Category: { categories: { category: fields('name auto color') } },
      Filter: {
        rules: {
          rule: {
            ...fields('enabled sequence action source_net source_not source_port destination_net destination_not'),
            ...fields('destination_port replyto categories description'),
            ...RULE,
          },
        },
        snatrules: {
          rule: {
            ...STATIC,
            ...fields(
              'source_port destination_port nonat ipprotocol protocol target target_port staticnatport tagged poolopts',
            ),
          },
        },
        onetoone: { rule: { ...STATIC, ...fields('external type natreflection') } },
        npt: { rule: { ...STATIC, ...fields('trackif') } },
      },
    },
    Gateways: GATEWAYS,
    Interfaces: { settings: fields('disableipv6') },
    Kea: { dhcp4: { general: fields('enabled interfaces fwrules manual_config') } },
    captiveportal: { zones: { zone: fields('enabled') } },
    Swanctl: { general: fields('enabled') },
    unboundplus: { general: fields('enabled port') },
  },
};

/** Content of other aliases may be a URL with a password in it: only names of aliases are copied of that. No type means hosts. */
const FIXED = new Set(['', 'host', 'network', 'networkgroup', 'port']);

/** What of a configuration decides which packets pass, as a small configuration of its own, without secrets. */
export function policyText(root: SimNode): string {
  const copied = copy(root, COPIED);
  const aliases = ['OPNsense', 'Firewall', 'Alias', 'aliases'].reduce<SimNode | undefined>(childOf, copied);
  for (const alias of childrenOf(aliases, 'alias')) {
    if (FIXED.has((childOf(alias, 'type')?.text ?? '').trim())) continue;
    for (const content of childrenOf(alias, 'content'))
      content.text = content.text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(line))
        .join('\n');
  }
  const shown = node(copied.name, copied.children, { shows: 'ways', resolvers: 'shown' });
  return serialize(shown).replace(/^<\?xml[^>]*\?>\s*/, '');
}

function copy(from: SimNode, what: Copied): SimNode {
  const { uuid } = from.attributes;
  const children = from.children.flatMap((child) => {
    const inner = Object.hasOwn(what, child.name) ? what[child.name] : what['*'];
    if (inner === undefined) return [];
    return [inner === null ? node(child.name, child.text) : copy(child, inner)];
  });
  return node(from.name, children, uuid === undefined ? {} : { uuid });
}

function fields(...lists: readonly string[]): Record<string, null> {
  return Object.fromEntries(lists.flatMap((list) => list.split(' ').map((name) => [name, null] as const)));
}
