import { inSubnet, parseAddress, subnetOf } from '../../../model/address.js';
import type { FirewallInterface, Lease } from '../../../model/firewall.js';
import { normalizeMac } from '../../../model/mac.js';
import { type Row, textField } from './rows.js';

/** A static mapping as the leases page shows it. */
export interface StaticRow {
  readonly interface: string;
  readonly mac: string;
  readonly address: string;
  readonly hostname: string;
  readonly description: string;
}

/** The active dynamic leases among the rows of `dhcpv4/leases/searchLease`. */
export function dynamicLeases(rows: readonly Row[], interfaces: readonly FirewallInterface[]): Lease[] {
  return rows.flatMap((row) => {
    const address = textField(row, 'address');
    const mac = normalizeMac(textField(row, 'mac'));
    if (row.type !== 'dynamic' || row.state !== 'active' || mac === undefined || parseAddress(address) === undefined)
      return [];
    const found = textField(row, 'if') || interfaceOf(address, interfaces);
    return found === undefined ? [] : [{ interface: found, address, mac, hostname: textField(row, 'hostname') }];
  });
}

/** The static mappings among the rows. */
export function staticRows(rows: readonly Row[]): StaticRow[] {
  return rows
    .filter((row) => row.type === 'static')
    .map((row) => ({
      interface: textField(row, 'if'),
      mac: textField(row, 'mac'),
      address: textField(row, 'address'),
      hostname: textField(row, 'hostname'),
      description: textField(row, 'descr'),
    }));
}

function interfaceOf(address: string, interfaces: readonly FirewallInterface[]): string | undefined {
  return interfaces.find(
    (known) =>
      known.address !== undefined &&
      known.prefix !== undefined &&
      inSubnet(address, subnetOf(known.address, known.prefix)),
  )?.id;
}
