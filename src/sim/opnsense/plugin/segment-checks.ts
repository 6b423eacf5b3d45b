import { numberOf } from '../dhcpd.js';
import { childOf, childrenOf, type SimNode, textAt } from '../node.js';
import { mapsOf, nameOf } from './entries.js';
import { ownerOf } from './marker.js';
import type { Complaint, PluginReservation, PluginSegment } from './model.js';
import { hasInterface, objection, ownAddresses } from './networks.js';
import { slotOf } from './slots.js';

/** One label of a DNS name. */
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** An interface of an apply, and where it stands there. */
export interface Place {
  readonly root: SimNode;
  readonly owner: string;
  readonly segment: PluginSegment;
  readonly where: string;
}

/** What does not fit the interface. What an entry has already, it may keep. */
export function unfitErrors({ root, segment, where }: Place): Complaint[] {
  const { interface: id, settings = {} } = segment;
  const complain = (place: string, message: string | undefined): Complaint[] =>
    message === undefined ? [] : [{ where: `${where}/${place}`, object: id, message }];
  if (!hasInterface(root, id)) return complain('interface', 'There is no such interface.');
  const { range, router } = settings;
  const isFree = !router || router === 'none' || ownAddresses(root, id).includes(router);
  const ranges = rangesOf(root, segment);
  const maps = mapsOf(root, id);
  const reservations = listed(segment).flatMap(({ one, place, isReleased }) => {
    const map = maps[one.at ?? -1];
    const isRanged = ranges.some(
      ([from, to]) => from <= (numberOf(one.ipaddr) ?? 0) && (numberOf(one.ipaddr) ?? 0) <= to,
    );
    const unfit = isRanged ? `${one.ipaddr} lies in a dynamic range.` : objection(root, id, one.ipaddr);
    const named = isReleased || one.hostname === '' || one.hostname === textAt(map, 'hostname');
    return [
      ...(map !== undefined && textAt(map, 'ipaddr') === one.ipaddr ? [] : complain(`${place}/ipaddr`, unfit)),
      ...(named || LABEL.test(one.hostname) ? [] : complain(`${place}/hostname`, 'It is no host name.')),
    ];
  });
  return [
    ...poolErrors(root, segment).flatMap((message) => complain('settings/pools', message)),
    ...(range ? [range.from, range.to] : []).flatMap((end) => complain('settings/range', objection(root, id, end))),
    ...(isFree ? [] : complain('settings/router', objection(root, id, router))),
    ...reservations,
  ];
}

/** MACs that no client has. What an entry has already, it may keep. */
export function nobodysMacs({ root, segment, where }: Place, own: readonly string[]): Complaint[] {
  const maps = mapsOf(root, segment.interface);
  const isNobodys = (mac: string): boolean =>
    ['02:00:00:00:00:00', '00:00:00:00:00:00', ...own].includes(mac) ||
    (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
  return (segment.reservations ?? []).flatMap((one, at) => {
    const isThere = plain(textAt(maps[one.at ?? -1], 'mac')) === plain(one.mac);
    if (isThere || !isNobodys(one.mac)) return [];
    return [{ where: `${where}/reservations/${at}/mac`, object: one.mac, message: 'No client has this MAC.' }];
  });
}

/** Pools are told by their order and their range. */
function poolErrors(root: SimNode, { interface: id, settings = {} }: PluginSegment): string[] {
  if (settings.pools === undefined) return [];
  const ends = slotOf(root, id, 'pools').map((pool) => childrenOf(pool, 'range')[0]);
  const isSame =
    ends.length === settings.pools.length &&
    settings.pools.every(({ from, to }, at) => textAt(ends[at], 'from') === from && textAt(ends[at], 'to') === to);
  return isSame ? [] : ['These are not the pools of the interface.'];
}

/** Entries that are somebody else's, or not there. */
export function foreignErrors({ root, owner, segment, where }: Place): Complaint[] {
  const maps = mapsOf(root, segment.interface);
  return listed(segment).flatMap(({ one, place, isReleased }) => {
    if (one.at === undefined) return [];
    const map = maps[one.at];
    if (map !== undefined && ownerOf(textAt(map, 'descr')) === owner) return [];
    const mac = segment.adopt?.find((adopted) => adopted.at === one.at)?.mac;
    const isAdopted = !isReleased && map !== undefined && mac !== undefined && plain(mac) === plain(textAt(map, 'mac'));
    const message = map === undefined ? `There is no entry ${one.at}.` : `Entry ${one.at} belongs to somebody else.`;
    return isAdopted ? [] : [{ where: `${where}/${place}/at`, object: `${one.ipaddr}, ${one.mac}`, message }];
  });
}

/** MACs and addresses that stay with others. */
export function takenErrors(at: Place): Complaint[] {
  return shared(at, ['mac', 'ipaddr']).map(({ one, place, field, holder }) => ({
    where: `${at.where}/${place}/${field}`,
    object: `${one.ipaddr}, ${one.mac}`,
    message: `It is taken by ${nameOf(holder)}.`,
  }));
}

/** Host names that others have too: dhcpd lives with it, but DNS answers with both. */
export function sharedNames(at: Place): string[] {
  return shared(at, ['hostname']).map(
    ({ one, holder }) => `${at.segment.interface}: the host name ${one.hostname} is taken by ${nameOf(holder)}.`,
  );
}

interface Listed {
  readonly one: PluginReservation;
  readonly place: string;
  readonly isReleased: boolean;
}

function listed({ reservations = [], release = [] }: PluginSegment): Listed[] {
  return [
    ...reservations.map((one, index) => ({ one, place: `reservations/${index}`, isReleased: false })),
    ...release.map((one, index) => ({ one, place: `release/${index}`, isReleased: true })),
  ];
}

type Shared = Listed & { readonly field: string; readonly holder: SimNode };

function shared({ root, owner, segment }: Place, fields: readonly ('mac' | 'ipaddr' | 'hostname')[]): Shared[] {
  const maps = mapsOf(root, segment.interface);
  const all = listed(segment);
  const named = new Set(all.map(({ one }) => one.at));
  const others = maps.filter((map, place) => !named.has(place) && ownerOf(textAt(map, 'descr')) !== owner);
  const holders = fields.map(
    (field) => [field, new Map(others.map((map) => [textAt(map, field).toLowerCase(), map]))] as const,
  );
  return all.flatMap((each) =>
    holders.flatMap(([field, known]) => {
      const value = each.one[field];
      const holder = value === '' ? undefined : known.get(value.toLowerCase());
      return holder === undefined || textAt(maps[each.one.at ?? -1], field) === value
        ? []
        : [{ ...each, field, holder }];
    }),
  );
}

/** The dynamic ranges that the interface will have, those of further pools included. */
function rangesOf(root: SimNode, { interface: id, settings = {} }: PluginSegment): (readonly [number, number])[] {
  const section = childOf(childOf(root, 'dhcpd'), id);
  const present = [...(settings.range === undefined ? [section] : []), ...childrenOf(section, 'pool')]
    .flatMap((holder) => childrenOf(holder, 'range'))
    .map((range) => [textAt(range, 'from'), textAt(range, 'to')] as const);
  const asked = settings.range ? [[settings.range.from, settings.range.to] as const] : [];
  return [...present, ...asked].flatMap((ends) => {
    const [from, to] = ends.map(numberOf);
    return from === undefined || to === undefined ? [] : [[from, to] as const];
  });
}

/** However a MAC is written. */
function plain(mac: string): string {
  return mac.trim().toLowerCase().replaceAll('-', ':');
}
