import type { FindingOf } from '../findings/catalogue.js';
import { addressNumber } from '../model/address.js';
import type { Quarantined } from '../model/ledger.js';
import { createPicker, effectivePool, type Holders, isUsable } from './addresses.js';
import type { SegmentContext } from './context.js';
import { currentAddress, type Eligible } from './eligible.js';
import type { HeldAddresses } from './held.js';
import {
  activeQuarantine,
  addressesByUser,
  addressesInUse,
  hold,
  isFreeFor,
  type OffLimits,
  offLimits,
  reservedAddresses,
} from './holders.js';
import { checkPin, grantPins, type Pinned, pinOf } from './pins.js';
import { countShares, type Shares } from './shares.js';
import type { LeftOut, LeftOutCode, Warning } from './types.js';

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
  readonly warnings: readonly Warning[];
}

/**
 * Gives each NIC its address, in the order of the design: the pin, then the address it already has, then that of the
 * foreign reservation it adopts, then the one it had before, then the one it is seen with, then a free one of the pool. No address goes to two NICs, and none that somebody else holds.
 */
export function claimAddresses(context: SegmentContext, eligible: readonly Eligible[], held: HeldAddresses): Claims {
  const byNic = new Map<Eligible, Claim>();
  const leftOut: LeftOut[] = [];
  const quarantine = activeQuarantine(context);
  const holders = reservedAddresses(context, eligible, quarantine);
  const limits = offLimits(context);
  const inUse = addressesInUse(context);
  const shares = countShares(context, quarantine);
  const leave = (one: Eligible, code: LeftOutCode, message: string): void => {
    leftOut.push({ segment: context.segment.name, nic: one.nic.id, code, message });
  };

  const pinned: Pinned[] = [];
  const rest: Eligible[] = [];
  const asked = eligible.map((one) => ({ one, pin: pinOf(context, one) }));
  // what is held counts before anything new is given, whatever the order of the names
  for (const { one, pin } of asked) if (pin !== undefined && currentAddress(one) === pin) shares.takePin(one, pin);
  for (const { one, pin } of asked) {
    if (pin === undefined) {
      rest.push(one);
      continue;
    }
    const isHeld = currentAddress(one) === pin;
    const refusal = checkPin(context, one, pin) ?? (isHeld ? undefined : shareRefusal(shares, one, pin));
    if (!isHeld && refusal === undefined) {
      shares.take(one, pin);
      shares.takePin(one, pin);
    }
    if (refusal === undefined) pinned.push({ one, pin });
    else leave(one, refusal.code, refusal.message);
    if (refusal !== undefined) hold(holders, currentAddress(one), one.nic.id);
  }
  for (const { one, pin } of pinned) if (currentAddress(one) !== pin) hold(holders, currentAddress(one), one.nic.id);
  for (const one of rest) if (keepable(context, one)) hold(holders, currentAddress(one), one.nic.id);
  const barred = barredPins(eligible, limits, inUse);
  const granted = grantPins(pinned, holders, barred, context.input.settings.quarantineSeconds === 0);
  for (const one of granted.granted)
    byNic.set(one.one, { address: one.pin, source: 'pinned', why: 'pinned on the instance' });
  for (const { one, pin, holder, circular } of granted.refused)
    leave(one, 'pin-taken', `It asks for ${pin}, which is held by ${holder}${circular ? CIRCLE : ''}.`);

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

  const picker = createPicker(
    effectivePool(context.segment.pool, context.subnet),
    (number) => limits.until(number) ?? (holders.has(number) || inUse.has(number) ? number : undefined),
  );
  const usedBy = addressesByUser(inUse);
  for (const one of homeless) {
    const isOpen = (number: number): boolean =>
      limits.why(number) === undefined && (inUse.get(number) ?? one.mac) === one.mac;
    const before = formerAddress(context, one, holders, quarantine, isOpen);
    if (before !== undefined) {
      holders.set(addressNumber(before), one.nic.id);
      byNic.set(one, { address: before, source: 'kept', why: 'the address it had before' });
      continue;
    }
    const refusal = one.own === undefined && one.adopted === undefined ? shareRefusal(shares, one) : undefined;
    if (refusal !== undefined) {
      leave(one, refusal.code, refusal.message);
      continue;
    }
    const now = held.of(one, (number) => isOpen(number) && !holders.has(number));
    if (now !== undefined) {
      hold(holders, now, one.nic.id);
      shares.take(one, now);
      byNic.set(one, { address: now, source: 'kept', why: 'the address that it is seen with' });
      continue;
    }
    const own = usedBy.get(one.mac)?.filter((number) => isOpen(number) && !holders.has(number)) ?? [];
    const address = picker.pick(one.nic.id, own);
    if (address === undefined) {
      leave(one, 'pool-exhausted', fullPool(context, shares));
      continue;
    }
    hold(holders, address, one.nic.id);
    shares.take(one, address);
    const old = currentAddress(one);
    const why = old === undefined ? 'free in the pool, chosen by its name' : `${old} cannot be used here any more`;
    byNic.set(one, { address, source: 'picked', why });
  }
  return { byNic, leftOut, warnings: shares.warnings() };
}

function shareRefusal(shares: Shares, one: Eligible, pin?: string): FindingOf<'left-out'> | undefined {
  const message = shares.refusal(one) ?? (pin === undefined ? undefined : shares.pinRefusal(one, pin));
  return message === undefined ? undefined : { code: 'share', message };
}

function fullPool({ segment }: SegmentContext, shares: Shares): string {
  const holders = shares.holders();
  const held = holders === '' ? '' : `; held are ${holders}`;
  return `No free address is left in the pool of ${segment.name}${held}. Widen the pool, or take away what is not needed.`;
}

/** The latest address that this NIC had and that nobody else could get meanwhile. */
function formerAddress(
  context: SegmentContext,
  one: Eligible,
  holders: Holders,
  quarantine: readonly Quarantined[],
  isOpen: (number: number) => boolean,
): string | undefined {
  const former = quarantine
    .filter((entry) => entry.nic === one.nic.id && isUsable(entry.address, context.subnet))
    .sort((left, right) => (left.until < right.until ? 1 : -1));
  return former.find(({ address }) => isFreeFor(holders, address, one.nic.id) && isOpen(addressNumber(address)))
    ?.address;
}

const CIRCLE =
  ', and each of them asks for the address of the next; set `quarantine: 0` for one apply and they change places, ' +
  'or give one of them another address first';

/** Why a NIC may not newly have a pin that nobody holds: it is off limits, or a stranger is seen with it. */
function barredPins(
  eligible: readonly Eligible[],
  limits: OffLimits,
  inUse: ReadonlyMap<number, string>,
): (claim: Pinned) => string | undefined {
  let residents: ReadonlySet<string> | undefined;
  return ({ one, pin }) => {
    if (currentAddress(one) === pin) return undefined;
    const number = addressNumber(pin);
    const mac = inUse.get(number);
    residents ??= new Set(
      eligible.flatMap((own) => [own.mac, own.own?.entry.mac].map((seen) => `${currentAddress(own)} ${seen}`)),
    );
    const isStranger = mac !== undefined && mac !== one.mac && !residents.has(`${pin} ${mac}`);
    return limits.why(number) ?? (isStranger ? `${mac}, as the ARP table or a lease shows` : undefined);
  };
}

function keepable(context: SegmentContext, one: Eligible): boolean {
  const address = currentAddress(one);
  if (address === undefined || !isUsable(address, context.subnet)) return false;
  const firewall = [context.firewall.address, ...context.firewall.virtualIps.map((ip) => ip.address)];
  return !firewall.includes(address);
}

function keptClaim(address: string): Claim {
  return { address, source: 'kept', why: 'the address it already has' };
}

function adoptedClaim(address: string): Claim {
  return { address, source: 'adopted', why: 'the address of the reservation it takes over' };
}
