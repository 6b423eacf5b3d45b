import { inSubnet } from '../model/address.js';
import type { Change } from '../model/change.js';
import type { ObservedReservation, SegmentState } from '../model/segment.js';
import type { SegmentContext } from './context.js';
import { projectState } from './project.js';
import type { LeftOut, UnsafeReason } from './types.js';

type GuardContext = Pick<SegmentContext, 'input' | 'segment' | 'subnet' | 'firewall' | 'state'>;

/** Changes of which none takes away what covers a protected address, and those that would have. */
export interface Guarded {
  readonly changes: readonly Change[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Leaves out each change that would take the reservation of a protected address away, so that one instance that is gone
 * or asks for another address does not hold up all others. What no reservation covers is for {@link checkLockout}.
 */
export function holdProtected(context: GuardContext, changes: readonly Change[]): Guarded {
  const after = projectState(context.state, changes);
  const held = new Set<Change>();
  const leftOut: LeftOut[] = [];
  for (const { address, who } of isClosed(after) ? protectedAddresses(context) : []) {
    const mac = macSeen(context, address);
    if (covers(after, address, mac) || isRenewed(changes, address, mac)) continue;
    for (const change of changes) {
      if (change.kind !== 'reservation' || !change.before || held.has(change)) continue;
      if (!coversIt(change.before, address, mac) || change.after?.address === address) continue;
      held.add(change);
      const message =
        `Its reservation covers ${address} (${who}), which would be cut off without it, so it stays as it is. ` +
        'If it may go, take the address out of protect, or reserve it in OPNsense for whoever has it now.';
      leftOut.push({ segment: context.segment.name, nic: change.nic, code: 'protected', message });
    }
  }
  return { changes: held.size === 0 ? changes : changes.filter((change) => !held.has(change)), leftOut };
}

/** Why a segment's changes could lock somebody out; nothing but covering the address lifts a `lockout`. */
export function checkLockout(context: GuardContext, changes: readonly Change[]): UnsafeReason[] {
  const after = projectState(context.state, changes);
  const reasons: UnsafeReason[] = [];
  const closes = (setting: 'static_arp' | 'deny_unknown'): boolean =>
    changes.some(
      (change) =>
        change.kind === 'setting' && change.setting === setting && (change.after === 'on' || change.after === true),
    );
  const closing = closes('static_arp') || closes('deny_unknown');

  for (const { address, who } of isClosed(after) ? protectedAddresses(context) : []) {
    const mac = macSeen(context, address);
    if (covers(after, address, mac) || isRenewed(changes, address, mac)) continue;
    if (!closing && !covers(context.state, address, mac)) continue;
    reasons.push({
      code: 'lockout',
      message:
        `${address} (${who}) lies on ${context.segment.interface} and would be cut off: it has no reservation with its MAC there. ` +
        'Give it one in OPNsense (MAC and address), or leave static_arp and deny_unknown out of manage.',
      overriddenBy: undefined,
    });
  }
  if (closes('static_arp') && context.input.observed.neighbours === undefined)
    reasons.push({
      code: 'arp-unseen',
      message: `Static ARP on ${context.segment.interface} cuts off every neighbour without a reservation, and this transport cannot see which there are.`,
      overriddenBy: '--accept-lockout-risk',
    });
  return reasons;
}

function isClosed(state: SegmentState): boolean {
  return state.staticArp === 'on' || state.denyUnknown;
}

/** The MAC that answers at an address. A permanent entry was loaded from a reservation, so it says nothing about that. */
function macSeen(context: GuardContext, address: string): string | undefined {
  return context.input.observed.neighbours?.find((one) => one.address === address && !one.permanent)?.mac;
}

function covers(state: SegmentState, address: string, mac: string | undefined): boolean {
  return state.reservations.some((entry) => coversIt(entry, address, mac));
}

function coversIt(entry: ObservedReservation, address: string, mac: string | undefined): boolean {
  return entry.address === address && entry.mac !== undefined && (mac === undefined || entry.mac === mac);
}

/** Whether an owned entry that covers an address only gets the new MAC of its instance. */
function isRenewed(changes: readonly Change[], address: string, mac: string | undefined): boolean {
  return changes.some(
    (change) =>
      change.kind === 'reservation' &&
      change.before !== undefined &&
      coversIt(change.before, address, mac) &&
      change.after?.address === address,
  );
}

/** Who must never be cut off and is a neighbour on an interface, without the firewall itself. */
export function protectedAddresses(
  context: Pick<GuardContext, 'input' | 'firewall' | 'subnet'>,
): { address: string; who: string }[] {
  const { observed, settings } = context.input;
  const all = settings.protect.map((address) => ({ address, who: 'in protect' }));
  if (observed.ownAddress !== undefined) all.push({ address: observed.ownAddress, who: 'slash32 itself' });
  if (observed.peerAddress !== undefined) all.push({ address: observed.peerAddress, who: 'the HA peer' });
  const firewall = [context.firewall.address, ...context.firewall.virtualIps.map((ip) => ip.address)];
  return all.filter(({ address }) => inSubnet(address, context.subnet) && !firewall.includes(address));
}
