import type { FindingOf } from '../findings/catalogue.js';
import { addressNumber } from '../model/address.js';
import type { Reservation, ReservationChange } from '../model/change.js';
import { isHostLabel } from '../model/hostname.js';
import { isUnicastMac, normalizeMac } from '../model/mac.js';
import { writtenReservation } from '../model/reservation.js';
import { isUsable } from './addresses.js';
import type { SegmentContext } from './context.js';
import { descriptionObjection } from './description.js';
import type { ForeignEntry } from './entries.js';
import { activeQuarantine, fixedHolders, hold, offLimits } from './holders.js';
import { shownAddress } from './names.js';
import type { LeftOut } from './types.js';

/** Changes that set nothing that no reservation of ours may have, and those that would have. */
export interface GuardedValues {
  readonly changes: readonly ReservationChange[];
  readonly leftOut: readonly LeftOut[];
}

type Objection = FindingOf<'left-out'>;

/**
 * Leaves out each change that gives a reservation a MAC, an address, a hostname or a description that it may not have, whatever kind of change
 * it is: whoever may edit an instance chooses its MAC, its name and its pin as he likes, at first and at any time later. What an
 * entry has already is not asked about: it stays as somebody left it. What other entries of ours have is for `dropClashes`.
 */
export function guardValues(context: SegmentContext, changes: readonly ReservationChange[]): GuardedValues {
  const object = createGuard(context, changes);
  const leftOut: LeftOut[] = [];
  const kept = changes.filter((change) => {
    const objection = object(change);
    if (objection !== undefined) leftOut.push({ segment: context.segment.name, nic: change.nic, ...objection });
    return objection === undefined;
  });
  if (leftOut.length === 0) return { changes, leftOut };
  // An entry that is not taken over after all stays foreign, and keeps its values from the others.
  const rest = guardValues(context, kept);
  return { changes: rest.changes, leftOut: [...leftOut, ...rest.leftOut] };
}

/** Says of a change what its reservation may not newly have. */
function createGuard(
  context: SegmentContext,
  changes: readonly ReservationChange[],
): (change: ReservationChange) => Objection | undefined {
  const taken = new Set(changes.flatMap((one) => one.before?.position ?? []));
  const foreign = context.entries.foreign.filter((one) => !taken.has(one.entry.position));
  const macOf = createMacGuard(context, foreign);
  const addressOf = createAddressGuard(context, foreign);
  const names = new Map(foreign.map((one) => [one.entry.hostname?.toLowerCase(), one]));
  return (change) => {
    const { after } = change;
    if (after === undefined) return undefined;
    const before = change.before && writtenReservation(change.before);
    const isNew = (field: keyof Pick<Reservation, 'mac' | 'address' | 'hostname' | 'description'>): boolean =>
      before === undefined || before[field].toLowerCase() !== after[field].toLowerCase();
    return (
      (isNew('mac') ? macOf(after.mac) : undefined) ??
      (isNew('address') ? addressOf(after.address, change.nic) : undefined) ??
      (isNew('hostname') ? hostnameObjection(after.hostname, names) : undefined) ??
      (isNew('description') ? descriptionObjection(after.description) : undefined)
    );
  };
}

function createMacGuard(
  { input }: SegmentContext,
  foreign: readonly ForeignEntry[],
): (mac: string) => Objection | undefined {
  const byMac = new Map(foreign.map((one) => [one.entry.mac, one]));
  const own = new Set(input.observed.interfaces.map((one) => one.mac));
  return (mac) => {
    if (normalizeMac(mac) !== mac || !isUnicastMac(mac))
      return {
        code: 'bad-mac',
        message: `"${mac}" is not the MAC address of one host; give the NIC another one.`,
      };
    if (own.has(mac))
      return {
        code: 'duplicate-mac',
        message: `${mac} is a MAC address of the firewall itself; give the NIC another one.`,
      };
    const holder = byMac.get(mac);
    if (holder === undefined) return undefined;
    if (holder.marker !== undefined)
      return {
        code: 'other-owner',
        message: `Its MAC ${mac} is in a reservation of the slash32 owner "${holder.marker.owner}" (${shownAddress(holder.entry)}), so its own stays as it is.`,
      };
    return {
      code: 'duplicate-mac',
      message:
        `Its MAC ${mac} is in a reservation that slash32 does not own (${shownAddress(holder.entry)}), so its own stays as it is; ` +
        'give the NIC another MAC, or remove one of the two in OPNsense.',
    };
  };
}

function createAddressGuard(
  context: SegmentContext,
  foreign: readonly ForeignEntry[],
): (address: string, nic: string) => Objection | undefined {
  const holders = fixedHolders(context);
  for (const { entry } of foreign) hold(holders, entry.address, `the foreign reservation of ${entry.mac ?? 'no MAC'}`);
  const limits = offLimits(context);
  const quarantine = new Map(activeQuarantine(context).map((entry) => [entry.address, entry.nic]));
  return (address, nic) => {
    if (!isUsable(address, context.subnet)) return conflict(address, 'no host of the network');
    const number = addressNumber(address);
    const resting = quarantine.get(address);
    const holder =
      holders.get(number) ??
      limits.why(number) ??
      (resting === undefined || resting === nic ? undefined : `the quarantine of ${resting}`);
    return holder === undefined ? undefined : conflict(address, holder);
  };
}

function conflict(address: string, holder: string): Objection {
  return {
    code: 'address-conflict',
    message: `It would get ${address}, which is held by ${holder}; move one of the two.`,
  };
}

function hostnameObjection(
  hostname: string,
  names: ReadonlyMap<string | undefined, ForeignEntry>,
): Objection | undefined {
  if (!isHostLabel(hostname))
    return {
      code: 'bad-hostname',
      message: `"${hostname}" is no hostname (letters, digits and inner hyphens, 63 at most); rename the instance.`,
    };
  const holder = names.get(hostname.toLowerCase());
  if (holder === undefined) return undefined;
  const message = `The hostname ${hostname} is in a reservation that slash32 does not own (${shownAddress(holder.entry)}); rename one of the two.`;
  return { code: 'hostname-taken', message };
}
