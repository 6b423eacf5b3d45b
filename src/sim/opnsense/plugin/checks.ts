import { dhcpdRefusal } from '../dhcpd.js';
import { type SimNode, textAt } from '../node.js';
import type { SimState } from '../state.js';
import { mapsOf, nameOf } from './entries.js';
import { findLockout } from './lockout.js';
import { ownerOf } from './marker.js';
import type { Complaint, PluginApply, PluginReservation, PluginSegment, SimPlugin } from './model.js';
import { hasInterface, holds, objection, virtualAddresses } from './networks.js';
import { objectsOf } from './objects.js';

/** Why an apply is refused. */
export interface Refusal {
  readonly code: string;
  readonly errors: readonly Complaint[];
}

/** What can be said before anything is edited; undefined when nothing speaks against it. */
export function refuseRequest(
  state: SimState,
  plugin: SimPlugin,
  root: SimNode,
  apply: PluginApply,
): Refusal | undefined {
  const known = plugin.owners.get(apply.owner);
  if (known !== undefined && known.fingerprint !== apply.fingerprint && apply.take_over !== true)
    return one(
      'owner',
      'owner',
      apply.owner,
      `This owner id is used by another configuration, last seen from ${known.host}.`,
    );
  const segments = apply.segments ?? [];
  const checks: readonly (readonly [string, () => Complaint[]])[] = [
    ['scope', () => scopeErrors(plugin, apply)],
    ['confirm_time', () => confirmErrors(plugin, apply)],
    ['backup_node', () => segments.flatMap((segment) => backupErrors(state, root, segment))],
    [
      'invalid',
      () => [...segments.flatMap((segment, at) => unfitErrors(root, segment, at)), ...nameErrors(root, apply)],
    ],
    ['foreign', () => segments.flatMap((segment, at) => foreignErrors(root, apply.owner, segment, at))],
    [
      'taken',
      () => [
        ...segments.flatMap((segment, at) => takenErrors(root, apply.owner, segment, at)),
        ...aliasErrors(root, apply),
      ],
    ],
  ];
  for (const [code, errors] of checks) {
    const found = errors();
    if (found.length > 0) return { code, errors: found };
  }
  return undefined;
}

/** What the edited configuration is refused for; `before` is the one that was read. */
export function refuseResult(
  before: SimNode,
  after: SimNode,
  apply: PluginApply,
  state: SimState,
  caller: string,
): Refusal | undefined {
  const lockout = findLockout(before, after, apply, state, caller);
  if (lockout.length > 0) return { code: 'lockout', errors: lockout };
  const fault = dhcpdRefusal(after);
  return fault === undefined ? undefined : one('dhcpd', 'dhcpd.conf', 'dhcpd', fault);
}

function one(code: string, where: string, object: string, message: string): Refusal {
  return { code, errors: [{ where, object, message }] };
}

function scopeErrors(plugin: SimPlugin, apply: PluginApply): Complaint[] {
  const named = [
    ...(apply.segments ?? []).map((segment, at) => [segment.interface, `segments/${at}/interface`] as const),
    ...(apply.rules ?? []).map((rule, at) => [rule.interface, `rules/${at}/interface`] as const),
  ];
  return named
    .filter(([id]) => !plugin.interfaces.includes(id))
    .map(([id, where]) => ({ where, object: id, message: `The plugin may not touch ${id}.` }));
}

function confirmErrors(plugin: SimPlugin, apply: PluginApply): Complaint[] {
  const seconds = apply.confirm_seconds ?? 0;
  if (seconds <= plugin.maxConfirmSeconds) return [];
  const message = `The longest time to confirm is ${plugin.maxConfirmSeconds} seconds.`;
  return [{ where: 'confirm_seconds', object: String(seconds), message }];
}

function backupErrors(state: SimState, root: SimNode, segment: PluginSegment): Complaint[] {
  return virtualAddresses(root, segment.interface)
    .filter((address) => state.carp.get(address) === 'BACKUP')
    .map((object) => ({ where: segment.interface, object, message: 'This node is the CARP backup.' }));
}

/** What does not fit the network of the interface. An entry may keep the address that it has. */
function unfitErrors(root: SimNode, segment: PluginSegment, at: number): Complaint[] {
  const { interface: id, settings = {}, reservations = [] } = segment;
  if (!hasInterface(root, id))
    return [{ where: `segments/${at}/interface`, object: id, message: 'There is no such interface.' }];
  const complain = (place: string, message: string | undefined): Complaint[] =>
    message === undefined ? [] : [{ where: `segments/${at}/${place}`, object: id, message }];
  const { range, router } = settings;
  const maps = mapsOf(root, id);
  const keeps = (one: PluginReservation): boolean => textAt(maps[one.at ?? -1], 'ipaddr') === one.ipaddr;
  return [
    ...(range ? [range.from, range.to] : []).flatMap((end) => complain('settings/range', objection(root, id, end))),
    ...(router && router !== 'none' && !holds(root, id, router)
      ? complain('settings/router', `The router ${router} lies outside the network.`)
      : []),
    ...reservations.flatMap((one, index) =>
      keeps(one) ? [] : complain(`reservations/${index}/ipaddr`, objection(root, id, one.ipaddr)),
    ),
  ];
}

/** Names of aliases that mean something else to OPNsense. */
function nameErrors(root: SimNode, apply: PluginApply): Complaint[] {
  const means = (name: string): boolean =>
    RESERVED.has(name) || hasInterface(root, name) || hasInterface(root, name.replace(/ip$/, ''));
  return (apply.aliases ?? []).flatMap(({ name }, index) =>
    means(name.toLowerCase())
      ? [{ where: `aliases/${index}/name`, object: name, message: 'The name means something else to OPNsense.' }]
      : [],
  );
}

const RESERVED: ReadonlySet<string> = new Set([
  'any',
  'self',
  'pass',
  'block',
  'in',
  'out',
  'port',
  'host',
  'net',
  'table',
]);

function foreignErrors(root: SimNode, owner: string, segment: PluginSegment, at: number): Complaint[] {
  const maps = mapsOf(root, segment.interface);
  const check = (list: readonly PluginReservation[], field: string, mayAdopt: boolean): Complaint[] =>
    list.flatMap((each, index) => {
      if (each.at === undefined) return [];
      const map = maps[each.at];
      const mac = segment.adopt?.find((adopted) => adopted.at === each.at)?.mac;
      const own = map !== undefined && ownerOf(textAt(map, 'descr')) === owner;
      if (own || (mayAdopt && map !== undefined && mac !== undefined && plain(mac) === plain(textAt(map, 'mac'))))
        return [];
      const message =
        map === undefined ? `There is no entry ${each.at}.` : `Entry ${each.at} belongs to somebody else.`;
      return [{ where: `segments/${at}/${field}/${index}/at`, object: `${each.ipaddr}, ${each.mac}`, message }];
    });
  return [
    ...check(segment.reservations ?? [], 'reservations', true),
    ...check(segment.release ?? [], 'release', false),
  ];
}

/** However a MAC is written. */
function plain(mac: string): string {
  return mac.trim().toLowerCase().replaceAll('-', ':');
}

function takenErrors(root: SimNode, owner: string, segment: PluginSegment, at: number): Complaint[] {
  const named = new Set([...(segment.reservations ?? []), ...(segment.release ?? [])].map((each) => each.at));
  const others = mapsOf(root, segment.interface).filter(
    (map, place) => !named.has(place) && ownerOf(textAt(map, 'descr')) !== owner,
  );
  return (segment.reservations ?? []).flatMap((each, index) =>
    (['mac', 'ipaddr'] as const).flatMap((field) => {
      const holder = others.find((map) => textAt(map, field).toLowerCase() === each[field]);
      if (holder === undefined) return [];
      const where = `segments/${at}/reservations/${index}/${field}`;
      return [{ where, object: `${each.ipaddr}, ${each.mac}`, message: `It is taken by ${nameOf(holder)}.` }];
    }),
  );
}

function aliasErrors(root: SimNode, apply: PluginApply): Complaint[] {
  const foreign = objectsOf(root, 'alias').filter((one) => ownerOf(textAt(one, 'description')) !== apply.owner);
  return (apply.aliases ?? []).flatMap((alias, index) =>
    foreign.some((one) => textAt(one, 'name').toLowerCase() === alias.name.toLowerCase())
      ? [{ where: `aliases/${index}/name`, object: alias.name, message: 'An alias of somebody else has this name.' }]
      : [],
  );
}
