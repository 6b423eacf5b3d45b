import { parseAddress } from '../../../model/address.js';
import type { Neighbour } from '../../../model/firewall.js';
import { normalizeMac } from '../../../model/mac.js';
import { type JudgedCall, unexpected } from '../http/judge.js';
import { asRow, textField } from './rows.js';

/**
 * The ARP table from `diagnostics/interface/get_arp`. Rows of devices without an assigned interface, expired rows and
 * rows without a MAC are left out.
 */
export function readNeighbours(answer: unknown, devices: ReadonlyMap<string, string>, call: JudgedCall): Neighbour[] {
  if (!Array.isArray(answer)) throw unexpected(call, 'ARP table');
  return answer.map(asRow).flatMap((row) => {
    const found = devices.get(textField(row, 'intf'));
    const mac = normalizeMac(textField(row, 'mac'));
    const address = textField(row, 'ip');
    if (found === undefined || mac === undefined || parseAddress(address) === undefined || isTrue(row.expired))
      return [];
    return [{ interface: found, address, mac, permanent: isTrue(row.permanent) }];
  });
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}
