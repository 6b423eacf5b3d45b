import {
  type AddressRange,
  formatRange,
  inRange,
  inSubnet,
  parseAddress,
  type Subnet,
} from '../../../model/address.js';
import { childrenNamed, type XmlElement } from '../../../xml/element.js';
import type { Report } from './fault-report.js';
import { isAddress } from './fault-values.js';
import { listed, scalar } from './values.js';

/** Checks the dynamic ranges of an interface and its pools; returns those that dhcpd would serve. */
export function checkRanges(element: XmlElement, subnet: Subnet, report: Report): AddressRange[] {
  const holders = [element, ...listed(element, 'pool')];
  const ranges: AddressRange[] = [];
  for (const [index, holder] of holders.entries()) {
    const object = index === 0 ? 'range' : `pool ${index}: range`;
    const range = checkRange(holder, object, subnet, report);
    if (range === undefined) continue;
    const other = ranges.find((one) => overlap(one, range));
    if (other !== undefined)
      report.fault(
        object,
        `${formatRange(range)} overlaps ${formatRange(other)}, and dhcpd refuses an address that is declared twice.`,
      );
    ranges.push(range);
  }
  return ranges;
}

function checkRange(holder: XmlElement, object: string, subnet: Subnet, report: Report): AddressRange | undefined {
  const found = childrenNamed(holder, 'range');
  const range = found[0];
  if (holder.children.length === 0 || (found.length === 1 && range?.children.length === 0)) {
    report.fault(object, 'It is empty, which makes OPNsense fail while it writes dhcpd.conf.');
    return undefined;
  }
  if (range === undefined || found.length > 1) {
    report.fault(
      object,
      `The tag is ${range === undefined ? 'missing' : 'there twice'}, and dhcpd refuses the file without one range.`,
    );
    return undefined;
  }
  const from = scalar(range, 'from').trim();
  const to = scalar(range, 'to').trim();
  const ends = [from, to].filter((end) => end !== '');
  const bad = ends.find((end) => !isAddress(end));
  if (ends.length === 0 || bad !== undefined) {
    report.fault(
      object,
      ends.length === 0
        ? 'It has no addresses, and dhcpd refuses the file.'
        : `${JSON.stringify(bad)} is no address, and dhcpd refuses the file.`,
    );
    return undefined;
  }
  const canonical = ends.map((end) => end.replace(/(^|\.)0+(?=\d)/g, '$1'));
  const outside = canonical.find((end) => !inSubnet(end, subnet));
  if (outside !== undefined) {
    report.fault(object, `${outside} lies outside ${subnet.network}/${subnet.prefix}, and dhcpd refuses the file.`);
    return undefined;
  }
  const [first = '', last = first] = canonical;
  const reversed = (parseAddress(first) ?? 0) > (parseAddress(last) ?? 0);
  if (reversed) report.warn('other', object, 'It runs backwards; dhcpd turns it round.');
  return reversed ? { from: last, to: first } : { from: first, to: last };
}

function overlap(left: AddressRange, right: AddressRange): boolean {
  return inRange(left.from, right) || inRange(left.to, right) || inRange(right.from, left);
}
