import { type AddressRange, compareAddresses, parseAddress } from '../../../model/address.js';
import { canonicalRoutes } from '../../../model/host-routes.js';
import { standingReservation } from '../../../model/reservation.js';
import type { ObservedReservation, PoolAccess, SegmentState, ToldServer } from '../../../model/segment.js';
import { DEFAULT_LEASE_SECONDS } from '../../../model/segment-state.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { isEmpty, isSet, listed, onlyBlank } from './values.js';

/** The DHCP state of every interface under `<dhcpd>`, in the order of the file. Pure. */
export function readSegments(root: XmlElement): SegmentState[] {
  const seen = new Set<string>();
  const segments: SegmentState[] = [];
  for (const element of child(root, 'dhcpd')?.children ?? []) {
    if (seen.has(element.name)) continue;
    seen.add(element.name);
    segments.push(readSegment(element));
  }
  return segments;
}

/** The DHCP state of one interface's element. */
export function readSegment(element: XmlElement): SegmentState {
  const gateway = textOf(element, 'gateway');
  const macAllow = textOf(element, 'mac_allow');
  const lease = textOf(element, 'defaultleasetime');
  return {
    interface: element.name,
    enabled: isSet(element, 'enable'),
    range: readRange(element),
    extraRanges: listed(element, 'pool')
      .map(readRange)
      .filter((range) => range !== undefined),
    pools: listed(element, 'pool').map(readPool),
    mask: readNumbered(element, NUMBERED.mask.number, maskOf),
    routes: readNumbered(element, NUMBERED.routes.number, routesOf),
    denyUnknown: isSet(element, 'denyunknown'),
    macAllow: isEmpty(macAllow) ? undefined : macAllow,
    staticArp: readStaticArp(element),
    router: isEmpty(gateway) ? undefined : gateway,
    servers: [...toldServers(element, 'dnsserver', 'dns'), ...toldServers(element, 'ntpserver', 'ntp')],
    leaseSeconds: /^[1-9]\d*$/.test(lease) ? Number(lease) : DEFAULT_LEASE_SECONDS,
    reservations: onlyBlank(element, 'staticmap') ? [] : childrenNamed(element, 'staticmap').map(readReservation),
    ...stuckOptions(element),
  };
}

/** The generator names every element of that name, unless the first one is empty (`dhcpd.inc`). */
function toldServers(element: XmlElement, name: string, service: ToldServer['service']): ToldServer[] {
  const texts = childrenNamed(element, name).map((one) => one.text.trim());
  if (isEmpty(texts[0] ?? '')) return [];
  return texts.filter((address) => address !== '').map((address) => ({ service, address }));
}

/** Who gets addresses of a further pool. */
export function readPool(element: XmlElement): PoolAccess {
  const range = readRange(element);
  const allowed = child(element, 'mac_allow');
  return {
    from: range?.from ?? '',
    to: range?.to ?? '',
    denyUnknown: isSet(element, 'denyunknown'),
    macAllow: allowed === undefined ? null : allowed.text.trim(),
  };
}

/** One static mapping; `position` is its index among the interface's. */
export function readReservation(element: XmlElement, position: number): ObservedReservation {
  const written = {
    mac: textOf(element, 'mac'),
    address: textOf(element, 'ipaddr'),
    hostname: textOf(element, 'hostname'),
    description: textOf(element, 'descr'),
    arpEntry: !isEmpty(textOf(element, 'arp_table_static_entry')),
  };
  return standingReservation(written, position);
}

/** Settings that are items of `<numberoptions>`: the option's number, and the type that reaches the wire as it is meant. */
export const NUMBERED = {
  mask: { number: 1, type: 'ip-address' },
  routes: { number: 121, type: 'string' },
} as const;

/** OPNsense reads a second `<numberoptions>` as a list of lists and passes over both; to write into one would mean nothing. */
function stuckOptions(element: XmlElement): Pick<SegmentState, 'stuck'> {
  if (childrenNamed(element, 'numberoptions').length < 2) return {};
  const why = '<numberoptions> stands there twice in config.xml, and OPNsense passes over both: make them one first';
  return { stuck: { settings: ['mask', 'routes'], why } };
}

/** Whether an item of `<numberoptions>` sets an option. */
export function isItemOf(item: XmlElement, number: number): boolean {
  return /^\d+$/.test(textOf(item, 'number')) && Number(textOf(item, 'number')) === number;
}

/** The dynamic range of an interface or a pool: dhcpd takes a single address as a range of one, and turns a reversed range round (measured). */
export function readRange(element: XmlElement): AddressRange | undefined {
  const ranges = childrenNamed(element, 'range');
  if (ranges.length !== 1) return undefined;
  const from = textOf(ranges[0], 'from');
  const to = textOf(ranges[0], 'to');
  const first = from === '' ? to : from;
  const last = to === '' ? from : to;
  if (parseAddress(first) === undefined || parseAddress(last) === undefined) return undefined;
  return compareAddresses(first, last) <= 0 ? { from: first, to: last } : { from: last, to: first };
}

function readNumbered(
  element: XmlElement,
  number: number,
  readItem: (item: XmlElement) => string,
): string | 'invalid' | undefined {
  const [options, second] = childrenNamed(element, 'numberoptions');
  if (second !== undefined) return undefined;
  const items = childrenNamed(options, 'item').filter((item) => isItemOf(item, number));
  const values = new Set(items.map(readItem));
  if (items.length === 0) return undefined;
  return values.size === 1 ? ([...values][0] ?? 'invalid') : 'invalid';
}

/** A `text` reaches the wire as letters, so only octets in a `string` are routes. */
function routesOf(item: XmlElement): string {
  if (textOf(item, 'type').toLowerCase() !== NUMBERED.routes.type) return 'invalid';
  return canonicalRoutes(textOf(item, 'value')) ?? 'invalid';
}

/** Only `ip-address` and a hexadecimal `string` reach the wire as four octets (docs/facts.md, "ISC dhcpd under OPNsense"). */
function maskOf(item: XmlElement): string {
  const type = textOf(item, 'type').toLowerCase();
  const value = textOf(item, 'value');
  if (type === 'ip-address') return parseAddress(value) === undefined ? 'invalid' : value;
  if (type === 'string' && /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){3}$/i.test(value))
    return value
      .split(':')
      .map((octet) => Number.parseInt(octet, 16))
      .join('.');
  return 'invalid';
}

/** Static ARP is switched on by the tag alone, but its entries are only made for a value that PHP does not call empty. */
function readStaticArp(element: XmlElement): SegmentState['staticArp'] {
  if (!isSet(element, 'staticarp')) return 'off';
  return isEmpty(textOf(element, 'staticarp')) ? 'dark' : 'on';
}
