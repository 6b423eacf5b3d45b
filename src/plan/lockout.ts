import { inSubnet } from '../model/address.js';
import type { Change } from '../model/change.js';
import type { SegmentState } from '../model/segment.js';
import type { SegmentContext } from './context.js';
import { projectState } from './project.js';
import type { UnsafeReason } from './types.js';

/** Why a segment's changes could lock somebody out; nothing but covering the address lifts a `lockout`. */
export function checkLockout(context: SegmentContext, changes: readonly Change[]): UnsafeReason[] {
  const after = projectState(context.state, changes);
  const reasons: UnsafeReason[] = [];
  const closes = (setting: 'static_arp' | 'deny_unknown'): boolean =>
    changes.some(
      (change) =>
        change.kind === 'setting' && change.setting === setting && (change.after === 'on' || change.after === true),
    );
  const closing = closes('static_arp') || closes('deny_unknown');
  const closed = after.staticArp === 'on' || after.denyUnknown;

  for (const { address, who } of protectedAddresses(context)) {
    const mac = context.input.observed.neighbours?.find((one) => one.address === address)?.mac;
    if (!closed || covers(after, address, mac)) continue;
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

function covers(state: SegmentState, address: string, mac: string | undefined): boolean {
  return state.reservations.some(
    (entry) => entry.address === address && entry.mac !== '' && (mac === undefined || entry.mac === mac),
  );
}

function protectedAddresses(context: SegmentContext): { address: string; who: string }[] {
  const { observed, settings } = context.input;
  const all = settings.protect.map((address) => ({ address, who: 'in protect' }));
  if (observed.ownAddress !== undefined) all.push({ address: observed.ownAddress, who: 'slash32 itself' });
  if (observed.peerAddress !== undefined) all.push({ address: observed.peerAddress, who: 'the HA peer' });
  const firewall = [context.firewall.address, ...context.firewall.virtualIps.map((ip) => ip.address)];
  return all.filter(({ address }) => inSubnet(address, context.subnet) && !firewall.includes(address));
}
