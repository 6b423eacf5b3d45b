import { childOf, copyOf, type SimNode, textAt } from '../node.js';
import { bringBlankBack } from './blanks.js';
import { claimMessage } from './claims.js';
import { insert, mapsOf } from './entries.js';
import type { Complaint, NodeChange } from './model.js';
import { objectsOf, putObject } from './objects.js';
import { canon, putSlot, slotOf } from './slots.js';

/** What an undoing left, since others changed it meanwhile, and how many nodes are back. */
export interface Undone {
  readonly left: readonly Complaint[];
  readonly restored: number;
  /** Settings that stay because other owners ask for them, too. */
  readonly claimed: readonly NodeChange[];
}

/** Puts back each node that still holds what an apply wrote. */
export function undo(root: SimNode, changes: readonly NodeChange[]): Undone {
  const left: Complaint[] = [];
  const spell = speller();
  const claimed: NodeChange[] = [];
  let restored = 0;
  const isSetting = (change: NodeChange): boolean => change.kind === 'setting';
  const settings = changes.filter(isSetting).reverse();
  const isBlank = (change: NodeChange): boolean => change.kind === 'blank';
  const nodes = changes.filter((change) => !isSetting(change) && !isBlank(change));
  const others = nodes.sort((a, b) => rank(a) - rank(b) || a.place - b.place);
  for (const change of [...others, ...settings]) {
    const done = undoOne(root, change, spell);
    if (done === 'left')
      left.push({
        where: change.at,
        object: change.name,
        message: 'Somebody else changed it meanwhile, so it was left as it is.',
      });
    if (done === 'claimed') {
      left.push({ where: change.at, object: change.name, message: claimMessage(change.wanted ?? []) });
      claimed.push(change);
    }
    if (done === 'restored') restored += 1;
  }
  for (const change of changes.filter(isBlank)) bringBlankBack(root, change);
  for (const id of new Set(
    changes.flatMap((change) => (change.kind === 'setting' || change.kind === 'reservation' ? [change.at] : [])),
  ))
    dropEmpty(root, id);
  return { left, restored, claimed };
}

/** Created mappings go first, deleted ones come back last, from the top. */
function rank({ kind, action }: NodeChange): number {
  if (kind !== 'reservation') return 0;
  return action === 'created' ? 1 : action === 'deleted' ? 3 : 2;
}

function undoOne(root: SimNode, change: NodeChange, spell: Speller): 'restored' | 'left' | 'claimed' | 'nothing' {
  if (change.kind === 'blank') return 'nothing';
  if (change.kind === 'reservation') return undoReservation(root, change, spell);
  const now =
    change.kind === 'setting'
      ? slotOf(root, change.at, change.name)
      : objectsOf(root, change.kind).filter((object) => object.attributes.uuid === change.at);
  if (same(now, change.before)) return 'nothing';
  if (!same(now, change.after)) return 'left';
  if (change.wanted !== undefined && change.wanted.length > 0) return 'claimed';
  if (change.kind === 'setting') putSlot(root, change.at, change.name, change.before, change.place);
  else putObject(root, change.kind, change.at, change.before[0]);
  return 'restored';
}

function undoReservation(root: SimNode, change: NodeChange, spell: Speller): 'restored' | 'left' | 'nothing' {
  const maps = mapsOf(root, change.at);
  const [before] = change.before;
  const [after] = change.after;
  const holds = (element: SimNode): SimNode | undefined => maps.find((map) => spell(map) === spell(element));
  if (after === undefined) {
    if (before === undefined || holds(before)) return 'nothing';
    if (isTaken(maps, before)) return 'left';
    insert(root, change.at, copyOf(before), change.place);
    return 'restored';
  }
  const present = holds(after);
  if (present === undefined) {
    if (before !== undefined) return holds(before) ? 'nothing' : 'left';
    return isTaken(maps, after) ? 'left' : 'nothing';
  }
  const section = childOf(childOf(root, 'dhcpd'), change.at);
  section?.children.splice(section.children.indexOf(present), 1, ...(before === undefined ? [] : [copyOf(before)]));
  return 'restored';
}

type Speller = (element: SimNode) => string;

/** `canon` that remembers: an undoing replaces elements and changes none. */
function speller(): Speller {
  const known = new Map<SimNode, string>();
  return (element) => {
    const text = known.get(element) ?? canon(element);
    known.set(element, text);
    return text;
  };
}

function isTaken(maps: readonly SimNode[], element: SimNode): boolean {
  return maps.some((map) => ['mac', 'ipaddr'].some((field) => textAt(map, field) === textAt(element, field)));
}

function same(left: readonly SimNode[], right: readonly SimNode[]): boolean {
  return left.map(canon).join('\n') === right.map(canon).join('\n');
}

/** Takes an interface away that lost its last tag. */
export function dropEmpty(root: SimNode, id: string): void {
  const dhcpd = childOf(root, 'dhcpd');
  if (dhcpd !== undefined) dhcpd.children = dhcpd.children.filter((one) => one.name !== id || one.children.length > 0);
}
