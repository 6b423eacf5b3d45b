import { addressNumber, parseAddress, subnetBounds } from '../model/address.js';
import type { Quarantined } from '../model/ledger.js';
import { markerName } from '../model/marker.js';
import type { Holders } from './addresses.js';
import type { SegmentContext } from './context.js';
import { currentAddress, type Eligible } from './eligible.js';

/** Who holds an address before any NIC of this plan claims one. */
export function reservedAddresses(
  context: SegmentContext,
  eligible: readonly Eligible[],
  quarantine: readonly Quarantined[],
): Holders {
  const holders = fixedHolders(context);
  const adopted = new Set(eligible.map((one) => one.adopted));
  for (const foreign of context.entries.foreign) {
    if (adopted.has(foreign)) continue;
    hold(holders, foreign.entry.address, `the foreign reservation of ${foreign.entry.mac ?? 'no MAC'}`);
  }
  // Whoever has an address already keeps it, even if the ledger has it in quarantine, as after an apply that was cut short.
  const current = new Set(eligible.map(currentAddress));
  for (const entry of quarantine)
    if (!current.has(entry.address)) hold(holders, entry.address, quarantineHolder(entry.nic));
  const planned = new Set(eligible.map((one) => one.own));
  for (const own of context.entries.owned) {
    if (planned.has(own)) continue;
    if (!context.leaving.has(own)) hold(holders, own.entry.address, markerName(own.marker));
    else if (context.input.settings.quarantineSeconds > 0 && !current.has(own.entry.address))
      hold(holders, own.entry.address, quarantineHolder(markerName(own.marker)));
  }
  return holders;
}

/** Who holds an address for as long as the firewall is set up as it is: the network, the firewall, the router. */
export function fixedHolders(context: SegmentContext): Holders {
  const holders: Holders = new Map();
  const { first, last } = subnetBounds(context.subnet);
  if (context.subnet.prefix < 31) holders.set(first, 'the network address').set(last, 'the broadcast address');
  hold(holders, context.segment.router, 'the router');
  hold(holders, context.firewall.address, 'the firewall');
  for (const ip of context.firewall.virtualIps) hold(holders, ip.address, 'a virtual IP of the firewall');
  return holders;
}

/** Addresses that nobody new may get although no reservation has them. */
export interface OffLimits {
  /** Why an address may not be given; undefined when it may. */
  readonly why: (number: number) => string | undefined;
  /** The last address of the stretch that may not be given and in which `number` lies; undefined outside of any. */
  readonly until: (number: number) => number | undefined;
}

/**
 * The dynamic range (that of today as well where its leases cannot be seen), the router that DHCP names to clients, and
 * whoever must not be cut off.
 */
export function offLimits(context: SegmentContext): OffLimits {
  const { observed, settings } = context.input;
  const today = observed.leases === undefined ? context.state.range : undefined;
  const stretches = [context.rangeAfter, today, ...context.state.extraRanges]
    .filter((range) => range !== undefined)
    .map(({ from, to }) => ({ from: addressNumber(from), to: addressNumber(to), why: 'the dynamic range' }));
  const single = (address: string | undefined, why: string): void => {
    const number = address === undefined ? undefined : parseAddress(address);
    if (number !== undefined) stretches.push({ from: number, to: number, why });
  };
  single(context.state.router, 'the router that DHCP names to clients');
  for (const address of [...settings.protect, observed.ownAddress, observed.peerAddress])
    single(address, 'somebody who must not be cut off (protect)');
  for (const address of settings.nodeAddresses ?? []) single(address, 'a node of the pair (node_addresses)');
  const covering = (number: number) => stretches.find(({ from, to }) => number >= from && number <= to);
  return { why: (number) => covering(number)?.why, until: (number) => covering(number)?.to };
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

/** The same by MAC. */
export function addressesByUser(inUse: ReadonlyMap<number, string>): Map<string, number[]> {
  const byUser = new Map<string, number[]>();
  for (const [number, mac] of inUse) {
    const known = byUser.get(mac);
    if (known) known.push(number);
    else byUser.set(mac, [number]);
  }
  return byUser;
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
