import { addressNumber, inSubnet, parseAddress, subnetBounds } from '../model/address.js';
import { markerName } from '../model/marker.js';
import { createPicker, effectivePool, type Holders, inRanges, isUsable } from './addresses.js';
import { interfaceSubnet, type SegmentContext } from './context.js';
import type { Eligible } from './eligible.js';
import type { LeftOut, LeftOutCode } from './types.js';

/** The address that a NIC gets, and why that one. */
export interface Claim {
  readonly address: string;
  readonly source: 'pinned' | 'kept' | 'adopted' | 'picked';
  readonly why: string;
}

/** Addresses for a segment's NICs; a NIC that got none is in `leftOut`. */
export interface Claims {
  readonly byNic: ReadonlyMap<Eligible, Claim>;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Gives each NIC its address, in the order of the design: the pin, then the address it already has, then that of the
 * foreign reservation it adopts, then a free one of the pool. No address goes to two NICs, and none that somebody else holds.
 */
export function claimAddresses(context: SegmentContext, eligible: readonly Eligible[]): Claims {
  const byNic = new Map<Eligible, Claim>();
  const leftOut: LeftOut[] = [];
  const holders = reservedAddresses(context, eligible);
  const isDynamic = dynamicAddresses(context);
  const leave = (one: Eligible, code: LeftOutCode, message: string): void => {
    leftOut.push({ segment: context.segment.name, nic: one.nic.id, code, message });
  };

  const pinned: { one: Eligible; pin: string }[] = [];
  const rest: Eligible[] = [];
  for (const one of eligible) {
    const pin = pinOf(context, one);
    if (pin === undefined) {
      rest.push(one);
      continue;
    }
    const refusal = checkPin(context, one, pin);
    if (refusal === undefined) pinned.push({ one, pin });
    else leave(one, refusal.code, refusal.message);
    if (refusal !== undefined) hold(holders, currentAddress(one), one.nic.id);
  }
  for (const { one, pin } of pinned) if (currentAddress(one) !== pin) hold(holders, currentAddress(one), one.nic.id);
  for (const one of rest) if (keepable(context, one)) hold(holders, currentAddress(one), one.nic.id);
  grantPins(context, pinned, holders, isDynamic, byNic, leave);

  const homeless: Eligible[] = [];
  for (const one of rest) {
    const address = currentAddress(one);
    if (address === undefined || !keepable(context, one)) {
      homeless.push(one);
      continue;
    }
    const holder = holders.get(addressNumber(address));
    if (holder !== one.nic.id) {
      leave(one, 'address-conflict', `Its address ${address} is also held by ${holder}; move one of the two.`);
      continue;
    }
    byNic.set(one, one.adopted ? adoptedClaim(address) : keptClaim(address));
  }

  const picker = createPicker(effectivePool(context.segment.pool, context.subnet), holders);
  const inUse = addressesInUse(context);
  for (const one of homeless) {
    const before = formerAddress(context, one, holders);
    if (before !== undefined) {
      holders.set(addressNumber(before), one.nic.id);
      byNic.set(one, { address: before, source: 'kept', why: 'the address it had before' });
      continue;
    }
    const address = picker.pick(
      one.nic.id,
      (number) => isDynamic(number) || (inUse.get(number) ?? one.mac) !== one.mac,
    );
    if (address === undefined) {
      leave(one, 'pool-exhausted', `No free address is left in the pool of ${context.segment.name}; widen the pool.`);
      continue;
    }
    hold(holders, address, one.nic.id);
    const old = currentAddress(one);
    const why = old === undefined ? 'free in the pool, chosen by its name' : `${old} cannot be used here any more`;
    byNic.set(one, { address, source: 'picked', why });
  }
  return { byNic, leftOut };
}

function grantPins(
  context: SegmentContext,
  pinned: readonly { one: Eligible; pin: string }[],
  holders: Holders,
  isDynamic: (number: number) => boolean,
  byNic: Map<Eligible, Claim>,
  leave: (one: Eligible, code: LeftOutCode, message: string) => void,
): void {
  const rivals = new Map<string, number>();
  for (const { pin } of pinned) rivals.set(pin, (rivals.get(pin) ?? 0) + 1);
  let open = [...pinned];
  // A NIC that moves away by its own pin frees its old address, so others are asked again until nothing moves.
  for (let moved = true; moved; ) {
    moved = false;
    const still: typeof open = [];
    for (const claim of open) {
      const { one, pin } = claim;
      const current = currentAddress(one);
      const sole = rivals.get(pin) === 1 || current === pin;
      if (!sole || !isFreeFor(holders, pin, one) || (current !== pin && isDynamic(addressNumber(pin)))) {
        still.push(claim);
        continue;
      }
      holders.set(addressNumber(pin), one.nic.id);
      if (current !== undefined && current !== pin && context.input.settings.quarantineSeconds === 0)
        release(holders, current, one.nic.id);
      byNic.set(one, { address: pin, source: 'pinned', why: 'pinned on the instance' });
      moved = true;
    }
    open = still;
  }
  for (const { one, pin } of open) {
    const dynamic = isDynamic(addressNumber(pin)) ? 'the dynamic range' : 'another instance that asks for it as well';
    const holder = holders.get(addressNumber(pin)) ?? dynamic;
    leave(one, 'pin-taken', `It asks for ${pin}, which is held by ${holder}.`);
  }
}

function reservedAddresses(context: SegmentContext, eligible: readonly Eligible[]): Holders {
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
  for (const entry of activeQuarantine(context)) {
    hold(holders, entry.address, quarantineHolder(entry.nic));
  }
  const planned = new Set(eligible.map((one) => one.own));
  for (const own of context.entries.owned) {
    if (planned.has(own)) continue;
    if (!context.leaving.has(own)) hold(holders, own.entry.address, markerName(own.marker));
    else if (context.input.settings.quarantineSeconds > 0)
      hold(holders, own.entry.address, quarantineHolder(markerName(own.marker)));
  }
  return holders;
}

/** Addresses of the dynamic range; the range of today counts as well where its leases cannot be seen. */
function dynamicAddresses(context: SegmentContext): (number: number) => boolean {
  const today = context.input.observed.leases === undefined ? context.state.range : undefined;
  const ranges = [context.rangeAfter, today]
    .filter((range) => range !== undefined)
    .map((range) => ({ from: addressNumber(range.from), to: addressNumber(range.to) }));
  return (number) => ranges.some((range) => number >= range.from && number <= range.to);
}

function quarantineHolder(nic: string): string {
  return `the quarantine of ${nic}`;
}

function isFreeFor(holders: Holders, address: string, one: Eligible): boolean {
  const holder = holders.get(addressNumber(address));
  return holder === undefined || holder === quarantineHolder(one.nic.id);
}

/** The latest address that this NIC had and that nobody else could get meanwhile. */
function formerAddress(context: SegmentContext, one: Eligible, holders: Holders): string | undefined {
  const former = activeQuarantine(context)
    .filter((entry) => entry.nic === one.nic.id && isUsable(entry.address, context.subnet))
    .sort((left, right) => (left.until < right.until ? 1 : -1));
  return former.find((entry) => isFreeFor(holders, entry.address, one))?.address;
}

function activeQuarantine(context: SegmentContext) {
  const now = context.input.now.getTime();
  return context.input.ledger.quarantine.filter(
    (entry) => entry.interface === context.segment.interface && Date.parse(entry.until) > now,
  );
}

function addressesInUse(context: SegmentContext): Map<number, string> {
  const inUse = new Map<number, string>();
  for (const seen of [...(context.input.observed.leases ?? []), ...(context.input.observed.neighbours ?? [])]) {
    const number = parseAddress(seen.address);
    if (seen.interface === context.segment.interface && number !== undefined) inUse.set(number, seen.mac);
  }
  return inUse;
}

function pinOf(context: SegmentContext, { nic }: Eligible): string | undefined {
  if (nic.nic.pinnedAddress !== undefined) return nic.nic.pinnedAddress;
  const pin = nic.instance.pinnedAddress;
  if (pin === undefined || parseAddress(pin) === undefined || inSubnet(pin, context.subnet)) return pin;
  const elsewhere = context.allNics.some(
    (other) => other !== nic && other.instance === nic.instance && segmentHolds(context, other.segment.interface, pin),
  );
  return elsewhere ? undefined : pin;
}

function segmentHolds(context: SegmentContext, id: string, address: string): boolean {
  const firewall = context.input.observed.interfaces.find((one) => one.id === id);
  const subnet = firewall && interfaceSubnet(firewall);
  return subnet !== undefined && inSubnet(address, subnet);
}

function checkPin(
  context: SegmentContext,
  one: Eligible,
  pin: string,
): { code: LeftOutCode; message: string } | undefined {
  if (parseAddress(pin) === undefined)
    return { code: 'pin-invalid', message: `It asks for "${pin}", which is not an IPv4 address.` };
  const network = `${context.subnet.network}/${context.subnet.prefix}`;
  if (!isUsable(pin, context.subnet))
    return { code: 'pin-outside', message: `It asks for ${pin}, which no host of ${network} can have.` };
  if (pin === currentAddress(one)) return undefined;
  const allowed = [
    ...effectivePool(context.segment.pool, context.subnet),
    ...(context.segment.pins[one.nic.instance.project] ?? []),
  ];
  if (inRanges(pin, allowed)) return undefined;
  const project = one.nic.instance.project;
  return {
    code: 'pin-outside',
    message:
      `It asks for ${pin}, which is neither in the pool of ${context.segment.name} nor in the pins of project ` +
      `${project}; whoever edits an instance may not take an address that rules trust.`,
  };
}

function keepable(context: SegmentContext, one: Eligible): boolean {
  const address = currentAddress(one);
  if (address === undefined || !isUsable(address, context.subnet)) return false;
  const firewall = [context.firewall.address, ...context.firewall.virtualIps.map((ip) => ip.address)];
  return !firewall.includes(address);
}

function currentAddress(one: Eligible): string | undefined {
  const address = one.own?.entry.address ?? one.adopted?.entry.address;
  return address === undefined || parseAddress(address) === undefined ? undefined : address;
}

function keptClaim(address: string): Claim {
  return { address, source: 'kept', why: 'the address it already has' };
}

function adoptedClaim(address: string): Claim {
  return { address, source: 'adopted', why: 'the address of the reservation it takes over' };
}

function hold(holders: Holders, address: string | undefined, holder: string): void {
  const number = address === undefined ? undefined : parseAddress(address);
  if (number !== undefined && !holders.has(number)) holders.set(number, holder);
}

function release(holders: Holders, address: string, holder: string): void {
  const number = addressNumber(address);
  if (holders.get(number) === holder) holders.delete(number);
}
