import { readConfig } from '../../../firewall/opnsense/config/read.js';
import { readStandingNames } from '../../../firewall/opnsense/config/standing-names.js';
import { findFaults } from '../../../firewall/opnsense/isc/faults.js';
import { parseXml } from '../../../firewall/opnsense/xml/parse.js';
import type { SimRequest } from '../exchange.js';
import { childOf, childrenOf, copyOf, node, type SimNode, textAt } from '../node.js';
import { serialize } from '../serialize.js';
import type { SimState } from '../state.js';
import { summaryOf } from './apply.js';
import { haOf } from './ha.js';
import { ownerOf } from './marker.js';
import type { SimPlugin } from './model.js';
import { objectsOf, textOn } from './objects.js';
import { policyText } from './policy-text.js';
import { restartsOf } from './restart.js';
import { revisionOf, unixNow } from './settle.js';
import { SETTING_NAMES } from './slots.js';

const SECRETS = new Set(['ddnsdomainkey', 'omapikey']);

/** `state/get`. */
export function readState(state: SimState, plugin: SimPlugin, request: SimRequest): Record<string, unknown> {
  const root = state.disk.view();
  const config = readConfig(parseXml(serialize(root)));
  const scope = plugin.interfaces;
  const devices = new Map((childOf(root, 'interfaces')?.children ?? []).map((one) => [textAt(one, 'if'), one.name]));
  return {
    result: 'ok',
    api: 1,
    plugin: plugin.tellsPair ? '1.5' : '1.4',
    version: state.version,
    revision: revisionOf(state),
    now: unixNow(),
    caller: { address: request.remoteAddress.replace(/^::ffff:/, ''), user: request.user.name },
    scope: { interfaces: scope, max_confirm_seconds: plugin.maxConfirmSeconds, publishes: plugin.publishes },
    interfaces: (childOf(root, 'interfaces')?.children ?? []).map((one) => interfaceOf(state, root, one)),
    dhcpd: sectionText(root, scope),
    other_dhcp: config.otherDhcp,
    faults: findFaults(parseXml(serialize(root)), config.interfaces).faults.filter(
      (fault) => !scope.includes(fault.interface),
    ),
    leases: state.leases
      .filter((lease) => scope.includes(lease.interface))
      .map(({ interface: id, address, mac, hostname }) => ({ interface: id, address, mac, hostname })),
    neighbours: state.arp.flatMap(({ device, address, mac, permanent }) => {
      const id = devices.get(device) ?? '';
      return scope.includes(id) ? [{ interface: id, address, mac, permanent }] : [];
    }),
    restarts: restartsOf(state, root, scope),
    peer: config.peerAddress ?? null,
    aliases: objectsOf(root, 'alias').flatMap(aliasOf),
    rules: objectsOf(root, 'rule').flatMap(ruleOf),
    redirects: objectsOf(root, 'redirect').flatMap(redirectOf),
    names: [...readStandingNames(parseXml(serialize(root))), ...namesBeyond(root, scope)],
    policy: policyText(root),
    settings: SETTING_NAMES,
    cuts: true,
    ...(plugin.tellsPair ? { ha: haOf(state, plugin, root) } : {}),
    owners: [...plugin.owners].map(([owner, known]) => ({ owner, ...known })),
    bindings: [...plugin.users].map(([owner, user]) => ({ owner, user })),
    pending: [...plugin.pending.values()].map(summaryOf),
    applies: plugin.applies.slice(0, 20).map(({ left: _left, ...line }) => line),
    dhcpd_health: {
      expected: (childOf(root, 'dhcpd')?.children ?? []).some((one) => childOf(one, 'enable') !== undefined),
      running: state.dhcpdRunning,
      pid: state.dhcpdRunning ? 4242 : null,
    },
  };
}

/** Reservations on interfaces out of scope, of which nothing but the name is told. */
function namesBeyond(root: SimNode, scope: readonly string[]): { name: string; holder: string }[] {
  return (childOf(root, 'dhcpd')?.children ?? [])
    .filter((section) => !scope.includes(section.name))
    .flatMap((section) => childrenOf(section, 'staticmap').map((map) => ({ map, id: section.name })))
    .filter(({ map }) => textAt(map, 'hostname') !== '')
    .map(({ map, id }) => ({
      name: textAt(map, 'hostname'),
      holder: `${textAt(map, 'ipaddr') || 'no address'} on ${id}`,
    }));
}

function interfaceOf(state: SimState, root: SimNode, one: SimNode): Record<string, unknown> {
  const address = textAt(one, 'ipaddr');
  const isStatic = /^[\d.]+$/.test(address);
  return {
    id: one.name,
    descr: textAt(one, 'descr') || one.name.toUpperCase(),
    device: textAt(one, 'if'),
    mac: state.macs.get(textAt(one, 'if')) ?? '',
    static_arp: state.staticArp.has(one.name),
    enabled: childOf(one, 'enable') !== undefined,
    ipaddr: isStatic ? address : '',
    subnet: isStatic ? Number(textAt(one, 'subnet')) : 0,
    vips: childrenOf(childOf(root, 'virtualip'), 'vip')
      .filter((vip) => textAt(vip, 'interface') === one.name && /^[\d.]+$/.test(textAt(vip, 'subnet')))
      .map((vip) => vipOf(state, vip)),
  };
}

function vipOf(state: SimState, vip: SimNode): Record<string, string> {
  const address = textAt(vip, 'subnet');
  const mode = textAt(vip, 'mode');
  const status = mode === 'carp' ? (state.carp.get(address) ?? 'MASTER') : '';
  return { address, mode: mode === 'carp' || mode === 'ipalias' ? mode : 'other', status };
}

function sectionText(root: SimNode, scope: readonly string[]): string {
  const sections = (childOf(root, 'dhcpd')?.children ?? []).filter((one) => scope.includes(one.name));
  const text = serialize(
    node(
      'dhcpd',
      sections.map((one) => withoutSecrets(copyOf(one))),
    ),
  );
  return text.replace(/^<\?xml[^>]*\?>\s*/, '');
}

function withoutSecrets(element: SimNode): SimNode {
  for (const child of element.children) {
    if (SECRETS.has(child.name) && child.text !== '') child.text = '(hidden)';
    withoutSecrets(child);
  }
  return element;
}

function aliasOf(one: SimNode): Record<string, unknown>[] {
  const descr = textAt(one, 'description');
  const owner = ownerOf(descr);
  if (owner === undefined) return [];
  const content = textAt(one, 'content')
    .split(/\s+/)
    .filter((part) => part !== '');
  return [{ owner, name: textAt(one, 'name'), type: textAt(one, 'type'), content, descr }];
}

function ruleOf(one: SimNode): Record<string, unknown>[] {
  const descr = textAt(one, 'description');
  const owner = ownerOf(descr);
  if (owner === undefined) return [];
  const texts = [
    'interface',
    'action',
    'direction',
    'ipprotocol',
    'protocol',
    'source_net',
    'source_port',
    'destination_net',
    'destination_port',
    'icmptype',
  ];
  const flags = ['source_not', 'destination_not', 'log', 'quick', 'enabled'];
  return [
    {
      owner,
      uuid: one.attributes.uuid ?? '',
      descr,
      ...Object.fromEntries(texts.map((field) => [field, textAt(one, field)])),
      ...Object.fromEntries(flags.map((field) => [field, textAt(one, field) === '1'])),
      sequence: Number(textAt(one, 'sequence')) || 0,
    },
  ];
}

function redirectOf(one: SimNode): Record<string, unknown>[] {
  const descr = textAt(one, 'descr');
  const owner = ownerOf(descr);
  if (owner === undefined) return [];
  return [
    {
      owner,
      uuid: one.attributes.uuid ?? '',
      descr,
      interface: textAt(one, 'interface'),
      protocol: textAt(one, 'protocol'),
      destination_net: textOn(one, 'destination.network'),
      destination_port: textOn(one, 'destination.port'),
      target: textAt(one, 'target'),
      local_port: Number(textAt(one, 'local-port')) || 0,
      log: textAt(one, 'log') === '1',
      enabled: ['', '0'].includes(textAt(one, 'disabled')),
      sequence: Number(textAt(one, 'sequence')) || 0,
    },
  ];
}
