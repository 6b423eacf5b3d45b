import { dhcpdRefusal, numberOf } from '../dhcpd.js';
import { childOf, childrenOf, type SimNode, textAt } from '../node.js';
import type { SimState } from '../state.js';
import { mapsOf, nameOf } from './entries.js';
import { markerOf, ownerOf } from './marker.js';
import type { Complaint, PluginApply, PluginReservation, PluginSegment, SimPlugin } from './model.js';
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
      () => [...twiceErrors(apply), ...segments.flatMap((segment, at) => formErrors(root, apply.owner, segment, at))],
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
  for (const { interface: id } of apply.segments ?? []) {
    if (isCutOff(before, after, id, caller, state))
      return one('lockout', id, caller, `The request came from ${caller} on ${id}, and that address would be cut off.`);
  }
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
  return childrenOf(childOf(root, 'virtualip'), 'vip')
    .filter(
      (vip) => textAt(vip, 'interface') === segment.interface && state.carp.get(textAt(vip, 'subnet')) === 'BACKUP',
    )
    .map((vip) => ({
      where: segment.interface,
      object: textAt(vip, 'subnet'),
      message: 'This node is the CARP backup.',
    }));
}

function twiceErrors(apply: PluginApply): Complaint[] {
  const names = [
    (apply.segments ?? []).map((one) => one.interface),
    (apply.aliases ?? []).map((one) => one.name),
    (apply.rules ?? []).map((one) => markerOf(one.descr)),
  ];
  const twice = names.flatMap((list) => list.filter((name, at) => list.indexOf(name) !== at));
  const unmarked = [...(apply.aliases ?? []), ...(apply.rules ?? [])].filter(
    (one) => ownerOf(one.descr) !== apply.owner,
  );
  return [
    ...twice.map((object) => ({ where: '', object, message: `${object} stands there twice.` })),
    ...unmarked.map(({ descr }) => ({ where: 'descr', object: descr, message: 'It lacks the marker of the owner.' })),
  ];
}

function formErrors(root: SimNode, owner: string, segment: PluginSegment, at: number): Complaint[] {
  const place = `segments/${at}`;
  if (segment.reservations === undefined) return [];
  const all = [...segment.reservations, ...(segment.release ?? [])];
  const errors: Complaint[] = [];
  for (const field of ['mac', 'ipaddr', 'hostname', 'at'] as const) {
    const values = all.map((each) => each[field]).filter((value) => value !== undefined && value !== '');
    if (new Set(values).size !== values.length)
      errors.push({
        where: `${place}/reservations`,
        object: segment.interface,
        message: `A ${field} stands there twice.`,
      });
  }
  for (const [index, each] of segment.reservations.entries()) {
    const object = `${each.ipaddr}, ${each.mac}`;
    if (ownerOf(each.descr) !== owner)
      errors.push({
        where: `${place}/reservations/${index}/descr`,
        object,
        message: 'It lacks the marker of the owner.',
      });
    if (!isHost(root, segment.interface, each.ipaddr))
      errors.push({
        where: `${place}/reservations/${index}/ipaddr`,
        object,
        message: 'No host of the network can have it.',
      });
  }
  return errors;
}

function isHost(root: SimNode, id: string, address: string): boolean {
  const known = childOf(childOf(root, 'interfaces'), id);
  const own = numberOf(textAt(known, 'ipaddr'));
  const host = numberOf(address);
  if (own === undefined || host === undefined || own === host) return false;
  const size = 2 ** (32 - Number(textAt(known, 'subnet')));
  const offset = host - Math.floor(own / size) * size;
  return offset > 0 && offset < size - 1;
}

function foreignErrors(root: SimNode, owner: string, segment: PluginSegment, at: number): Complaint[] {
  const maps = mapsOf(root, segment.interface);
  const check = (list: readonly PluginReservation[], field: string, mayAdopt: boolean): Complaint[] =>
    list.flatMap((each, index) => {
      if (each.at === undefined) return [];
      const map = maps[each.at];
      const mac = segment.adopt?.find((adopted) => adopted.at === each.at)?.mac.toLowerCase();
      const own = map !== undefined && ownerOf(textAt(map, 'descr')) === owner;
      if (own || (mayAdopt && map !== undefined && mac === textAt(map, 'mac').toLowerCase())) return [];
      const message =
        map === undefined ? `There is no entry ${each.at}.` : `Entry ${each.at} belongs to somebody else.`;
      return [{ where: `segments/${at}/${field}/${index}/at`, object: `${each.ipaddr}, ${each.mac}`, message }];
    });
  return [
    ...check(segment.reservations ?? [], 'reservations', true),
    ...check(segment.release ?? [], 'release', false),
  ];
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
    foreign.some((one) => textAt(one, 'name') === alias.name)
      ? [{ where: `aliases/${index}/name`, object: alias.name, message: 'An alias of somebody else has this name.' }]
      : [],
  );
}

function isCutOff(before: SimNode, after: SimNode, id: string, caller: string, state: SimState): boolean {
  if (!isHost(after, id, caller)) return false;
  const known = state.arp.find((row) => row.address === caller)?.mac;
  const look = (root: SimNode) => {
    const section = childOf(childOf(root, 'dhcpd'), id);
    const covers = childrenOf(section, 'staticmap').some(
      (map) => textAt(map, 'ipaddr') === caller && (known === undefined || textAt(map, 'mac') === known),
    );
    return {
      arp: childOf(section, 'staticarp') !== undefined,
      deny: childOf(section, 'denyunknown') !== undefined,
      covers,
    };
  };
  const was = look(before);
  const is = look(after);
  const closes = (is.arp && !was.arp) || (is.deny && !was.deny);
  return (is.arp || is.deny) && !is.covers && (closes || was.covers);
}
