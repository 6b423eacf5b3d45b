import { formatRange, inRange, inSubnet, type Subnet, usableRange } from '../model/address.js';
import type { FirewallInterface, Observed } from '../model/firewall.js';
import type { Segment, SegmentState } from '../model/segment.js';
import { interfaceSubnet } from './context.js';
import type { SegmentError } from './types.js';

/** A segment's firewall side, once it is known to be fit for planning. */
export interface Fit {
  readonly firewall: FirewallInterface;
  readonly subnet: Subnet;
}

/** Whether a segment can be planned on this firewall; otherwise the one thing that stands in the way. */
export function checkSegment(segment: Segment, observed: Observed): Fit | SegmentError {
  const firewall = observed.interfaces.find((one) => one.id === segment.interface);
  if (!firewall) {
    const known = observed.interfaces.map((one) => `${one.id} (${one.description})`).join(', ');
    return refuse(
      'interface-missing',
      `The firewall has no interface ${segment.interface}; it has ${known || 'none'}.`,
    );
  }
  const name = `${segment.interface} (${firewall.description})`;
  const closed = notWritable(segment, observed);
  if (closed) return closed;
  if (!firewall.enabled)
    return refuse('interface-disabled', `Interface ${name} is disabled on the firewall; enable it there first.`);
  const subnet = interfaceSubnet(firewall);
  if (!subnet)
    return refuse('interface-without-address', `Interface ${name} has no static IPv4 address, so it can have no DHCP.`);
  const other = observed.otherDhcp.find((one) => one.interface === segment.interface);
  if (other)
    return refuse(
      'other-dhcp-server',
      `DHCP on ${name} is run by ${other.server}; slash32 writes ISC DHCP only. Switch ${other.server} off there first.`,
    );
  return checkRanges(segment, subnet, firewall) ?? { firewall, subnet };
}

/** Why an interface may not be written, where the firewall limits that; undefined when it may be. */
export function notWritable(segment: Segment, observed: Observed): SegmentError | undefined {
  const { writable } = observed;
  if (writable === undefined || writable.interfaces.includes(segment.interface)) return undefined;
  const description = observed.interfaces.find((one) => one.id === segment.interface)?.description;
  const name = description === undefined ? segment.interface : `${segment.interface} (${description})`;
  return refuse('not-writable', `slash32 may not write ${name}; ${writable.remedy}.`);
}

/** Whether a result is a refusal. */
export function isRefused(result: object | SegmentError): result is SegmentError {
  return 'code' in result;
}

/** The one address of the dynamic range under `deny_unknown`. */
export function closedRangeAddress(segment: Segment, subnet: Subnet): string {
  return segment.rangeAddress ?? usableRange(subnet).to;
}

/** The CARP addresses of an interface inside its subnet: what clients should be told as router. */
export function carpRouters(firewall: FirewallInterface, subnet: Subnet): string[] {
  return firewall.virtualIps.filter((ip) => ip.mode === 'carp' && inSubnet(ip.address, subnet)).map((ip) => ip.address);
}

/** The router that this segment's clients must be told; undefined when the firewall's own address is right. */
export function routerFor(segment: Segment, fit: Fit, state: SegmentState): string | undefined | SegmentError {
  if (segment.router !== undefined) return segment.router;
  const routers = carpRouters(fit.firewall, fit.subnet);
  const [only, second] = routers;
  if (only === undefined) return undefined;
  if (state.router !== undefined && routers.includes(state.router)) return state.router;
  if (second !== undefined)
    return refuse(
      'carp-router',
      `Interface ${segment.interface} has several CARP addresses (${routers.join(', ')}); name one as router: in the segment.`,
    );
  if (state.router === undefined) return only;
  return refuse(
    'carp-router',
    `Clients of ${segment.interface} are told the router ${state.router}, but the CARP address is ${only}; set router: in the segment to the one you want.`,
  );
}

function checkRanges(segment: Segment, subnet: Subnet, firewall: FirewallInterface): SegmentError | undefined {
  const usable = usableRange(subnet);
  const network = `${subnet.network}/${subnet.prefix}`;
  const ranges = [...segment.pool, ...Object.values(segment.pins).flat()];
  const outside = ranges.find((range) => !inRange(range.from, usable) || !inRange(range.to, usable));
  if (outside)
    return refuse(
      'pool-outside',
      `${formatRange(outside)} lies outside ${network} of ${segment.interface} (hosts: ${formatRange(usable)}).`,
    );
  if (segment.router !== undefined && !inSubnet(segment.router, subnet))
    return refuse('pool-outside', `The router ${segment.router} lies outside ${network} of ${segment.interface}.`);
  const closed = closedRangeAddress(segment, subnet);
  if (!segment.manage.includes('deny_unknown')) return undefined;
  if (!inRange(closed, usable))
    return refuse('range-address', `range_address ${closed} lies outside ${network} of ${segment.interface}.`);
  if (closed === firewall.address || firewall.virtualIps.some((ip) => ip.address === closed))
    return refuse(
      'range-address',
      `The closed range's address ${closed} is the firewall's own; set range_address to a free one.`,
    );
  return undefined;
}

function refuse(code: SegmentError['code'], message: string): SegmentError {
  return { code, message };
}
