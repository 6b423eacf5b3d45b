import type { FirewallInterface } from '../../../model/firewall.js';
import { normalizeMac } from '../../../model/mac.js';
import type { SharedAddress } from '../../../model/pair.js';
import { isSameAddress } from '../config/carp.js';
import { asRow, type Row, textField } from './rows.js';

/**
 * Adds to interfaces read from config.xml what only the running firewall knows: the MAC of the device, and whether it is
 * in static ARP mode. `rows` are those of `interfaces/overview/interfacesInfo`.
 */
export function addOverview(interfaces: readonly FirewallInterface[], rows: readonly Row[]): FirewallInterface[] {
  const byId = new Map(rows.map((row) => [textField(row, 'identifier'), row]));
  return interfaces.map((known) => {
    const row = byId.get(known.id);
    if (row === undefined) return known;
    return {
      ...known,
      mac: hardwareMac(row) ?? known.mac,
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

/** How this node stands on each CARP address, of both families; of one that the overview does not show, that is not known. */
export function addCarpStatus(addresses: readonly SharedAddress[], rows: readonly Row[]): SharedAddress[] {
  const byId = new Map(rows.map((row) => [textField(row, 'identifier'), row]));
  return addresses.map((shared) => {
    const row = byId.get(shared.interface);
    const shown = [row?.ipv4, row?.ipv6].flatMap((list) => (Array.isArray(list) ? list.map(asRow) : []));
    const found = shown
      .filter((entry) => textField(entry, 'status') !== '')
      .find((entry) => isSameAddress(textField(entry, 'ipaddr').split('/')[0] ?? '', shared.address));
    return { ...shared, status: found && textField(found, 'status').toLowerCase() };
  });
}
