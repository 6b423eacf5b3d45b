import {
  type AddressRange,
  addressNumber,
  formatAddress,
  parseAddress,
  rangeSize,
  subnetOf,
  usableRange,
} from '../model/address.js';
import type { FirewallInterface } from '../model/firewall.js';
import type { SegmentState } from '../model/segment.js';

/** A pool smaller than this is not worth proposing. */
export const SMALLEST_POOL = 16;

/**
 * The largest run of free addresses of an interface's network: none of them the firewall's, virtual, in the dynamic
 * range, reserved, or the last usable one (which `deny_unknown` leaves to the dynamic range). Undefined when there is no
 * run of {@link SMALLEST_POOL}, or the interface has no static address. The lowest of equally large runs.
 */
export function proposePool(item: FirewallInterface, state: SegmentState | undefined): AddressRange | undefined {
  if (item.address === undefined || item.prefix === undefined || item.prefix > 30) return undefined;
  const usable = usableRange(subnetOf(item.address, item.prefix));
  const taken = takenRanges(item, state).concat({ from: usable.to, to: usable.to });
  let best: AddressRange | undefined;
  for (const gap of gaps(usable, taken)) if (best === undefined || rangeSize(gap) > rangeSize(best)) best = gap;
  return best !== undefined && rangeSize(best) >= SMALLEST_POOL ? best : undefined;
}

function takenRanges(item: FirewallInterface, state: SegmentState | undefined): AddressRange[] {
  const single = [
    item.address,
    ...item.virtualIps.map((vip) => vip.address),
    ...(state?.reservations.map((reservation) => reservation.address) ?? []),
    state?.router,
  ].filter((address) => address !== undefined);
  const ranges = single.filter(isAddress).map((address) => ({ from: address, to: address }));
  return [...ranges, ...(state?.extraRanges ?? []), ...(state?.range === undefined ? [] : [state.range])];
}

function isAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}

function gaps(whole: AddressRange, taken: readonly AddressRange[]): AddressRange[] {
  const found: AddressRange[] = [];
  let next = addressNumber(whole.from);
  const end = addressNumber(whole.to);
  for (const range of [...taken].sort((left, right) => addressNumber(left.from) - addressNumber(right.from))) {
    const from = Math.min(addressNumber(range.from), end + 1);
    if (from > next) found.push({ from: formatAddress(next), to: formatAddress(from - 1) });
    next = Math.max(next, addressNumber(range.to) + 1);
  }
  if (next <= end) found.push({ from: formatAddress(next), to: formatAddress(end) });
  return found;
}
