import type { CallOptions, OpnsenseClient } from '../http/client.js';
import { differingParts, sameGroup } from './compare.js';
import { describeSave, newSaves, RPC_WRITE, readHistory, type Save } from './history.js';
import { downloadSnapshot, PATHS } from './observe.js';
import type { Snapshot } from './snapshot.js';
import { groupChildren, type Tree, treeChild } from './tree.js';

/** What was sent and on which reading. */
export interface Written {
  readonly base: Snapshot;
  /** Names of the backups that were there at the reading. */
  readonly known: ReadonlySet<string>;
  /** The configuration that the write should lead to. */
  readonly wanted: Tree;
  /** Interfaces that were written. */
  readonly interfaces: readonly string[];
}

/** What the firewall holds after a write. */
export type ReadBack =
  | { readonly kind: 'ours'; readonly snapshot: Snapshot; readonly notes: readonly string[] }
  /** No save at all since the reading. */
  | { readonly kind: 'absent' }
  /** Another save put other values where ours were. */
  | { readonly kind: 'lost'; readonly saves: readonly Save[] }
  /** Our save is the newest one, and it holds other values than were sent. */
  | { readonly kind: 'different'; readonly parts: readonly string[]; readonly id: string };

/** The newest saves, two calls at most: the history, and the newest backup where there is a new one. */
export async function readBack(client: OpnsenseClient, written: Written, call: CallOptions = {}): Promise<ReadBack> {
  const history = readHistory(await client.get(PATHS.backups, call), client.describe('GET', PATHS.backups));
  const saves = newSaves(history, written.known);
  const newest = saves[0];
  if (newest === undefined) return { kind: 'absent' };
  const snapshot = await downloadSnapshot(client, newest.id, call);
  const wrong = written.interfaces.filter((id) => !sameInterface(written.wanted, snapshot.tree, id));
  if (wrong.length === 0) return { kind: 'ours', snapshot, notes: notesOn(written, snapshot, saves, history) };
  if (newest.description === RPC_WRITE && wrong.some((id) => !sameInterface(written.base.tree, snapshot.tree, id)))
    return { kind: 'different', parts: wrong.map((id) => `dhcpd/${id}`), id: newest.id };
  return { kind: 'lost', saves: saves.filter((save) => save.description !== RPC_WRITE) };
}

/** What a person must know about other saves although the write is there. */
function notesOn(written: Written, snapshot: Snapshot, saves: readonly Save[], history: readonly Save[]): string[] {
  const notes: string[] = [];
  const ours = saves.findIndex((save) => save.description === RPC_WRITE);
  if (!history.some((save) => save.id === written.base.id))
    notes.push(
      'The history of the firewall does not reach back to the reading any more: saves of others in between may be lost.',
    );
  for (const [index, save] of saves.entries()) {
    if (index === ours) continue;
    if (ours >= 0 && index < ours)
      notes.push(`Saved by somebody else after this write, which it holds: ${describeSave(save)}.`);
    else
      notes.push(
        `Saved by somebody else during this write and possibly lost by it: ${describeSave(save)} (${save.id}).`,
      );
  }
  const others = differingParts(written.wanted, snapshot.tree).filter(
    (part) => !written.interfaces.some((id) => part === `dhcpd/${id}`),
  );
  if (others.length > 0) notes.push(`Changed by somebody else since the reading: ${others.join(', ')}.`);
  return notes;
}

function sameInterface(left: Tree, right: Tree, id: string): boolean {
  return sameGroup(id, sections(left, id), sections(right, id));
}

function sections(root: Tree, id: string): readonly Tree[] | undefined {
  const dhcpd = treeChild(root, 'dhcpd');
  return dhcpd === undefined ? undefined : groupChildren(dhcpd).get(id);
}
