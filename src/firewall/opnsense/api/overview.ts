import type { FirewallInterface, VirtualIp } from '../../../model/firewall.js';
import { normalizeMac } from '../../../model/mac.js';
import { asRow, type Row, textField } from './rows.js';

/**
 * Adds to interfaces read from config.xml what only the running firewall knows: the MAC of the device, whether it is in
 * static ARP mode, and the state of CARP addresses. `rows` are those of `interfaces/overview/interfacesInfo`.
 */
export function addOverview(interfaces: readonly FirewallInterface[], rows: readonly Row[]): FirewallInterface[] {
  const byId = new Map(rows.map((row) => [textField(row, 'identifier'), row]));
  return interfaces.map((known) => {
    const row = byId.get(known.id);
    if (row === undefined) return known;
    return {
      ...known,
      mac: hardwareMac(row) ?? known.mac,
      virtualIps: known.virtualIps.map((virtual) => addStatus(virtual, row)),
      staticArp: staticArpOf(row),
    };
  });
}

/** Interface ids by device name, for tables that only name devices. */
export function devicesOf(rows: readonly Row[]): ReadonlyMap<string, string> {
  return new Map(
    rows.map((row) => [textField(row, 'device'), textField(row, 'identifier')] as const).filter(([, id]) => id !== ''),
  );
}

/** Whether the device of a row is in static ARP mode, as ifconfig says; undefined for one that is not there. */
export function staticArpOf(row: Row): boolean | undefined {
  return Array.isArray(row.flags) ? row.flags.includes('staticarp') : undefined;
}

/** The MAC of the hardware, since that is what a hypervisor knows; a spoofed one shows only in `macaddr`. */
function hardwareMac(row: Row): string | undefined {
  const mac = normalizeMac(textField(row, 'macaddr_hw')) ?? normalizeMac(textField(row, 'macaddr'));
  return mac === '00:00:00:00:00:00' ? undefined : mac;
}

function addStatus(virtual: VirtualIp, row: Row): VirtualIp {
  if (virtual.mode !== 'carp') return virtual;
  const addresses = Array.isArray(row.ipv4) ? row.ipv4.map(asRow) : [];
  const found = addresses.find((entry) => textField(entry, 'ipaddr').split('/')[0] === virtual.address);
  const status = found === undefined ? '' : textField(found, 'status').toLowerCase();
  return { ...virtual, status: status === 'master' || status === 'backup' ? status : undefined };
}
