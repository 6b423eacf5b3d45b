import { json, type SimReply, type SimRequest, searched } from './exchange.js';
import { childOf, childrenOf, type SimNode, textAt } from './node.js';
import { interfaceNames } from './routes-dhcp.js';
import type { SimState } from './state.js';

/** `interfaces/overview/interfacesInfo`, with the fields that slash32 and its kind read. */
export function interfacesInfo(state: SimState, request: SimRequest): SimReply {
  const root = state.disk.view();
  const interfaces = childOf(root, 'interfaces')?.children ?? [];
  return json(
    searched(
      interfaces.map((each) => overviewRow(state, root, each)),
      request,
    ),
  );
}

/** `diagnostics/interface/getArp`. */
export function getArp(state: SimState): SimReply {
  const root = state.disk.view();
  const names = interfaceNames(root);
  const ids = new Map((childOf(root, 'interfaces')?.children ?? []).map((each) => [textAt(each, 'if'), each.name]));
  return json(
    state.arp.map((row) => ({
      mac: row.mac,
      ip: row.address,
      intf: row.device,
      expired: false,
      expires: row.permanent ? -1 : 1200,
      permanent: row.permanent,
      type: 'ethernet',
      manufacturer: '',
      hostname: '',
      intf_description: names.get(ids.get(row.device) ?? '') ?? '',
    })),
  );
}

function overviewRow(state: SimState, root: SimNode, each: SimNode): Record<string, unknown> {
  const device = textAt(each, 'if');
  const mac = state.macs.get(device) ?? '00:00:00:00:00:00';
  const address = textAt(each, 'ipaddr');
  const primary = /^[\d.]+$/.test(address) ? `${address}/${textAt(each, 'subnet')}` : '';
  const config = Object.fromEntries(each.children.map((property) => [property.name, property.text]));
  return {
    flags: [
      ...['up', 'broadcast', 'running', 'simplex', 'multicast', 'lower_up'],
      ...(state.staticArp.has(each.name) ? ['staticarp'] : []),
    ],
    capabilities: ['rxcsum', 'txcsum', 'vlan_mtu', 'vlan_hwtagging'],
    options: ['vlan_mtu', 'vlan_hwtagging', 'jumbo_mtu', 'vlan_hwcsum'],
    macaddr: mac,
    ...hardware(device, mac),
    device,
    mtu: '1500',
    status: 'up',
    nd6: { flags: ['performnud', 'ifdisabled', 'auto_linklocal'] },
    config: { ...config, identifier: each.name },
    identifier: each.name,
    description: textAt(each, 'descr') || each.name.toUpperCase(),
    enabled: childOf(each, 'enable') !== undefined,
    link_type: primary === '' ? address || 'none' : 'static',
    link_typev6: 'none',
    addr4: primary,
    addr6: '',
    ...addresses(state, root, each.name, primary),
    vlan_tag: null,
    gateways: [],
  };
}

/** The loopback device has no medium and no address of its hardware. */
function hardware(device: string, mac: string): Record<string, unknown> {
  if (device === 'lo0') return { supported_media: [], is_physical: false, groups: ['lo'] };
  const media = '1000baseT <full-duplex>';
  const described = { media, media_raw: `Ethernet autoselect (${media})`, macaddr_hw: mac };
  return { supported_media: ['autoselect'], is_physical: true, ...described };
}

/** An interface without any address of a family has no list of it at all; one whose CARP status is not seen shows none. */
function addresses(state: SimState, root: SimNode, id: string, primary: string): Record<string, unknown> {
  const virtual = childrenOf(childOf(root, 'virtualip'), 'vip')
    .filter((vip) => textAt(vip, 'interface') === id)
    .map((vip) => {
      const ipaddr = `${textAt(vip, 'subnet')}/${textAt(vip, 'subnet_bits')}`;
      if (textAt(vip, 'mode') !== 'carp') return { ipaddr };
      const status = state.carp.get(textAt(vip, 'subnet')) ?? 'MASTER';
      if (status === '') return { ipaddr };
      const advertised = { advbase: '1', advskew: '0', peer: '224.0.0.18', peer6: 'ff02::12' };
      return { ipaddr, vhid: textAt(vip, 'vhid'), status, ...advertised };
    });
  const all = [...(primary === '' ? [] : [{ ipaddr: primary }]), ...virtual];
  const ipv4 = all.filter(({ ipaddr }) => !ipaddr.includes(':'));
  const ipv6 = all.filter(({ ipaddr }) => ipaddr.includes(':'));
  return { ...(ipv4.length === 0 ? {} : { ipv4 }), ...(ipv6.length === 0 ? {} : { ipv6 }) };
}
