import type { FindingOf } from '../findings/catalogue.js';
import { addressNumber, inSubnet, parseAddress } from '../model/address.js';
import { effectivePool, type Holders, inRanges, isUsable } from './addresses.js';
import { interfaceSubnet, type SegmentContext } from './context.js';
import { currentAddress, type Eligible } from './eligible.js';
import { isFreeFor, release } from './holders.js';

/** A NIC and the address that it asks for. */
export interface Pinned {
  readonly one: Eligible;
  readonly pin: string;
}

/** Which pins were given, and who holds the others. */
export interface Grants {
  readonly granted: readonly Pinned[];
  readonly refused: readonly Refusal[];
}

/** A pin that was not given. */
export interface Refusal extends Pinned {
  readonly holder: string;
  /** Whether it is one of several NICs that ask for each other's addresses. */
  readonly circular: boolean;
}

/** The address that a NIC asks for: its own pin, else that of its instance where this segment is the one meant. */
export function pinOf(context: SegmentContext, { nic }: Eligible): string | undefined {
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

/** Why a pin cannot be given whoever holds it; undefined when it may be. */
export function checkPin(context: SegmentContext, one: Eligible, pin: string): FindingOf<'left-out'> | undefined {
  if (parseAddress(pin) === undefined)
    return { code: 'pin-invalid', message: `It asks for "${pin}", which is not an IPv4 address.` };
  const network = `${context.subnet.network}/${context.subnet.prefix}`;
  if (!isUsable(pin, context.subnet))
    return { code: 'pin-outside', message: `It asks for ${pin}, which no host of ${network} can have.` };
  if (pin === currentAddress(one)) return undefined;
  const { project } = one.nic.instance;
  const allowed = [
    ...effectivePool(context.segment.pool, context.subnet),
    ...(Object.hasOwn(context.segment.pins, project) ? (context.segment.pins[project] ?? []) : []),
  ];
  if (inRanges(pin, allowed)) return undefined;
  return {
    code: 'pin-outside',
    message:
      `It asks for ${pin}, which is neither in the pool of ${context.segment.name} nor in the pins of project ` +
      `${project}; whoever edits an instance may not take an address that rules trust.`,
  };
}

/**
 * Gives pins that are free, and says who holds the others; `holders` then names the new ones. A NIC that moves away by
 * its own pin frees its old address when `freesOld`, so the others are asked again until nothing moves; NICs that ask
 * for each other's addresses then change places. `barred` says why a NIC may not have a pin although nobody holds it.
 */
export function grantPins(
  pinned: readonly Pinned[],
  holders: Holders,
  barred: (claim: Pinned) => string | undefined,
  freesOld: boolean,
): Grants {
  const granted: Pinned[] = [];
  const rivals = new Map<string, number>();
  for (const { pin } of pinned) rivals.set(pin, (rivals.get(pin) ?? 0) + 1);
  const mayHave = (claim: Pinned): boolean =>
    (rivals.get(claim.pin) === 1 || currentAddress(claim.one) === claim.pin) && barred(claim) === undefined;
  let open = [...pinned];
  for (let moved = true; moved; ) {
    moved = false;
    const still: typeof open = [];
    for (const claim of open) {
      const { one, pin } = claim;
      const current = currentAddress(one);
      if (!mayHave(claim) || !isFreeFor(holders, pin, one.nic.id)) {
        still.push(claim);
        continue;
      }
      holders.set(addressNumber(pin), one.nic.id);
      if (current !== undefined && current !== pin && freesOld) release(holders, current, one.nic.id);
      granted.push(claim);
      moved = true;
    }
    open = still;
  }
  const circles = findCircles(open.filter(mayHave), holders);
  if (freesOld) {
    for (const { one, pin } of circles) holders.set(addressNumber(pin), one.nic.id);
    granted.push(...circles);
    open = open.filter((claim) => !circles.has(claim));
  }
  const refused = open.map((claim): Refusal => {
    const holder =
      holders.get(addressNumber(claim.pin)) ?? barred(claim) ?? 'another instance that asks for it as well';
    return { ...claim, holder, circular: circles.has(claim) };
  });
  return { granted, refused };
}

/** Claims of which each asks for the address that the next one has. */
function findCircles(open: readonly Pinned[], holders: Holders): Set<Pinned> {
  const byNic = new Map(open.map((claim) => [claim.one.nic.id, claim]));
  const next = ({ pin }: Pinned): Pinned | undefined => {
    const holder = byNic.get(holders.get(addressNumber(pin)) ?? '');
    return holder && currentAddress(holder.one) === pin ? holder : undefined;
  };
  const circles = new Set<Pinned>();
  const seen = new Set<Pinned>();
  for (const start of open) {
    const path: Pinned[] = [];
    let at: Pinned | undefined = start;
    for (; at !== undefined && !seen.has(at); at = next(at)) {
      seen.add(at);
      path.push(at);
    }
    if (at === start && path.length > 1) for (const claim of path) circles.add(claim);
  }
  return circles;
}
