import { createHash } from 'node:crypto';
import { configureNeighbours, restartDhcpd } from '../dhcpd.js';
import { childOf, type SimNode } from '../node.js';
import type { SimState } from '../state.js';
import { passClaims } from './claims.js';
import { endAfterUndo, leavesPolicy, policyDigest } from './cut.js';
import type { ApplyLine, Complaint, NodeChange, PendingApply, SimPlugin } from './model.js';
import { renewStamps } from './objects.js';
import { undo } from './undo.js';

/** SHA-256 of config.xml as it is now. */
export function revisionOf(state: SimState): string {
  return createHash('sha256').update(state.disk.readText()).digest('hex');
}

/** Seconds since 1970. */
export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}

/** Undoes an apply that waits, and notes how it ended. */
export function rollBack(
  state: SimState,
  plugin: SimPlugin,
  pending: PendingApply,
  outcome: ApplyLine['outcome'],
): readonly Complaint[] {
  clearTimeout(pending.timer);
  plugin.pending.delete(pending.owner);
  plugin.isCut = false;
  const root = state.disk.read();
  const isForeign = pending.cut !== undefined && policyDigest(root) !== pending.cut.policy;
  const { left, restored, claimed } = undo(root, pending.changes);
  passClaims(plugin, pending, claimed);
  renewStamps(root, pending.changes);
  if (restored > 0)
    state.disk.save(root, {
      username: '(slash32)',
      description: `slash32: undid change ${pending.id} of ${pending.owner}`,
    });
  reload(state, [...pending.dormant, ...opened(root, pending.changes)]);
  if (outcome !== 'rebooted')
    note(plugin, pending.id, endAfterUndo(state, pending.cut, isForeign || leavesPolicy(pending.changes, left)));
  end(plugin, pending.id, outcome, left);
  return left;
}

/** Keeps an apply for good. */
export function keep(plugin: SimPlugin, pending: PendingApply): void {
  clearTimeout(pending.timer);
  plugin.pending.delete(pending.owner);
  end(plugin, pending.id, 'confirmed', []);
}

/** Interfaces whose static ARP these changes concern and that have none set now. */
export function opened(root: SimNode, changes: readonly NodeChange[]): string[] {
  return changes
    .filter(({ kind, name }) => kind === 'setting' && name === 'static_arp')
    .map(({ at }) => at)
    .filter((id) => childOf(childOf(childOf(root, 'dhcpd'), id), 'staticarp') === undefined);
}

/** Restarts dhcpd and sets the ARP entries anew; `released` go out of static ARP mode in between, whatever is set. */
export function reload(state: SimState, released: readonly string[] = []): void {
  restartDhcpd(state);
  for (const id of released) state.staticArp.delete(id);
  configureNeighbours(state);
}

function note(plugin: SimPlugin, id: string, notes: readonly string[]): void {
  const line = plugin.applies.find((each) => each.id === id);
  if (line !== undefined) line.notes = [...line.notes, ...notes];
}

function end(plugin: SimPlugin, id: string, outcome: ApplyLine['outcome'], left: readonly Complaint[]): void {
  const line = plugin.applies.find((each) => each.id === id);
  if (line === undefined) return;
  line.outcome = outcome;
  line.left = left;
}
