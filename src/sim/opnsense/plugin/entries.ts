import { numberOf } from '../dhcpd.js';
import { childOf, childrenOf, copyOf, ensureChild, node, type SimNode, setText, textAt } from '../node.js';
import { ownerOf } from './marker.js';
import type { NodeChange, PluginReservation, PluginSegment } from './model.js';

const ARP = 'arp_table_static_entry';

/** The static mappings of an interface, in order. */
export function mapsOf(root: SimNode, id: string): SimNode[] {
  return childrenOf(childOf(childOf(root, 'dhcpd'), id), 'staticmap');
}

/** Makes an interface's static mappings what they should be: in place, created in address order, deleted. */
export function writeReservations(root: SimNode, segment: PluginSegment, owner: string): NodeChange[] {
  if (segment.reservations === undefined) return [];
  const id = segment.interface;
  const maps = mapsOf(root, id);
  const wanted = byPlace(segment.reservations);
  const released = byPlace(segment.release ?? []);
  const changes: NodeChange[] = [];
  const gone = new Set<SimNode>();
  for (const [place, map] of maps.entries()) {
    const before = copyOf(map);
    const name = nameOf(map);
    const asked = wanted.get(place) ?? released.get(place);
    const own = ownerOf(textAt(map, 'descr')) === owner;
    if (asked !== undefined) {
      update(map, asked);
      const action = released.has(place) ? 'released' : own ? 'updated' : 'adopted';
      if (JSON.stringify(before) !== JSON.stringify(map))
        changes.push({ kind: 'reservation', at: id, name, action, before: [before], after: [copyOf(map)], place });
    } else if (own) {
      gone.add(map);
      changes.push({ kind: 'reservation', at: id, name, action: 'deleted', before: [before], after: [], place });
    }
  }
  const created = segment.reservations.filter((one) => one.at === undefined).map(newMap);
  if (maps.length + created.length > 0) {
    const section = ensureChild(ensureChild(root, 'dhcpd'), id);
    section.children = merged(
      section.children.filter((child) => !gone.has(child)),
      created.sort((left, right) => number(left) - number(right)),
    );
  }
  for (const map of created)
    changes.push({
      kind: 'reservation',
      at: id,
      name: nameOf(map),
      action: 'created',
      before: [],
      after: [map],
      place: 0,
    });
  return changes.map((change) => ({ ...change, after: change.after.map(copyOf) }));
}

/** Each new mapping before the first one with a higher address, the rest behind the last. */
function merged(children: readonly SimNode[], created: readonly SimNode[]): SimNode[] {
  const rest = [...created];
  const result: SimNode[] = [];
  let behind = 0;
  for (const child of children) {
    if (child.name === 'staticmap') {
      const next = rest.findIndex((one) => number(one) >= number(child));
      result.push(...rest.splice(0, next < 0 ? rest.length : next));
      behind = result.length + 1;
    }
    result.push(child);
  }
  if (behind === 0) behind = result.length;
  return [...result.slice(0, behind), ...rest, ...result.slice(behind)];
}

/** Puts a mapping where another one stands, or behind the last. */
export function insert(root: SimNode, id: string, map: SimNode, place: number): void {
  const section = ensureChild(ensureChild(root, 'dhcpd'), id);
  const maps = childrenOf(section, 'staticmap');
  const next = maps[place];
  const last = maps.at(-1);
  const index = next
    ? section.children.indexOf(next)
    : last
      ? section.children.indexOf(last) + 1
      : section.children.length;
  section.children.splice(index, 0, map);
}

/** What people call a mapping. */
export function nameOf(map: SimNode): string {
  return `${textAt(map, 'ipaddr')}, ${textAt(map, 'mac')}`;
}

function update(map: SimNode, asked: PluginReservation): void {
  for (const [field, value] of Object.entries(fieldsOf(asked)))
    if (textAt(map, field) !== value && !(field === 'mac' && textAt(map, field).toLowerCase() === value))
      setText(map, field, value);
  const on = !['', '0'].includes(textAt(map, ARP));
  if (asked.arp === true && !on) setText(map, ARP, '1');
  if (asked.arp !== true && on) map.children = map.children.filter((child) => child.name !== ARP);
}

function newMap(asked: PluginReservation): SimNode {
  const fields = Object.entries(fieldsOf(asked)).flatMap(([field, value]) =>
    value === '' ? [] : [node(field, value)],
  );
  return node('staticmap', asked.arp === true ? [...fields, node(ARP, '1')] : fields);
}

function fieldsOf({ mac, ipaddr, hostname, descr }: PluginReservation): Record<string, string> {
  return { mac, ipaddr, hostname, descr: descr.trim() };
}

function byPlace(list: readonly PluginReservation[]): Map<number, PluginReservation> {
  return new Map(list.flatMap((one) => (one.at === undefined ? [] : [[one.at, one] as const])));
}

function number(map: SimNode): number {
  return numberOf(textAt(map, 'ipaddr')) ?? 0;
}
