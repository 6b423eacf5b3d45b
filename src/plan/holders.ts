import { addressNumber, parseAddress, subnetBounds } from '../model/address.js';
import type { Quarantined } from '../model/ledger.js';
import { markerName } from '../model/marker.js';
import type { Holders } from './addresses.js';
import type { SegmentContext } from './context.js';
import type { Eligible } from './eligible.js';

/** Who holds an address before any NIC of this plan claims one. */
export function reservedAddresses(
  context: SegmentContext,
  eligible: readonly Eligible[],
  quarantine: readonly Quarantined[],
): Holders {
  const holders: Holders = new Map();
  const { first, last } = subnetBounds(context.subnet);
  if (context.subnet.prefix < 31) holders.set(first, 'the network address').set(last, 'the broadcast address');
  hold(holders, context.segment.router, 'the router');
  hold(holders, context.firewall.address, 'the firewall');
  for (const ip of context.firewall.virtualIps) hold(holders, ip.address, 'a virtual IP of the firewall');
  const adopted = new Set(eligible.map((one) => one.adopted));
  for (const foreign of context.entries.foreign) {
    if (adopted.has(foreign)) continue;
    hold(holders, foreign.entry.address, `the foreign reservation of ${foreign.entry.mac || 'no MAC'}`);
  }
  for (const entry of quarantine) hold(holders, entry.address, quarantineHolder(entry.nic));
  const planned = new Set(eligible.map((one) => one.own));
  for (const own of context.entries.owned) {
    if (planned.has(own)) continue;
    if (!context.leaving.has(own)) hold(holders, own.entry.address, markerName(own.marker));
    else if (context.input.settings.quarantineSeconds > 0)
      hold(holders, own.entry.address, quarantineHolder(markerName(own.marker)));
  }
  return holders;
}

/**
 * Why nobody new may get an address although no reservation has it: the dynamic range (that of today as well where its
 * leases cannot be seen), or somebody who must not be cut off. Undefined when there is no such reason.
 */
export function offLimits(context: SegmentContext): (number: number) => string | undefined {
  const { observed, settings } = context.input;
  const today = observed.leases === undefined ? context.state.range : undefined;
  const ranges = [context.rangeAfter, today, ...context.state.extraRanges]
    .filter((range) => range !== undefined)
    .map((range) => ({ from: addressNumber(range.from), to: addressNumber(range.to) }));
  const kept = [...settings.protect, observed.ownAddress, observed.peerAddress];
  const guarded = new Set(kept.map((address) => (address === undefined ? undefined : parseAddress(address))));
  return (number) => {
    if (ranges.some((range) => number >= range.from && number <= range.to)) return 'the dynamic range';
    return guarded.has(number) ? 'somebody who must not be cut off (protect)' : undefined;
  };
}

/** Addresses of a segment that are in quarantine now. */
export function activeQuarantine(context: SegmentContext): Quarantined[] {
  const now = context.input.now.getTime();
  return context.input.ledger.quarantine.filter(
    (entry) => entry.interface === context.segment.interface && Date.parse(entry.until) > now,
  );
}

/** Addresses that somebody was seen to use, with that MAC. */
export function addressesInUse(context: SegmentContext): Map<number, string> {
  const inUse = new Map<number, string>();
  for (const seen of [...(context.input.observed.leases ?? []), ...(context.input.observed.neighbours ?? [])]) {
    const number = parseAddress(seen.address);
    if (seen.interface === context.segment.interface && number !== undefined) inUse.set(number, seen.mac);
  }
  return inUse;
}

/** Whether a NIC may have an address: nobody holds it, or only the NIC's own past does. */
export function isFreeFor(holders: Holders, address: string, nic: string): boolean {
  const holder = holders.get(addressNumber(address));
  return holder === undefined || holder === quarantineHolder(nic);
}

/** Notes a holder, unless the address has one. */
export function hold(holders: Holders, address: string | undefined, holder: string): void {
  const number = address === undefined ? undefined : parseAddress(address);
  if (number !== undefined && !holders.has(number)) holders.set(number, holder);
}

/** Frees an address if that holder has it. */
export function release(holders: Holders, address: string, holder: string): void {
  const number = addressNumber(address);
  if (holders.get(number) === holder) holders.delete(number);
}

function quarantineHolder(nic: string): string {
  return `the quarantine of ${nic}`;
}
