import {
  type AddressRange,
  formatRange,
  inRange,
  inSubnet,
  parseAddress,
  type Subnet,
} from '../../../model/address.js';
import { normalizeMac } from '../../../model/mac.js';
import type { XmlElement } from '../../../xml/element.js';
import { checkMapFields } from './fault-fields.js';
import type { Report } from './fault-report.js';
import { isHardwareAddress, isHostList } from './fault-values.js';
import { isEmpty, listed, scalar } from './values.js';

/** Checks the static mappings of an interface that is served. Linear in their number. */
export function checkReservations(
  element: XmlElement,
  subnet: Subnet,
  ranges: readonly AddressRange[],
  report: Report,
): void {
  const macs = new Map<string, number>();
  const addresses = new Map<string, number>();
  for (const [index, map] of listed(element, 'staticmap').entries()) {
    const mac = scalar(map, 'mac').trim();
    const address = scalar(map, 'ipaddr').trim();
    const object = `reservation ${index + 1} (${mac || 'no MAC'}, ${address || 'no address'}, ${JSON.stringify(scalar(map, 'hostname').trim())})`;
    checkMac(mac, object, report);
    checkAddress(address, object, subnet, ranges, report);
    checkMapFields(map, `${object}: `, report);
    once(macs, normalizeMac(mac) ?? mac, index, object, 'MAC', report);
    once(addresses, address, index, object, 'address', report);
  }
}

function checkMac(mac: string, object: string, report: Report): void {
  if (isEmpty(mac)) return;
  if (!isHardwareAddress(mac))
    report.fault(object, `${JSON.stringify(mac)} is no MAC address with colons, and dhcpd refuses the file.`);
  else if (normalizeMac(mac) === undefined && mac.split(':').length !== 6)
    report.warn('other', object, 'Its MAC does not have six octets, so no client has it.');
}

function checkAddress(
  address: string,
  object: string,
  subnet: Subnet,
  ranges: readonly AddressRange[],
  report: Report,
): void {
  if (isEmpty(address)) return;
  if (!isHostList(address)) {
    report.fault(object, `${JSON.stringify(address)} is no IPv4 address, and dhcpd refuses the file.`);
    return;
  }
  if (parseAddress(address) === undefined) {
    report.warn('other', object, `${JSON.stringify(address)} is not one plain IPv4 address.`);
    return;
  }
  if (!inSubnet(address, subnet))
    report.warn(
      'outside',
      object,
      `Its address lies outside ${subnet.network}/${subnet.prefix}, so the client gets another one.`,
    );
  const range = ranges.find((one) => inRange(address, one));
  if (range !== undefined)
    report.warn(
      'in-range',
      object,
      `Its address lies in the dynamic range ${formatRange(range)}, so another client can be given it.`,
    );
}

function once(
  seen: Map<string, number>,
  key: string,
  index: number,
  object: string,
  what: string,
  report: Report,
): void {
  if (isEmpty(key)) return;
  const earlier = seen.get(key);
  if (earlier === undefined) seen.set(key, index);
  else report.warn('duplicate', object, `It has the same ${what} as reservation ${earlier + 1}.`);
}
