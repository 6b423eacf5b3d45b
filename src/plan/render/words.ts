import { formatRange } from '../../model/address.js';
import type { Change, ReservationAction, ReservationChange, SettingChange } from '../../model/change.js';
import { type ClientRoute, readRoutes } from '../../model/host-routes.js';
import { writtenReservation } from '../../model/reservation.js';
import type { PoolAccess } from '../../model/segment.js';
import { count } from '../names.js';
import { isClosed, poolRange } from '../pools.js';
import type { Plan, PlanSummary } from '../types.js';

/** The sign in front of a change: what comes, what goes, what becomes different. */
export const SIGNS: Readonly<Record<ReservationAction, string>> = {
  create: '+',
  update: '~',
  adopt: '⊕',
  retire: '◌',
  restore: '↺',
  release: '⊖',
  delete: '-',
};

/** What settings are called on OPNsense's own page, as far as they have a name there. */
export const SETTING_NAMES: Readonly<Record<SettingChange['setting'], string>> = {
  enabled: 'DHCP',
  range: 'dynamic range',
  mask: 'option 1 (subnet mask)',
  routes: 'option 121 (routes)',
  deny_unknown: 'deny unknown clients',
  mac_allow: 'MACs allowed in the range',
  static_arp: 'static ARP',
  router: 'router',
  pools: 'further address pools',
};

/** What a setting is called on OPNsense's own page, as far as it has a name there. */
export function settingName(change: SettingChange): string {
  return SETTING_NAMES[change.setting];
}

/** A setting's old or new value, for people. */
export function settingValue(value: SettingChange['before']): string {
  if (value === null) return 'not set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (isPools(value)) return value.map(poolText).join(', ') || 'none';
  if (typeof value === 'object') return formatRange(value);
  if (value === 'invalid') return 'unusable';
  // A list of MAC addresses has commas, and a single one is too short for a route of option 121 and its router.
  const routes = value.split(':').length > 6 ? readRoutes(value) : undefined;
  return routes === undefined ? value : routes.map(routeText).join(', ');
}

function routeText({ network, prefix, router }: ClientRoute): string {
  return `${network}/${prefix} ${router === '0.0.0.0' ? 'on the link' : `by ${router}`}`;
}

function isPools(value: SettingChange['before']): value is readonly PoolAccess[] {
  return Array.isArray(value);
}

function poolText(pool: PoolAccess): string {
  return `${poolRange(pool)} ${isClosed(pool) ? 'closed' : 'open'}`;
}

/** Address, hostname and MAC of what a change leaves, or of what it removes. */
export function changedEntry(change: ReservationChange): { address: string; hostname: string; mac: string } {
  const entry = change.after ?? (change.before && writtenReservation(change.before));
  return { address: entry?.address ?? '', hostname: entry?.hostname ?? '', mac: entry?.mac ?? '' };
}

/** Reservation changes in the order in which people read them: by address. */
export function sortedReservations(changes: readonly Change[]): ReservationChange[] {
  return changes
    .filter((change): change is ReservationChange => change.kind === 'reservation')
    .sort((left, right) => addressKey(left).localeCompare(addressKey(right)));
}

/** `12 to create, 1 to delete, 3 settings to change; 80 foreign untouched`. */
export function summaryLine(summary: PlanSummary): string {
  const parts: [number, string][] = [
    [summary.create, 'to create'],
    [summary.adopt, 'to adopt'],
    [summary.update, 'to update'],
    [summary.restore, 'to restore'],
    [summary.retire, 'to retire'],
    [summary.release, 'to hand over'],
    [summary.delete, 'to delete'],
  ];
  const shown = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  if (summary.settings > 0) shown.push(`${count(summary.settings, 'setting')} to change`);
  if (summary.policy > 0) shown.push(`${summary.policy} policy ${summary.policy === 1 ? 'entry' : 'entries'} to write`);
  const changes = shown.length === 0 ? 'nothing to do' : shown.join(', ');
  const rest = [`${summary.unchanged} as they are`, `${summary.foreign} foreign untouched`];
  if (summary.leftOut > 0) rest.push(`${count(summary.leftOut, 'NIC')} left out`);
  if (summary.waiting > 0)
    rest.push(`${count(summary.waiting, 'part')} ${summary.waiting === 1 ? 'waits' : 'wait'} for a person`);
  return `${changes}; ${rest.join(', ')}`;
}

/** `unix:/… → config.xml (file)`. */
export function routeLine(plan: Plan): string {
  const { name, transport, version } = plan.target;
  return `${plan.source.name} → ${name} (${version === undefined ? transport : `${transport}, OPNsense ${version}`})`;
}

function addressKey(change: ReservationChange): string {
  return changedEntry(change)
    .address.split('.')
    .map((octet) => octet.padStart(3, '0'))
    .join('.');
}
