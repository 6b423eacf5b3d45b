import { formatRange, inRange } from '../model/address.js';
import type { Change, NewRule, SettingChange } from '../model/change.js';
import { writtenReservation } from '../model/reservation.js';
import type { PoolAccess, SegmentState } from '../model/segment.js';
import { groundText } from '../model/standing-place.js';
import { bridgeWarnings } from './bridge.js';
import { carpServerWarnings } from './carp-servers.js';
import { waitsForYes } from './consent.js';
import type { SegmentContext } from './context.js';
import { leftAloneBy } from './left-alone.js';
import { count, shortList } from './names.js';
import { isClosed, poolRange } from './pools.js';
import { carpRouters } from './preflight.js';
import { projectState } from './project.js';
import type { UnsafeReason, Warning } from './types.js';

/** What a segment's changes would cut off or change for clients, and what they leave open. */
export function describeImpact(context: SegmentContext, changes: readonly Change[]): Warning[] {
  const after = projectState(context.state, changes);
  const settings = changes.filter((change): change is SettingChange => change.kind === 'setting');
  return [...settings.flatMap((change) => settingImpact(context, change, after)), ...standingWarnings(context, after)];
}

function settingImpact(context: SegmentContext, change: SettingChange, after: SegmentState): Warning[] {
  switch (change.setting) {
    case 'range':
      return change.before === null
        ? []
        : [
            {
              code: 'range-vanishes',
              message: `The dynamic range ${formatRange(change.before)} becomes ${change.after ? formatRange(change.after) : 'none'}.`,
            },
          ];
    case 'mac_allow':
      return change.before === null || change.after === null
        ? []
        : [{ code: 'mac-list-vanishes', message: `The list of allowed MAC addresses (${change.before}) is replaced.` }];
    case 'deny_unknown':
      return change.after ? leasesCutOff(context, after) : [];
    case 'pools':
      return poolsImpact(context, change, after);
    case 'mask':
      return change.after === null ? [] : [maskChangeover(context, change)];
    case 'static_arp':
      return change.after === 'on' ? neighboursCutOff(context, after) : [];
    default:
      return [];
  }
}

function leasesCutOff(context: SegmentContext, after: SegmentState): Warning[] {
  const { leases } = context.input.observed;
  if (leases === undefined) {
    const message = 'This transport cannot see leases: clients that have a dynamic one now will not get it again.';
    return [{ code: 'leases-unseen', message }];
  }
  const known = new Set(after.reservations.map((entry) => entry.mac));
  const lost = leases.filter((lease) => lease.interface === context.segment.interface && !known.has(lease.mac));
  if (lost.length === 0) return [];
  const names = shortList(lost.map((lease) => `${lease.address} ${lease.hostname || lease.mac}`));
  const message = `${count(lost.length, 'dynamic lease')} in use will not be renewed: ${names}.`;
  return [{ code: 'leases-cut-off', message }];
}

/** The pools that close, with the leases in them that nobody renews any more, or those that are as they were. */
function poolsImpact(
  context: SegmentContext,
  change: Extract<SettingChange, { setting: 'pools' }>,
  after: SegmentState,
): Warning[] {
  const closing = change.after.filter((pool, index) => isClosed(pool) && !isClosed(change.before[index] ?? pool));
  if (closing.length === 0) return [];
  const names = closing.map(poolRange).join(', ');
  const pools: Warning = {
    code: 'pools-close',
    message: `Nobody gets an address of ${closing.length === 1 ? 'the further pool' : 'the further pools'} ${names} any more${leasesIn(context, closing, after)}.`,
  };
  return [pools];
}

/** The active leases in some pools whose clients have no reservation, as the end of a sentence. */
function leasesIn(context: SegmentContext, pools: readonly PoolAccess[], after: SegmentState): string {
  const { leases } = context.input.observed;
  if (leases === undefined) return '; this transport cannot see which leases there are in it';
  const known = new Set(after.reservations.map((entry) => entry.mac));
  const lost = leases.filter(
    (lease) =>
      lease.interface === context.segment.interface &&
      !known.has(lease.mac) &&
      pools.some((pool) => pool.from !== '' && inRange(lease.address, pool)),
  );
  if (lost.length === 0) return '';
  const names = shortList(lost.map((lease) => `${lease.address} ${lease.hostname || lease.mac}`));
  return `; ${count(lost.length, 'dynamic lease')} in use will not be renewed: ${names}`;
}

/** What a new rule would do with the pools of a segment that stands. */
export function waitingWarnings(context: SegmentContext, waiting: readonly NewRule[]): Warning[] {
  if (!waiting.includes('extra-pools')) return [];
  const { segment, state } = context;
  const open = state.pools.filter((pool) => !isClosed(pool));
  const leases = leasesIn(context, open, state);
  const what = `Further address pools on ${segment.interface} still serve clients (${open.map(poolRange).join(', ')})${leases}; deny_unknown would close them.`;
  return [waitsForYes('extra-pools', segment.name, what)];
}

/** Pools that stay open while a segment is being closed: then it is not closed, whatever else is written. */
export function openPools(context: SegmentContext, changes: readonly Change[]): UnsafeReason[] {
  const { unwritable } = context.input.observed;
  const closes = changes.some(
    (change) => change.kind === 'setting' && change.setting === 'deny_unknown' && change.after,
  );
  const open = projectState(context.state, changes).pools.filter((pool) => !isClosed(pool));
  if (!closes || open.length === 0 || unwritable?.settings.includes('pools') !== true) return [];
  const message = `${context.segment.name}: deny_unknown would not keep strangers out, since the further pools ${open.map(poolRange).join(', ')} stay open: ${unwritable.remedy}.`;
  return [{ code: 'extra-pools', message, overriddenBy: '--force' }];
}

function maskChangeover(context: SegmentContext, change: SettingChange): Warning {
  if (!context.state.enabled)
    return {
      code: 'mask-changeover',
      message:
        'DHCP of this firewall is off there until now: where clients have their addresses and masks from is not known, and each keeps them until it asks this firewall.',
    };
  const minutes = Math.ceil(context.state.leaseSeconds / 2 / 60);
  const before = change.before === null ? `/${context.subnet.prefix}` : String(change.before);
  const message =
    `Clients keep their mask (${before}) until they renew, in up to ${minutes} minutes; until then isolated neighbours ` +
    'do not reach each other. dhcpcd loses its default route at that renewal and regains it at the next one: restart it. ' +
    `dhclient keeps the old mask beside the new one until its old lease ends, in up to ${2 * minutes} minutes.`;
  return { code: 'mask-changeover', message };
}

function neighboursCutOff(context: SegmentContext, after: SegmentState): Warning[] {
  const { neighbours } = context.input.observed;
  if (neighbours === undefined) return [];
  const reserved = new Set(after.reservations.map(writtenReservation).map((entry) => `${entry.address} ${entry.mac}`));
  const own = new Set([context.firewall.address, ...context.firewall.virtualIps.map((ip) => ip.address)]);
  const lost = neighbours.filter(
    (one) =>
      one.interface === context.segment.interface &&
      !own.has(one.address) &&
      !reserved.has(`${one.address} ${one.mac}`),
  );
  if (lost.length === 0) return [];
  const names = shortList(lost.map((one) => `${one.address} ${one.mac}`));
  const message = `Static ARP cuts off ${count(lost.length, 'neighbour')} of the ARP table without a reservation: ${names}.`;
  return [{ code: 'neighbours-cut-off', message }];
}

/** A NIC whose owner wants it left alone shows as well that the network's name is right. */
function isEmpty({ nics, allNics, segment, input }: SegmentContext): boolean {
  const isLeftAlone = leftAloneBy(input.settings);
  return nics.length === 0 && !allNics.some((nic) => nic.segment === segment && isLeftAlone(nic.instance));
}

function standingWarnings(context: SegmentContext, after: SegmentState): Warning[] {
  const { segment, firewall, subnet } = context;
  const warnings: Warning[] = [];
  if (!after.enabled)
    warnings.push({
      code: 'dhcp-off',
      message: `DHCP is off on ${segment.interface}: its reservations wait until deny_unknown is managed or DHCP is enabled in OPNsense.`,
    });
  const open = after.pools.filter((pool) => !isClosed(pool));
  const { unwritable } = context.input.observed;
  if (open.length > 0 && segment.manage.includes('deny_unknown') && unwritable?.settings.includes('pools'))
    warnings.push({
      code: 'extra-pools',
      message: `Further address pools on ${segment.interface} still serve clients (${open.map(poolRange).join(', ')}), so deny_unknown is not done there: ${unwritable.remedy}.`,
    });
  if (after.denyUnknown && after.macAllow === undefined)
    warnings.push({
      code: 'deny-unknown-hole',
      message: `A client that is known on another interface gets a dynamic address on ${segment.interface}; managing deny_unknown closes that.`,
    });
  const routers = carpRouters(firewall, subnet);
  if (routers.length > 0 && after.router === undefined)
    warnings.push({
      code: 'carp-router',
      message: `Clients of ${segment.interface} are told this node's own address as router, not the CARP address ${routers.join(', ')}.`,
    });
  warnings.push(...carpServerWarnings(context, after));
  warnings.push(...bridgeWarnings(context));
  if (isEmpty(context))
    warnings.push({
      code: 'no-nics',
      message:
        segment.vlan === undefined
          ? `No NIC stands on network ${segment.network}; check its name.`
          : `No NIC stands on ${groundText(segment)}; check the name and the number.`,
    });
  return warnings;
}
