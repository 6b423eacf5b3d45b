/**
 * IPv4 arithmetic. An address is a canonical dotted quad wherever values cross a module's edge, and an unsigned 32-bit
 * number inside arithmetic. Parsing is strict (four decimal octets, no leading zeros), because `010.0.0.1` means
 * different hosts to different programs.
 */

/** An inclusive range of addresses, both ends canonical dotted quads. */
export interface AddressRange {
  readonly from: string;
  readonly to: string;
}

/** An IPv4 network: `network` is the canonical first address, `prefix` 0 to 32. */
export interface Subnet {
  readonly network: string;
  readonly prefix: number;
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** The number of a dotted quad, or undefined when `text` is not exactly one. Read by hand: a plan asks it very often. */
export function parseAddress(text: string): number | undefined {
  let number = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0 || dots === 3) return undefined;
      number = number * 256 + octet;
      dots += 1;
      octet = 0;
      digits = 0;
      continue;
    }
    const leadingZero = digits > 0 && octet === 0;
    if (code < ZERO || code > NINE || leadingZero) return undefined;
    octet = octet * 10 + code - ZERO;
    digits += 1;
    if (octet > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? number * 256 + octet : undefined;
}

/** The number of an address already known to be canonical; throws a RangeError otherwise (a defect, not an input error). */
export function addressNumber(address: string): number {
  const number = parseAddress(address);
  if (number === undefined) throw new RangeError(`not an IPv4 address: ${address}`);
  return number;
}

/** The dotted quad of an unsigned 32-bit number. */
export function formatAddress(number: number): string {
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** Parses `10.2.0.0/24`; host bits are cleared. Undefined when it is not a network. */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^([^/]+)\/(\d|[12]\d|3[0-2])$/.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  const address = parseAddress(match[1]);
  if (address === undefined) return undefined;
  return subnetOf(formatAddress(address), Number(match[2]));
}

/** The network that `address` belongs to under a prefix of `prefix` bits. */
export function subnetOf(address: string, prefix: number): Subnet {
  return { network: formatAddress((addressNumber(address) & prefixMask(prefix)) >>> 0), prefix };
}

/** First and last number of a subnet: its network and its broadcast address. */
export function subnetBounds(subnet: Subnet): { first: number; last: number } {
  const first = addressNumber(subnet.network);
  return { first, last: (first | ~prefixMask(subnet.prefix)) >>> 0 };
}

/** Whether `address` lies in `subnet`, its network and broadcast address included. */
export function inSubnet(address: string, subnet: Subnet): boolean {
  const { first, last } = subnetBounds(subnet);
  const number = addressNumber(address);
  return number >= first && number <= last;
}

/**
 * First and last address a host may have. A /31 (RFC 3021) and a /32 have no network or broadcast address, so all of
 * theirs are usable.
 */
export function usableRange(subnet: Subnet): AddressRange {
  const { first, last } = subnetBounds(subnet);
  if (subnet.prefix >= 31) return { from: formatAddress(first), to: formatAddress(last) };
  return { from: formatAddress(first + 1), to: formatAddress(last - 1) };
}

/** Parses `10.2.0.10-10.2.0.250` or a single address; undefined when it is neither or runs backwards. */
export function parseRange(text: string): AddressRange | undefined {
  const [from, to, more] = text.split('-').map((part) => part.trim());
  if (from === undefined || more !== undefined) return undefined;
  const first = parseAddress(from);
  const last = parseAddress(to ?? from);
  if (first === undefined || last === undefined || first > last) return undefined;
  return { from: formatAddress(first), to: formatAddress(last) };
}

/** Whether `address` lies in `range`. */
export function inRange(address: string, range: AddressRange): boolean {
  const number = addressNumber(address);
  return number >= addressNumber(range.from) && number <= addressNumber(range.to);
}

/** Number of addresses in a range, both ends counted. */
export function rangeSize(range: AddressRange): number {
  return addressNumber(range.to) - addressNumber(range.from) + 1;
}

/** How a range is written for people: one address alone, or `from-to`. */
export function formatRange(range: AddressRange): string {
  return range.from === range.to ? range.from : `${range.from}-${range.to}`;
}

/** Orders two canonical addresses by number, for `Array.prototype.sort`. */
export function compareAddresses(left: string, right: string): number {
  return addressNumber(left) - addressNumber(right);
}

function prefixMask(prefix: number): number {
  return prefix === 0 ? 0 : (~0 << (32 - prefix)) >>> 0;
}
