import { configureNeighbours, numberOf, restartDhcpd, servedInterfaces } from './dhcpd.js';
import { json, type SimReply, type SimRequest, searched, unexpectedError } from './exchange.js';
import { childOf, childrenOf, type SimNode, textAt } from './node.js';
import type { SimState } from './state.js';

/** `dhcpv4/leases/searchLease`: static mappings of interfaces with DHCP on, and the injected dynamic leases. */
export function searchLease(state: SimState, request: SimRequest): SimReply {
  const root = state.disk.view();
  const names = interfaceNames(root);
  const rows = [...staticRows(root, names), ...dynamicRows(state, names)];
  rows.sort((left, right) => (numberOf(left.address) ?? 0) - (numberOf(right.address) ?? 0));
  const selected = request.fields.selected_interfaces;
  const shown = Array.isArray(selected) && selected.length > 0 ? rows.filter((row) => selected.includes(row.if)) : rows;
  const interfaces = Object.fromEntries(rows.map((row) => [row.if, row.if_descr]));
  return json({ ...searched(shown, request), interfaces });
}

/** `dhcpv4/service/status`: "not running" tells stopped from disabled by the text 1 of `<enable>` (docs/facts.md, "ISC dhcpd under OPNsense"). */
export function dhcpStatus(state: SimState): SimReply {
  const dhcpd = childOf(state.disk.view(), 'dhcpd');
  if (dhcpd === undefined) return unexpectedError();
  const enabled = dhcpd.children.some((section) => textAt(section, 'enable') === '1');
  const status = state.dhcpdRunning ? 'running' : enabled ? 'stopped' : 'disabled';
  const widget = { caption_restart: 'Restart', caption_start: 'Start', caption_stop: 'Stop' };
  return json({ status, widget });
}

/** `dhcpv4/service/restart` and `start`: OK even when dhcpd refuses its configuration. */
export function dhcpRestart(state: SimState, request: SimRequest): SimReply {
  if (request.method !== 'POST') return json({ response: [] });
  restartDhcpd(state);
  return json({ response: 'OK' });
}

/** `dhcpv4/service/stop`. */
export function dhcpStop(state: SimState, request: SimRequest): SimReply {
  if (request.method !== 'POST') return json({ response: [] });
  state.dhcpdRunning = false;
  state.serving = new Map();
  return json({ response: 'OK' });
}

/** `dhcpv4/service/reconfigure`: stops dhcpd, and starts it only where an `<enable>` holds the text 1. */
export function dhcpReconfigure(state: SimState, request: SimRequest): SimReply {
  if (request.method !== 'POST') return json({ status: 'failed' });
  state.dhcpdRunning = false;
  state.serving = new Map();
  const dhcpd = childOf(state.disk.view(), 'dhcpd');
  if (dhcpd?.children.some((section) => textAt(section, 'enable') === '1') === true) restartDhcpd(state);
  return json({ status: 'ok' });
}

/** `interfaces/neighbor_settings/reconfigure`. */
export function neighbourReconfigure(state: SimState, request: SimRequest): SimReply {
  if (request.method !== 'POST') return json({ status: 'failed' });
  configureNeighbours(state);
  return json({ status: 'ok' });
}

/** The shown name of each interface. */
export function interfaceNames(root: SimNode): Map<string, string> {
  const interfaces = childOf(root, 'interfaces')?.children ?? [];
  return new Map(interfaces.map((each) => [each.name, textAt(each, 'descr') || each.name.toUpperCase()]));
}

interface LeaseRow {
  readonly address: string;
  readonly if: string;
  readonly if_descr: string;
  readonly [field: string]: string;
}

function staticRows(root: SimNode, names: ReadonlyMap<string, string>): LeaseRow[] {
  const sections = (childOf(root, 'dhcpd')?.children ?? []).filter(
    (section) => childOf(section, 'enable') !== undefined,
  );
  return sections.flatMap((section) =>
    childrenOf(section, 'staticmap')
      .filter((map) => map.children.length > 0)
      .map((map) =>
        row(
          names,
          section.name,
          'static',
          textAt(map, 'ipaddr'),
          textAt(map, 'mac'),
          textAt(map, 'hostname'),
          textAt(map, 'descr'),
        ),
      ),
  );
}

function dynamicRows(state: SimState, names: ReadonlyMap<string, string>): LeaseRow[] {
  const on = new Set(servedInterfaces(state.disk.view()).map(({ id }) => id));
  return state.leases
    .filter((lease) => on.has(lease.interface))
    .map((lease) => ({
      ...row(names, lease.interface, 'dynamic', lease.address, lease.mac, lease.hostname, ''),
      starts: '2026/11/22 03:00:00',
      ends: '2026/11/22 05:00:00',
      status: 'online',
    }));
}

function row(
  names: ReadonlyMap<string, string>,
  id: string,
  type: string,
  address: string,
  mac: string,
  hostname: string,
  descr: string,
): LeaseRow {
  const man = mac.toLowerCase().startsWith('00:16:3e') ? 'Xensource, Inc.' : '';
  const shown = { if_descr: names.get(id) ?? '', if: id, state: 'active', status: 'offline', man };
  return { address, type, mac, starts: '', ends: '', hostname, descr, ...shown };
}
